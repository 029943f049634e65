"""Resolve MediaWiki's language variants `-{…}-`, then turn traditional into simplified characters.

The order matters: `-{zh-hans:计算机;zh-hant:電腦}-` names other words, not other characters. Rules that a page declares
(`-{A|…}-`, `-{H|…}-`, the template noteTA) are applied to the whole page, as the wiki does. What a page protects from
conversion (`-{R|…}-`, `-{…}-`) stays as written.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.vocabulary.simplified import to_simplified

ORDER = ("zh-cn", "zh-hans", "zh-sg", "zh-my", "zh", "zh-tw", "zh-hant", "zh-hk", "zh-mo")
"""Variants by how near they are to the Chinese of the mainland."""

RAW = ("\ufdd0", "\ufdd1")
"""Non-characters around a protected piece. `strip_marks` takes them out of the input first."""

Rules = dict[str, str]

_MARKS = re.compile("[\ufdd0-\ufdef]")
"""`甲\ufdd0乙` → `\ufdd0`"""
_BRACKET = re.compile(r"-\{(?!\{)|\}-")
"""`阿莫-{西林}-，` → `-{`"""
_FLAGS = re.compile(r"\s*([A-Za-z;+\- ]{0,80}?)\s*\|(.*)", re.DOTALL)
"""Flags or variants, and what they hold for. `A|zh-cn:哮喘` → `A`"""
_TITLE = re.compile(r"-\{\s*T\s*\|([^{}]{1,400})\}-")
"""`-{T|zh-cn:哮喘}-正文` → `zh-cn:哮喘`"""
_VARIANT = re.compile(r"(?:^|;|=>)\s*(zh(?:-[a-z]{2,4})?)\s*:", re.IGNORECASE)
"""`zh-hans:计算机;zh-hant:電腦` → `zh-hans`"""
_PROTECTED = re.compile(f"{RAW[0]}([^{''.join(RAW)}]*){RAW[1]}")
"""`甲\ufdd0電腦\ufdd1乙` → `電腦`"""
_TORN = re.compile(f"[{''.join(RAW)}]")
"""`甲\ufdd1乙` → `\ufdd1`"""
_OURS = {"zh-cn", "zh-hans", "zh-sg", "zh-my", "zh"}
_MAX_DEPTH = 20


def strip_marks(text: str) -> str:
    """Take out the non-characters used as marks here."""
    return _MARKS.sub("", text)


def resolve(text: str) -> tuple[str, Rules]:
    """Return the text with every `-{…}-` resolved, and the conversion rules the page declares.

    Protected pieces stand between the marks `RAW`. An unclosed bracket stays as it is.
    """
    rules: Rules = {}
    stack: list[list[str]] = [[]]
    last = 0
    for match in _BRACKET.finditer(text):
        stack[-1].append(text[last : match.start()])
        last = match.end()
        if match[0] == "-{" and len(stack) <= _MAX_DEPTH:
            stack.append([])
        elif match[0] == "}-" and len(stack) > 1:
            inner = "".join(stack.pop())
            stack[-1].append(_resolve_bracket(inner, rules))
        else:
            stack[-1].append(match[0])
    stack[-1].append(text[last:])
    return "-{".join("".join(part) for part in stack), rules


def _resolve_bracket(inner: str, rules: Rules) -> str:
    """Return what one bracket shows, and take up the rules it declares."""
    match = _FLAGS.fullmatch(inner)
    flags = {flag.strip() for flag in match[1].split(";")} if match else set()
    body = match[2] if match else inner
    if "R" in flags:
        return _protect(body)
    if named := flags & set(ORDER):  # converted for the variants named, shown as it is to readers of all others
        return body if named & _OURS else _protect(body)
    words = variants(body)
    if flags & {"A", "H", "+"}:
        rules.update(rules_of(words, body))
    if flags & {"H", "T", "-", "D", "N"} or ("+" in flags and "A" not in flags):
        return ""
    return preferred(words) if words else _protect(body)


def declared_title(text: str) -> str:
    """Return the title that `-{T|…}-` gives the page in our variant, "" where there is none."""
    match = _TITLE.search(text)
    return preferred(variants(match[1])) if match else ""


def _protect(body: str) -> str:
    return RAW[0] + strip_marks(body) + RAW[1]


def variants(body: str) -> dict[str, str]:
    """Return variant → word of `zh-hans:…;zh-hant:…`; empty for other text."""
    marks = list(_VARIANT.finditer(body))
    ends = [mark.start() for mark in marks[1:]] + [len(body)]
    words = {mark[1].lower(): body[mark.end() : end].strip(" ;\n") for mark, end in zip(marks, ends, strict=False)}
    return {variant: strip_marks(word) for variant, word in words.items() if variant in ORDER}


def preferred(words: dict[str, str]) -> str:
    """Return the word of the variant nearest to mainland Chinese."""
    return next((words[variant] for variant in ORDER if variant in words), "")


def rules_of(words: dict[str, str], body: str = "") -> Rules:
    """Return the replacements that bring other variants' words to ours; one character alone is never replaced."""
    target = preferred(words)
    sources = {word for word in words.values() if len(word) > 1}
    if "=>" in body:
        sources |= {word.strip() for word in re.findall(r"(?:^|;)([^;:=]{2,80})=>", body)}
    return {word: target for word in sorted(sources) if target and word != target and target not in word}


def simplify_page(text: str, rules: Rules) -> str:
    """Return the text in simplified characters: the page's rules first, then OpenCC; protected pieces as written."""
    pieces = _PROTECTED.split(text)
    replace = _replacer(rules)
    for i in range(0, len(pieces), 2):
        pieces[i] = to_simplified(replace(_TORN.sub("", pieces[i])))
    return "".join(pieces)


def _replacer(rules: Rules) -> Any:
    if not rules:
        return str
    words = re.compile("|".join(re.escape(word) for word in sorted(rules, key=lambda word: (-len(word), word))))
    return lambda text: words.sub(lambda match: rules[match[0]], text)
