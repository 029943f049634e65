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

from pedcorpus.pediatric.patients import PEDIATRICS, is_pediatric
from pedcorpus.rows.row_texts import prompt
from schemas.sample import InstructionSample

OF_AGE = 18
"""Years from which a patient is no child."""

_CHILD = (
    "小儿|儿童|幼儿|婴儿|婴幼|女婴|男婴|宝宝|宝贝|新生儿|早产儿|患儿|病儿|儿科|儿保|男孩|女孩|男童|女童|小孩|小朋友|娃娃|孩孩|学龄前|小学生"
    r"|(?:\d|[一二三四五六七八九十])\s*个?半?月(?:大|龄|婴|宝)|出生[一二三四五六七八九十\d]+(?:天|周|个月)"
)
_KIN = "孩子|儿子|女儿|小家伙"
"""Children of somebody, who may be grown up: they settle it where little tells of a grown-up."""
_PREGNANT = "怀孕|怀上|孕妇|孕期|孕前|早孕|妊娠|备孕|胎儿|胎盘|预产期|试管婴儿"
"""Who is pregnant speaks of 宝宝 all the time: these count double."""
_ADULT = (
    "不孕|不育|流产|产妇|产后|分娩|哺乳期|月子|避孕|性生活|同房|结婚"
    "|[要怀生]个?(?:孩子|小孩|宝宝|孩|娃)|老年|老人|中年|成人|成年|男友|女友|男朋友|女朋友|父亲|老公|老婆|阿姨|舅舅|叔叔|先生|女士|宝妈"
)
_AGE = r"(\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:多|周)?岁"
_DISEASES = (
    "手足口病|水痘|(?:^|[^荨寻])麻疹|风疹|幼儿急疹|猩红热|百日咳|流行性腮腺炎|疱疹性咽峡炎|川崎病|轮状病毒|毛细支气管炎|热性?惊厥|肠套叠|先天性巨结肠"
    "|胆道闭锁|幽门肥厚|法洛四联症|动脉导管未闭|室间隔缺损|脑瘫|脑性瘫痪|孤独症|自闭症|多动症|多动障碍|抽动症|抽动障碍|遗尿|性早熟|佝偻病|鹅口疮"
    "|尿布皮炎|尿布疹|苯丙酮尿症|神经母细胞瘤|肾母细胞瘤|视网膜母细胞瘤|过敏性紫癜|积食|疳积|夜啼|奶瓣|溢奶|辅食|囟门|核黄疸|胆红素脑病"
    "|缺氧缺血性脑病|坏死性小肠结肠炎|胎粪|脐炎|呼吸道合胞病毒"
)
"""What nearly only children have."""
_NUMERALS = "〇一二三四五六七八九"


def about_children(rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Tell of each sample (columns `department`, `messages`) whether it is about a child."""
    departments = rows["department"].fill_null("").to_list()
    found = np.array([is_pediatric(name) for name in departments], np.bool_)
    open_rows = np.flatnonzero(~found)
    if not len(open_rows):
        return found
    asked = rows[open_rows].select(asked=prompt())["asked"]
    unnamed = np.array([not departments[row] for row in open_rows], np.bool_)
    found[open_rows] = _told(asked, unnamed)
    return found


def with_departments(samples: Sequence[InstructionSample]) -> tuple[list[InstructionSample], int]:
    """Give 儿科 to medical samples that name no department and tell of a child; count the pediatric ones."""
    if not samples:
        return [], 0
    messages = [[{"role": message.role, "content": message.content} for message in s.messages] for s in samples]
    told = about_children(pl.DataFrame({"department": [s.department for s in samples], "messages": messages}))
    told &= np.array([sample.task != "general" for sample in samples])
    found = [
        replace(sample, department=sample.department or PEDIATRICS) if is_told else sample
        for sample, is_told in zip(samples, told, strict=True)
    ]
    return found, int(told.sum())


def _told(asked: pl.Series, unnamed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Weigh the words of texts; `unnamed` are those without a department, which a disease of childhood may settle."""
    children, kin, adults, pregnant = (_counted(asked, words) for words in (_CHILD, _KIN, _ADULT, _PREGNANT))
    adults += 2 * pregnant
    ages = [_years(found) for found in asked.str.extract_all(_AGE).to_list()]
    children += [sum(age < OF_AGE for age in found) for found in ages]
    adults += [sum(age >= OF_AGE for age in found) for found in ages]
    children += kin > 2 * adults
    by_disease = unnamed & (adults == 0) & asked.str.contains(_DISEASES).to_numpy()
    told: NDArray[np.bool_] = (children > adults) | by_disease
    return told


def _counted(texts: pl.Series, pattern: str) -> NDArray[np.int64]:
    return texts.str.count_matches(pattern).to_numpy().astype(np.int64)


def _years(found: list[str]) -> list[int]:
    """Return the ages of mentions such as `3岁`, `十二周岁`."""
    words = (mention.rstrip("岁周多 \t\n") for mention in found)
    return [int(word) if word.isdigit() else _numeral(word) for word in words]


def _numeral(word: str) -> int:
    tens, has_tens, ones = word.rpartition("十")
    if not has_tens:
        return _NUMERALS.find(word[-1:])
    return 10 * (_NUMERALS.find(tens[-1:]) if tens else 1) + (_NUMERALS.find(ones[-1:]) if ones else 0)
