"""Figures of the preference pairs of a build: python -m tests.benchmarks.preference_pairs OUT [--read N].

By rule: pairs, how often a reader without medicine finds the chosen answer (the one that shares more 2-grams with the
prompt; the longer one; a tie counts one half), and pairs whose rule cannot be verified. `--read N` prints N pairs,
drawn by id, with the rule and where the answers differ.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import Any

from pedcorpus.steps.prefer.overlap import compare_overlap
from pedcorpus.steps.prefer.rules.rule_list import RULES, verify
from schemas.shards import read_shards

Row = Mapping[str, Any]
LONG = 60
"""Characters of a stretch that both answers share; a longer one is shortened."""


def pairs_of(out: Path) -> list[dict[str, Any]]:
    """Return the pairs of a build, in the order of their ids."""
    paths = sorted((out / "steps" / "prefer").glob("part-*.parquet"))
    return sorted(read_shards(paths).to_pylist(), key=lambda row: str(row["id"])) if paths else []


def words_of(pair: Row) -> tuple[str, str, str]:
    """Return prompt, chosen and rejected answer as texts."""
    prompt = "\n".join(message["content"] for message in pair["prompt"] if message["role"] != "system")
    return prompt, pair["chosen"][-1]["content"], pair["rejected"][-1]["content"]


def told_by_prompt(pairs: Iterable[Row]) -> float:
    """Return the share of pairs whose chosen answer shares more 2-grams with the prompt; ties count one half."""
    return _mean(0.5 + compare_overlap(*words_of(pair)) / 2 for pair in pairs)


def told_by_length(pairs: Iterable[Row]) -> float:
    """Return the share of pairs whose chosen answer is the longer one; ties count one half."""
    lengths = [[len(text) for text in words_of(pair)[1:]] for pair in pairs]
    return _mean(0.5 + ((chosen > rejected) - (chosen < rejected)) / 2 for chosen, rejected in lengths)


def unverified(pairs: Iterable[Row]) -> list[str]:
    """Return the ids of pairs that their rule cannot have made."""
    named = ((pair["id"], pair["rejected_by"]["name"], words_of(pair)) for pair in pairs)
    return [row for row, rule, (_, chosen, rejected) in named if rule in RULES and not verify(rule, chosen, rejected)]


def figures(pairs: list[dict[str, Any]]) -> str:
    """Return a table of all figures, by rule and together."""
    by_rule: dict[str, list[Row]] = defaultdict(list)
    for pair in pairs:
        by_rule[pair["rejected_by"]["name"]].append(pair)
    groups = [*sorted(by_rule.items(), key=lambda item: -len(item[1])), ("all", pairs)]
    lines = [
        "| rule | pairs | share | told by the prompt's 2-grams | told by length | not verified |",
        "|" + " --- |" * 6,
    ]
    for name, rows in groups:
        measured = f"{told_by_prompt(rows):.2f} | {told_by_length(rows):.2f} | {len(unverified(rows))}"
        lines.append(f"| {name} | {len(rows)} | {len(rows) / max(len(pairs), 1):.2f} | {measured} |")
    return "\n".join(lines)


def for_reading(pair: Row) -> str:
    """Return a pair as text: rule, source, end of the prompt, and the answers with what differs marked."""
    prompt, chosen, rejected = words_of(pair)
    by = pair["rejected_by"]["name"]
    head = f"{pair['id']} [{by}] {pair['source']}/{pair['task']}\n  Q {prompt[-160:]!r}"
    if by in ("cut_to_a_clause", "other_aspect", "prediction"):
        return f"{head}\n  + {chosen!r}\n  - {rejected!r}"
    return f"{head}\n    {_marked(chosen, rejected)!r}"


def _marked(chosen: str, rejected: str) -> str:
    parts = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, chosen, rejected, autojunk=False).get_opcodes():
        same = chosen[a0:a1]
        if tag == "equal":
            parts.append(same if len(same) <= LONG else f"{same[: LONG // 2]}…{same[-LONG // 2 :]}")
        else:
            parts.append(f"[{same}→{rejected[b0:b1]}]")
    return "".join(parts)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def main() -> None:
    """Print the figures of a build, and pairs for reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--seed", default="0")
    arguments = parser.parse_args()
    pairs = pairs_of(arguments.out)
    print(figures(pairs))
    drawn = sorted(pairs, key=lambda pair: sha256(f"{arguments.seed}:{pair['id']}".encode()).hexdigest())
    for pair in drawn[: arguments.read]:
        print(for_reading(pair))


if __name__ == "__main__":
    main()
