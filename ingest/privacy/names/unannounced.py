"""Names that nothing announces (上周带李沐阳去过): common surnames with two characters that only names have.

No further word need speak for them: what remains of drugs, plants and common words of that form is in
`words/not_names.txt` and `words/not_given.txt`. Names of two characters must stand alone between signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.context import (
    NEVER_GIVEN,
    boundary_strength,
    given_of,
    has_given,
    is_full_name,
    is_given,
    is_han,
)
from ingest.privacy.names.person_words import OTHER_LETTERS
from ingest.privacy.names.surnames import (
    COMMON,
    DOUBTFUL,
    PREPOSITIONS,
    compound_surnames,
    ends_word,
    surname_chars,
    surname_length,
)
from ingest.privacy.word_lists import words

SURNAMES = "".join(
    sorted(
        (COMMON - frozenset("罗丁贺"))
        | frozenset(
            "于付方石姚侯武段尹毛覃庞樊兰殷施洪翟颜倪牛芦俞鲁申毕聂焦柳邢路岳齐庄辛左涂谷祁耿牟卜詹苗凌费纪靳盛童欧甄项游阳裴席卫屈鲍霍翁隋景薄柏阮闵冉房"
            "吉饶瞿邬臧肖闫骆娄敖党芮储褚窦卓蔺屠楚仇蓝鄢郜佟冀岑邰卞苟喻阚栾晏缪仝仉逯郏邝邸荀莘虞裘谌严康任安金熊文莫易白高关华常龙万毛乔向古鞠蒲邹"
        )
    )
)
_COMPOUND = compound_surnames() - words("doubtful_compounds")
_NO_NAMES = frozenset("斯艾贺海红怀普泰米巴贝乌惠双罗丁索")
"""Surnames that drugs and foreign names begin with."""
_RARE = frozenset(surname_chars()) - frozenset(SURNAMES) - DOUBTFUL - PREPOSITIONS - _NO_NAMES
"""All other surnames but those that drugs and common words begin with: their names need a sign or a person's word."""
_START = re.compile(rf"[{SURNAMES}{''.join(sorted(_RARE))}](?=[一-龥])|{'|'.join(sorted(_COMPOUND))}")
"""`昨天李沐阳去过` → `李`"""
_CAREFUL = frozenset("康安金白高常万古严易任文华关向熊于阳霍")
"""Surnames that drugs and common words begin with: these names must begin at a sign, and a word must follow them."""
LED = (
    "[给帮替把找叫让请寄填]|通知|联系|病人|医生|护士|孩子|患者|患儿|宝宝|家属|家长|同学|我们|咱们|老[大二三]|的是|[您你]好|"
    "昨天|今天"
)
"""Words for persons and verbs done to them: after these less of a name will do."""
_LED = re.compile(f"(?:{LED})$")
"""`昨天联系` → `联系`"""
_PINYIN = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Zhao|Huang|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|Guo|Ma|Luo|Liang|Song|Zheng|Xie|Han|Tang"
)
_OTHERS = re.compile(
    rf"(?<![A-Za-z])[A-Z][a-z]{{2,11}} (?:{_PINYIN})(?![A-Za-z])|[{OTHER_LETTERS}]{{2,8}}·[{OTHER_LETTERS}]{{2,8}}"
)
"""Lucas Wang, and names of other peoples in two parts.
`我叫Lucas Wang` → `Lucas Wang`, `穆萨·尼亚孜` → `穆萨·尼亚孜`"""


def unannounced_names(text: str) -> Iterator[Span]:
    """Yield names without any cue."""
    for match in _START.finditer(text):
        if end := _end(text, match.start(), match[0]):
            yield Span(match.start(), end, "name")
    yield from (Span(*match.span(), "name") for match in _OTHERS.finditer(text))


def _end(text: str, at: int, surname: str) -> int:
    """Return the end of the name that begins at `at`, or 0."""
    before = text[at - 1 : at]
    alone = not before or not (is_han(before) or before.isalnum() or before == "]")
    led = bool(_LED.search(text, max(0, at - 2), at))
    rare = surname in _RARE or surname in _CAREFUL
    if not alone and ((ends_word(before, surname) and not led) or surname in _CAREFUL or (rare and not led)):
        return 0
    for end in (at + 4, at + 3):
        name = text[at:end]
        whole = len(name) == end - at and is_full_name(name) and boundary_strength(text, end - 1) != 2
        if (
            whole
            and _is_sure(name, led and not rare)
            and boundary_strength(text, end) >= (1 if rare and not led else 0)
        ):
            return end
    name = text[at : at + 2]
    if rare or len(surname) > 1 or not is_full_name(name) or not is_given(name[1:]):
        return 0
    return at + 2 if led or (alone and boundary_strength(text, at + 2) > 1) else 0


def _is_sure(name: str, led: bool) -> bool:
    """Return whether nothing but a name has this form: given characters both, or one after words for persons."""
    given = given_of(name)
    if set(given) & NEVER_GIVEN or given in words("not_given"):
        return False
    if surname_length(name, 0) == 2:
        return has_given(given) and name[:2] in _COMPOUND
    return len(given) == 2 and (is_given(given) or (led and has_given(given)))
