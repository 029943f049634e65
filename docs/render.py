"""Write docs/configuration.md and docs/reasons.md from the code. Run: python docs/render.py."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from pedcorpus.build_plan import LATER_STEPS
from pedcorpus.config.frozen import Frozen
from pedcorpus.config.sections import Config
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
    parts = ["# Configuration\n\nWritten by `python docs/render.py` from `pedcorpus/config`; unknown keys are errors."]
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


def steps_of_reasons() -> dict[str, list[str]]:
    """Return reason → the steps whose code gives it, in the order of a build."""
    given: dict[str, list[str]] = {reason.value: [] for reason in Reason}
    for place, step in STEPS.items():
        files = [HERE.parent / place] if place.endswith(".py") else sorted((HERE.parent / place).rglob("*.py"))
        text = "".join(file.read_text(encoding="utf-8") for file in files if _place(file) == place)
        for name in dict.fromkeys(re.findall(r"\bReason\.([A-Z_]+)\b", text)):
            if step not in given[Reason[name].value]:
                given[Reason[name].value].append(step)
    return given


def _place(file: Path) -> str:
    """Return the longest place of STEPS that holds a file."""
    path = file.relative_to(HERE.parent)
    return max((place for place in STEPS if path.is_relative_to(place)), key=len, default="")


def _place_of(module: ModuleType) -> str:
    """Return the folder of a step, or the file of one that shares a folder."""
    file = Path(str(module.__file__)).relative_to(HERE.parent)
    return str(file.parent if file.name == "step.py" else file)


def reasons() -> str:
    """Return the list of rejection reasons."""
    steps = steps_of_reasons()
    rows = (
        f"| `{reason.value}` | {'yes' if reason in BROKEN else '–'} | {_names(steps[reason.value])} "
        f"| {_names(REASONS[reason.value].get('loosened_by', []))} | {REASONS[reason.value]['meaning']} |"
        for reason in Reason
    )
    return (
        "# Why a row is left out\n\n"
        "Written by `python docs/render.py` from `schemas/rejection.py`, `docs/reasons.json` and the steps' code.\n"
        "Broken rows count towards a source's `max_rejected_share`. `ingest-*` are the steps that read sources.\n"
        "The rows lie in `OUT/steps/<step>/rejected/`, each with its id, reason, place and the beginning of its text\n"
        "(of private data their classes alone). `instruct`, `prefer` and `split` leave rows unused; the row stays.\n"
        "One reason's rows: `polars.read_parquet('OUT/steps/clean/rejected/*.parquet').filter(reason='repetitive')`;\n"
        "`inspect OUT --id ID` shows what became of one. A key is loosened by a lower threshold of quality, a higher\n"
        "one of likeness, share or size.\n\n"
        "| reason | broken | given by | key that loosens it | meaning |\n"
        "| --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


REASONS: dict[str, dict[str, Any]] = json.loads((HERE / "reasons.json").read_text(encoding="utf-8"))
STEPS = {
    "ingest": "ingest-*",
    "pedcorpus/graph": "ingest-*",
    "pedcorpus/steps/ingest": "ingest-*",
    "ingest/cleaning": "clean",
    "pedcorpus/quality": "quality",
    **{_place_of(step.module): step.name for step in LATER_STEPS},
}
"""Folder or file → the step it is code of, in the order of a build; the longest that holds a file counts."""

if __name__ == "__main__":
    (HERE / "configuration.md").write_text(configuration(), encoding="utf-8")
    (HERE / "reasons.md").write_text(reasons(), encoding="utf-8")
