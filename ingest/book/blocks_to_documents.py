"""Turn the blocks of one book into documents under its heading tree.

Text of one section becomes passages of about `PASSAGE_CHARS` characters, cut at paragraph ends only; captions,
footnotes and tables are documents of their own kind. Text behind a recommendation is a passage of its own: it may be
its evidence. What is recognised as contents or running head is a rejection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from ingest.book.block import Block, Place, locator_of
from ingest.book.doses.dose_tables import doses_of, fill_down
from ingest.book.heading_tree import Outline
from ingest.book.table_sentences import write_sentences
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document, DocumentKind, document_id
from schemas.rejection import Reason, Rejection

PASSAGE_CHARS = 1500
"""Characters after which a section's text is cut at the next paragraph end: some 1,000 tokens, a usable passage."""


@dataclass(slots=True)
class OpenPassage:
    """The paragraphs gathered since the last heading or cut, and the tables, captions and notes beside them."""

    blocks: list[Block] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)
    chars: int = 0

    def add(self, block: Block) -> None:
        """Add a paragraph."""
        self.blocks.append(block)
        self.chars += len(block.text)


@dataclass(frozen=True, slots=True)
class Book:
    """What all documents of one file share."""

    file: SourceFile
    options: SourceOptions
    title: str

    def make_document(
        self, kind: DocumentKind, section: tuple[str, ...], blocks: list[Block], unread: int = 0
    ) -> Document:
        """Make a document of blocks of one section; `unread` glyphs of its headings could not be read."""
        text = "\n".join(block.text for block in blocks)
        rows = blocks[0].rows or None
        if rows and kind == "table":
            rows = fill_down(rows)
            text = write_sentences(rows)
        places: list[Place] = [place for block in blocks for place in block.places]
        origin = self.file.origin(locator_of(places))
        unreadable = unread + sum(block.unreadable for block in blocks)
        return Document(
            id=document_id(self.options.name, origin, text),
            source=self.options.name,
            origin=origin,
            kind=kind,
            title=self.title or (section[-1] if section else ""),
            section=section,
            text=text,
            department=self.options.department,
            license=self.options.license,
            table=rows,
            grade=blocks[0].grade,
            evidence=blocks[0].evidence,
            warnings=(f"unreadable glyphs: {unreadable}",) if unreadable else (),
            doses=doses_of(rows) if rows and kind == "table" else (),
        )

    def reject(self, block: Block) -> Rejection:
        """Return the rejection of a table of contents."""
        return self.file.reject(self.options, Reason.TABLE_OF_CONTENTS, locator_of(block.places), block.text)


def make_documents(
    blocks: Iterable[Block | Rejection], file: SourceFile, options: SourceOptions, title: str
) -> Iterator[Document | Rejection]:
    """Yield the documents of a book, in reading order; rejections among the blocks pass through.

    Headings without text below them stand in the sections of those below, or are documents of their own, so that no
    line is lost.
    """
    book, outline, passage = Book(file, options, title), Outline(), OpenPassage()
    textless: list[tuple[Block, tuple[str, ...]]] = []  # headings without text below them so far, with their paths
    for block in blocks:
        if isinstance(block, Rejection):
            yield block
        elif block.kind == "contents":
            yield book.reject(block)
        elif block.kind == "heading":
            yield from _flush(book, outline, passage)
            outline.enter(block)
            above = [(heading, path) for heading, path in textless if outline.is_under(path)]
            ended = [(heading, path) for heading, path in textless if not outline.is_under(path)]
            yield from (book.make_document("text", path[:-1], [heading]) for heading, path in ended)
            textless = [*above, (block, outline.path)]
        elif block.kind == "text":
            textless = []
            if any(other.kind == "recommendation" for other in passage.beside):
                yield from _flush(book, outline, passage)
            passage.add(block)
            if passage.chars >= PASSAGE_CHARS:
                yield from _flush(book, outline, passage)
        else:
            textless = []
            passage.beside.append(block)
    yield from _flush(book, outline, passage)
    yield from (book.make_document("text", path[:-1], [heading]) for heading, path in textless[-1:])


def _flush(book: Book, outline: Outline, passage: OpenPassage) -> Iterator[Document]:
    if passage.blocks:
        yield book.make_document("text", outline.path, passage.blocks, outline.unreadable)
    for block in passage.beside:
        yield book.make_document(cast(DocumentKind, block.kind), outline.path, [block], outline.unreadable)
    passage.blocks, passage.beside, passage.chars = [], [], 0
