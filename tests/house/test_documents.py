"""What the documents say is so: commands, options, sources, reasons, files, keys."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from typer.main import get_command

from ingest import SOURCES
from pedcorpus.cli import app
from pedcorpus.config.frozen import Frozen
from pedcorpus.config.sections import Config
from schemas.rejection import Reason

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"python -m pedcorpus {name}" not in README] == []


def test_every_command_in_the_readme_exists() -> None:
    assert set(re.findall(r"python -m pedcorpus ([a-z]+)", README)) <= set(COMMANDS)


def test_every_training_command_is_in_the_readme() -> None:
    from training.cli import app as trainer

    shown = re.search(r"python -m training ((?:\w+\|)+\w+)", README)
    assert shown
    assert {*shown[1].split("|"), "all"} == set(get_command(trainer).commands)  # type: ignore[attr-defined]


def test_every_source_kind_and_its_formats_are_in_the_readme() -> None:
    for kind, source in SOURCES.items():
        row = next((line for line in README.splitlines() if line.startswith(f"| `{kind}`")), "")
        assert row, kind
        assert [name for name in source.formats if name not in row] == [], kind


def test_the_readme_shows_the_plain_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for words in ("ruff check .", "ruff format --check .", "-m mypy", "-m pytest", '".[train,ocr,test]"'):
        assert words in makefile
        assert words in README


def test_every_rejection_reason_is_documented() -> None:
    text = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.MULTILINE)
    assert documented == [reason.value for reason in Reason]


def sections(model: type[Frozen], prefix: str = "") -> dict[str, type[Frozen]]:
    found = {prefix or "corpus": model} if prefix else {}
    for name, field in model.model_fields.items():
        inner = [a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(a, type)]
        for kind in inner:
            if issubclass(kind, Frozen):
                found |= sections(kind, f"{prefix}.{name}" if prefix else name)
    return found


@pytest.mark.parametrize(("name", "model"), sections(Config).items())
def test_every_key_of_the_configuration_is_documented(name: str, model: type[Frozen]) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    part = re.search(rf"^## `\[+{re.escape(name)}\]+`$(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert part, name
    keys = re.findall(r"^\| `(\w+)` \|", part[1], flags=re.MULTILINE)
    assert keys == list(model.model_fields)
    for key, field in model.model_fields.items():
        assert field.description, f"{name}.{key} has no sentence"


def test_the_rendered_documents_are_up_to_date() -> None:
    rendered = runpy.run_path(str(ROOT / "docs" / "render.py"))
    for name in ("configuration", "reasons"):
        assert rendered[name]() == (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"), "run docs/render.py"


def test_the_steps_named_beside_a_reason_are_those_whose_code_gives_it() -> None:
    """Every use of `Reason.X` lies in the code of a step that the table names, but where reasons are only compared."""
    rendered = runpy.run_path(str(ROOT / "docs" / "render.py"))
    table = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    for path in sorted([*(ROOT / "ingest").rglob("*.py"), *(ROOT / "pedcorpus").rglob("*.py")]):
        names = set(re.findall(r"\bReason\.([A-Z_]+)\b", path.read_text(encoding="utf-8")))
        place = path.relative_to(ROOT)
        if names and not place.is_relative_to("pedcorpus/commands"):
            step = rendered["STEPS"][max((p for p in rendered["STEPS"] if place.is_relative_to(p)), key=len)]
            rows = {name: re.search(rf"^\| `{Reason[name].value}` .*$", table, flags=re.MULTILINE) for name in names}
            assert [name for name, row in rows.items() if not row or f"`{step}`" not in row[0]] == [], place


def test_the_keys_that_loosen_a_reason_exist() -> None:
    entries = json.loads((ROOT / "docs" / "reasons.json").read_text(encoding="utf-8"))
    known = {f"{name}.{key}" for name, model in sections(Config).items() for key in model.model_fields}
    assert list(entries) == [reason.value for reason in Reason]
    for reason, entry in entries.items():
        assert set(entry.get("loosened_by", [])) <= known, reason
        assert entry["meaning"], reason


DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS)
def test_files_named_in_the_documents_exist(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    roots = "pedcorpus|ingest|dedup|schemas|training|tests|docs|notebooks"
    by_example = re.findall(r"^```python\n# (\S+)$", text, flags=re.MULTILINE)  # the head of code to be written
    named = re.findall(rf"(?<![\w./-])((?:{roots})/[\w./-]+\.(?:py|pyi|md|toml|json|txt|tsv|ipynb))\b", text)
    assert [name for name in named if not (ROOT / name).exists() and name not in by_example] == []
