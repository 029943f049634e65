"""Names of hospitals and clinics. Words for any hospital (三甲医院, 当地县医院, 儿童医院) stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.kinds import Span
from ingest.privacy.wordlists import words

_END = re.compile(
    r"(?:妇女?儿童?中心|妇幼保健计划生育服务中心|妇幼保健院|妇幼保健中心|医疗保健中心|社区卫生服务中心|社区卫生服务站|卫生服务中心|"
    r"卫生服务站|中西医结合医院|中医医院|中医院|儿科研究所|儿童医学中心|儿童医疗中心|妇女儿童医疗中心|"
    r"医学中心|医疗中心|医院|卫生院|保健院|保健所|妇保院|卫生室|卫生所|诊所|门诊部|疗养院|儿研所|"
    r"妇幼(?![保女])|儿医(?!院)|儿院|(?<=[一-龥])[一二三四五六七八九十](?:附)?院(?![子内前后落])|医大[一二]院|[一二三]?附院|附[一二三]院)(?:[一-龥]{1,4}(?:院区|分院))?"
)
_AREAS = frozenset(("省", "市", "县", "区", "镇", "乡", "州", "自治区", "自治州", "街道", "社区"))
_NO_NAME = frozenset(
    "到在去是来往从于为找叫我们你他她的了和与及跟过着住转送回进出院诊看给带孩子宝天日月号年时候前后午上下里家当地本全各附近个这那哪一几每某您它边好最要还有用就也都不没再又只"
    "先让把被由向对得能可会请想说问做开吃药查检建议需正般些什么怎样外邻临属级大小城中咱俺同村乡镇县市省区昨今明现医科者患"
)
_AUSPICIOUS = re.compile(
    r"[仁爱博康和济慈德安宁华美福慧圣瑞泰民惠益恒同协普善佑明光友谊长庚天佳信诚维健东方阳嘉怡惟景弘广国恩馨]{2}"
)
_AFTER_VERB = re.compile(r"[在去到从](?P<name>(?!宠物|三甲|治疗|专治|综合|许多|决定|神经|脑)[一-龥]{2,3})$")
_BEFORE_BRAND = frozenset("在去到从是往来进回转找看和的了于")
_NO_BRAND = frozenset(
    "医院去在到从当本外面地年月日现农村不想识能可以病的了是我们你您他她它这那哪个一几每某过着还有没就都也再又好最大小看带送上下里附近各家什么怎样"
)
_ARMY = re.compile(r"(?<!\d)\d{3}$")
_REACH = 24


def hospitals(folded: str) -> Iterator[Span]:
    """Yield hospitals called by a place, a brand or an army number."""
    floor = 0
    for found in _END.finditer(folded):
        start = _name_start(folded, found.start(), max(floor, found.start() - _REACH))
        if start < found.start():
            yield Span(start, found.end(), "hospital")
            floor = found.end()


def _name_start(text: str, end: int, floor: int) -> int:
    """Return where the name that ends at `end` (before 医院) begins; `end` itself where it names no one hospital."""
    at, named = end, end
    while at > floor:
        word = _word_before(text, at, floor)
        if not word:
            break
        at -= len(word)
        if word in words("places") or word in words("hospital_brands"):
            named = at
        elif (
            word in _AREAS
            and len(_word_before(text, at, floor)) < 2
            and (start := _area_start(text, at, floor, word)) < at
        ):
            named = at = start
    return _unknown_brand(text, end, at) if named == end else _with_leading_kinds(text, named, floor)


def _word_before(text: str, at: int, floor: int) -> str:
    """Return the longest known word that ends at `at`, or ''."""
    if at <= floor:
        return ""
    if text[at - 1] in ")(" and at - 1 > floor:
        return text[at - 1]
    for length in range(min(6, at - floor), 0, -1):
        word = text[at - length : at]
        if word in words("places") or word in words("hospital_brands") or word in words("hospital_kinds"):
            return word
    return ""


def _area_start(text: str, at: int, floor: int, area: str) -> int:
    """Return where the name of a county, town or district begins (2 to 4 characters, one for 县), or `at`."""
    start = at
    while start > max(floor, at - 4) and "一" <= text[start - 1] <= "龥" and text[start - 1] not in _NO_NAME:
        start -= 1
    return start if at - start >= (1 if area == "县" else 2) else at


def _with_leading_kinds(text: str, start: int, floor: int) -> int:
    """Take in words that belong to the front of a name: 首都, 中国人民解放军."""
    while start > floor:
        word = next(
            (w for w in ("中国人民解放军", "解放军", "武警", "首都", "中国", "国立") if text.endswith(w, floor, start)),
            "",
        )
        if not word:
            break
        start -= len(word)
    return start


def _unknown_brand(text: str, end: int, at: int) -> int:
    """Return where an army number or a brand of auspicious characters (仁爱) before `at` begins, or `end`."""
    if army := _ARMY.search(text[max(0, at - 8) : at]):
        return max(0, at - 8) + army.start()
    name = text[max(0, at - 2) : at]
    if len(name) == 2 and _AUSPICIOUS.fullmatch(name) and name not in words("plain_brands"):
        before = text[at - 3 : at - 2] if at >= 3 else ""
        if not before or before in _BEFORE_BRAND or not "一" <= before <= "龥":
            return at - 2
    if (plain := _AFTER_VERB.search(text[max(0, at - 5) : at])) and not set(plain["name"]) & _NO_BRAND:
        return at - len(plain["name"])
    return end
