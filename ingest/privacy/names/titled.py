"""Names before titles: 王医生, 张建国主任, 刘女士, 李子涵妈妈."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span
from ingest.privacy.names.context import boundary_strength, has_given, is_full_name, is_given, is_han
from ingest.privacy.names.surnames import (
    DOUBTFUL,
    PREPOSITIONS,
    compound_surnames,
    ends_word,
    surname_chars,
    surname_length,
    surname_lengths,
)
from ingest.vocabulary.any_of import any_of

_TITLE = re.compile(
    any_of(
        "主任医师 副主任医师 主任护师 主任药师 主治医师 主治医生 住院医师 主管护师 护士长 教授 副教授 主任 副主任"
        " 院长 副院长 科主任 医生 大夫 医师 护士 护师 药师 技师 老师 专家 博士 校长 园长 女士 先生 小姐 太太 阿姨"
        " 叔叔 伯伯 大爷 大妈 大姐 大哥 师傅 同学 小朋友 小同学 家长 妈妈 爸爸 奶奶 爷爷 他妈 她妈 宝宝"
    )
    + "|主治(?!医)"
)
"""`谢谢王医生` → `医生`"""
_FAMILY = frozenset(["家长", "妈妈", "爸爸", "奶奶", "爷爷", "他妈", "她妈", "宝宝", "小朋友", "同学", "小同学"])
"""Titles that only a full name makes private: 我妈妈, 宝宝 say nothing."""
_OF_FAMILY = re.compile(r"的(?:妈妈?|爸爸?|父亲|母亲|奶奶|爷爷|外婆|外公|姥姥|姥爷|家长|家属|监护人)")
"""`李娜的妈妈` → `的妈妈`"""
_TIMES = any_of("今天 昨天 明天 前天 后天 每天 早上 上午 下午 晚上 中午 刚才 上次 下次 之前 以前 后来")
_GREETINGS = any_of("请问 谢谢 感谢 多谢 您好 你好 麻烦 亲爱的")
_JOINTS = any_of(
    "我们 你们 他们 咱们 这个 那个 还是 就是 但是 因为 所以 如果 听说 找到 遇到 碰到 这位 那位 一位 您的 我的"
)
_HOSPITAL_WORDS = any_of(
    "医院 门诊 科室 儿科 内科 外科 病房 主治 主管 住院 专家 大夫 医生 护士 教授 主任 家长 患者 病人 家属 护士长"
)
_CLEAN_BEFORE = re.compile(
    rf"(?:{_TIMES}|{_GREETINGS}|{_JOINTS}|{_HOSPITAL_WORDS}|[挂看找问]了|问一?下|[科诊院楼区]的)$"
)
"""`好的,谢谢` → `谢谢`"""
_VERBS = "听是找问跟谢叫挂约请"
_BEFORE_TITLE = r"(?=主任|医生|大夫|教授|护士|老师|女士|先生|小朋友|同学|家长|的?[妈爸母父]|医师|院长)"
_SEVERAL_PARTS = re.compile(rf"(?P<name>[一-龥]{{1,8}}(?:·[一-龥]{{1,8}}){{1,2}}){_BEFORE_TITLE}")
"""`玛依拉·托合提医生` → `玛依拉·托合提`"""
_FOREIGN = re.compile(rf"(?<![A-Za-z])(?P<name>[A-Z][a-z]{{2,15}}(?: [A-Z][a-z]{{1,15}})?){_BEFORE_TITLE}")
"""`谢谢Wang医生` → `Wang`"""
_LEAD = re.compile(r".*[是的在找叫给问了于让请谢挂]")
"""`我是穆合塔` → `我是`"""
_ALONE = re.compile(r"(?:^|[^一-龥A-Za-z0-9\]])(?P<name>[一-龥])(?:妈妈|爸爸|奶奶|爷爷|家长)(?=[您你]好|,)")
"""A surname before 妈妈 in a greeting. `余妈妈您好` → `余`"""
_MASKED = re.compile(
    rf"(?:^|(?<=[^一-龥])|(?<=[者儿人属是叫长]))(?P<name>(?:[{surname_chars()}]|{'|'.join(sorted(compound_surnames()))})某(?:某|[甲乙丙丁])?)"
    r"(?=[^一-龥]|$|[男女因的于今昨]|先生|女士|(?<=某某))"
)
"""李某某 and 王某, who are persons all the same. `患者任某某,女` → `任某某`"""
_VERBS_TOO = frozenset("管查解包宣索终支别当")
_ADVISERS = frozenset(["医生", "大夫", "主任", "护士", "专家", "医师"])
"""Whom one asks and looks for (查医生): before other titles a verb is a surname."""
_PINYIN = re.compile(
    r"(?=[A-Z])(?<![A-Za-z])(?:Wang|Li|Zhang|Liu|Chen|Yang|Zhao|Huang|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|He|Guo|Ma|Luo|Liang|Song|Zheng|"
    r"Xie|Han|Tang|Feng|Yu|Dong|Xiao|Cheng|Cao|Yuan|Deng|Fu|Shen|Zeng|Peng|Lu|Su|Jiang|Cai|Jia|Ding|Wei|Xue|Ye|Yan|Pan)"
    r"(?= ?(?:医生|大夫|主任|教授|护士|老师|女士|先生))"
)
"""`谢谢Wang 医生` → `Wang`"""


def titled_names(text: str) -> Iterator[Span]:
    """Yield what stands before a title: a full name, or, for persons outside the family, a surname alone."""
    for match in _OF_FAMILY.finditer(text):
        for at in (match.start() - 3, match.start() - 2, match.start() - 4):
            before = text[max(0, at - 1) : max(0, at)]
            if at >= 0 and is_full_name(text[at : match.start()]) and (not is_han(before) or before in "是叫致给请"):
                yield Span(at, match.start(), "name")
                break
    yield from (Span(*match.span("name"), "name") for match in _FOREIGN.finditer(text))
    for match in _SEVERAL_PARTS.finditer(text) if "·" in text else ():
        lead = _LEAD.match(match["name"].split("·")[0])
        yield Span(match.start() + (lead.end() if lead else 0), match.end(), "name")
    yield from (Span(*match.span(), "name") for match in _PINYIN.finditer(text))
    for pattern in (_ALONE, _MASKED) if "某" in text else (_ALONE,):
        for match in pattern.finditer(text):
            if surname_length(match["name"], 0) and match["name"][0] not in "向从和由让当应":
                yield Span(*match.span("name"), "name")
    for match in _TITLE.finditer(text):
        title = match.start()
        both = title >= 4 and len(surname_lengths(text, title - 4)) + (
            text[title - 4 : title - 2] in compound_surnames()
        )
        for at in (title - 4, title - 3, title - 2, title - 1) if both else (title - 3, title - 2, title - 1):
            alone = at == title - 1 and match[0] in _FAMILY and not _is_schoolmate(text, at, match[0])
            if at >= 0 and not alone and surname_length(text, at) and _is_titled_name(text, at, title, match[0]):
                yield Span(at, title, "name")
                break


def _is_schoolmate(text: str, at: int, title: str) -> bool:
    """Return whether a surname alone before 同学 is one: 敖同学."""
    return title == "同学" and (at == 0 or not is_han(text[at - 1])) and text[at : at + 1] not in DOUBTFUL


def _is_titled_name(text: str, at: int, title: int, word: str) -> bool:
    name, before = text[at:title], text[max(0, at - 2) : at]
    if len(name) == 1 and before[-1:] in ("小", "老"):
        before = before[:-1]
    clean = not before or not is_han(before[-1]) or bool(_CLEAN_BEFORE.search(before))
    if name == "班" and word.startswith("主任"):
        return False
    if name in compound_surnames() or len(name) == 1:
        if name in PREPOSITIONS:
            ends = boundary_strength(text, title + len(word)) == 3 and before[-1:] not in ",，、"
            said = not is_han(before[-1:]) and text.startswith(("说", "建议", "回复"), title + len(word))
            return clean and (ends or (name in _VERBS_TOO and (said or word not in _ADVISERS)))
        doubtful = name in DOUBTFUL and before[-1:] not in _VERBS
        return clean or not (doubtful or ends_word(before[-1], name))
    if not is_full_name(name) or name[0] in PREPOSITIONS or name[-1] in PREPOSITIONS:
        return False
    given = is_given(name[surname_length(name, 0) :])
    if word in _FAMILY:
        sure = len(name) > 2 and given and not ends_word(before[-1:], name[0])
        begins = not is_han(before[-1:]) or before[-1] in "是叫致告请给" or before == "爱的"
        return sure or (begins and (given or len(name) > 2))
    return clean or (
        (given or before[-1] in _VERBS or has_given(name[1:]))
        and not (ends_word(before[-1], name[0]) or before[-1] in "不很太较更最有")
    )
