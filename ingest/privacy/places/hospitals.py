"""Names of hospitals and clinics. Words for any hospital (三甲医院, 当地县医院, 儿童医院) stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.context import is_full_name, is_han
from ingest.privacy.places.place_names import places
from ingest.privacy.word_lists import words

_END = re.compile(
    r"(?:妇女?儿童?中心(?!医)|妇幼保健计划生育服务中心|妇幼保健院|妇幼保健中心|医疗保健中心|社区卫生服务中心|社区卫生服务站|卫生服务中心|"
    r"卫生服务站|中西医结合医院|中医医院|中医院|儿科研究所|儿童医学中心|儿童医疗中心|妇女儿童医疗中心|"
    r"医学中心|医疗中心|医院|卫生院|保健院|保健所|妇保院|卫生室|卫生所|诊所|门诊部|疗养院|儿研所|"
    r"妇幼(?![保女])|儿医(?!院)|附?儿院|[妇儿]{1,2}中心(?!医)|(?<=[一-龥])[一二三四五六七八九十](?:附)?院(?![子内前后落])|"
    r"医大[一二]院|[一二三]?附院|附[一二三]院)"
    r"(?:第[一二三四五六七八九十]医学中心|[一-龥]{1,7}(?:院区|分院))?"
)
"""`宝安区妇幼保健院` → `妇幼保健院`, `附一院` → `附一院`"""
_AREAS = frozenset(
    ("省", "市", "县", "区", "镇", "乡", "州", "地区", "自治区", "自治州", "街道", "社区", "路", "村", "庄")
)
_AUSPICIOUS = re.compile(
    r"[仁爱博康和济慈德安宁华美福慧圣瑞泰民惠益恒同协普善佑明光友谊长庚天佳信诚维健东方阳嘉怡惟景弘广国恩馨]{2}"
)
"""`仁爱` → `仁爱`"""
_AFTER_VERB = re.compile(r"[在去到从](?P<name>(?!宠物|三甲|治疗|专治|综合|许多|决定|神经|脑)[一-龥]{2,3})$")
"""`我们去本钢` → `本钢`"""
_BEFORE_BRAND = frozenset("在去到从是往来进回转找看和的了于")
_NO_BRAND = frozenset(
    "医院去在到从当本外面地年月日现农村不想识能可以病的了是我们你您他她它这那哪个一几每某过着还有没就都也再又好最大小看带送上下里附近各家什么怎样"
    "选择挑找国专正规般疗治定许多决普通其另同哪且之和与及或等给跟时候后前入出住转进回据说听"
)
"""Characters that no hospital's own name has."""
_NO_PART = frozenset(
    "医院去在到从当本外地年月日现想识能可以病的了是我们你您他她它这那哪个几每某过着还有没就都也再又最看带送附近各家什么怎样选择挑找且之及或等给跟时候后"
    "入出住转回据说听今昨明天"
)
_STRUCTURE = re.compile(
    r"第[一二三四五六七八九十]|人民|中心|中医|妇幼|妇女|附属|儿童|红十字|市立|医学院|大学|社区卫生|卫生服务|总医院|(?:儿|口腔|妇产?|中医|骨)科(?:诊所|门诊部)"
)
"""`第一人民医院` → `第一`"""
_TOWN = re.compile(r"[镇乡村庄街路桥店集铺坪沟屯营寨堡岗湾]$")
"""`张家庄` → `庄`"""
_SHORT = re.compile(
    r"[京津沪渝冀豫滇辽黑湘皖鲁苏浙赣鄂桂晋蒙陕吉闽贵粤川琼宁山河哈安温徐南西广锦北重福新昆遵汕承蚌长大青]{1,2}医大?(?:附?[一二三四五]|附属|附)院"
    r"|(?:(?<=[在去到从回于])|(?<![一-龥]))(?:川医|华西|湘雅|协和|同济|瑞金|仁济|齐鲁|盛京|西京|唐都|积水潭|省人民|市人民)"
    r"(?=[看查做住生挂开确拍手治]|[^一-龥]|$)"
)
"""Hospitals by the short names of their towns, and the best known without the word hospital.
`住徐医附院,` → `徐医附院`"""
_LEFT = frozenset("在去到从往是回转找的了于给说院住位:")
"""After these a hospital's name may begin."""
_ARMY = re.compile(r"(?<!\d)\d{3}$")
"""`去301` → `301`"""
_REACH = 24


def hospitals(folded: str) -> Iterator[Span]:
    """Yield hospitals called by a place, a brand or an army number."""
    yield from (Span(*match.span(), "hospital") for match in _SHORT.finditer(folded))
    floor = 0
    for match in _END.finditer(folded):
        start = _find_name_start(folded, match.start(), max(floor, match.start() - _REACH))
        if start < match.start():
            yield Span(start, match.end(), "hospital")
            floor = match.end()


def _find_name_start(text: str, end: int, floor: int) -> int:
    """Return where the name that ends at `end` (before 医院) begins; `end` itself where it names no one hospital."""
    at, named = end, end
    while at > floor:
        word = _word_before(text, at, floor) or _gap_before(text, at, floor)
        if not word:
            break
        at -= len(word)
        if word in places() or word in words("hospital_brands"):
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
    for length in range(min(8, at - floor), 0, -1):
        word = text[at - length : at]
        if word in places() or word in words("hospital_brands") or word in words("hospital_kinds"):
            return word
    return ""


def _gap_before(text: str, at: int, floor: int) -> str:
    """Return the one to six unknown characters between `at` and a known place or brand before them, or ''."""
    for length in range(1, min(7, at - floor)):
        if not _is_part(text, at - length):
            return ""
        before = _word_before(text, at - length, floor)
        area = before in _AREAS and len(_word_before(text, at - length - len(before), floor)) > 1
        kind = len(before) > 1 and before in words("hospital_kinds")
        if before in places() or before in words("hospital_brands") or area or kind:
            return text[at - length : at]
    return ""


def _is_part(text: str, at: int) -> bool:
    """Return whether a character may stand in a hospital's own name; 家 only as in 张家庄."""
    return is_han(text[at]) and (
        text[at] not in _NO_PART or (text[at] == "家" and bool(_TOWN.match(text[at + 1 : at + 2])))
    )


def _area_start(text: str, at: int, floor: int, area: str) -> int:
    """Return where the name of a county, town or district begins (2 to 4 characters, one for 县), or `at`.

    Nothing but a sign or a verb may stand before it.
    """
    start = at
    while start > max(floor, at - 4) and _is_part(text, start - 1) and text[start - 1] not in _LEFT:
        start -= 1
    if text[start] in "和与及跟" and start < at:
        start += 1
    begins = start == 0 or not is_han(text[start - 1]) or text[start - 1] in _LEFT
    return start if begins and at - start >= (1 if area == "县" else 2) else at


def _with_leading_kinds(text: str, start: int, floor: int) -> int:
    """Take in words that belong to the front of a name: 首都, 中国人民解放军."""
    while start > floor:
        word = next(
            (
                w
                for w in ("中国人民解放军", "解放军", "武警", "首都", "中国", "国立", "高新区", "开发区", "经开区")
                if text.endswith(w, floor, start)
            ),
            "",
        )
        if not word:
            break
        start -= len(word)
    return start


def _unknown_brand(text: str, end: int, at: int) -> int:
    """Return where an army number or a brand of auspicious characters (仁爱) before `at` begins, or `end`.

    Where the name is built like a hospital's (…第一人民医院), any two to four characters are its brand.
    """
    if army := _ARMY.search(text[max(0, at - 8) : at]):
        number = max(0, at - 8) + army.start()
        return min(number, _find_name_start(text, number, max(0, number - _REACH)))
    name = text[max(0, at - 2) : at]
    if len(name) == 2 and _AUSPICIOUS.fullmatch(name) and name not in words("plain_brands"):
        before = text[at - 3 : at - 2] if at >= 3 else ""
        if not before or before in _BEFORE_BRAND or not "一" <= before <= "龥":
            return at - 2
    if (plain := _AFTER_VERB.search(text[max(0, at - 5) : at])) and not set(plain["name"]) & _NO_BRAND:
        return at - len(plain["name"])
    start = _built_start(text, at)
    return start if start < at else end


def _built_start(text: str, at: int) -> int:
    """Return where the two to four characters before 第一人民医院 and the like begin, or `at`."""
    start = at
    while start > max(0, at - 4) and _is_part(text, start - 1) and text[start - 1] not in _LEFT:
        start -= 1
    begins = start == 0 or not is_han(text[start - 1]) or text[start - 1] in _LEFT
    name = text[start:at]
    small = text.startswith(("卫生院", "卫生室", "卫生所", "诊所"), at)
    built = (_TOWN.search(name) or is_full_name(name)) if small else _STRUCTURE.match(text, at)
    return start if begins and built and at - start >= 2 else at
