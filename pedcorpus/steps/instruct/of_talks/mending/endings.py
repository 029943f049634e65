"""Where a conversation ends: behind the last advice, without a wish, an invitation or a question nobody answers."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.vocabulary.any_of import any_of
from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, asks, clauses, is_question, sentences, told

MIN_AFTER_THANKS = 60
"""Characters that an answer to mere thanks must tell: a shorter one repeats."""
MAX_PROMISE_CHARS = 36
"""A longer sentence says more than that advice comes."""
MIN_SHORT = 4
"""Characters of a short answer that names a drug or an illness: 考虑湿疹"""

_WISHES = re.compile(
    r"(?<=[^，。！？!?；;\n])"
    r"(?:祝(?:您|你|宝|孩|患|愿|早)[^。！？!?\n]{0,12}(?:康复|健康|顺利|快乐|平安|愉快)"
    r"|[希期]望(?:我|以上|上述)[^。！？!?\n]{0,14}(?:帮助|帮到|有用)|有(?:任何|什么)?疑问[^。！？!?\n]{0,6}(?:欢迎|随时))"
    r"[^。！？!?\n]{0,30}[。！!~～\s]*$"
)
"""`不是很对症祝你能够早日康复` → `祝你能够早日康复`"""
_THANKS = re.compile(
    r"谢|感谢|多谢|感激|明白|知道了|了解了|懂了|好的|好吧|行吧|我会|会按|会注意|会尽快|会考虑|会去|先这样|^[嗯哦恩好行噢]"
)
"""`好的，我会注意的` → `好的`"""
_COMES_BACK = re.compile(
    r"(?:可以|能)(?:不可以|不能)?(?:再|随时|继续|再次)+(?:来)?(?:咨询|联系|请教|问|找)(?:您|你|医生|大夫)?"
)
"""`以后还可以再咨询您吗？` → `可以再咨询您`"""
_PROMISES = re.compile(r"我(?:先|来|再)?(?:给|告诉|帮|为|跟)(?:你|您)(?!的)[^，。]{0,18}")
"""`我给你一个用药方案` → `我给你一个用药方案`"""
_LINK = re.compile(r"(?<=[。！？!?；;\n])(?:同时|最后|另外|此外|总之|再次)[，,]?\s*$")
"""`评估。同时，` → `同时，`"""
_FAREWELL = re.compile(r"不客气|不用谢|打扰|^祝|康复|再见|健康成长|谢")
"""`不客气，` → `不客气`"""
_DRUG = re.compile(
    any_of(
        "霉素 西林 头孢 沙星 洛芬 氨酚 他定 替嗪 拉唑 替丁 司特 奈德 松 米松 米特 洛韦 奥司他韦 康唑 萘芬 硝唑"
        " 地平 沙坦 普利 洛尔 他汀 双胍 软膏 乳膏 药膏 凝胶 洗剂 滴剂 滴眼液 喷雾 胶囊 颗粒 片 丸 口服液"
        " 糖浆 冲剂 合剂 混悬 益生菌 妈咪爱 思密达 蒙脱石 维生素 口服 外用 雾化 服用 溴索 板蓝根 热敷"
    )
)
"""`氯雷他定` → `他定`"""
_NAMES = re.compile(
    r"(?:考虑|可能是|应该还?是|属于|像是?|就是|诊断|这是|排除)[^，。？?]{0,8}(?:[炎疹病症癣痘疮染虫]|感冒|消化不良|过敏)"
    r"|^[^，。？?]{1,10}(?:炎|感染|湿疹|疱疹|荨麻疹|癣|综合征|痤疮|腹泻|感冒|消化不良)[。\s]*$"
)
"""`考虑湿疹` → `考虑湿疹`"""


def end_with_advice(turns: list[Turn], min_chars: int) -> list[Turn]:
    """Return a conversation up to the last answer that tells something, without what only closes it; or nothing."""
    turns = list(turns)
    while turns and not _is_end(turns, min_chars):
        turns.pop()
    if not turns:
        return []
    return [*turns[:-1], ("assistant", without_closing(turns[-1][1], min_chars))]


@lru_cache(maxsize=1 << 12)
def without_closing(text: str, min_chars: int) -> str:
    """Return an answer without courtesies at its end and without questions that end it: nobody answers them."""
    parts = sentences(text)
    while parts and (is_courtesy(parts[-1]) or _asks_on(parts, min_chars)):
        parts.pop()
    return without_courtesy_end("".join(parts).strip())


def is_thanks(text: str) -> bool:
    """Return whether a patient only thanks, agrees or asks to come back: 好的，谢谢医生，我会注意的."""
    rest = "".join(part for part in sentences(text) if not _COMES_BACK.search(part))
    return is_courtesy(rest) or (_THANKS.search(rest) is not None and not asks(rest))


@lru_cache(maxsize=1 << 12)
def is_waiting(text: str) -> bool:
    """Return whether a doctor's turn asks something of the case, so that 嗯 behind it is an answer."""
    return any(is_question(part) and not is_courtesy(part) for part in sentences(text))


def teaches(text: str, min_chars: int) -> bool:
    """Return whether an answer tells something: long enough, or a drug or an illness by its name."""
    said = "".join(part for part in sentences(told(text)) if not is_promise(part)).strip()
    return len(said) >= min_chars or (len(said) >= MIN_SHORT and bool(_DRUG.search(said) or _NAMES.search(said)))


def is_promise(sentence: str) -> bool:
    """Return whether a sentence only says that advice comes: 我给你一个用药方案，你按我说的用."""
    return len(sentence) <= MAX_PROMISE_CHARS and _PROMISES.search(sentence) is not None and not _DRUG.search(sentence)


def _is_end(turns: list[Turn], min_chars: int) -> bool:
    role, text = turns[-1]
    closed = without_closing(text, min_chars) if role == "assistant" else ""
    if is_courtesy(closed) or not teaches(closed, min_chars):
        return False
    if len(turns) > 2 and is_thanks(turns[-2][1]) and not is_waiting(turns[-3][1]):
        return len(told(closed)) >= MIN_AFTER_THANKS
    return True


def _follows_up(parts: list[str]) -> bool:
    """Return whether a question stands behind a wish: …不客气，打扰了，宝宝好了没."""
    asked = is_question(parts[-1]) or parts[-1].rstrip("，,。 ").endswith("没")
    return asked and len(parts) > 1 and _FAREWELL.search(parts[-2]) is not None


def _asks_on(parts: list[str], min_chars: int) -> bool:
    return is_question(parts[-1]) and len("".join(parts[:-1]).strip()) >= min_chars


def without_courtesy_end(text: str) -> str:
    """Return a text without the wishes it ends in: 复查血常规，不客气，祝早日康复; "" for one that is all wishes."""
    if "祝" in text or "望" in text or "疑问" in text:
        text = _WISHES.sub("", text)
    parts = sentences(text.rstrip())
    while parts and is_courtesy(parts[-1]):
        parts.pop()
    text = "".join(parts).strip()
    parts = clauses(text)
    kept = len(parts)
    while kept > 1 and (is_courtesy(parts[kept - 1]) or _follows_up(parts[:kept])):
        kept -= 1
    text = "".join(parts[:kept])
    rest = _LINK.sub("", text).rstrip("，,、；; \n")
    return rest if rest[-1:] in "。！？!?" or (rest == text and kept == len(parts)) else f"{rest}。"
