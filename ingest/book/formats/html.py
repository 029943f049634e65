"""Read books in HTML; the same walk reads the chapters of EPUB and what Markdown renders to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.book.block import Block, BlockKind, Blocks, Place
from ingest.book.expand_spans import expand_spans
from ingest.book.line_text import caption_of, clean, heading_of, is_caption, is_unmarked_heading
from ingest.book.table_sentences import regular_rows
from ingest.files.decode import text_blocks
from ingest.notation.mathml import mathml_as_text
from ingest.notation.superscripts import superscript_as_text
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_CHARS = 16 * 2**20
"""Longest text of a book in one file; the longest textbooks have some three million characters. A page of nothing but
tags takes 100 bytes of memory for each character."""
MAX_DEPTH = 200
"""Elements within elements that are followed; deeper ones are read as one text."""
_SKIP = frozenset({"script", "style", "head", "template", "noscript", "svg", "button", "select", "input"})
_SKIP |= {"rt", "rp", "s", "del", "strike"}  # pronunciations above a word, what is struck out
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
"""`color: red; display:none` → `display:none`"""
_LEAVES = frozenset({"p", "li", "dt", "dd", "pre", "blockquote", "figcaption", "summary", "address"})
_FOOTNOTE = re.compile(r"\b(?:footnotes?|endnotes?|rearnotes?|notes?|mso(?:foot|end)notetext)\b")
"""`doc-footnote` → `footnote`, `keynote` → –"""
_CONTENTS = re.compile(r"\b(?:toc|doc-toc|mso_?toc\d*|table-of-contents)\b")
"""`book-toc` → `toc`, `stock` → –"""
_NOTE_TARGET = re.compile(r"#.*(?:fn|ftn|note|ref|cite|zhu)", re.IGNORECASE)
"""`#_ftn1` → `#_ftn`, `#chapter1` → –"""
_LONG_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]{0,20})\s[^<>]{20000,}>")
"""A tag whose attributes are left out: pictures, or a hundred thousand names, which take minutes to compare.
`<img src=a.png>` → –"""
_CUT = "data-cut"
_REFERENCE = re.compile(r"^[\[(（［]?[\d①-⑳*†‡,，\-–\s]{1,8}[\])）］]?$")
"""`[1,2]` → `[1,2]`, `表1` → –"""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of an HTML book."""
    text = whole_text(file, options)
    root = parse(text.encode("utf-8"))
    if root is None:
        raise UnreadableFile(Reason.EMPTY, f"{file.path}: no element in it.")
    title = clean(" ".join(root.xpath("//head/title//text()")))
    return title, walk(root, "")


def whole_text(file: SourceFile, options: SourceOptions) -> str:
    """Return the whole text of a file, its encoding detected; raise UnreadableFile for one too large for a book."""
    parts, chars = [], 0
    for part in text_blocks(file, options):
        parts.append(part)
        chars += len(part)
        if chars > MAX_CHARS:
            raise UnreadableFile(Reason.TOO_LARGE, f"{file.path}: more than {MAX_CHARS} characters. Divide the book.")
    return "".join(parts)


def parse(data: bytes) -> Any:
    """Return the root element of HTML bytes in UTF-8, None where there is none; entities are not resolved."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    data = _LONG_TAG.sub(rb"<\1>", data)
    try:
        root = lxml_html.document_fromstring(data, parser=parser) if data.strip() else None
    except etree.ParserError:
        return None
    if root is not None and any("depth" in entry.message for entry in parser.error_log):
        root.set(_CUT, "")  # the parser stops at 256 elements within one another and says so only here
    return root


def walk(root: Any, member: str) -> Iterator[Block]:
    """Yield the blocks below an element; `member` is put before the line in each place."""
    yield from _walk(root, member, 0, "text")
    if _CUT in root.attrib:
        raise UnreadableFile(
            Reason.TRUNCATED, "elements lie more than 256 deep in one another; what follows is not read."
        )


def _walk(element: Any, member: str, depth: int, kind: BlockKind) -> Iterator[Block]:
    if _is_left_out(element):
        return
    kind = _kind_of(element, kind)
    tag = element.tag
    if re.fullmatch("h[1-6]", tag):
        yield from _leaf(element, member, "heading", int(tag[1]))
    elif tag == "table":
        yield from _table(element, member)
    elif kind == "contents":
        yield from _leaf(element, member, kind)
    elif depth > MAX_DEPTH or (tag in _LEAVES and not _has_blocks(element)) or not len(element):
        yield from _leaf(element, member, "caption" if tag == "figcaption" else kind)
    else:
        yield from _children(element, member, depth, kind)


def _children(element: Any, member: str, depth: int, kind: BlockKind) -> Iterator[Block]:
    """Yield blocks of the children; loose text between them, with the inline elements beside it, is a paragraph."""
    loose = [_fold_lines(element.text)]
    for child in element:
        if isinstance(child.tag, str) and (_is_block(child) or _has_blocks(child)):
            yield from _text(loose, member, element, kind)
            loose = []
            yield from _walk(child, member, depth + 1, kind)
        else:
            words = _inline(child)
            is_raised = child.tag == "sup"
            loose.append(superscript_as_text("".join(loose), words, child.tail or "") if is_raised else words)
        loose.append(_fold_lines(child.tail))
    yield from _text(loose, member, element, kind)


_BLOCKS = _LEAVES | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "div", "section", "article", "aside", "nav", "ul"}
_BLOCKS |= {"ol", "dl", "figure", "main", "body", "header", "footer", "form", "details", "hr", "script", "style"}


def _is_block(element: Any) -> bool:
    return element.tag in _BLOCKS


def _has_blocks(element: Any) -> bool:
    return any(isinstance(child.tag, str) and child.tag in _BLOCKS for child in element.iterdescendants())


def _kind_of(element: Any, outer: BlockKind) -> BlockKind:
    """Return the kind of text an element holds: footnotes and contents by role, type or class."""
    role = _role(element)
    if element.tag == "nav" or _CONTENTS.search(role):
        return "contents"
    if element.tag not in {"a", "sup", "body", "html"} and _FOOTNOTE.search(role) and "noteref" not in role:
        return "footnote"
    return outer


def _role(element: Any) -> str:
    """Return what role, class and (in EPUB) type say of an element, in lower case."""
    parts = (value for name, value in element.attrib.items() if re.split("[}:]", name)[-1] in {"role", "type", "class"})
    return " ".join(parts).lower()


def _is_left_out(element: Any) -> bool:
    """Return whether no reader sees an element: scripts, pronunciations above a word, hidden parts."""
    if not isinstance(element.tag, str) or element.tag in _SKIP:
        return True
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")) is not None


def _place(element: Any, member: str) -> tuple[Place, ...]:
    line = element.get("data-line") or element.sourceline
    label = f"line {line}" if line else "line 1"
    return (Place(label=f"{member}: {label}" if member else label),)


def _leaf(element: Any, member: str, kind: BlockKind, level: int = 0) -> Iterator[Block]:
    text = clean(_inline(element))
    if not text:
        return
    if kind == "text" and _is_link(element) and not _is_bold(element):
        kind = "contents"
    elif kind == "text" and is_unmarked_heading(text, bold=_is_bold(element)):
        kind = "heading"
    if kind == "heading":
        text = heading_of(text)
    elif kind == "text" and is_caption(text):
        kind = "caption"
    yield Block(kind, text, _place(element, member), level=level, unreadable=text.count("\ufffd"))


def _text(parts: list[str], member: str, element: Any, kind: BlockKind) -> Iterator[Block]:
    text = clean("".join(parts))
    if text:
        yield Block("caption" if kind == "text" and is_caption(text) else kind, text, _place(element, member))


def _fold_lines(text: str | None) -> str:
    """Return text with the line ends of its source as spaces."""
    return (text or "").replace("\n", " ").replace("\r", " ")


def _inline(element: Any, keep_lines: bool = False) -> str:
    """Return the text of an element and all below it, references in superscript left out, line breaks kept."""
    if _is_left_out(element):
        return ""
    if element.tag == "br":
        return "\n"
    if element.tag == "math":
        return mathml_as_text(element)
    if element.tag in {"sup", "a"} and _is_reference(element):
        return ""
    keep_lines = keep_lines or element.tag == "pre"
    text = element.text or "" if keep_lines else _fold_lines(element.text)
    for child in element:
        words = _inline(child, keep_lines)
        tail = child.tail or "" if keep_lines else _fold_lines(child.tail)
        text += (superscript_as_text(text, words, tail) if child.tag == "sup" else words) + tail
    return text


def _is_reference(element: Any) -> bool:
    text = "".join(element.itertext()).strip()
    role = _role(element)
    if "noteref" in role or "footnote-ref" in role or "backlink" in role or "footnote-backref" in role:
        return True
    linked = element.tag == "sup" and bool(element.xpath(".//a[@href]"))
    bracketed = element.tag == "sup" and bool(re.match(r"[\[(［（①-⑳*†‡]", text))
    to_note = element.tag == "a" and bool(_NOTE_TARGET.search(element.get("href", "")))
    return (linked or bracketed or to_note) and bool(_REFERENCE.match(text))


def _is_bold(element: Any) -> bool:
    """Return whether all of an element's text is bold."""
    whole = "".join(element.itertext()).strip()
    marked = "".join("".join(part.itertext()) for part in element.xpath(".//b | .//strong")).strip()
    return bool(whole) and (whole == marked or "bold" in element.get("style", ""))


def _is_link(element: Any) -> bool:
    """Return whether all text of an element leads to another place of the book, as an entry of the contents does."""
    links = element.xpath(".//a[@href and not(contains(@href, '://'))]")
    whole = "".join(element.itertext()).strip()
    return bool(links) and whole == "".join("".join(link.itertext()) for link in links).strip()


def _table(element: Any, member: str) -> Iterator[Block]:
    captions = [clean(_inline(caption)) for caption in element.xpath("./caption")]
    yield from (Block("caption", text, _place(element, member)) for text in captions if text)
    rows = []
    for row in element.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        rows.append([(clean(_inline(c)), c.get("rowspan", "1"), c.get("colspan", "1")) for c in cells])
    filled = regular_rows(expand_spans(rows))
    if filled and len(filled[0]) > 1:
        yield Block("table", "", _place(element, member), rows=filled)
    else:
        yield from (caption_of(Block("text", cell, _place(element, member))) for row in filled for cell in row)
