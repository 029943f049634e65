"""Which samples are about children: by department, else by what is said before the last answer.

A department for children settles it (of the record or its source). Otherwise words for children and ages below 18 are
set against words for grown-ups, pregnancies and other ages; a sample that names no department may also be told by a
disease of childhood in its question. Answers do not count: every second leaflet has a line for children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.vocabulary.children import (
    CHILD,
    DISEASE_OF_CHILDREN,
    GROWN_UP,
    OF_AGE,
    PEDIATRICS,
    PERHAPS_A_CHILD,
    PERHAPS_GROWN_UP,
    PREGNANT,
    SOMEBODYS_CHILD,
    is_pediatric,
)
from ingest.vocabulary.chinese_numerals import parse_number
from pedcorpus.rows.row_texts import prompt
from schemas.sample import InstructionSample

_CHILD = (
    f"{CHILD}|{PERHAPS_A_CHILD}"
    r"|(?:\d|[一二三四五六七八九十])\s*个?半?月(?:大|龄|婴|宝)|出生[一二三四五六七八九十\d]+(?:天|周|个月)"
)
_ADULT = f"{GROWN_UP}|{PERHAPS_GROWN_UP}|[要怀生]个?(?:孩子|小孩|宝宝|孩|娃)"
_AGE = r"(\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:多|周)?岁"


def about_children(rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Return for each sample (columns `department`, `messages`) whether it is about a child."""
    departments = rows["department"].fill_null("").to_list()
    found = np.array([is_pediatric(name) for name in departments], np.bool_)
    open_rows = np.flatnonzero(~found)
    if not len(open_rows):
        return found
    asked = rows[open_rows].select(asked=prompt())["asked"]
    unnamed = np.array([not departments[row] for row in open_rows], np.bool_)
    found[open_rows] = _told(asked, unnamed)
    return found


def with_pediatric(samples: Sequence[InstructionSample]) -> list[InstructionSample]:
    """Tell which samples are about children, and give 儿科 to medical ones of them that name no department."""
    if not samples:
        return []
    messages = [[{"role": message.role, "content": message.content} for message in s.messages] for s in samples]
    are_pediatric = about_children(pl.DataFrame({"department": [s.department for s in samples], "messages": messages}))
    are_pediatric &= np.array([sample.task != "general" for sample in samples])
    return [
        replace(sample, pediatric=True, department=sample.department or PEDIATRICS) if is_pediatric_one else sample
        for sample, is_pediatric_one in zip(samples, are_pediatric, strict=True)
    ]


def _told(asked: pl.Series, unnamed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Weigh the words of texts; `unnamed` are those without a department, which a disease of childhood may settle."""
    patterns = (_CHILD, SOMEBODYS_CHILD, _ADULT, PREGNANT)
    children, kin, adults, pregnant = (_counted(asked, pattern) for pattern in patterns)
    adults += 2 * pregnant
    ages = [_years(found) for found in asked.str.extract_all(_AGE).to_list()]
    children += [sum(age < OF_AGE for age in found) for found in ages]
    adults += [sum(age >= OF_AGE for age in found) for found in ages]
    children += kin > 2 * adults
    by_disease = unnamed & (adults == 0) & asked.str.contains(DISEASE_OF_CHILDREN).to_numpy()
    told: NDArray[np.bool_] = (children > adults) | by_disease
    return told


def _counted(texts: pl.Series, pattern: str) -> NDArray[np.int64]:
    return texts.str.count_matches(pattern).to_numpy().astype(np.int64)


def _years(found: list[str]) -> list[int]:
    """Return the ages of mentions such as `3岁`, `十二周岁`; 二三岁 is 3."""
    words = (mention.rstrip("岁周多 \t\n") for mention in found)
    return [int(word) if word.isdigit() else parse_number(word if "十" in word else word[-1]) for word in words]
