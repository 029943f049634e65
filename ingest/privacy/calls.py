"""Names without a word that announces them: persons called, greeted or spoken of (请张伟明到2诊室, 黄子轩的化验单).

Nothing but what follows says that it is a name, so its given characters must be among the common ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import is_full_name, is_given
from ingest.privacy.kinds import Span
from ingest.privacy.surnames import surname_length
from ingest.privacy.wordlists import words

_BEFORE = re.compile(r"(?:^|[^一-龥A-Za-z0-9\]]|\d床|下一[位个]|转告|[查看问](?:一?下)?|打印|[这那的]是|[请叫喊给])$")
_AFTER = re.compile(
    r"(?:你好|您好|进来|的?(?:妈妈|爸爸)|请进|来一下|来了?吗|在吗|在不在|的?(?:家属|家长)|小朋友|同学)"
    r"|,?(?:进来|请进|到|来)[\d一二三四五六七八九十]{1,2}号?(?:诊室|窗口|床|房)|到(?:诊室|分诊台|护士站|窗口|抽血)"
    r"|[,， ]{1,2}(?:请?进来|\d{1,3}号?床|[男女][,，、 ])|[男女][,，、 ]{1,2}\d{1,2}(?:岁|个月|天)"
    r"|的?(?:化验单|检查单|检查结果|化验结果|报告单?|病历|病例|片子|CT|B超|彩超|胸片|血常规|住院号|就诊卡|挂号单)"
)
_NEXT = re.compile(r"下一[位个](?:是|:|,|，| ){0,2}")
_OTHER = re.compile(rf"(?:{'|'.join(sorted(words('elements'), key=len, reverse=True))}){{2,3}}")
"""Tibetan, Uyghur, Kazakh and Mongolian names made of two of their common elements."""
_ELDER = re.compile(
    r"(?:^|[^一-龥])(?P<name>[一-龥]{1,2})(?:姐|哥|叔|姨|婶|嫂|总|工)(?=[,，。!！ ]|你好|您好|好[,，。!！]|$)"
)
_COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜范谭廖邹熊陆郝孔崔邱秦江顾侯邵孟龙段钱汤尹黎贺龚欧阳诸葛"
)
"""Surnames that stand before 姐 and 哥; 表姐, 师哥 and 堂叔 are no names."""


def called_out(text: str) -> Iterator[Span]:
    """Yield full names of common characters where what follows is said to or of a person."""
    for found in _AFTER.finditer(text):
        end = found.start()
        for start in (end - 3, end - 2, end - 4):
            if start >= 0 and _is_common_name(text[start:end]) and _BEFORE.search(text[max(0, start - 4) : start]):
                yield Span(start, end, "name")
                break
    for found in _NEXT.finditer(text):
        for end in (found.end() + 3, found.end() + 2):
            if _is_common_name(text[found.end() : end]) and not "一" <= text[end : end + 1] <= "龥":
                yield Span(found.end(), end, "name")
                break
    yield from (Span(*found.span(), "name") for found in _OTHER.finditer(text))
    for found in _ELDER.finditer(text):
        if set(found["name"]) <= _COMMON:
            yield Span(*found.span("name"), "name")


def _is_common_name(candidate: str) -> bool:
    return is_full_name(candidate) and is_given(candidate[surname_length(candidate, 0) :])
