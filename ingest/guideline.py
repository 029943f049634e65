"""Read guidelines: as textbooks are read, with graded recommendations as documents of their own.

A sentence with a grade of recommendation or evidence, in brackets or right behind it, becomes a document of kind
`recommendation` and leaves the running text, so that every sentence is in the corpus once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.documents import documents
from ingest.book.formats import read_blocks
from ingest.book.grades import Graded, find_grades
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection

_SENTENCE_END = re.compile(r"[。！？!?]|[；;](?=\s*(?:推荐|建议|[①-⑳]|\d+[.、）)]))|[a-z)]\.(?=\s+[A-Z])")
_LABEL = re.compile(r"^[【\[［]?(?:推荐意见|推荐|建议|共识|Recommendation)\s*\d*(?:[.．]\d+)*\s*[】\]］]?\s*[:：]?$")
MAX_CHARS = 600
"""A longer sentence before a grade is no recommendation but a text that explains grades."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[Document | Rejection]:
    """Yield the documents of one guideline, in reading order, and a rejection for whatever could not be read."""
    title, found = read_blocks(file, options)
    yield from documents(with_recommendations(found), file, options, title)


def with_recommendations(blocks: Iterable[Block | Rejection]) -> Iterator[Block | Rejection]:
    """Yield the blocks, graded sentences as blocks of kind `recommendation` after the rest of their paragraph."""
    held: Block | None = None
    for block in blocks:
        if isinstance(block, Block) and block.kind == "text":
            if held is not None and _is_bare_grade(block.text):
                held = replace(held, text=held.text + block.text, places=held.places + block.places)
                continue
            yield from _cut(held)
            held = block
            continue
        yield from _cut(held)
        held = None
        yield block
    yield from _cut(held)


def _is_bare_grade(text: str) -> bool:
    """Return True for a paragraph that is the grade of the one before it."""
    found = find_grades(text)
    return len(found) == 1 and found[0].end - found[0].start >= 0.8 * len(text)


def _cut(block: Block | None) -> Iterator[Block]:
    if block is None:
        return
    rest, recommended = split(block.text)
    if rest:
        yield replace(block, text=rest, unreadable=rest.count("□") if block.unreadable else 0)
    for text, graded in recommended:
        unreadable = text.count("□") if block.unreadable else 0
        yield replace(
            block,
            kind="recommendation",
            text=text,
            unreadable=unreadable,
            grade=graded.grade,
            evidence=graded.evidence,
        )


def split(paragraph: str) -> tuple[str, list[tuple[str, Graded]]]:
    """Return a paragraph without its graded sentences, and those with their grades."""
    rest, recommended, begin = "", [], 0
    for graded in find_grades(paragraph):
        start = _start(paragraph, begin, graded)
        end = graded.end + (paragraph[graded.end : graded.end + 1] in ("。", "；", ";", "."))
        before = paragraph[start : graded.start].strip()
        if len(before) < 4 or _LABEL.match(before):  # the grade stands first: `推荐（强，A）：…。`
            end = _end(paragraph, end)
        sentence = paragraph[start:end].strip()
        if len(sentence) > MAX_CHARS or len(sentence) - (graded.end - graded.start) < 4 > len(before):
            continue
        rest += paragraph[begin:start]
        recommended.append((sentence, graded))
        begin = end
    return (rest + paragraph[begin:]).strip(), recommended


def _end(paragraph: str, after: int) -> int:
    """Return where the sentence ends that goes on, or begins with a colon, behind a grade."""
    if paragraph[after - 1 : after] in ("。", "；", ";"):
        return after
    found = _SENTENCE_END.search(paragraph, after)
    return found.end() if found else len(paragraph)


def _start(paragraph: str, begin: int, graded: Graded) -> int:
    """Return where the sentence begins that a grade stands in or right behind, its label included."""
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph, begin, graded.start)]
    if ends and not paragraph[ends[-1] : graded.start].strip():
        ends.pop()
    start = ends[-1] if ends else begin
    return begin if _LABEL.match(paragraph[begin:start].strip("。 ")) else start
