r"""Read books in Markdown: CommonMark with tables, footnotes `[^1]` and a front matter that names the title.

Converters of PDF write doses and powers as TeX (`$10\sim15$`), and people `#第一章` without the space: both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.book.block import Block, Blocks, Place
from ingest.book.formats.html import parse, walk, whole_text
from ingest.book.line_text import clean, is_caption
from ingest.notation.tex import tex_as_text
from ingest.source import SourceFile, SourceOptions

_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
"""`---\ntitle: 儿科学\n---\n` → `title: 儿科学`"""
_TITLE = re.compile(r"^title\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
"""`title: "儿科学"` → `儿科学`"""
_NOTE = re.compile(r"^\[\^([^\]\n]+)\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)", re.MULTILINE)
"""`[^1]: 按体重计算。` → `按体重计算。`"""
_REFERENCE = re.compile(r"\[\^[^\]\n]+\]")
"""`应吸氧[^1]。` → `[^1]`"""
_TABLE_ROW = re.compile(r"^\s*\|")
"""`| 药物 | 剂量 |` → `|`"""
_NO_SPACE = re.compile(r"^(#{1,6})(?=[\u4e00-\u9fff（【])", re.MULTILINE)
"""`#第一章` → `#`, `# 第一章` → –"""
_TEX = re.compile(r"(?<![\\$])\$\$?(?=\S|\s[\\\d^])([^$\n]{1,200}?)\$\$?(?!\d)")
"""`体表面积 m$^2$，` → `^2`, `价格 $5` → –"""
_MARK = re.compile(r"\s*\^\s*\{?\s*(\[?\s*[\d,，\-–~\s]+\]?)\s*\}?\s*")
"""A formula that is no more than a superscript. `^{[1,2]}` → `[1,2]`"""
_POWER_BEFORE = re.compile(r"[A-Za-z\d]$")
"""`10` → `0`, `阿莫西林` → –"""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a Markdown book."""
    text = whole_text(file, options)
    front = _FRONT.match(text)
    title = match.group(1) if front and (match := _TITLE.search(front.group(1))) else ""
    if front:
        text = _blank(front) + text[front.end() :]
    notes = [(text.count("\n", 0, m.start()) + 1, clean(m.group(2))) for m in _NOTE.finditer(text)]
    body = _NO_SPACE.sub(r"\1 ", _REFERENCE.sub("", _NOTE.sub(_blank, text)))
    body = _TEX.sub(_formula, body)
    return title, _in_order(_body(_captions_apart(body)), notes)


def _formula(match: re.Match[str]) -> str:
    """Return a formula in TeX as text, "" for a reference `$^{[1]}$`; as it is where no line of text says it."""
    mark = _MARK.fullmatch(match[1])
    is_power = mark and _POWER_BEFORE.search(match.string[max(0, match.start() - 1) : match.start()])
    if mark and not (is_power and mark[1].strip().isdecimal()):
        return ""
    return tex_as_text(match[1]).replace("*", "\\*") or match[0]


def _blank(match: re.Match[str]) -> str:
    """Return as many line ends as the match has, so that line numbers stay."""
    return "\n" * match.group().count("\n")


def _captions_apart(text: str) -> str:
    """Set a caption right above a table apart with white space that is no line: a table must begin a block."""
    lines = text.split("\n")
    for i in range(1, len(lines)):
        if _TABLE_ROW.match(lines[i]) and is_caption(lines[i - 1].strip("* ")):
            lines[i] = "\x0c" + lines[i]
    return "\n".join(lines)


def _body(text: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    marked = text.split("\n")
    numbers: list[int] = []
    spread: list[str] = []
    for number, line in enumerate(marked, 1):
        if line.startswith("\x0c"):
            spread, numbers = [*spread, ""], [*numbers, number]
        spread.append(line.lstrip("\x0c"))
        numbers.append(number)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse("\n".join(spread))
    for token in tokens:
        if token.map and token.nesting >= 0:
            token.attrSet("data-line", str(numbers[token.map[0]]))
    root = parse(parser.renderer.render(tokens, parser.options, {}).encode("utf-8"))
    if root is not None:
        yield from walk(root, "")


def _in_order(blocks: Iterator[Block], notes: list[tuple[int, str]]) -> Iterator[Block]:
    """Yield the blocks with each footnote at its line."""
    waiting = sorted(notes)
    for block in blocks:
        line = int(block.places[0].label.removeprefix("line ") or 0)
        while waiting and waiting[0][0] < line:
            yield _footnote(*waiting.pop(0))
        yield block
    yield from (_footnote(*note) for note in waiting)


def _footnote(line: int, text: str) -> Block:
    return Block("footnote", text, (Place(label=f"line {line}"),))
