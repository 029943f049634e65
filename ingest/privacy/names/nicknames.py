"""Pet names of children (豆豆), and given names where only family uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.context import NEVER_GIVEN, boundary_strength, is_given, is_han
from ingest.privacy.names.person_words import FOREIGN, KIN
from ingest.privacy.names.pet_words import is_family_word, is_pet_name
from ingest.privacy.word_lists import words

_ANNOUNCED = re.compile(
    r"(?:小名|乳名|昵称|绰号|外号|奶名|英文名)(?:就|是)?(?:叫(?:做|作)?|是|为)?[ ]?[:=~→>,;\-“\"「]{0,2}[ ]?"
)
"""`小名叫豆豆` → `小名叫`"""
_OURS = re.compile(
    r"(?:(?:我|你|您|咱)们?家(?:的?(?:孩子|宝贝|宝宝|娃|闺女|儿子|女儿|小子|丫头))?|俺家|"
    r"[我他她](?:儿子|女儿|闺女|宝贝|孩子|娃|外孙女?|孙子|孙女|侄子|侄女|外甥)|叫[他她]?|喊[他她]?|我是|我们|宝贝)"
    r"(?=(?P<two>[一-龥]{2})(?P<third>[一-龥]?))"
)
"""`我家豆豆昨晚又烧了` → `豆豆`"""
_PREDICATE = re.compile(
    r"[^一-龥]|$|[妈爸的今昨最这一二两三四五六七八九十半\d又还也都就已从才刚不没现体出开上下晚早进来能会打测有是在对"
    r"拉吐咳发烧哭闹吃喝睡摔呕腹肚便起长流鼻嗓皮脸手脚头眼耳]|奶奶|爷爷|感冒|反复|一直|精神|过敏"
)
"""`昨晚又烧了` → `昨`"""
_WITH_KIN = re.compile(
    r"(?:^|[^一-龥]|[是叫致])(?P<name>(?![是叫致我])[一-龥]{2,3}?)"
    r"(?=的?(?:妈妈|爸爸|妈咪|爸比|奶奶|爷爷|外婆|外公|姥姥|姥爷|麻麻|粑粑|家长|家属|[妈爸](?=[^一-龥]|$|在|您好|你好))(?P<after>[一-龥]?))"
)
"""`豆豆妈妈您好` → `豆豆`"""
_I_AM_KIN = re.compile(r"我是(?P<name>[一-龥]{2,3})(?:妈妈|爸爸|麻麻|粑粑)(?=[^一-龥]|$)")
"""`我是豆豆妈妈` → `豆豆`"""
_OF = re.compile(rf"(?:我是|这是|好,?是|俺是)(?P<name>[一-龥]{{2,3}}?)的(?:{KIN}|妈|爸|家长|家属|奶|爷)")
"""`我是邱芳的妈妈` → `邱芳`"""
_NO_PET = frozenset("某的了是在什么叫吗我你他她")


def pet_names(text: str) -> Iterator[Span]:
    """Yield pet names.

    After a word for one, `小名叫豆豆`; of one's own child, `我家豆豆又烧了`, `我女儿若曦`;
    before a relative, `豆豆妈妈您好`; and a name between 我是 and a relative, `我是邱芳的妈妈`.
    """
    for match in _ANNOUNCED.finditer(text):
        if foreign := FOREIGN.match(text, match.end()):
            yield Span(*foreign.span(), "name")
        elif end := _end(text, match.end()):
            yield Span(match.end(), end, "name")
    yield from _ours(text)
    for match in _WITH_KIN.finditer(text):
        name = match["name"]
        called = match["after"] in tuple("您你在带说") or not match["after"]
        if is_pet_name(name) or (
            called and not is_family_word(name) and name not in words("doubled") and is_given(name)
        ):
            yield Span(*match.span("name"), "name")
    for pattern in (_I_AM_KIN, _OF):
        for match in pattern.finditer(text):
            if not set(match["name"]) & NEVER_GIVEN and not any(
                word in match["name"] for word in words("family_words")
            ):
                yield Span(*match.span("name"), "name")


def _ours(text: str) -> Iterator[Span]:
    """Find pet names and given names after 我家, 我女儿, 叫, where something is said of them."""
    for match in _OURS.finditer(text):
        at = match.end()
        names = [match["two"] + match["third"]] * bool(match["third"]) + [match["two"]]
        for name in names:
            known = match[0][:1] in "我他她你您咱俺" and match[0] not in ("我是", "我们")
            sure = is_pet_name(name) or (known and len(name) == 2 and is_given(name) and not is_family_word(name))
            if sure and _PREDICATE.match(text, at + len(name)):
                yield Span(at, at + len(name), "name")
                break


def _end(text: str, at: int) -> int:
    """Return the end of a pet name of two or three characters that begins at `at`, or 0."""
    ends = [
        end
        for end in (at + 2, at + 3)
        if end <= len(text) and all(is_han(char) and char not in _NO_PET for char in text[at:end])
    ]
    if not ends:
        return 0
    return at + 2 if text[at] == text[at + 1] else max(ends, key=lambda end: (boundary_strength(text, end), -end))
