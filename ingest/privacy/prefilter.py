"""Which texts may hold private data at all: wide regular expressions in Polars' engine, before any Python runs.

A prefilter may let harmless text through, never the other way: what a detector finds, its prefilter has seen (tested
on planted data). The patterns are in `wide_patterns`.
"""

from __future__ import annotations

from enum import IntFlag, auto
from functools import cache

import numpy as np
import polars as pl

from ingest.privacy.classes import PrivacyLevel
from ingest.privacy.wide_patterns.names import name_patterns
from ingest.privacy.wide_patterns.numbers import number_patterns
from ingest.privacy.wide_patterns.places import place_patterns


class Prefilter(IntFlag):
    """What a text may hold; which of them it passes is the sum of their bits."""

    DIGITS = auto()
    EMAIL = auto()
    ACCOUNT = auto()
    RECORD = auto()
    NUMBER = auto()
    ANNOUNCED = auto()
    HOSPITAL = auto()
    STREET = auto()
    AREA = auto()
    TITLED = auto()
    FAMILY = auto()
    VOCATIVE = auto()
    LISTED = auto()
    OTHER_PEOPLES = auto()
    UNANNOUNCED = auto()


ALL_PREFILTERS = sum(Prefilter)


@cache
def pattern_groups(level: PrivacyLevel) -> tuple[dict[Prefilter, str], ...]:
    """Return, for each prefilter of a level, the regular expression of which a text must hold a match.

    Those of a group are tried together. The groups were found by measurement: the automata stay small, and each runs
    at 100 MB/s and more; all in one fall to 0.5.
    """
    numbers = number_patterns()
    identifiers = {
        Prefilter.DIGITS: numbers.digits,
        Prefilter.EMAIL: numbers.emails,
        Prefilter.ACCOUNT: numbers.accounts,
        Prefilter.RECORD: f"{numbers.records}|{numbers.plates}",
    }
    if level == "identifiers":
        return (identifiers,)
    names, places = name_patterns(), place_patterns()
    announced = (names.fields, names.called, names.introduced, names.surname_alone, names.helped)
    return (
        identifiers | {Prefilter.NUMBER: f"{numbers.dates}|{numbers.wards}|{numbers.urls}"},
        {Prefilter.HOSPITAL: places.hospitals, Prefilter.STREET: f"{places.houses}|{places.cues}"},
        {Prefilter.ANNOUNCED: "|".join((*announced, names.pet_names, names.of_a_child))},
        {Prefilter.AREA: places.areas},
        {Prefilter.TITLED: names.titled},
        {Prefilter.FAMILY: names.family},
        {Prefilter.VOCATIVE: names.vocative},
        {Prefilter.LISTED: f"{names.of_a_person}|{names.listed}"},
        {Prefilter.OTHER_PEOPLES: names.other_peoples},
        {Prefilter.UNANNOUNCED: names.unannounced},
    )


def passed_prefilters(texts: pl.Series, level: PrivacyLevel) -> pl.Series:
    """Return which prefilters of a level each text passes, as the sum of their bits: 0 where none, or null.

    Those of a group are tried together, and one by one only on the texts that pass some of them.
    """
    passed = np.zeros(len(texts), dtype=np.uint32)
    for group in pattern_groups(level):
        rows = texts.str.contains("|".join(group.values())).fill_null(value=False).arg_true()
        some = texts.gather(rows)
        for prefilter, pattern in group.items():
            hits = some.str.contains(pattern).to_numpy() if len(group) > 1 else slice(None)
            passed[rows.to_numpy()[hits]] |= prefilter.value
    return pl.Series(passed)
