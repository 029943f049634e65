"""Headings in formats that flow: a number and its words on two lines, and the word 目录 before the contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.heading_numbers import read_number
from ingest.book.line_text import heading_of
from schemas.rejection import Rejection

MAX_WORDS = 30
"""Longest line in characters that names the chapter whose number stands above it."""
_CONTENTS = re.compile(r"目\s*[录次]|(?i:table of )?(?i:contents)")
"""`目　录` → `目　录`, `Table of contents` → `Table of contents`"""


def whole_headings(blocks: Iterable[Block | Rejection]) -> Iterator[Block | Rejection]:
    """Yield the blocks, 第一章 and the line 肺炎 behind it as one heading, 目录 as part of the contents behind it."""
    pending: Block | None = None
    for block in blocks:
        if pending is None:
            pass
        elif isinstance(block, Block) and _has_words_of(pending, block):
            words = heading_of(f"{pending.text} {block.text}")
            block = replace(pending, text=words, places=pending.places + block.places)
        elif isinstance(block, Block) and block.kind == "contents" and _CONTENTS.fullmatch(pending.text):
            yield replace(pending, kind="contents")
        else:
            yield pending
        pending = block if isinstance(block, Block) and _awaits_next(block) else None
        if pending is None:
            yield block
    if pending is not None:
        yield pending


def _awaits_next(block: Block) -> bool:
    """Return whether the next block decides what this one is: a number alone, or the word 目录."""
    if block.kind not in ("heading", "text"):
        return False
    if _CONTENTS.fullmatch(block.text):
        return True
    number = read_number(block.text)
    return block.kind == "heading" and number is not None and number.rank.is_division and not number.rest


def _has_words_of(heading: Block, block: Block) -> bool:
    """Return whether a block has the words of the heading whose number stands alone before it."""
    is_short = len(block.text) <= MAX_WORDS and not re.search(r"[。；，：、;,.!?！？]", block.text)
    is_numbered = read_number(block.text) is not None
    return bool(read_number(heading.text)) and block.kind in ("heading", "text") and is_short and not is_numbered
