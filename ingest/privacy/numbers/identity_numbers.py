"""Telephone numbers, identity and bank cards, passports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.numbers.checksums import has_province, id_card_check, is_month_day, passes_luhn

_SEPARATOR = r"[ \-._·/*,~、)\n]"

_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d[.])(?:(?:\(?(?:\+|00)86\)?|\(86\)|86(?=[ \-1]))[ \-]?)?"
    rf"(?P<number>1{_SEPARATOR}?[3-9](?:(?:{_SEPARATOR}| - )?\d){{9}})(?!\d|\.\d)"
)
"""`打138-0013-8000找我` → `138-0013-8000`"""
_GROUPS = frozenset(
    {(11,), (3, 4, 4), (4, 3, 4), (3, 3, 5), (3, 8), (7, 4), (5, 6), (4, 4, 3), (3, 4, 2, 2), (6, 5), (5, 3, 3)}
)
"""How mobile numbers are grouped; all single digits besides. A row of measured values hardly ever falls into these."""
_HIDDEN_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[*xX]{4}\d{4}(?!\d)")
"""`号就是138****5678` → `138****5678`"""
_OWN = r"(?=,?(?:这|那)?就?是?(?:我|我们|我家|家里|家|单位|办公室|科室|科里)?的?(?:座机|固话|电话|传真))"
"""What follows a number and says that it is one: 057187061007是座机."""
_LANDLINE = re.compile(
    r"(?<![\d.])(?:(?:\+|00)86[ \-]?)?(?P<area>\(0[1-9]\d{1,2}\)[ \-]?|0[1-9]\d{1,2}[ \-/]{1,3}|0[1-9]\d{1,2})"
    r"(?P<local>[2-9]\d{6,7}|[2-9]\d{2,3}[ \-]\d{4})(?:[ ,]?(?:转|分机|ext\.?|-)[ ]?\d{1,5})?(?![\d.]\d|\d)"
)
"""`打029-85967292预约` → `029-85967292`"""
_AREA = re.compile(
    r"010|02[0-57-9]|0(?:3[1357][0-9]|39[1-68]|4[1-8][1-9]|5[1-9][0-9]|6[3-9][0-9]|7[1-9][0-9]|8[1-9][0-9]|9[0-79][0-9])"
)
"""Area codes of the mainland. `0571` → `0571`"""
_LANDLINE_FROM_ABROAD = re.compile(
    r"(?<![\d.\-])(?:\+|00)?86[ \-]\(?[1-9]\d{1,2}\)?[ \-](?:[2-9]\d{6,7}|[2-9]\d{2,3}[ \-]\d{4})(?!\d|[.\-]\d)"
)
"""`打+86-10-59787491` → `+86-10-59787491`"""
_OWN_LANDLINE = re.compile(rf"(?<![\d.\-])0[1-9]\d{{1,2}}[2-9]\d{{6,7}}(?!\d){_OWN}")
"""`057187061007是座机` → `057187061007`"""
_SERVICE = re.compile(r"(?<![\d.\-])[48]00(?:[ \-]?\d){7}(?!\d|[.\-]\d)")
"""`打4001113660` → `4001113660`"""
_SERVICE_GROUPS = frozenset({(10,), (3, 3, 4), (3, 4, 3), (3, 7), (6, 4), (3, 2, 5), (3, 5, 2), (7, 3)})
_ABROAD = re.compile(r"(?<![\d+])\+(?!86)[1-9]\d{0,2}[ \-]?\(?\d(?:[ \-)]{0,2}\d){6,11}(?!\d)")
"""`电话+852 6123 4567` → `+852 6123 4567`"""
_PHONE_CUE = re.compile(
    (
        r"(?:电话|座机|手机|小灵通|联系方式|联系我|联络|号码|热线|致电|拨打|拨|呼叫|传真|call|tel|phone|mobile|"
        r"fax|留个?号|我的号|机号)[编号码是为:. (了我吧,]{0,6}$"
    ),
    re.I,
)
"""`联系电话是` → `电话是`"""
_LOCAL = re.compile(r"(?<![\d.\-])(?:0[2-9]-)?[2-9]\d{2,3}[ \-]?\d{4}(?![\d年]|[.\-]\d)")
"""A number without area code, or with one of Taiwan's. `打8559-6729` → `8559-6729`"""
_CODE_BEFORE = re.compile(r"[A-Za-z]{2,12}$")
"""`型号SN` → `SN`"""
_PHONE_WORD = re.compile(r"(?:tel|phone|mobile|call|vx|wx|wechat|qq|no|[vtm])$", re.I)
"""`mobile` → `mobile`"""

_ID18 = re.compile(
    r"(?<!\d)[1-9]\d{5}[ \-]?(?:18|19|20)\d{2}[ \-]?[01]\d[ \-]?[0-3]\d[ \-]?\d{3}[ \-]?[\dXx](?![\dA-Za-z])"
)
"""`身份证110105201508244369` → `110105201508244369`"""
_ID18_SPACED = re.compile(r"(?<!\d)(?!99)[1-9](?:[ \-]?\d){16}[ \-]?[\dXx](?![\dA-Za-z])")
"""`11 0105 2015 0824 4369` → `11 0105 2015 0824 4369`"""
_ID15 = re.compile(r"(?<![\dA-Za-z.])[1-9]\d{5}[ \-]?\d\d[01]\d[0-3]\d[ \-]?\d{3}(?![\dA-Za-z]|\.\d)")
"""`号码:440106820301560` → `440106820301560`"""
_ID_CUE = re.compile(
    r"(?:身份证|身份號|身份[zZ正]|身份证明|证件号|证件|ID|id|sfz|公民身份|户口[本簿]|"
    r"社会保障号)[编号码是为:. (的件上card\[=→~>]{0,8}$",
    re.I,
)
"""`孩子身份证号为` → `身份证号为`"""
_ID_END = re.compile(
    r"(?:身份证|证件)(?:号码?)?的?(?:后|末|尾号?|"
    r"最后)[四六八468]位(?:数字?)?[是为: ]{0,3}(?P<end>(?!99)\d{3,7}[\dXx])(?!\d)"
)
"""`身份证后六位31002X` → `31002X`"""
_ID_LOOSE = re.compile(r"(?<![\dA-Za-z])(?!99)[1-9]\d{5}[\d*]{8,11}[\dXx](?![\dA-Za-z*])")
"""`证件110105********4369` → `110105********4369`"""

_BANK = re.compile(
    r"(?<![\dA-Za-z.])[1-9]\d{3}(?:(?:[ \-]?\d{4}){2}(?:[ \-]?\d{1,4}){1,2}|\d{2}[ \-]\d{9,13})(?![\dA-Za-z]|\.\d)"
)
"""`卡号:6222028340742261` → `6222028340742261`"""
_BANK_CUE = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户|储蓄卡|信用卡|借记卡|工资卡|医保卡|社保卡|行卡|[工建农中交招]行|"
    r"银行|打款|汇款|"
    r"转账)[编号码是为:. (的到,]{0,8}$"
)
"""`我的储蓄卡号是` → `储蓄卡号是`"""
_FOURS = re.compile(r"62\d\d(?: \d{4}){3}(?: \d{1,3})?")
"""A UnionPay card as it is printed: one digit misread does not make it anything else.
`6225 8801 2345 6789` → `6225 8801 2345 6789`"""
_ISSUERS = re.compile(r"62|4|5[1-5]|3[4-7]|60|9558|9[05]")
"""`6222` → `62`"""

_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EGeg]\d{8}|[Ee][A-HJ-NP-Za-hj-np-z]\d{7})(?![A-Za-z0-9])")
"""`护照E12345678` → `E12345678`"""
_TRAVEL_PAPER = re.compile(r"(?<![A-Za-z0-9])(?!X00)[A-Za-z]{1,2}(?: ?\d){7,10}(?![A-Za-z0-9])")
"""`通行证C 12345678` → `C 12345678`"""
_PASSPORT_CUE = re.compile(r"(?:护照|通行证|回乡证|台胞证|居留证|passport)[编号码是为:. (的No#]{0,8}$", re.I)
"""`护照号是` → `护照号是`"""
_CODE_CUE = re.compile(r"[字号码证型批]$")
"""`批准文号` → `号`"""


def phones(folded: str) -> Iterator[Span]:
    """Yield mobile, landline, service (400, 800) and foreign numbers, and local ones after a cue."""
    for match in _MOBILE.finditer(folded):
        cued = _after(_PHONE_CUE, folded, match.start())
        if (cued or _is_grouped(match["number"], _GROUPS)) and _is_free_of_letters(folded, match.start()):
            yield Span(*match.span(), "phone")
    for match in _SERVICE.finditer(folded):
        if _is_grouped(match[0], _SERVICE_GROUPS):
            yield Span(*match.span(), "phone")
    for match in _LANDLINE.finditer(folded):
        bare = match["area"].isdigit()
        known = _AREA.match(match["area"]) and not _after(_CODE_CUE, folded, match.start())
        if not bare or known or _after(_PHONE_CUE, folded, match.start()):
            yield Span(*match.span(), "phone")
    for pattern in (_HIDDEN_MOBILE, _LANDLINE_FROM_ABROAD, _OWN_LANDLINE, _ABROAD):
        yield from (Span(*match.span(), "phone") for match in pattern.finditer(folded))
    for match in _LOCAL.finditer(folded):
        if _after(_PHONE_CUE, folded, match.start()):
            yield Span(*match.span(), "phone")


def id_cards(folded: str) -> Iterator[Span]:
    """Yield ID numbers of 18 characters (right checksum, or X) and 15 (right province and date), any after a cue."""
    for pattern in (_ID18, _ID18_SPACED):
        for match in pattern.finditer(folded):
            bare = re.sub(r"[ \-]", "", match[0])
            plausible = has_province(bare) and is_month_day(bare[10:14])
            right = plausible and (bare[17] in "Xx" or id_card_check(bare[:17]) == bare[17])
            if right or _after(_ID_CUE, folded, match.start()):
                yield Span(*match.span(), "id_card")
    for match in _ID15.finditer(folded):
        bare = re.sub(r"[ \-]", "", match[0])
        if has_province(bare) and is_month_day(bare[8:12]):
            yield Span(*match.span(), "id_card")
    yield from (Span(*match.span("end"), "id_card") for match in _ID_END.finditer(folded))
    for match in _ID_LOOSE.finditer(folded):
        if "****" in match[0] or _after(_ID_CUE, folded, match.start()):
            yield Span(*match.span(), "id_card")


def bank_cards(folded: str) -> Iterator[Span]:
    """Yield card numbers of 16 to 19 digits: known issuer and Luhn check or printed groups, or any after a cue."""
    for match in _BANK.finditer(folded):
        digits = re.sub(r"[ \-]", "", match[0])
        if not 15 <= len(digits) <= 19:
            continue
        known = (
            len(digits) >= 16
            and bool(_ISSUERS.match(digits))
            and (passes_luhn(digits) or bool(_FOURS.fullmatch(match[0])))
        )
        if known or _after(_BANK_CUE, folded, match.start()):
            yield Span(*match.span(), "bank_card")


def passports(folded: str) -> Iterator[Span]:
    """Yield Chinese passports by their form, and other travel papers after a cue."""
    for match in _PASSPORT.finditer(folded):
        if not _after(_CODE_CUE, folded, match.start()) or _after(_PASSPORT_CUE, folded, match.start()):
            yield Span(*match.span(), "passport")
    for match in _TRAVEL_PAPER.finditer(folded):
        if _after(_PASSPORT_CUE, folded, match.start()):
            yield Span(*match.span(), "passport")


def _after(cue: re.Pattern[str], folded: str, start: int) -> bool:
    """Return whether a cue ends where the number starts (16 characters back are enough for all cues)."""
    return bool(cue.search(folded[max(0, start - 16) : start]))


def _is_grouped(number: str, allowed: frozenset[tuple[int, ...]]) -> bool:
    """Return whether a number's digits stand in groups as people write it, or each for itself."""
    groups = tuple(len(group) for group in re.split(r"[^\d]+", number))
    return groups in allowed or set(groups) == {1}


def _is_free_of_letters(folded: str, start: int) -> bool:
    """Return whether no code of letters (SN138…) runs into the number, unless it says telephone."""
    code = _CODE_BEFORE.search(folded[max(0, start - 12) : start])
    return code is None or bool(_PHONE_WORD.search(code[0]))
