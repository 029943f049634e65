"""Rows that two readers labelled, against what a build made of them: kept, left out, mended; task and scope."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

BAD = ("spun", "garbled", "artefact", "no_question", "advert_quack", "chatter")
"""Labels of rows that are to be left out or mended."""
COPIES = ("duplicate_exact", "duplicate_near")
"""Reasons of rows that another row stands for."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled row, the samples that were made of it and passed `quality`, and the reasons that met it.

    `answers`: all that is answered in the record, as `clean` left it.
    """

    label: dict[str, Any]
    answers: str
    samples: list[dict[str, Any]]
    reasons: list[str]

    @property
    def quality(self) -> str:
        """What both readers call the row, "" where they differ."""
        first, second = self.label["first"]["quality"], self.label["second"]["quality"]
        return first if first == second else ""

    @property
    def scope(self) -> str:
        """`child` or `adult` where both readers say so, else ""."""
        first, second = self.label["first"]["scope"], self.label["second"]["scope"]
        return first if first == second and first != "unclear" else ""

    @property
    def tasks(self) -> set[str]:
        """The tasks either reader accepts."""
        return {label[key] for label in (self.label["first"], self.label["second"]) for key in ("task", "task2")} - {
            None
        }

    @property
    def is_kept(self) -> bool:
        """Whether the row is in the corpus, itself or by a copy of it."""
        return bool(self.samples) or any(reason in COPIES for reason in self.reasons)

    @property
    def is_mended(self) -> bool:
        """Whether no sample ends as the record does."""
        return not any(self.answers.endswith(_bare(sample["messages"][-1]["content"])) for sample in self.samples)


def read_labelled(path: Path) -> list[dict[str, Any]]:
    """Return the labelled rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def match_rows(out: Path, labels: Sequence[dict[str, Any]]) -> list[Labelled]:
    """Find the labelled rows in a build, by file and locator."""
    ids = _ids(out)
    answers = {
        row["id"]: _answers(row) for row in _rows(out, "clean/part-*.parquet") if "turns" in row or "messages" in row
    }
    samples: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(out, "quality/part-instruction-*.parquet"):
        for parent in row["parents"]:
            samples.setdefault(parent, []).append(row)
    made = {row["id"]: row["parents"] for row in _rows(out, "instruct/part-*.parquet", ["id", "parents"])}
    reasons: dict[str, list[str]] = {}
    for row in _rows(out, "*/rejected/*.parquet", ["id", "reason", "step"]):
        for record in made.get(row["id"], [row["id"]]):
            reasons.setdefault(record, []).append(row["reason"])
    found = []
    for label in labels:
        record = ids.get((Path(label["file"]).name, label["locator"]), "")
        why = reasons.get(record, [] if record else ["not read"])
        found.append(Labelled(label, answers.get(record, ""), samples.get(record, []), why))
    return found


def label_figures(rows: Sequence[Labelled]) -> dict[str, tuple[int, int]]:
    """Return name of the figure → (right, of)."""
    bad = [row for row in rows if row.quality in BAD]
    courtesy = [row for row in rows if row.quality == "courtesy"]
    good = [row for row in rows if row.quality == "ok"]
    told = [row for row in rows if row.quality in ("ok", "thin") and row.samples]
    scoped = [row for row in rows if row.scope and row.samples]
    return {
        "spun, garbled, artefact, no question, advert, chatter: left out or mended": (
            sum(not row.is_kept or row.is_mended for row in bad),
            len(bad),
        ),
        "ends in courtesy: mended": (sum(row.is_mended for row in courtesy), len(courtesy)),
        "ok: kept": (sum(row.is_kept for row in good), len(good)),
        "task right (ok and thin rows)": (sum(row.samples[0]["task"] in row.tasks for row in told), len(told)),
        "child or adult right": (
            sum(row.samples[0]["pediatric"] == (row.scope == "child") for row in scoped),
            len(scoped),
        ),
    }


def confusion(rows: Sequence[Labelled]) -> dict[str, Counter[str]]:
    """Return source → counts of `quality → outcome`, of wrong tasks and of wrong scopes."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        mine = counts.setdefault(row.label["source"], Counter())
        outcome = "mended" if row.samples and row.is_mended else "kept" if row.is_kept else "left out"
        mine[f"{row.quality or 'disputed'} {outcome}"] += 1
        if row.samples and row.quality in ("ok", "thin") and row.samples[0]["task"] not in row.tasks:
            mine[f"task {'/'.join(sorted(row.tasks))} as {row.samples[0]['task']}"] += 1
        if row.samples and row.scope and row.samples[0]["pediatric"] != (row.scope == "child"):
            mine[f"{row.scope} taken for {'child' if row.samples[0]['pediatric'] else 'adult'}"] += 1
    return counts


def _ids(out: Path) -> dict[tuple[str, str], str]:
    rows = _rows(out, "ingest-*/part-*.parquet", ["id", "origin"])
    return {(Path(row["origin"]["file"]).name, row["origin"]["locator"]): row["id"] for row in rows}


def _rows(out: Path, pattern: str, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    for path in sorted((out / "steps").glob(pattern)):
        yield from pl.read_parquet(path, columns=columns).iter_rows(named=True)


def _answers(row: dict[str, Any]) -> str:
    if "turns" in row:
        return _bare("".join(turn["text"] for turn in row["turns"] if turn["role"] == "doctor"))
    return _bare("".join(message["content"] for message in row["messages"] if message["role"] == "assistant"))


def _bare(text: str) -> str:
    return "".join(text.split())
