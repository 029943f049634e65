"""What a platform or a program wrote into an answer: headings, the name of a chatbot, the words of a prompt."""

from __future__ import annotations

import re

from ingest.vocabulary.any_of import any_of

_HEADING = any_of("病情分析 指导意见 意见建议 问题分析 医生建议 诊疗建议 治疗建议 病情诊断 健康指导 生活指导 医师解答")
_HEADED = re.compile(_HEADING)
"""`流感。指导意见：休息` → `指导意见`"""
_GREETING = r"(?:[你您]好(?:啊|呀)?\s*[，,。！!：:、]*\s*)"
_NAMED = re.compile(
    rf"\s*{_HEADING}(?:\s*[:：]\s*{_GREETING}?|\s*{_GREETING}|\s*\n)|(?:^|(?<=[。.\n])){_HEADING}(?!书)"
)
"""`可能指导意见你好，一般` → `指导意见你好，`"""
_GLUED = re.compile(
    rf"(?<=[一-龥a-z\d])(?<!下)(?<!的)(?<!给)(?<!列)(?<!据)(?<!供)(?<!照){_HEADING}"
    r"(?:(?=[，,])|(?=请|[你您我]|建议|平时|要|注意|一般|如果|可以?|现在|目前|保持|饮食|个人|首先|最好|避免|多|\d))"
)
"""`红霜指导意见平时不要` → `指导意见`"""
_COMMAS = re.compile(r"(?<=[。！？])[,，]+")
"""`一个月左右。,如果` → `,`"""
_LABEL = re.compile(rf"(?:(?<=^)|(?<=[。！？!?；;\n…]))\s*(?:建议|分析|回复|解答|意见)\s*[:：]\s*{_GREETING}?")
"""`遗传。建议：哮喘` → `建议：`"""
_GREETS_AGAIN = re.compile(rf"(?<=[。！？!?；;\n…]){_GREETING}")
"""`调理。您好，每个人` → `您好，`"""
_SELF = re.compile(
    r"(?:[你您]好[，,！!。]?\s*)?(?:我是|作为|我叫)[^，。！？!?\n]{0,14}(?:助手|助理|机器人|语言模型|智能模型|大模型|AI医生)[^，。！？!?\n]{0,10}[，。！？!?\n]*"
)
"""`您好，我是仲景智能医学助手。关于` → `您好，我是仲景智能医学助手。`"""
_PROMPT = re.compile(
    r"^\s*(?:根据|基于|依据|结合)(?:上述|以上|所给|给定|给出|已知|相关|这些|提供|您?所提供|现有)?的?(?:医学|医疗|相关)?(?:知识(?:点|库|图谱|三元组)?|文章|文献|文本|原文|材料)(?:的)?(?:内容|可知|来看|显示|描述|所述)?[，,：:]\s*"
    r"|(?:该|这篇|本)?(?:文章|文中|原文)(?:中)?(?:指出|提到|认为|表明|还提到)[，,：:]?"
    r"|^\s*(?:答案|回答|答|最终答案)[:：]\s*"
)
"""`根据知识，治疗` → `根据知识，`"""
_PROMPTED = re.compile(r"^\s*(?:根据|基于|依据|结合|答|回答|最终)|文章|文中|原文")
"""What each of these words holds. `文章指出，` → `文章`"""
_ABOUT = re.compile(
    r"(?:谢谢[，,]?)?以上(?:就)?(?:是|为)?(?:我)?(?:针对|对于|关于|对|就)[^。\n]{0,80}?(?:问题)?的?(?:建议|解答|回答|回复|分析|解释|介绍)[，,。！!]*"
)
"""`以上是对“腹泻吃什么”这个问题的建议，希望` → `以上是对“腹泻吃什么”这个问题的建议，`"""
_ENTITY = re.compile(r"&?#x([0-9A-Fa-f]{2,5});")
"""`高达60#xFF05;` → `#xFF05;`"""
_STOPS = re.compile(r"(?<![。…])。。(?![。…])|[.．；]。")
"""`症状和体征。。` → `。。`"""


def without_headings(answer: str) -> str:
    """Return an answer without platform headings, a second greeting, a chatbot's name and a prompt's words."""
    text = _ENTITY.sub(_character, answer) if "#x" in answer else answer
    if _PROMPTED.search(text):
        text = _PROMPT.sub("", text)
    text = _COMMAS.sub("", text)
    if "助" in text or "模型" in text or "机器人" in text or "AI医生" in text:
        text = _SELF.sub("", text)
    if "以上" in text:
        text = _ABOUT.sub("", text)
    if _HEADED.search(text):
        text = _GLUED.sub(_sign_of_glued, _NAMED.sub(_full_stop, text))
    if "：" in text or ":" in text:
        text = _LABEL.sub("", text)
    if "您好" in text or "你好" in text:
        text = _GREETS_AGAIN.sub("", text)
    text = text.strip().lstrip("；;，,。、：: ")
    return _STOPS.sub("。", text) if any(stops in text for stops in ("。。", ".。", "．。", "；。")) else text


def _character(found: re.Match[str]) -> str:
    """Return the character of a broken entity: ％ for #xFF05; nothing where it is none that can be printed."""
    character = chr(int(found[1], 16))
    return ("%" if character == "％" else character) if character.isprintable() else ""


def _sign_of_glued(found: re.Match[str]) -> str:
    """Return what stands for a heading in the middle of a line: nothing before a comma, else the end of a sentence."""
    return "" if found.string[found.end() : found.end() + 1] in "，," else "。"


def _full_stop(found: re.Match[str]) -> str:
    """Return what stands for a heading: the end of the sentence before it, where that has none."""
    before = found.string[: found.start()].rstrip()
    line_end = "\n" if "\n" in found[0][: len(found[0]) - len(found[0].lstrip())] else ""
    return line_end if not before or before[-1] in "。！？!?；;…\n" else "。" + line_end
