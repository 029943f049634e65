"""What a question is about, as far as its words tell: read back from the template, else diseases and complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pedcorpus.steps.instruct.templates import templates

_ENDINGS = (
    "炎|病|症(?!状)|征(?![象兆])|癌|瘤|癣|疝|疟|痢|哮喘|贫血|佝偻病|癫痫|川崎病|感冒|流感|麻疹|湿疹|水痘|百日咳|黄疸|脑瘫|肥胖|白血病|"
    "先天性心脏病|休克|败血症|腮腺炎|遗尿|早熟|中毒|过敏"
)
_NOT_AFTER = "的是有种该本此患得什么类何疾生看治发百各因旧"
_NOT_BEFORE = "因人情史状床房程变理原毒菌灶机历例后假危重区友根痛"
_MENTION = re.compile(rf"[\u3400-\u9fff]?(?:(?<=[^{_NOT_AFTER}])(?:{_ENDINGS}))(?![{_NOT_BEFORE}])")
"""`细支气管炎有哪些` → `管炎`"""
_COMPLAINTS = {
    "发热": "发热|发烧|高烧|低烧|退烧|退热|体温",
    "咳嗽": "咳|喘|痰|呼噜|支气管|肺",
    "鼻塞": "鼻涕|流涕|鼻塞|喷嚏|鼻子",
    "腹泻": "腹泻|拉肚子|拉稀|稀便|大便|便便|拉屎|便秘|奶瓣",
    "呕吐": "呕吐|吐奶|溢奶|恶心|吐了|反胃",
    "腹痛": "腹痛|肚子|肚疼|胃|消化|积食|厌食|不吃饭|吃饭",
    "皮疹": "疹|痒|红点|红斑|疙瘩|皮肤|过敏|红疙",
    "抽搐": "抽搐|抽动|惊厥|抽筋|癫痫",
    "黄疸": "黄疸|发黄",
    "睡眠": "睡|夜醒|哭闹|夜惊",
    "发育": "发育|身高|长高|矮|体重|说话|走路|智力",
    "口腔": "口腔|舌|牙|嘴|嗓子|喉|扁桃",
    "眼睛": "眼|视力|近视|斜视",
    "耳朵": "耳|听力",
    "泌尿": "尿|包皮|阴茎|睾丸|隐睾",
    "疫苗": "疫苗|接种|预防针|打针",
    "喂养": "喂养|母乳|奶粉|辅食|断奶|维生素|补钙|缺钙",
    "头痛": "头痛|头疼|头晕|晕倒",
}
"""Complaint → words of families for it, read generously: what is said of one cough may well be true of another."""
_BY_TEMPLATE = ("document", "graph")
"""Groups of templates whose questions name their subject."""
_PARTS = ("questions", "topic_questions", "heading_questions", "ask_result")


def subjects_of(question: str, builder: str, opening: str = "") -> set[str]:
    """Return what a question is about: its template's subject, or the complaints told in its opening; and diseases.

    Of a disease the last two characters are taken: `支原体肺炎` and `支气管肺炎` both give 肺炎, for
    what is said of one may well be true of the other. The opening is the first message of a talk.
    """
    found = {mention[-2:] for mention in _MENTION.findall(question)}
    if builder.partition("-")[0] not in _BY_TEMPLATE:
        found |= {complaint for complaint, words in _complaints().items() if words.search(opening)}
    for pattern in _patterns(builder):
        if (match := pattern.search(question)) is not None:
            found.add(match["subject"])
            break
    return found


@cache
def _complaints() -> dict[str, re.Pattern[str]]:
    return {complaint: re.compile(words) for complaint, words in _COMPLAINTS.items()}


@cache
def _patterns(builder: str) -> tuple[re.Pattern[str], ...]:
    group, _, name = builder.partition("-")
    if group not in _BY_TEMPLATE or name not in templates(group):
        return ()
    phrasings = templates(group)[name].phrasings
    lines: Iterable[str] = (line for part in _PARTS for line in phrasings.get(part, ()) if "{subject}" in line)
    return tuple(_backwards(line) for line in sorted(lines, key=len, reverse=True))


def _backwards(phrasing: str) -> re.Pattern[str]:
    """Return a pattern that reads the subject back from a question made by `phrasing`."""
    pattern = re.escape(phrasing)
    for name in ("subject", "topic", "patient", "child", "items", "symptoms"):
        pattern = pattern.replace(re.escape("{" + name + "}"), f"(?P<{name}>[^，：？。]+?)", 1)
    return re.compile(pattern, re.MULTILINE)
