"""Read a page drawn by a test, and look at the tables in it."""

from __future__ import annotations

from ingest.source import SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection
from tests.support import readers
from tests.support.pdf_writer import Canvas

OPTIONS = SourceOptions("books", "textbook", department="儿科", license="cc-by-4.0")
LINE = "患儿入院后予以吸氧及补液治疗，三日后体温恢复正常，咳嗽减轻，复查胸片示炎症吸收"


def read(canvas: Canvas) -> list[Document | Rejection]:
    """Return what the reader of textbooks makes of the pages."""
    return readers.read("textbook", "page.pdf", canvas.save())


def tables(records: list[Document | Rejection]) -> list[list[list[str]]]:
    """Return the rows of each table."""
    return [[list(row) for row in r.table] for r in records if isinstance(r, Document) and r.table]
