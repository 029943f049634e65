"""Names before titles: 王医生, 张建国主任, 刘女士, 李子涵妈妈."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import is_full_name, is_given, is_han, strength
from ingest.privacy.kinds import Span
from ingest.privacy.surnames import DOUBTFUL, PREPOSITIONS, compound_surnames, ends_word, surname_length

_TITLE = re.compile(
    r"主任医师|副主任医师|主任护师|主任药师|主治医[师生]|住院医师|主管护师|护士长|教授|副教授|主任|副主任|"
    r"院长|副院长|科主任|医生|大夫|医师|护士|护师|药师|技师|老师|专家|博士|校长|园长|"
    r"女士|先生|小姐|太太|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|师傅|同学|小朋友|小同学|家长|妈妈|爸爸|奶奶|"
    r"爷爷|他妈|她妈|宝宝"
)
_FAMILY = frozenset(["家长", "妈妈", "爸爸", "奶奶", "爷爷", "他妈", "她妈", "宝宝", "小朋友", "同学", "小同学"])
"""Titles that only a full name makes private: 我妈妈, 宝宝 say nothing."""
_OF_FAMILY = re.compile(r"的(?:妈妈?|爸爸?|父亲|母亲|奶奶|爷爷|外婆|外公|姥姥|姥爷|家长|家属|监护人)")
_CLEAN_BEFORE = re.compile(
    r"(?:今天|昨天|明天|前天|后天|每天|早上|上午|下午|晚上|中午|我们|你们|他们|咱们|这个|那个|刚才|上次|"
    r"下次|之前|以前|后来|请问|谢谢|感谢|多谢|您好|你好|麻烦|还是|就是|但是|因为|所以|"
    r"如果|听说|找到|遇到|碰到|医院|门诊|科室|儿科|内科|外科|病房|这位|那位|一位|您的|我的|主治|主管|住院|"
    r"专家|大夫|医生|护士|教授|主任)$"
)
_VERBS = "听是找问跟谢叫挂约"
_PINYIN = re.compile(
    r"(?<![A-Za-z])(?:Wang|Li|Zhang|Liu|Chen|Yang|Zhao|Huang|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|He|Guo|Ma|Luo|Liang|Song|Zheng|"
    r"Xie|Han|Tang|Feng|Yu|Dong|Xiao|Cheng|Cao|Yuan|Deng|Fu|Shen|Zeng|Peng|Lu|Su|Jiang|Cai|Jia|Ding|Wei|Xue|Ye|Yan|Pan)"
    r"(?= ?(?:医生|大夫|主任|教授|护士|老师|女士|先生))"
)


def titled(text: str) -> Iterator[Span]:
    """Yield what stands before a title: a full name, or, for persons outside the family, a surname alone."""
    for found in _OF_FAMILY.finditer(text):
        for at in (found.start() - 3, found.start() - 2, found.start() - 4):
            before = text[max(0, at - 1) : max(0, at)]
            if at >= 0 and is_full_name(text[at : found.start()]) and (not is_han(before) or before in "是叫致给"):
                yield Span(at, found.start(), "name")
                break
    yield from (Span(*found.span(), "name") for found in _PINYIN.finditer(text))
    for found in _TITLE.finditer(text):
        title = found.start()
        for at in (title - 3, title - 2, title - 4, title - 1):
            alone = at == title - 1 and found[0] in _FAMILY
            if at >= 0 and not alone and surname_length(text, at) and _fits(text, at, title, found[0]):
                yield Span(at, title, "name")
                break


def _fits(text: str, at: int, title: int, word: str) -> bool:
    name, before = text[at:title], text[max(0, at - 2) : at]
    clean = not before or not is_han(before[-1]) or bool(_CLEAN_BEFORE.search(before))
    if name in compound_surnames() or len(name) == 1:
        if name in PREPOSITIONS:
            return clean and strength(text, title + len(word)) == 3 and before[-1:] not in ",，、"
        doubtful = name in DOUBTFUL and before[-1:] not in _VERBS
        return clean or not (doubtful or ends_word(before[-1], name))
    if not is_full_name(name) or name[0] in PREPOSITIONS or name[-1] in PREPOSITIONS:
        return False
    if word in _FAMILY:
        sure = len(name) > 2 and is_given(name[surname_length(name, 0) :]) and not ends_word(before[-1:], name[0])
        return sure or not is_han(before[-1:]) or before[-1] in "是叫致告请给"
    return clean or not (ends_word(before[-1], name[0]) or before[-1] in "不很太较更最有")
