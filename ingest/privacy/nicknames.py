"""Pet names of children (豆豆), and given names where only family uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import NEVER_GIVEN, is_given, is_han, strength
from ingest.privacy.kinds import Span
from ingest.privacy.names import FOREIGN, KIN
from ingest.privacy.wordlists import words

_ANNOUNCED = re.compile(r"(?:小名|乳名|昵称|绰号|奶名|英文名)(?:就|是)?(?:叫(?:做|作)?|是|为)?[ ]?[:“\"「]?[ ]?")
_OURS = re.compile(
    r"(?:我家|我们家|咱家|俺家|你家|您家|叫|我是|我们)(?P<name>(?P<one>[一-龥])(?P=one))(?=[^一-龥]|$|"
    r"[妈爸的今昨最这一二两三四五六七八九十\d]|奶奶|爷爷|有|从|咳|发烧|吃|又|还)"
)
_WITH_KIN = re.compile(
    r"(?:^|[^一-龥]|[是叫致])(?P<name>(?P<one>[一-龥])(?P=one)|小(?P<given>[一-龥]{1,2}))"
    r"(?=妈妈|爸爸|妈咪|爸比|奶奶|爷爷|外婆|外公|姥姥|姥爷|麻麻|粑粑)"
)
_I_AM_KIN = re.compile(r"我是(?P<name>[一-龥]{2,3})(?:妈妈|爸爸|麻麻|粑粑)(?=[^一-龥]|$)")
_OF = re.compile(rf"(?:我是|这是|好,?是|俺是)(?P<name>[一-龥]{{2,3}}?)的(?:{KIN}|妈|爸|家长|家属|奶|爷)")
_NO_PET = frozenset("某的了是在什么叫吗我你他她")


def pet_names(text: str) -> Iterator[Span]:
    """Yield names after 小名, doubled ones after 我家 and 叫, and those of 我是…的妈妈."""
    for found in _ANNOUNCED.finditer(text):
        if foreign := FOREIGN.match(text, found.end()):
            yield Span(*foreign.span(), "name")
        elif end := _end(text, found.end()):
            yield Span(found.end(), end, "name")
    for found in _OURS.finditer(text):
        if found["name"] not in words("doubled"):
            yield Span(*found.span("name"), "name")
    for found in _WITH_KIN.finditer(text):
        if found["name"] not in words("doubled") | words("family_words") and is_given(found["given"] or found["one"]):
            yield Span(*found.span("name"), "name")
    for found in _I_AM_KIN.finditer(text):
        if not set(found["name"]) & NEVER_GIVEN and not any(word in found["name"] for word in words("family_words")):
            yield Span(*found.span("name"), "name")
    for found in _OF.finditer(text):
        if found["name"] not in words("family_words") and not set(found["name"]) & NEVER_GIVEN:
            yield Span(*found.span("name"), "name")


def _end(text: str, at: int) -> int:
    """Return the end of a pet name of two or three characters that begins at `at`, or 0."""
    ends = [
        end
        for end in (at + 2, at + 3)
        if end <= len(text) and all(is_han(char) and char not in _NO_PET for char in text[at:end])
    ]
    if not ends:
        return 0
    return at + 2 if text[at] == text[at + 1] else max(ends, key=lambda end: (strength(text, end), -end))
