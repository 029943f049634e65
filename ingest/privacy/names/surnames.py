"""Chinese surnames, and the words of daily and medical language that only look like a surname with a name.

`words/surnames.tsv` has a line for each: the surname, the characters after which it ends a word (关于 for 于), the
characters with which it begins one (高烧 for 高). Counted over public word lists and medical text.
"""

from __future__ import annotations

from functools import cache

from ingest.privacy.word_lists import lines, words

PREPOSITIONS = frozenset("向连从应管查解包宣步索终支别和由让当")
"""Surnames that are verbs or prepositions before a title: 向医生咨询."""
DOUBTFUL = PREPOSITIONS | frozenset(
    "井位皮农惠巴乌艾祖寿衡师权融付占代居于高时安黄白常方严全强成万易温冷单曾左康明红平区员战操衣生言习水云师空丰权展迟铁海官台火买牙普益降山保修盖都计班容幸"
)
"""Surnames that end a sentence's part before a title: 转氨酶高医生建议. They need a clean start."""
COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜范谭廖邹熊陆郝孔崔邱秦江"
    "顾侯邵孟龙段钱汤尹黎贺龚"
)
"""The commonest ones: two of them may stand together (张杨思远), and one before 姐 and 哥 is a name (表姐 is none)."""
RARE_IN_TERMS = frozenset(
    "王李张刘陈杨赵吴周徐孙朱马胡郭林何梁郑罗宋谢唐韩曹许邓冯曾程蔡彭潘袁董余苏叶吕魏蒋田杜丁沈姜范傅钟卢汪戴崔任陆廖姚邹熊郝邵孟秦侯"
    "江史顾薛尹段雷钱汤黎贺龚文庞樊兰殷施陶洪翟颜倪严牛俞章鲁葛韦申尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜舒季凌隋巨欧阮褚娄"
    "曲裴席甄靳项梅池卓屈鲍覃霍翁植车房裘缪应宗包诸单贾骆胥蔺岑闫闵晏阎查乔"
)
"""The commonest but those that begin many medical terms (高, 黄, 白, 石, 方, 毛, 金, 温, 关, 易, 康, 安, 于)."""


@cache
def _table() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    rows = (line.split("\t") for line in lines("surnames.tsv") if line)
    return {surname: (frozenset(before), frozenset(after)) for surname, before, after in rows}


def all_surnames() -> frozenset[str]:
    """Return the surnames of one character, also those that begin terms of medicine."""
    return frozenset(_table()) | COMMON | DOUBTFUL | RARE_IN_TERMS


def compound_surnames() -> frozenset[str]:
    """Return the surnames of two characters and more."""
    return words("compound_surnames")


def surname_chars() -> str:
    """Return all surnames of one character as one string, for character classes."""
    return "".join(_table())


def surname_length(text: str, at: int) -> int:
    """Return the length of the surname that begins at `at`: 2, 1, or 0 for none."""
    if text[at : at + 2] in compound_surnames():
        return 2
    return 1 if text[at : at + 1] in _table() else 0


def surname_lengths(text: str, at: int) -> tuple[int, ...]:
    """Return the lengths the surname that begins at `at` may have: 1 and 2 where father's and mother's may stand."""
    length = surname_length(text, at)
    both = length == 1 and len(text) > at + 1 and text[at] != text[at + 1] and {text[at], text[at + 1]} <= COMMON
    return (1, 2) if both else (length,) if length else ()


def ends_word(before: str, surname: str) -> bool:
    """Return whether the character before a surname makes a common word with it (关 + 于)."""
    return surname in _table() and before in _table()[surname][0]


def begins_word(surname: str, after: str) -> bool:
    """Return whether a surname makes a common word with the character after it (高 + 烧)."""
    return surname in _table() and after in _table()[surname][1]
