"""Which reader takes which format of book."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.book.block import Block
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Rejection

Blocks = tuple[str, Iterator[Block | Rejection]]
"""A book's title ("" where unknown) and its blocks."""


def read_blocks(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a book in any format."""
    from ingest.pdf import blocks

    return blocks.read(file, options)
