"""Read guidelines: as textbooks are read, with graded recommendations as documents of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ingest import textbook
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection


def read(file: SourceFile, options: SourceOptions) -> Iterator[Document | Rejection]:
    """Yield the documents of one guideline, in reading order, and a rejection for whatever could not be read."""
    yield from textbook.read(file, options)
