"""Headings in formats that flow: a number and its words on two lines, and the word 目录 before the contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.heading_numbers import numbering
from ingest.book.line_text import CHAPTER, heading_of
from schemas.rejection import Rejection

MAX_WORDS = 30
"""Longest line in characters that names the chapter whose number stands above it."""
_CONTENTS = re.compile(r"目\s*[录次]|(?i:table of )?(?i:contents)")
"""`目录` → `目录`"""


def whole_headings(blocks: Iterable[Block | Rejection]) -> Iterator[Block | Rejection]:
    """Yield the blocks, 第一章 and the line 肺炎 behind it as one heading, 目录 as part of the contents behind it."""
    held: Block | None = None
    for block in blocks:
        if held is None:
            pass
        elif isinstance(block, Block) and _names(held, block):
            words = heading_of(f"{held.text} {block.text}")
            block = replace(held, text=words, places=held.places + block.places)
        elif isinstance(block, Block) and block.kind == "contents" and _CONTENTS.fullmatch(held.text):
            yield replace(held, kind="contents")
        else:
            yield held
        held = block if isinstance(block, Block) and _waits(block) else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _waits(block: Block) -> bool:
    """Tell a block whose meaning the next one decides."""
    if block.kind not in ("heading", "text"):
        return False
    if _CONTENTS.fullmatch(block.text):
        return True
    found = numbering(block.text)
    return block.kind == "heading" and found is not None and found.rank <= CHAPTER and not found.rest


def _names(number: Block, block: Block) -> bool:
    """Tell whether a block is the words of the heading whose number stands alone before it."""
    is_short = len(block.text) <= MAX_WORDS and not re.search(r"[。；，：、;,.!?！？]", block.text)
    return bool(numbering(number.text)) and block.kind in ("heading", "text") and is_short and not numbering(block.text)
