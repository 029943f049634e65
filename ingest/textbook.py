"""Read textbooks: PDF, DOCX, EPUB, HTML, Markdown and plain text, into documents under their heading tree."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.book.blocks_to_documents import make_documents
from ingest.read_book import read_book
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection


def read(file: SourceFile, options: SourceOptions) -> Iterator[Document | Rejection]:
    """Yield the documents of one book, in reading order, and a rejection for whatever could not be read."""
    title, blocks = read_book(file, options)
    yield from make_documents(blocks, file, options, title)
