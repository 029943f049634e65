"""Names that stand alone between signs: before a sex or a telephone, as signatures, in brackets, after a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.announced import dotted_end
from ingest.privacy.names.context import given_of, has_given, is_full_name, is_given, is_han, name_end
from ingest.privacy.names.person_words import NO_PERSON
from ingest.privacy.names.surnames import surname_length

_LOOSE = re.compile(
    r"[:=→](?!\d)|叫|[写填约记挂用]的(?:名字)?是?|应该是|改[成为]|呼叫|祝(?:好|安|顺利|愉快|安康)[!,。 ]{0,2}|"
    r"[一-龥][人者主](?!任)"
)
"""What often stands before a name, and before much else: names of the common form only, alone up to a sign.
`签字:李娜` → `:`, `应该是李若曦` → `应该是`"""
_SEX = re.compile(
    r"[,，、 /|](?:性别[:：]?)?[男女](?:[^一-龥]|$|性|孩|童|宝)|\([男女](?=[,，、 )])|[男女](?=[,，、 /|"
    r"]{1,2}\d{1,2}(?:岁|个月|天|周))"
)
"""`李诺思,女,2岁` → `,女,`, `李诺思(男)` → `(男`"""
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}|\[电话\]")
"""`李娜 138 0013 8000` → `138 0013 8000`"""
_NAME_ALONE = (
    r"(?:^|[^一-龥A-Za-z0-9·\]])(?P<name>[一-龥]{2,4}|[一-龥]{1,8}(?:·[一-龥]{1,8}){1,2}|"
    rf"{NO_PERSON}[A-Z][a-z]{{2,15}}(?: [A-Z][a-z]{{1,15}})?)"
)
_ALONE = re.compile(rf"{_NAME_ALONE}[,，、 /|]{{0,2}}$")
"""`门诊,李诺思` → `李诺思`"""
_ALONE_WITH_PHONE = re.compile(rf"{_NAME_ALONE}[ ,，:、(]{{0,3}}(?:联系电话|手机号|电话|手机|tel)?[ :是]{{0,3}}$")
"""`,李娜 电话:` → `李娜`"""
_SIGNATURE = re.compile(
    r"(?:-{2,3} ?|@)(?P<foreign>[A-Z][a-z]{2,15}(?: [A-Z][a-z]{1,15})?)(?![A-Za-z@.])|(?:-{2,3} ?|@|"
    r"(?<![^\s,。!！?？;；])- ?)(?P<signed>[一-龥]{2,4}?)(?=[^一-龥]|$|的?[妈爸]|请|医生)|"
    r"[(\[](?P<bracketed>[一-龥]{2,4}|[一-龥]{1,8}(?:·[一-龥]{1,8}){1,2}|"
    r"[A-Z][a-z]{2,15}(?: [A-Z][a-z]{1,15})?)[)\]](?P<who>的?家[长属]|的?[妈爸]| ?[男女])?"
)
"""`--罗敏` → `罗敏`, `(王小明)的家长` → `王小明`"""


def standalone_names(text: str) -> Iterator[Span]:
    """Yield names whose place in the line tells that they are names."""
    for finder in (_listed, _signed, _loose):
        yield from (Span(start, end, "name") for start, end in finder(text))


def _loose(text: str) -> Iterator[tuple[int, int]]:
    """Find names of three characters, or of one that only names have, alone after a colon, 叫, 应该是."""
    for match in _LOOSE.finditer(text):
        at = match.end()
        end = name_end(text, at, 3)
        given = given_of(text[at:end]) if end else ""
        if end and (is_given(given) or (len(given) == 2 and has_given(given))):
            yield at, end


def _listed(text: str) -> Iterator[tuple[int, int]]:
    """Find names that stand alone between signs, before a sex or a mobile number."""
    for sign, alone in ((_SEX, _ALONE), (_MOBILE, _ALONE_WITH_PHONE)):
        for match in sign.finditer(text):
            start = max(0, match.start() - 24)
            name = alone.search(text[start : match.start()])
            direct = name and match[0] in "男女"  # no sign before the sex: only common given characters will do
            if name and _may_stand_alone(name["name"], bool(direct)):
                yield start + name.start("name"), start + name.end("name")


def _may_stand_alone(name: str, direct: bool) -> bool:
    if not is_han(name[0]):
        return not direct
    return (is_full_name(name) and (not direct or is_given(given_of(name)))) or ("·" in name and not direct)


def _signed(text: str) -> Iterator[tuple[int, int]]:
    """Find names that are signatures (—— 罗敏), alone in brackets, or after @."""
    for match in _SIGNATURE.finditer(text):
        if match["signed"] and (dotted := dotted_end(text, match.start("signed"))):
            yield match.start("signed"), dotted
            continue
        kind = next(kind for kind in ("foreign", "signed", "bracketed") if match[kind])
        if kind == "foreign" or _is_signature(match[kind], sure=kind == "signed" or bool(match["who"])):
            yield match.span(kind)


def _is_signature(name: str, *, sure: bool) -> bool:
    if not is_han(name[0]):
        return sure
    given = given_of(name)
    known = sure or surname_length(name, 0) == 2 or is_given(given) or (len(given) == 2 and has_given(given))
    return "·" in name or (is_full_name(name) and known)
