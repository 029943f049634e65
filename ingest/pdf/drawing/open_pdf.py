"""Open a PDF, or say why it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingest.pdf.drawing.resource_limits import check_resources
from ingest.source import SourceFile
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_BYTES = 1 << 30
"""PDFium needs the file in memory; books of 1,000 scanned pages stay below 300 MB."""
_MAGIC_WITHIN = 1024
"""Readers accept `%PDF-` anywhere in the first 1,024 bytes (PDF 1.7, implementation note 13)."""


def load_pdf(file: SourceFile) -> bytes:
    """Return the bytes of a PDF; raise UnreadableFile for what is none."""
    with file.open() as stream:
        parts, size = [], 0
        while size <= MAX_BYTES and (part := stream.read(1 << 20)):
            parts.append(part)
            size += len(part)
    data = b"".join(parts)
    if len(data) > MAX_BYTES:
        raise UnreadableFile(Reason.TOO_LARGE, f"{file.path}: more than {MAX_BYTES} bytes. Split the file.")
    if not data:
        raise UnreadableFile(Reason.UNREADABLE_FILE, f"{file.path}: the file is empty, a PDF was expected.")
    if b"%PDF-" not in data[:_MAGIC_WITHIN]:
        raise UnreadableFile(Reason.UNREADABLE_FILE, f"{file.path}: does not begin with %PDF-, it is no PDF.")
    check_resources(data, file.path)
    return data


def is_truncated(data: bytes) -> bool:
    """Return whether the end mark of a PDF is missing; what stands before may still be read."""
    return b"%%EOF" not in data[-2048:]


@contextmanager
def open_pdf(data: bytes, name: str) -> Iterator[Any]:
    """Open PDF bytes with PDFium and close them again, with all their pages."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            message = f"{name}: encrypted, needs a password. Remove the password and build again."
            raise UnreadableFile(Reason.ENCRYPTED, message) from error
        if is_truncated(data):
            message = f"{name}: the end of the file is missing and no page can be found. Copy the file again."
            raise UnreadableFile(Reason.TRUNCATED, message) from error
        raise UnreadableFile(Reason.UNREADABLE_FILE, f"{name}: PDFium finds no page in it ({error}).") from error
    try:
        yield document
    finally:
        document.close()
