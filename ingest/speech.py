"""Spoken Chinese as recognisers write it: fillers, stutters and broken-off beginnings taken out, meaning left in."""

from __future__ import annotations

import re

_FILLER = re.compile(
    r"(?:(?<=^)|(?<=[，,。.？?！!；;、\s]))(?:嗯+|呃+|额+|唔+|啊+|哎+|诶+|欸+|呐+|那个啥|怎么说呢|就是说|"
    r"这个嘛)(?:[，,、。.…]+|\s+)"
)
_FILLER_INSIDE = re.compile(r"呃+|(?<=[一-龥])嗯+(?=[一-龥])|[，,]\s*(?:嗯+|额+|啊+|那个|这个|就是)(?=[，,])")
_FILLER_END = re.compile(r"[，,]\s*(?:嗯+|呃+|额+|啊+|那个)(?=[。.！!]?$)")
_STARTS = "我你您他她它这那就是不有在要会的了因但所然从给把被跟也还都可能没"
"""Characters that nobody doubles on purpose: 我我 is a stutter, 慢慢 and 宝宝 are words."""
_STUTTER = re.compile(rf"([{_STARTS}])(?:[，,、]?\1)+(?![然是])")
_STAMMER = re.compile(r"([一-龥])\1{2,}")
_KEPT_RUNS = frozenset("哈呵嘿咳啦啊哇呜嗯一二三四五六七八九十零〇幺两百千万")
_PHRASE = re.compile(
    r"(那个|这个|就是|就是说|然后|我们|他们|她们|你们|咱们|因为|所以|但是|可能|孩子|宝宝|什么|怎么|现在|"
    r"昨天|今天|如果|还有|有点|没有|是不是|应该|他就|我就|就说|比如|那么|"
    r"一直|当时)(?:[，,、\s]{0,2}\1)+"
)
_PASSES = 3
"""Taking out one filler may bring two stutters together; no speech needs more rounds."""
_SIGNS = re.compile(r"[，,、]{2,}")
_LEADING = re.compile(r"^[，,、。.；;\s]+")
_BEFORE_END = re.compile(r"[，,、\s]+(?=[。？！?!])")


def without_fillers(text: str) -> str:
    """Return spoken text without fillers and stutters; an utterance that is a filler alone (嗯) stays."""
    if not re.sub(r"[嗯呃额啊哦唔\s，,。.…！!]", "", text):
        return text.strip()
    for _ in range(_PASSES):
        text = _FILLER.sub("", text)
        text = _FILLER_INSIDE.sub("", text)
        text = _FILLER_END.sub("", text)
        text = _PHRASE.sub(r"\1", text)
        text = _STUTTER.sub(r"\1", text)
        text = _STAMMER.sub(lambda found: found[0] if found[1] in _KEPT_RUNS else found[1], text)
        text = _BEFORE_END.sub("", _LEADING.sub("", _SIGNS.sub("，", text)))
    return text.strip()
