"""Answers without pointers to what is not beside them: tables, figures, pages, chapters, numbers of the literature.

`…计数一分钟，各年龄的界限见表1-1。` becomes `…计数一分钟。`; a sentence that is about a table goes whole.
"""

from __future__ import annotations

import re

MIN_CHARS = 6
"""Less of a sentence than this is no sentence."""

_CITED = re.compile(r"\s*[\[［]\s*\d{1,3}(?:\s*[-–—~～,，、]\s*\d{1,3})*\s*[\]］]")
"""`表3）[12-14]，每次` → `[12-14]`"""
_NUMBER = r"\s*(?:\d+|[一二三四五六七八九十]+|[A-Z](?![A-Za-z]))(?:\s*[-–—.．]\s*\d+)*"
_NAMED = rf"(?<![电谱量代外体发列填仪手意])(?:附?[表图]|附录|附件){_NUMBER}"
_MENTION = re.compile(
    rf"{_NAMED}|(?<![以之])[上下附][表图](?![皮面浅层示达现])|(?<![代电])[如见本该此][表图](?![现示达面形像皮浅层])"
    r"|(?<![电谱量代外体发])[表图]中(?!度|等|枢|心|性)|第\s*\d+\s*页|(?:详见|参见|见)(?:本书|本章|本节|第\s*[\d一二三四五六七八九十]+\s*[章节篇])"
)
"""`复查。图3-1为随访` → `图3-1`"""
_PARENTHESIS = re.compile(r"[（(][^（）()]*[)）]")
"""`莫西林（见表3），每次` → `（见表3）`"""
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)】\]》]*|\n|$)")
"""`用量见附录A。用法详` → `用量见附录A。`"""
_END = re.compile(r"[。！？!?；;\n”’」』）)】\]》]*$")
"""`1-1。` → `。`"""


def without_references(text: str) -> str:
    """Return a text without what it says of tables, figures, pages and cited literature."""
    text = _CITED.sub("", text)
    text = _PARENTHESIS.sub(lambda found: "" if _MENTION.search(found[0]) else found[0], text)
    if _MENTION.search(text) is None:
        return text
    kept = "".join(map(_without_mention, _SENTENCE.findall(text))).strip()
    return re.sub(r"[；;]$", "。", kept)


def _without_mention(sentence: str) -> str:
    """Return a sentence without its last clauses where these mention a table; nothing where others do."""
    found = _MENTION.search(sentence)
    if found is None:
        return sentence
    end = _END.search(sentence)
    ending = end[0] if end else ""
    clauses = sentence.removesuffix(ending)
    before = clauses[: found.start()].rpartition("，")[0]
    is_last = "，" not in clauses[found.start() :]
    return before + ending if is_last and len(before.strip()) >= MIN_CHARS else ending.lstrip("。！？!?；;")
