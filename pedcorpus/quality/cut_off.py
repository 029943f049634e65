"""Answers that stop in the middle of a sentence, and fields that lost one end."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_of_bodies, is_talk, shown, where

LONG_CHARS = 150
"""An answer of so many characters that is punctuated all through ends its last sentence too, unless it was cut. Online
answers of consultations without a last full stop are complete (read: 45 of 45 between 120 and 1,500 characters), so
this holds for answers that are general or speak of no complaint. A comma at the end is complete too, but not in talk
that was dictated."""
MANY_STOPS = 2
"""Ends of sentences inside an answer that is punctuated all through."""
LEAST_FIELDS = 3
"""Lines that begin with a name and a colon: a list of fields, as drug labels are."""

_ENDS = re.compile(r"[。！？!?.…”\"’'）)】」》;；~～\]>`*|}]\s*$")
"""`好了。` → `。`"""
_OTHER_ENDS = re.compile(r"```|http|\n\d+[.、]|此致|敬礼|祝好|敬上|[\d%％]\s*$|[A-Za-z]\s*$")
"""How letters, programs, lists and sums end. `此致敬礼王小明` → `此致`"""
_HANGS = re.compile(
    r"(?:[、：:（(“《]|把[一-龥]{1,6}|[^目现正内外存]在|[^平温缓饱柔总共亲中随谐调]和|以及|或者?|并且|而且"
    r"|但是|因为|由于|如果|例如|比如|包括|其次|此外|通过|对于|关于|根据|为了|从而|被|与|及|将|等等?的"
    r"|不能说|属于|称为|成为|作为|分为|认为|导致了"
    r"|[\d.]+(?:[-–~～×]|mg/|g/|ml/)|(?:每日|每天|每次|一次|一日|共)|mg/m|g/m)\s*$"
)
"""`最后你把肠炎宁` → `把肠炎宁`"""
_ASKS_ON = re.compile(r"(?:吃了有?\d+|[^，。]或者?|跟|但是?|因为|所以|然后|如果|而且|还有|由于|比如|以及|我查了?)\s*$")
"""How a question ends that was cut, and answered all the same. `跟同事一起吃饭或` → `饭或`"""
LEAST_QUESTION_CHARS = 25
"""A shorter question is a title, or a word of a talk."""
_TORN = re.compile(
    r"(?m)^[一-龥]{2,6}[：:]\s*(?:[)）,，。、;；]|[(（]\s*0期)|(?:人血中|血浆|浓度|维生素)[a-zA-Z]$"
    r"|\d[～~][一-龥]|\dm?g/m$"
    r"|[^。；：\n]【[一-龥]{2,6}】"
)
"""A field of a drug label that lost its beginning or end. `药动学:呈双相性。人血中t` → `人血中t`"""
_FIELD = re.compile(r"(?m)^[一-龥]{2,6}[：:]")
"""`剂型:片剂` → `剂型:`"""


def cut_off(parts: pl.DataFrame) -> pl.Series:
    """Return 1 where the last answer, or the only question, stops in the middle, or fields are torn, else 0."""
    answer = parts["answer"].fill_null("").str.strip_chars()
    is_open = ~answer.str.contains(_ENDS.pattern)
    is_long = (answer.str.len_chars() >= LONG_CHARS) & (answer.str.count_matches("[。！？!?；;，]") >= MANY_STOPS)
    is_general = ((parts["task"] == "general").fill_null(False) | ~is_of_bodies(parts)) & ~answer.str.contains(
        _OTHER_ENDS.pattern
    )
    hangs = answer.str.contains(_HANGS.pattern) & is_open
    is_spoken = parts["is_consultation"] & answer.str.ends_with("，")
    torn = answer.str.contains(_TORN.pattern) & (answer.str.count_matches(_FIELD.pattern) >= LEAST_FIELDS)
    is_cut = (is_open & is_long & is_general) | hangs | is_spoken | torn | _is_question_cut(parts)
    return where(is_talk(parts), is_cut.cast(pl.Float32))


def cut_off_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the torn fields, else the last words of the answers that stop in the middle."""
    torn = shown(parts["answer"], _TORN)
    ends = pl.when(_is_question_cut(parts)).then(parts["question"].str.tail(12)).otherwise(parts["answer"].str.tail(12))
    words = pl.when(torn != "").then(torn).otherwise(ends)
    return pl.select(pl.when(cut_off(parts) > 0).then(words).otherwise(pl.lit(""))).to_series()


def _is_question_cut(parts: pl.DataFrame) -> pl.Series:
    """Return where the only question of a medical talk stops in the middle."""
    question = parts["question"].fill_null("")
    is_long = question.str.len_chars() >= LEAST_QUESTION_CHARS
    is_medical = (parts["task"] != "general").fill_null(False)
    return question.str.contains(_ASKS_ON.pattern) & is_long & (parts["rounds"] == 1) & is_medical
