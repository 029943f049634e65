"""Pictures and reports that the text does not hold: asking for one goes, telling of one ends the talk before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, clauses

_PICTURE = r"(?:图片儿?|照片儿?|相片|截图|视频)"
_REPORT = r"(?:化验单|报告单?|检查单|检验单|片子)"
_SHEET = r"(?:化验单|报告单?|检查单|检验单)"
_SEES = re.compile(
    rf"{_PICTURE}儿?(?:上|中|里|看(?!一|看|下)|来看|情况|是|应|考虑|的话|显示|所示|可见|和您|和你)"
    rf"|(?:从|根据|结合|看了?|看到了?|按照|由|目前|就)[^，。？?]{{0,10}}{_PICTURE}(?!吗|看看|看一下)"
    r"|从[^，。？?]{0,4}图(?:来看|上看|看)|(?:您|你)(?:所)?(?:发|拍|上传|传)(?:来|过来|上来)?的(?:图|照|大便|皮疹|疹子)"
    r"|[第这][一二三两]?张(?:图|照片)|看图(?:像|是|考虑|应)|我看着|图[上中]"
    r"|(?:稍等|等一?下|等下|稍候)[，,。]?我(?:先)?看(?:一?下|看)?|我先?看看(?:腹部|你的)?(?:彩超|报告|片子|单子)"
    r"|如[上下]?图所示|见[上下附]?图\s*\d|见[上下附]?表\s*\d|如[上下附]?表\s*\d"
)
"""`从你发的图片看着孩子` → `从你发的图片`"""
_SHOWS = re.compile(
    r"[如见看][上下]?图(?![像书案谱形])|[（(]图片?[）)]|第[一1]张[^。]{0,14}第[二2]张|[上下]面有照片|上面我发了|片子如下"
)
"""What a patient says who shows a picture. `脚趾有点发红（如图）` → `如图`"""
_SEES_REPORT = re.compile(
    rf"(?:从|根据|结合|看了?|看到了?|分析|反复看)[^，。？?]{{0,8}}{_REPORT}(?!吗|看看|看一下)|{_SHEET}(?:上|看(?!看|一下)|显示|提示|考虑|的话是|我看过)|看过{_REPORT}"
)
"""`从化验单看，` → `从化验单`"""
_RESULT = re.compile(
    r"(?:白细胞|中性|淋巴|血红蛋白|血小板|蛋白|CRP|crp|C反应|血糖|转氨酶|胆红素|抗体|隐血|脓细胞|支原体|胸片|B超|b超|彩超|CT|ct|脑电图)[^，。？?]{0,12}(?:\d|高|低|阳性|阴性|正常|增多|示|[+＋])"
)
"""`白细胞17.9` → `白细胞17.9`"""
_ABOUT_SENDING = re.compile(
    rf"(?:{_PICTURE}|{_REPORT}|结果|检查).{{0,10}}(?:发|传|给我|看看|看一下|看下|有吗|有没有|[么吗？?])|{_PICTURE}"
    rf"|(?:发|传|拍|给|让)(?:过来|来|一?下|上来|给)?(?:我|你|您)(?:们)?(?:看|瞧)|(?:发|传)(?:过来|上来|来看)|上传|拍[个张一](?:张|下)?照|拍照"
    rf"|有{_REPORT}|看不清|(?:打不开|打开有些慢|下载不下来|传不了|发不过去)"
)
"""`把照片发我` → `照片发`"""
_FINDING = re.compile(r"粘液|黏液|奶瓣|血丝|带血|有血|绿|稀|水样|泡沫|发黄|发红|红点")
"""`大便有粘液` → `粘液`"""
_JUDGES = re.compile(r"考虑|诊断|属于|像|应该是|[炎疹癣疮]")
"""`考虑是湿疹` → `考虑`"""
_LEAD = re.compile(
    rf"(?:从|看|根据|结合)?[^，。]{{0,6}}{_PICTURE}(?:上|中|里|来看|来|看着?|的话|的情况|显示)*(?:好像)?"
)
"""`从您发的照片看大便有粘液` → `从您发的照片看`"""
_PLACEHOLDER = re.compile(r"\[(?:图片|照片|视频|语音|文件)\]")
"""`[图片]这是什么` → `[图片]`"""
MAX_ASKING_CHARS = 30
"""A longer clause says more than a word about sending a picture."""


def before_unseen(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns before the first in which a picture is shown, or the doctor tells what one, or a report, shows.

    Findings that the patient tells too need no picture: from such clauses 从照片看 goes.
    """
    found: list[Turn] = []
    for i, (role, text) in enumerate(turns):
        if role == "user" and is_showing(text):
            return found
        if role == "assistant":
            told = "".join(words for side, words in turns[: i + 2] if side == "user")
            text = _grounded(text, told)
            if is_seeing(text) or (_SEES_REPORT.search(text) and not _RESULT.search(told)):
                return found
        found.append((role, text))
    return found


def _grounded(text: str, told: str) -> str:
    """Return an answer without 从照片看 in clauses of which the patient told all findings."""
    if not is_seeing(text):
        return text
    parts = clauses(text)
    for i, part in enumerate(parts):
        findings = set(_FINDING.findall(part))
        is_told = findings and all(finding in told for finding in findings)
        if is_seeing(part) and is_told and not _JUDGES.search(part):
            parts[i] = _LEAD.sub("", part)
    return "".join(parts)


def is_showing(text: str) -> bool:
    """Return whether a patient shows a picture that nobody else sees: 腿上起了疹子，如图."""
    return _SHOWS.search(text) is not None


def is_seeing(answer: str) -> bool:
    """Return whether an answer tells of a picture or a table that nobody sees."""
    return _SEES.search(answer) is not None


def without_asking(text: str) -> str:
    """Return a text without what asks for a picture or a report, or speaks of sending one."""
    text = _PLACEHOLDER.sub("", text)
    if not _ABOUT_SENDING.search(text):
        return text
    kept = [part for part in clauses(text) if len(part) > MAX_ASKING_CHARS or not _ABOUT_SENDING.search(part)]
    return "".join(kept).strip().rstrip("，,")
