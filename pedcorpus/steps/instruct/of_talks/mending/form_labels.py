"""What a form wrote into a question: labels of its fields, a title said twice, a word that stands for nothing."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"(?:病情描述|健康咨询描述|咨询描述)\s*[（(]?\s*(?:发病时间、主要症状、症状变化等)?\s*[）)]?\s*[:：]\s*"
    r"|(?:全部症状|发病时间及原因|曾经的?治疗情况(?:[和及]效果)?|(?:想|需要)得到(?:怎样|什么样?)?的帮助|(?:想|需要)(?:怎样|什么样?)的帮助|治疗情况|化验[、和]?检查结果)\s*[:：]\s*"
    r"|[（(]?(?:非常)?感谢医生为我快速(?:解答|解惑)—{0,2}(?:该[^，。）)]{0,14})?[。)）]*"
    r"|第[一二三四五1-5]次(?:问题)?补充(?:\s*[:：]\s*|(?=[男女]))|(?:问题)?补充\s*[:：]\s*(?=[男女])"
)
"""`嗓子痛曾经的治疗情况和效果：吃药` → `曾经的治疗情况和效果：`"""
_CUT = re.compile(
    r"[，,。；;\s]*(?:曾经的?治(?:疗(?:情(?:况(?:[和及](?:效果?)?)?)?)?)?|想得到(?:怎样?(?:的(?:帮助?)?)?)?|全部症状?|发病时间(?:及(?:原因?)?)?)[:：]?\s*$"
    r"|[，,。；;\s]+请问[，,。\s]*$"
)
"""`应该怎么处理曾经治疗情` → `曾经治疗情`"""
_NOTHING = re.compile(r"(?<=[？?。！!，,；;\s])[，,。；;\s]*(?:无|没有|暂无|不详|空)[。.]?\s*$")
"""`是怎么回事？，无` → `，无`"""
_BREAK = re.compile(r"[？?。！!，,\s]+")
"""`怎么治疗？，怎么` → `？，`"""
_SIGNS = re.compile(r"(?<=[？?！!。])[，,；;]+")
"""`怎么办？，三天了` → `，`"""
_LEADS_ON = ("请问", "问一下", "医生", "大夫", "知道", "：", ":")
"""What stands before a title that belongs to its sentence."""
_OF_LABELS = ("：", ":", "感谢", "补充")
"""Every label holds one of them."""
_CUT_WORDS = ("曾经", "想得到", "全部症", "发病时间")
_NOTHINGS = ("无", "没有", "不详", "空")
MIN_TITLE_CHARS, MAX_TITLE_CHARS = 6, 80
"""A shorter text may well be said twice; a longer one is no title."""


def mend_question(question: str) -> str:
    """Return a question without a form's labels, with a title that is said twice said once."""
    text = question.strip()
    if any(word in text for word in _OF_LABELS):
        text = _LABEL.sub(_full_stop, text)
    if any(word in text for word in _CUT_WORDS):
        text = _CUT.sub("", text)
    if text.rstrip().rstrip("。.").endswith(_NOTHINGS):
        text = _NOTHING.sub("", text)
    text = _said_once(text)
    text = _SIGNS.sub("", text).strip()
    return text or question


def _full_stop(found: re.Match[str]) -> str:
    before = found.string[: found.start()].rstrip()
    return "" if not before or before[-1] in "。！？!?；;，,、…\n" else "。"


def _said_once(text: str) -> str:
    """Return a text without its title where what follows begins with it, and without a title said again at its end."""
    whole = text.rstrip("？?。！! ")
    for found in _BREAK.finditer(text, MIN_TITLE_CHARS, MAX_TITLE_CHARS):
        title, rest = text[: found.start()], text[found.end() :]
        if _is_said_by(title, rest):
            return rest
        if whole.endswith(title):
            before = whole.removesuffix(title).rstrip("，, ")
            if len(before) > 2 * len(title) and not before.endswith(_LEADS_ON):
                return before
    return text


def _is_said_by(title: str, rest: str) -> bool:
    """Return whether a text begins with a title, blanks and signs aside."""
    may_begin = len(title) >= MIN_TITLE_CHARS and rest.lstrip().startswith(title.lstrip()[:1])
    return may_begin and "".join(rest.split()).startswith("".join(title.split()))
