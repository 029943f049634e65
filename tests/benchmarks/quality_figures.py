"""Figures of a built corpus that tell whether its rows teach: rounds, answers of graphs, pairs, endings."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from pedcorpus.quality.courtesy import is_courtesy

FRAMES = 20
"""The most frequent frames, whose share is told."""
LIST = re.compile(r"X(?:[、，和及与]X)+等?")
"""`有X、X、X等` → `X、X、X等`"""


def table(out: Path, name: str) -> list[dict[str, Any]]:
    """Return all rows of a table of the dataset."""
    files = sorted((out / "dataset" / name).glob("*.parquet"))
    return [row for file in files for row in pl.read_parquet(file).iter_rows(named=True)]


def rounds_share(rows: list[dict[str, Any]]) -> float:
    """Return the share of EviDiag rows with two and more user messages."""
    rounds = [sum(m["role"] == "user" for m in row["messages"]) for row in rows if row["task"] == "evidiag"]
    return sum(number > 1 for number in rounds) / max(len(rounds), 1)


def courtesy_endings(rows: list[dict[str, Any]]) -> float:
    """Return the share of rows of several turns whose last answer says nothing of the case."""
    talks = [row["messages"] for row in rows if len(row["messages"]) > 2]
    return sum(is_courtesy(messages[-1]["content"]) for messages in talks) / max(len(talks), 1)


def graph_figures(out: Path, rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return of the graph's rows: number, median characters of the last answer, share of the most frequent frames."""
    mine = [row for row in rows if row["builder"]["name"].startswith("graph-")]
    words = _words_of_triples(out)
    frames = {
        part: Counter(_frame(row["messages"][at]["content"], row["parents"], words) for row in mine)
        for part, at in (("questions", 0), ("answers", -1))
    }
    figures = {
        "rows": float(len(mine)),
        "median characters": float(median([len(row["messages"][-1]["content"]) for row in mine] or [0])),
    }
    for part, counted in frames.items():
        top = sum(number for _, number in counted.most_common(FRAMES))
        figures[f"{FRAMES} most frequent frames of {part}"] = top / max(len(mine), 1)
    return figures


def prompt_overlap(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Return how often the answer with more 2-grams of the prompt, and how often the longer one, is the chosen one.

    Ties count one half.
    """
    by_prompt = by_length = 0.0
    for row in rows:
        asked = _grams("\n".join(message["content"] for message in row["prompt"] if message["role"] == "user"))
        chosen, rejected = (row[name][-1]["content"] for name in ("chosen", "rejected"))
        by_prompt += _first_wins(len(asked & _grams(chosen)), len(asked & _grams(rejected)))
        by_length += _first_wins(len(chosen), len(rejected))
    return by_prompt / max(len(rows), 1), by_length / max(len(rows), 1)


def _first_wins(first: int, second: int) -> float:
    return 1.0 if first > second else 0.5 if first == second else 0.0


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _words_of_triples(out: Path) -> dict[str, tuple[str, str]]:
    files = sorted((out / "steps" / "dedup").glob("part-*.parquet"))
    graphs = [pl.read_parquet(file) for file in files if "tail" in pl.read_parquet_schema(file)]
    return {id: (head, tail) for frame in graphs for id, head, tail in frame.select("id", "head", "tail").iter_rows()}


def _frame(text: str, parents: list[str], words: dict[str, tuple[str, str]]) -> str:
    """Return a text with its subject as S and the names of the graph in it as X, lists of them as one X."""
    known = [words[parent] for parent in parents if parent in words]
    for head in {head for head, _ in known}:
        text = text.replace(head, "S")
    pieces = {piece for _, tail in known for piece in re.split(r"[、，,；;。\n]", tail) if len(piece) > 1}
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "X")
    return LIST.sub("X", text)
