"""Postal addresses finer than a city. Provinces and cities alone stay: they tell nobody apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.places.place_names import place_within

_REACH = 48
"""Characters looked at on either side of a sign of an address; the longest real ones are near 60."""

_AREA = (
    "省|自治区|特别行政区|(?<!城)市|自治州|自治县|地区|州|盟|新区|开发区|高新区|区|县|旗|镇|乡|街道办?|社区|"
    "居委会|村委会|村|庄|屯|寨"
)
ROAD = "路|大道|大街|街|巷|弄|胡同|公路|国道|环路"
ESTATE = (
    "小区|花园|家园|佳园|嘉园|雅园|名园|公园|庄园|苑|公寓|新村|新城|广场|大厦|山庄|别墅|宿舍|家属院|"
    "家属楼|大院|公馆|名都|豪庭|华庭|花城|世纪城|"
    "城邦|国际城|名城|府邸|华府|雅居|工业园|科技园|产业园|写字楼|商城|农场|林场"
)
_NUMBER = (
    r"(?:[第甲乙丙丁]?[A-Za-z]?\d{1,5}(?:[\-之]\d{1,4}){0,3}[A-Za-z]?|[一二三四五六七八九十百零〇]{1,5}|"
    r"[A-Za-z甲乙丙丁东西南北])"
)
_NUMBERED = "号楼|号院|号门|号|栋|幢|座|单元|室|楼|层|弄|组|队|社|门|户|期|区|房|#楼?"
_KIND = rf"(?:{ESTATE}|{_AREA}|{ROAD})"
_FLAT = (
    r"(?:(?<=[一-龥])\d{1,3}(?:[\-#]\d{1,4}){1,3}(?!\.?\d|[年月日岁天个])|"
    r"(?<=[栋幢元楼座号\-层苑园区#])[A-Za-z]?\d{2,4}(?!\.?\d|[年月日岁天个\-]))"
)
_HOUSE = r"[A-Za-z]?\d{1,3}(?:号楼|栋|幢|座|#|单元|(?:-\d{1,2}){1,2}-\d{2,4})"
"""What follows the name of an estate, whatever it is (御景湾10幢)."""
_UNIT = (
    rf"(?:{_NUMBER}(?:{_NUMBERED})|[一-龥]{{1,8}}?{_KIND}|[一-龥]{{2,6}}\d{{1,4}}(?:{ESTATE})|"
    rf"[一-龥]{{2,8}}?(?={_HOUSE}))"
)
_NEXT = (
    rf"(?:{_NUMBER}(?:{_NUMBERED})|[一-龥]{{0,8}}?{_KIND}|[一-龥]{{2,8}}?(?={_HOUSE}|\([一-龥]{{2,9}}(?:路|街|道|"
    rf"巷))|{_FLAT})"
)
_CHAIN = re.compile(rf"{_UNIT}(?:[ \-(]{{0,2}}{_NEXT}\)?){{0,11}}")
"""`住金水区文三路652号,` → `住金水区文三路652号`"""

_SIGN = re.compile(
    rf"(?:{ROAD}|{ESTATE}|村|社区|街道)(?:东|西|南|北|中)?[ ]?{_NUMBER}(?:{_NUMBERED})"
    rf"|(?:号楼|栋|幢|座|单元)[ ]?(?:{_NUMBER}(?:单元|室|楼|层|号|门|户)|\d{{3,4}}室?)"
    rf"|(?<=[一-龥])\d{{1,3}}(?:-\d{{1,2}}){{1,2}}-\d{{3,4}}(?![\d-])|(?<=[一-龥])\d{{1,3}}#\d{{3,4}}(?!\d)"
)
"""`住长江西路25号` → `路25号`, `3栋2单元` → `栋2单元`"""
_ANY_HOUSE = re.compile(_HOUSE)
"""`御景湾10幢` → `10幢`"""
_AREA_END = re.compile(
    r"区(?<![地市郊山小社牧灾疫病肝胃心肺辖片]区)|县(?<![本全该外各邻临近属一]县)|"
    r"镇(?<![城乡集]镇)(?![咳痛静定])|乡(?<![城下]乡)|街道|村(?<![农山乡]村)|"
    rf"{ROAD}|{ESTATE}"
)
"""`在西湖区` → `区`, `在郊区` → –"""
_SCHOOL = re.compile(
    r"(?:(?P<led>(?<=在)|(?<=读)|(?<=读于)|(?<=来自)|(?<=学校是)|(?<=学校:))|(?<=[是:,，。 \n])|^)"
    r"(?P<name>(?:(?![在读于])[一-龥]){2,10}?)(?:幼儿园|小学|中学|附小|附中)(?![生教习])"
    r"(?P<class>[(]?[\d一二三四五六七八九高初大中小][\d一二三四五六七八九年级班)(]{1,7})?"
)
"""`在育才小学三年级读书` → `育才`"""
_ANY_SCHOOL = re.compile(
    r"[我你他她它您的了这那哪个一几上读去在有没从到和说就也都还要能会让送给吗吧呢孩宝娃们家附近当地里公私立普通民办外面楼下门口小区村镇县城乡今明昨天年月日前后时候]"
)
"""Characters that no school's own name has, or that say what kind of school it is. `附近` → `附`"""
_SCHOOL_KINDS = frozenset(["实验", "中心", "九年制", "寄宿", "双语", "国际", "重点", "职业", "特殊", "蒙氏", "全托"])
_CUE = re.compile(
    r"(?:住址|地址|户籍地?|籍贯|所在地|家庭地址|联系地址|收货地址|邮寄地址|通讯地址|现住|家住|住在|我住|"
    r"我家在|家在|居住地?|居住在|我们?在|小区是|快递到|(?<![一-龥])住|暂住|租住在|寄到|寄往|请寄|寄给|送到|位于|搬到|来自|定位|坐标|老家|出生地)"
    r"[址点地]?(?:[是为在于]|[^A-Za-z0-9一-龥。!?！？\n\[]){0,4}"
)
"""`家庭住址:幸福小区` → `住址:`"""
_LEAD = re.compile(
    r".*(?:住址|地址|户籍|籍贯|所在地|现住|家住|住在|居住|[住在到去来从于往寄送回是为:]|我们|咱们|您们|"
    r"你们|他们|孩子|宝宝|患者|目前|现在|老家|定位|坐标|姓名|电话)(?:是|在|了|于|为)?"
)
"""`我家地址是幸福小区` → `我家地址是`"""
_VAGUE = re.compile(
    r"^(?:我们|你们|他们|这个|那个|哪个|一个|本|该|某|全|各|当地|附近|同|整个|邻近|外|老|每个|所在|农|新|"
    r"城|小|社|街|马|大|走|开|尿|思|铁|网|市|郊|地|乡|山|县|"
    r"镇|村|公|隔壁|楼下|门口)?(?:小区|社区|街道|村|镇|乡|县|区|市|路|街|广场|公园|公寓|宿舍|大街|公路|"
    r"新区|大院|花园|庄|州)$"
)
"""`我们小区` → `我们小区`, `阳光小区` → –"""

_TALK = re.compile(
    r"[某的了是有没不吗呢吧啊他她你我很就都也还又再去来看说问做开吃药医院病诊症]|建议|农村|乡村|乡镇|(?:^|[老新主市])城区|"
    r"市区|郊区|小镇|县城"
)
"""`农村` → `农村`, `有个村` → `有`"""


def addresses(folded: str) -> Iterator[Span]:
    """Yield addresses that go below the city: by street and house, estate and flat, named district, or after a cue.

    A school with its name is one as well.
    """
    yield from _schools(folded)
    end = 0
    for match in sorted(
        (*_SIGN.finditer(folded), *_AREA_END.finditer(folded), *_CUE.finditer(folded)), key=re.Match.start
    ):
        if match.start() < end:
            continue
        span = _around(folded, match, end)
        if span:
            end = span[1]
            yield Span(*span, "address")


def _schools(text: str) -> Iterator[Span]:
    """Yield schools with a name, where a place begins it, a class follows, or a word leads to it."""
    for match in _SCHOOL.finditer(text):
        name, start = match["name"], match.start("name")
        placed = place_within(text, start, start + 4) == start
        own = name not in _SCHOOL_KINDS and not _ANY_SCHOOL.search(name)
        if (
            (placed and len(name) > 2)
            or (match["class"] and not _ANY_SCHOOL.search(name))
            or (own and match["led"] is not None)
        ):
            yield Span(start, match.end(), "address")


def _around(text: str, sign: re.Match[str], floor: int) -> tuple[int, int] | None:
    """Return the address a sign belongs to, or None. `floor`: what lies before is taken."""
    if sign.re is _CUE:
        return _after_cue(text, sign.end())
    first = max(floor, sign.start() - _REACH)
    if sign.re is _AREA_END and place_within(text, max(first, sign.start() - 14), sign.end()) < 0:
        return None
    for chain in _CHAIN.finditer(text, first, min(len(text), sign.end() + _REACH)):
        if chain.start() <= sign.start() < chain.end():
            start = _start(text, chain.start(), chain.end())
            known = place_within(text, start, chain.end()) >= 0 or sign.re is _SIGN
            return (start, chain.end()) if known and _is_fine(text[start : chain.end()], sign.re is _SIGN) else None
    return None


def _after_cue(text: str, at: int) -> tuple[int, int] | None:
    chain = _CHAIN.match(text, at, min(len(text), at + _REACH))
    if not chain:
        return None
    lead = _LEAD.match(text, at, max(at, chain.end() - 3))
    start = lead.end() if lead else at
    numbered = bool(_SIGN.search(chain[0]) or _ANY_HOUSE.search(chain[0]))
    return (start, chain.end()) if _is_fine(text[start : chain.end()], numbered) else None


def _start(text: str, start: int, end: int) -> int:
    """Return where an address begins: at its first known place, else after the last word that leads to it."""
    first_unit = re.compile(_UNIT).match(text, start, end)
    limit = first_unit.end() if first_unit else end
    known = place_within(text, start, limit)
    if known >= 0:
        return known
    lead = _LEAD.match(text, start, max(start, limit - 2))
    return lead.end() if lead else start


def _is_fine(address: str, numbered: bool) -> bool:
    """Return whether an address names more than a city, and more than any village or road."""
    if _VAGUE.match(address) or re.match(
        r"^[\d一二三四五六七八九十百零〇]+(?:号|楼|层|组|门|户|期|区|房|室|社|队)$", address
    ):
        return False
    if numbered:
        return not re.search(r"某|医院|门诊|住院|病", address)
    if _TALK.search(address):
        return False
    known = place_within(address, 0, len(address))
    rest = re.sub(r"^[一-龥]{2,8}?(?:省|自治区|市)", "", address) if known == 0 else address
    return bool(
        re.search(rf"[一-龥]{{1,8}}(?:{ROAD}|{ESTATE}|区|县|镇|乡|街道|社区|村|庄|屯|寨|旗)", rest)
    ) and not _VAGUE.match(rest)
