"""Read guidelines: as textbooks are read, with graded recommendations as documents of their own.

A sentence with a grade of recommendation or evidence, in brackets or beside it, becomes a document of kind
`recommendation` and leaves the running text, so that every sentence is in the corpus once. The same holds for the rows
of a table whose columns are recommendations and their grades, each with its header and cells in `table`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.blocks_to_documents import make_documents
from ingest.book.grades.graded_rows import split_graded_rows
from ingest.book.grades.grades import Graded, find_grades
from ingest.read_book import read_book
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection

_SENTENCE_END = re.compile(r"[。！？!?]|[；;](?=\s*(?:推荐|建议|[①-⑳]|\d+[.、）)]))|[a-z)]\.(?=\s+[A-Z])")
"""`首选补液。其次` → `。`, `儿童；推荐补液` → `；`, `儿童；成人` → –"""
_LABEL = re.compile(
    r"^[【\[［]?(?:推荐意见|推荐|建议|共识意见|共识|指导意见|Recommendation|Statement)"
    r"\s*[\d一二三四五六七八九十]*(?:[.．\-]\d+)*\s*[】\]］]?\s*[:：.、]?$"
)
"""`推荐意见1：` → `推荐意见1：`, `推荐补液` → –"""
_ADVISING = re.compile(
    r"^[【\[［]?(?:推荐(?:意见)?|建议|共识(?:意见)?|Recommendation)\s*\d+(?:[.．]\d+)*\s*[】\]］]?\s*[:：.、\s]\S{4}"
)
"""`推荐1：首选口服补液` → `推荐1：首选口服`"""
_NUMBER = re.compile(r"^[（(]?[\d①-⑳一二三四五六七八九十]+(?:[.．]\d+)*[)）.．、]*\s*")
"""`（1）首选补液` → `（1）`, `2.1 首选` → `2.1 `"""
_REPORT = re.compile(
    r"^[【\[]?(?:证据|推荐(?:说明|理由|依据)|依据|背景|说明|解读|理由)|研究|系统评价|荟萃|[Mm]eta|RCT|试验|纳入|显示|表明|证实|发现"
)
"""What was found, with the level of its evidence, is no recommendation. `一项研究纳入患儿` → `研究`, `首选补液` → –"""
_BEHIND_GRADE = re.compile(r"(?:\s*[\[［]\s*\d[\d,，\-–~\s]*[\]］])?[。；;.]?")
"""References and the full stop behind a grade. `[3]。儿童` → `[3]。`"""
MAX_CHARS = 600
"""A longer sentence before a grade is no recommendation but a text that explains grades."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[Document | Rejection]:
    """Yield the documents of one guideline, in reading order, and a rejection for whatever could not be read."""
    title, blocks = read_book(file, options)
    yield from make_documents(with_recommendations(blocks), file, options, title)


def with_recommendations(blocks: Iterable[Block | Rejection]) -> Iterator[Block | Rejection]:
    """Yield the blocks, graded sentences as blocks of kind `recommendation` after the rest of their paragraph.

    A line that is a grade alone belongs to the paragraph before it, also to one printed as a heading (`推荐1：…`); a
    label with a grade (`推荐意见1（1B）`), or a grade that no paragraph stands before, to the one behind it.
    """
    pending: Block | None = None
    for block in blocks:
        if not isinstance(block, Block) or block.kind not in ("text", "heading"):
            yield from _split_block(pending)
            pending = None
            yield from split_graded_rows(block) if isinstance(block, Block) and block.kind == "table" else (block,)
        elif pending is not None and block.kind == "text" and _belongs_together(pending, block):
            text, places = pending.text + block.text, pending.places + block.places
            pending = replace(pending, kind="text", text=text, places=places)
        elif block.kind == "text" or _is_statement(block.text):
            yield from _split_block(pending)
            pending = replace(block, kind="text")
        elif _ADVISING.match(block.text):
            yield from _split_block(pending)
            pending = block
        else:
            yield from _split_block(pending)
            pending = None
            yield block
    yield from _split_block(pending)


def _belongs_together(block: Block, after: Block) -> bool:
    """Return whether two blocks are one paragraph: a label and what it stands before, or a text and its grade."""
    return _is_label(block.text) or _is_bare_grade(after.text)


def _is_bare_grade(text: str) -> bool:
    """Return whether a paragraph is no more than the grade of the one before it."""
    grades = find_grades(text)
    return len(grades) == 1 and grades[0].end - grades[0].start >= 0.8 * len(text)


def _is_label(text: str) -> bool:
    """Return whether a paragraph is the number and grade of the one behind it."""
    grades = find_grades(text)
    rest = (text[: grades[0].start] + text[grades[-1].end :]).strip(" 。；;") if grades else ""
    return bool(grades) and (not rest or _LABEL.match(rest) is not None)


def _is_statement(heading: str) -> bool:
    """Return whether what is printed as a heading is a recommendation or its label, with the grade."""
    grades = find_grades(heading)
    return bool(grades) and (_is_label(heading) or heading.rstrip("。")[grades[-1].end :] == "")


def _split_block(block: Block | None) -> Iterator[Block]:
    if block is None or block.kind == "heading":
        yield from () if block is None else (block,)
        return
    rest, recommended = split_graded(block.text)
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


def split_graded(paragraph: str) -> tuple[str, list[tuple[str, Graded]]]:
    """Return a paragraph without its graded sentences, and those with their grades."""
    rest, recommended, begin = "", [], 0
    waiting = deque(find_grades(paragraph))
    while waiting:
        graded = waiting.popleft()
        if graded.start < begin:
            continue
        start, end = _start_of_sentence(paragraph, begin, graded), _end_of_sentence(paragraph, begin, graded)
        marked = graded.end - graded.start
        while waiting and waiting[0].start < end and (both := graded.merge(waiting[0])):
            marked += waiting[0].end - waiting[0].start
            graded, end = both, max(end, _end_behind_grade(paragraph, waiting.popleft().end))
        sentence = paragraph[start:end].strip().lstrip("，,、")
        is_report = graded.grade is None and _REPORT.search(sentence)
        if len(sentence) > MAX_CHARS or len(sentence.strip("。；; ")) - marked < 2 or is_report:
            continue
        rest += paragraph[begin:start]
        recommended.append((sentence, graded))
        begin = end
    return (rest + paragraph[begin:]).strip(), recommended


def _end_of_sentence(paragraph: str, begin: int, graded: Graded) -> int:
    """Return where a graded sentence ends: at its grade, or, where that stands first, at the end of the sentence."""
    after = _end_behind_grade(paragraph, graded.end)
    before = paragraph[_start_of_sentence(paragraph, begin, graded) : graded.start].strip()
    if len(_NUMBER.sub("", before)) > 1 and not _LABEL.match(before):
        return after
    most = min(len(paragraph), after + MAX_CHARS + 1)
    match = _SENTENCE_END.search(paragraph, after, most)
    return match.end() if match else most


def _end_behind_grade(paragraph: str, end: int) -> int:
    match = _BEHIND_GRADE.match(paragraph, end)
    return match.end() if match else end


def _start_of_sentence(paragraph: str, begin: int, graded: Graded) -> int:
    """Return where the sentence begins that a grade stands in or right behind, its label included."""
    begin = max(begin, graded.start - MAX_CHARS - 1)  # a longer sentence is none of ours
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph, begin, graded.start)]
    if ends and not paragraph[ends[-1] : graded.start].strip():
        ends.pop()
    start = ends[-1] if ends else begin
    return begin if _LABEL.match(paragraph[begin:start].strip("。 ")) else start
