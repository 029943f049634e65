"""Chinese numerals are read in two places, for `dedup` compiles its own: both must read the same numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dedup.clinical.guard import fingerprint_facts
from dedup.clinical.numbers import MAX_NUMERALS
from dedup.signatures.texts import as_texts
from ingest.vocabulary.chinese_numerals import parse_number, write_number

READABLE = [value for value in range(10_000) if len(write_number(value)) <= MAX_NUMERALS]
"""Numbers whose numerals are short enough for the clinical guard."""


def facts_of_days(numbers: list[str]) -> list[int]:
    """Return one hash per number of what the clinical guard reads in `发热…天`."""
    texts = as_texts(pa.array([f"发热{number}天" for number in numbers]))
    return fingerprint_facts(texts, np.arange(len(numbers))).tolist()


def test_the_guard_reads_numerals_as_the_readers_do() -> None:
    numerals = [write_number(value) for value in READABLE]
    assert [parse_number(numeral) for numeral in numerals] == READABLE
    facts = facts_of_days(numerals)
    assert facts == facts_of_days([str(value) for value in READABLE])
    assert len(set(facts)) == len(READABLE) > 3_000
