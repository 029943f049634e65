"""Spoken Chinese as recognisers write it: fillers, stutters and broken-off beginnings taken out, meaning left in.

What is doubled on purpose stays: words (慢慢, 宝宝), numbers and units, names of things (two drugs may begin alike), a
negation that may belong to the word before (要不不打针). jieba's dictionary tells words and parts of speech.
"""

from __future__ import annotations

import re

from ingest.vocabulary.jieba_words import flag_of

_HUM = r"(?:嗯+|(?<![打嗳])呃+(?!逆)|额+|唔+|啊+|哎+|诶+|欸+|呐+|那个啥|怎么说呢|就是说|这个嘛|(?i:u+h+m*|u+m+|h+m+))"
_FILLER = re.compile(rf"(?:^|(?<=[，,。.？?！!；;、\s])){_HUM}(?:[，,、。.…]+|\s+)")
"""`昨晚，嗯，吐了三` → `嗯，`"""
_FILLER_INSIDE = re.compile(
    r"(?<![打嗳])呃+(?!逆)|^嗯+(?=[一-龥]{2})|(?<=[一-龥])嗯+(?=[一-龥])|[，,]\s*(?:嗯+|额+|啊+|那个|这个|就是)(?=[，,])"
)
"""`嗯嗯有点咳` → `嗯嗯`"""
_OPENING = re.compile(r"(?:^|(?<=[。？！?!]))那个[，,]\s*(?=[我他她你您孩宝医就嗯呃咱])")
"""那个 before somebody is named points at nothing; 这个，不能吃 does. `那个，他、他` → `那个，`"""
_FILLER_END = re.compile(r"[，,]\s*(?:嗯+|呃+|额+|啊+|那个)(?=[。.！!]?$)")
"""`咳了三天，嗯。` → `，嗯`"""
_STARTS = "我你您他她它这那就是有在要会的了但给把被跟也还都没"
"""Characters that nobody doubles on purpose: 我我 is a stutter, 慢慢 and 宝宝 are words."""
_STUTTER = re.compile(rf"([{_STARTS}])(?:[，,、]?\1)+(?![然是])")
"""`我我我昨天来` → `我我我`"""
_CLAUSE = r"(?:^|(?<=[，,。.？?！!；;、\s我你您他她它们宝娃子就都也还又并这那]))"
"""Where no word begins that a negation could belong to: 是不是不是 and 要不不 may mean what they say."""
_NEGATION = re.compile(rf"{_CLAUSE}(不|别|没)\1+(?=[一-龥，,。])")
"""`不不不，不要` → `不不不`"""
_AT_CLAUSE = re.compile(f"{_CLAUSE}.")
"""`不发烧` → `不`"""
_STAMMER = re.compile(r"([一-龥])\1{2,}")
"""`八四七幺幺幺五，我` → `幺幺幺`"""
_AGREEING = frozenset("对是好行哦噢")
_COUNTS = frozenset("一二三四五六七八九十零〇幺两百千万亿点半几多次片粒袋包滴支克升斤度")
_KEPT_RUNS = _COUNTS | frozenset("哈呵嘿咳啦啊哇呜嗯")
_PHRASE = re.compile(
    r"(那个|这个|就是|就是说|然后|我们|他们|她们|你们|咱们|因为|所以|但是|可能|孩子|宝宝|什么|怎么|现在|昨天|今天|如果|还有|有点|应该|他就|我就"
    r"|就说|比如|那么|一直|当时)(?:[，,、\s]{0,2}\1)+"
)
"""`这个那个那个孩子发` → `那个那个`"""
_AGAIN = re.compile(r"(?=[一-龥])([^\W\d_]{2,4})\1+")
"""Two to four characters said again at once. `天晚上咳嗽咳嗽得厉害` → `咳嗽咳嗽`"""
_NOT_AGAIN = re.compile(r"[一二三四五六七八九十百千万亿零〇幺两半点几多\d次片毫升粒袋包滴支克天周月岁度斤公分秒时]")
"""`零点五` → `零`"""
_NEGATIVE = re.compile(r"[不没别无未非]")
"""`是不` → `不`"""
_SAID_AGAIN = frozenset(("v", "vn", "vd", "r", "d", "c", "t", "a", "ad", "l", "df", "p", "f", "i"))
"""Parts of speech that are said again in a stammer and mean no second thing."""
_BROKEN_OFF = re.compile(r"([一-龥])\1(?=[一-龥])")
"""`我家宝宝昨晚发` → `宝宝`"""
_DOUBLED = frozenset(
    "宝妈爸奶爷哥姐弟妹叔姑舅婶公婆看慢常刚谢天稍渐试轻好星人家个时多少大小高点听说想走等红黄白黑软硬热冷痒胖乖"
)
"""Characters that are doubled in everyday words: looked up in no dictionary."""
_LONGEST_WORD = 4
_PASSES = 3
"""Taking out one filler may bring two stutters together; no speech needs more rounds."""
_SIGNS = re.compile(r"[，,、]{2,}")
"""`咳嗽，，发烧` → `，，`"""
_LEADING = re.compile(r"^[，,、。.；;\s]+")
"""`，咳嗽` → `，`"""
_BEFORE_END = re.compile(r"[，,、\s]+(?=[。？！?!])")
"""`咳嗽，。` → `，`"""


def without_fillers(text: str) -> str:
    """Return spoken text without fillers and stutters; an utterance that is a filler alone (嗯) stays."""
    if not re.sub(r"[嗯呃额啊哦唔\s，,。.…！!]", "", text):
        return text.strip()
    for _ in range(_PASSES):
        before = text
        text = _OPENING.sub("", _FILLER_END.sub("", _FILLER_INSIDE.sub("", _FILLER.sub("", text))))
        text = _AGAIN.sub(_say_once, _PHRASE.sub(r"\1", text))
        text = _NEGATION.sub(r"\1", _STUTTER.sub(r"\1", text))
        text = _BROKEN_OFF.sub(_drop_broken_off, _STAMMER.sub(_shorten_run, text))
        text = _BEFORE_END.sub("", _LEADING.sub("", _SIGNS.sub("，", text)))
        if text == before:
            break
    return text.strip()


def _shorten_run(found: re.Match[str]) -> str:
    """Return a run of one character as the character, or as the word it makes doubled (谢谢谢谢)."""
    char = found[1]
    if char in _KEPT_RUNS:
        return found[0]
    return char * 2 if char not in _AGREEING and (char in _DOUBLED or flag_of(char * 2)) else char


def _say_once(found: re.Match[str]) -> str:
    """Return a word said again as said once, unless it counts, names a thing, or denies what stands before it."""
    unit = found[1]
    if len(set(unit)) == 1 or _NOT_AGAIN.search(unit):
        return found[0]
    if _NEGATIVE.search(unit) and not _AT_CLAUSE.match(found.string, found.start()):
        return found[0]
    return unit if flag_of(unit) in _SAID_AGAIN else found[0]


def _drop_broken_off(found: re.Match[str]) -> str:
    """Return a doubled character as one where it breaks off a word that follows whole (咳咳嗽, 布布洛芬)."""
    char, text, at = found[1], found.string, found.end()
    if char in _DOUBLED or char in _COUNTS or _NEGATIVE.match(char) or flag_of(char * 2):
        return found[0]
    if found.start() and flag_of(text[found.start() - 1] + char):
        return found[0]  # it ends a word: 高热热性惊厥
    ends = range(at + 1, min(at + _LONGEST_WORD, len(text)) + 1)
    is_word = any(flag_of(char + text[at:end]) for end in ends)
    return char if is_word and not any(flag_of(char * 2 + text[at:end]) for end in ends) else found[0]
