"""Names without a word that announces them: persons called, greeted or spoken of (请张伟明到2诊室, 黄子轩的化验单).

Nothing but what follows says that it is a name: it stands alone before that, or its given characters are common ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.context import given_of, has_given, is_full_name, is_given, is_han
from ingest.privacy.names.person_words import FOREIGN, OTHER_LETTERS
from ingest.privacy.names.surnames import COMMON, ends_word, surname_length
from ingest.privacy.word_lists import words

_BEFORE = re.compile(r"(?:\d床|下一[位个]|转告|[查看问](?:一?下)?|打印|[这那的]是|[请叫喊给])$")
"""`请帮我查下` → `查下`"""
_AFTER = re.compile(
    r"(?=[你您进的请来在家小同敬,， 到轮男女化检结报病片CB彩胸血住就挂谨拜复主名(])(?:你好|您好|进来|的?(?:妈妈|"
    r"爸爸)|请进|来一下|来了?吗|在吗|在线|在不在|的?(?:家属|家长)|小朋友|小宝贝|同学|[敬谨拜]上|请看|请到|复诊|复查)"
    r"|,?(?:进来|请进|到|来)[\d一二三四五六七八九十]{1,2}号?(?:诊室|窗口|床|房)|到(?:诊室|分诊台|护士站|窗口|抽血)"
    r"|[,， ]{1,2}(?:请?进来|轮到|您的|\d{1,3}号?床|[男女][,，、 ])|[男女][,，、 ]{1,2}\d{1,2}(?:岁|个月|天)"
    r"|\((?:签[名字]|患儿|儿子|女儿|孩子|本人|家[长属])|[妈爸],|的?(?:主治|住院|名字|化验单|检查单|(?:检查|化验|复查|检验)?结果|报告单?|病历|病例|片子|CT|B超|彩超|胸片|血常规|住院号|就诊卡|挂号单)"
)
"""`张伟明到2诊室` → `到2诊室`, `黄子轩的化验单` → `的化验单`"""
_SURE = re.compile(r",?(?:到|来)\d{1,2}号?(?:诊室|窗口)|来一下|[,， ]{1,2}轮到")
"""`张伟明到2诊室` → `到2诊室`"""
_NEXT = re.compile(r"下一[位个](?:是|:|,|，| ){0,2}")
"""`下一位,张伟明` → `下一位,`"""
_OTHER = re.compile(
    rf"(?=[{''.join(sorted({word[0] for word in words('elements')}))}])"
    rf"(?:{'|'.join(sorted(words('elements'), key=len, reverse=True))}){{2,3}}(?:·[{OTHER_LETTERS}]{{2,8}})?"
)
"""Tibetan, Uyghur, Kazakh and Mongolian names made of two of their common elements.
`姓名:乌兰图雅` → `乌兰图雅`"""
_OTHER_PEOPLES = re.compile(
    r"(?:^|[^一-龥·]|[叫请喊])(?P<name>[一-龥]{1,8}(?:·[一-龥]{1,8}){1,2}|[A-Z][a-z]{2,15}(?: [A-Z][a-z]{1,15})?)$"
)
"""`,艾力·买买提` → `艾力·买买提`, `Grace Liu` → `Grace Liu`"""
_RELATIVES = frozenset("大小表师学堂老二三姑")
_ELDER = re.compile(
    r"(?:^|[^一-龥])(?P<name>[一-龥]{1,2})(?:姐|哥|叔|姨|婶|嫂|总|工)(?=[,，。!！ ]|你好|您好|好[,，。!！]|$)"
)
"""`孟姐,孩子` → `孟`"""


def vocative_names(text: str) -> Iterator[Span]:
    """Yield full names of common characters where what follows is said to or of a person."""
    for match in _AFTER.finditer(text):
        end = match.start()
        for start in (end - 3, end - 2, end - 4):
            if start >= 0 and is_full_name(text[start:end]) and _may_begin(text, start, end):
                yield Span(start, end, "name")
                break
        if ((end and not is_han(text[end - 1])) or "·" in text[max(0, end - 12) : end]) and (
            other := _OTHER_PEOPLES.search(text, max(0, end - 20), end)
        ):
            yield Span(*other.span("name"), "name")
    for match in _NEXT.finditer(text):
        if foreign := FOREIGN.match(text, match.end()):
            yield Span(*foreign.span(), "name")
            continue
        for end in (match.end() + 3, match.end() + 2):
            if is_full_name(text[match.end() : end]) and not is_han(text[end : end + 1]):
                yield Span(match.end(), end, "name")
                break
    for match in _ELDER.finditer(text):
        greeted = text.startswith(("您好", "你好"), match.end()) and match["name"] not in _RELATIVES
        if set(match["name"]) <= COMMON or (greeted and surname_length(match["name"], 0) == len(match["name"])):
            yield Span(*match.span("name"), "name")


def names_of_other_peoples(text: str) -> Iterator[Span]:
    """Yield names made of elements of Tibetan, Uyghur, Kazakh, Mongolian and Yi names."""
    yield from (Span(*match.span(), "name") for match in _OTHER.finditer(text))


def _may_begin(text: str, start: int, end: int) -> bool:
    """Return whether a name may begin at `start`: at a sign, or after 请 and the like with given characters only."""
    if start == 0 or not (is_han(text[start - 1]) or text[start - 1].isalnum() or text[start - 1] == "]"):
        return end - start > 2 or is_given(given_of(text[start:end])) or text.startswith(("您好", "你好"), end)
    given = given_of(text[start:end])
    if ends_word(text[start - 1], text[start]):
        return False
    known = is_given(given) or (len(given) == 2 and (has_given(given) or bool(_SURE.match(text, end))))
    return known and bool(_BEFORE.search(text[max(0, start - 4) : start]))
