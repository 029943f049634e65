"""Write docs/configuration.md and docs/reasons.md from the code. Run: python docs/render.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from pedcorpus.config.sections import Config, Frozen
from schemas.rejection import BROKEN, Reason

HERE = Path(__file__).parent


def sections(model: type[Frozen], prefix: str = "") -> dict[str, type[Frozen]]:
    """Return section name → model."""
    found: dict[str, type[Frozen]] = {}
    for name, field in model.model_fields.items():
        place = f"{prefix}.{name}" if prefix else name
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, Frozen):
                found[place] = kind
                found |= sections(kind, place)
    return found


def configuration() -> str:
    """Return the reference of all keys."""
    parts = [
        "# Configuration\n\nWritten by `python docs/render.py` from `pedcorpus/config/sections.py`; "
        "unknown keys are errors."
    ]
    for name, model in sections(Config).items():
        title = f"[[{name}]]" if name == "source" else f"[{name}]"
        rows = "\n".join(
            f"| `{key}` | {_default(field)} | {' '.join((field.description or '').split())} |"
            for key, field in model.model_fields.items()
        )
        about = (model.__doc__ or "").strip().split("\n")[0]
        parts.append(f"## `{title}`\n\n{about}\n\n| key | default | meaning |\n| --- | --- | --- |\n{rows}")
    return "\n\n".join(parts) + "\n"


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Frozen):
        return "its own table"
    return "–" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def reasons() -> str:
    """Return the list of rejection reasons."""
    rows = "\n".join(
        f"| `{reason.value}` | {'yes' if reason in BROKEN else '–'} | {MEANING[reason.value]} |" for reason in Reason
    )
    return (
        "# Why a row is left out\n\nWritten by `python docs/render.py` from `schemas/rejection.py`. Broken rows count "
        "towards a source's `max_rejected_share`.\n\n| reason | broken | meaning |\n| --- | --- | --- |\n" + rows + "\n"
    )


MEANING: dict[str, str] = json.loads((HERE / "reasons.json").read_text(encoding="utf-8"))

if __name__ == "__main__":
    (HERE / "configuration.md").write_text(configuration(), encoding="utf-8")
    (HERE / "reasons.md").write_text(reasons(), encoding="utf-8")
