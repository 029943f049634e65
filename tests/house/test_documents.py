"""What the documents say is so: commands, options, sources, reasons, files, keys."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from typer.main import get_command

from ingest import SOURCES
from pedcorpus.cli import app
from pedcorpus.config.sections import Config, Frozen
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


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", "docs/decisions.md", "docs/paper.md"])
def test_files_named_in_the_documents_exist(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    named = re.findall(r"`((?:pedcorpus|ingest|dedup|schemas|training|tests|docs)/[\w./-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
