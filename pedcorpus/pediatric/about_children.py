"""Which samples are about children: the patient decides, else the topic.

A department for children (of the record or its source) settles it, unless a grown-up is clearly the patient. Otherwise
words for children and ages below 18 are set against words for grown-ups, mothers and other ages; what only names a
child (在儿童医院, 成人感冒药, 生完孩子) is taken out before. A child of the family counts beside a mother's complaint
only with its own: 宝宝咳嗽. A sample that names no patient may be told by a disease of childhood, by a drug for
children or by an answer that speaks of nothing else; a line for children in a leaflet is not enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.vocabulary.children import DISEASE_OF_CHILDREN, OF_AGE, PEDIATRICS, PREGNANT, is_pediatric
from ingest.vocabulary.chinese_numerals import parse_number
from pedcorpus.pediatric import who_is_ill
from pedcorpus.rows.row_texts import prompt
from schemas.sample import InstructionSample

_AGE = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:多|周)?岁|[男女]，?\s*\d{1,3}\s*[)）]"
_DISEASE = f"{DISEASE_OF_CHILDREN}|生理性黄疸|母乳性黄疸|臂丛神经麻痹|产伤|腺样体|马蹄内翻足"
_OFTEN_OF_CHILDREN = "先天性心脏病|先心病|唇腭裂"
MANY_TOLD = 3
"""Words for children in an answer from which on it speaks of them."""


def about_children(rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Return for each sample (columns `department`, `messages`) whether it is about a child."""
    departments = rows["department"].fill_null("").to_list()
    of_children = np.array([is_pediatric(name) for name in departments], np.bool_)
    unnamed = np.array([not name for name in departments], np.bool_)
    parts = rows.select(asked=prompt(), answer=pl.col("messages").list.last().struct.field("content"))
    asked = parts["asked"].str.replace_all(f"{who_is_ill.ASIDE}|{who_is_ill.BEGAN_AT}", "，")
    children, adults, clearly_grown = _patients(asked)
    told = (children > adults) | ((adults == 0) & unnamed & _topic_of_children(asked, parts["answer"]))
    found: NDArray[np.bool_] = np.where(of_children, ~clearly_grown, told)
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


def _patients(asked: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return what speaks for a child and for a grown-up, and where nobody but a grown-up can be meant."""
    ages = [_years(found) for found in asked.str.extract_all(_AGE).to_list()]
    young = np.array([sum(age < OF_AGE for age in found) for found in ages], np.int64)
    old = np.array([sum(age >= OF_AGE for age in found) for found in ages], np.int64)
    named, kin = young + _counted(asked, who_is_ill.A_CHILD), _counted(asked, who_is_ill.OWN_CHILD)
    itself = _counted(asked, who_is_ill.SELF_GROWN)
    bore = _counted(asked, who_is_ill.BORE) + 3 * _counted(asked, f"{PREGNANT}|{who_is_ill.UNBORN}")
    others = np.where(named == 0, _counted(asked, who_is_ill.WOMAN), 0) + 3 * _counted(asked, who_is_ill.GROWN_UP_AILS)
    sure = old + 2 * itself + bore + others
    adults = sure + _counted(asked, who_is_ill.GROWN)
    aged = np.where(bore + itself == 0, _counted(asked, who_is_ill.CHILD_AGED), 0)
    children = named + 2 * (_counted(asked, who_is_ill.CHILD_AILS) + aged) + np.where(kin > 2 * adults, kin, 0)
    return children, adults, (children == 0) & ((sure > 1) | (old > 0) | (sure > 0) & (kin > 0))


def _topic_of_children(asked: pl.Series, answers: pl.Series) -> NDArray[np.bool_]:
    """Return where a disease of childhood is asked of, a drug is for children, or an answer speaks of nothing else."""
    told = _counted(answers, who_is_ill.TOLD_OF_CHILDREN) >= MANY_TOLD
    told &= ~asked.str.contains(who_is_ill.LEAFLET_OR_SELF).to_numpy()
    often = asked.str.contains(_OFTEN_OF_CHILDREN).to_numpy()
    often &= answers.str.contains(who_is_ill.CHILD_IN_ANSWER).to_numpy()
    of_children = asked.str.contains(_DISEASE).to_numpy() | answers.str.contains(who_is_ill.FOR_CHILDREN).to_numpy()
    found: NDArray[np.bool_] = told | often | of_children
    return found


def _counted(texts: pl.Series, pattern: str) -> NDArray[np.int64]:
    return texts.str.count_matches(pattern).to_numpy().astype(np.int64)


def _years(found: list[str]) -> list[int]:
    """Return the ages of mentions such as `3岁`, `十二周岁`, `女，4）`; 二三岁 is 3."""
    words = (mention.strip("岁周多男女，)） \t\n") for mention in found)
    return [int(word) if word.isdigit() else parse_number(word if "十" in word else word[-1]) for word in words]
