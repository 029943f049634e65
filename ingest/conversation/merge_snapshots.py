"""Merge cumulative snapshots: of records that each repeat the previous one and continue it, keep the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from schemas.rejection import Rejection

T = TypeVar("T")
Said = Sequence[tuple[str, str]]
"""(role, text) of each turn."""


def merge_snapshots(found: Iterator[T | Rejection], said: Callable[[T], Said]) -> Iterator[T | Rejection]:
    """Yield the records; of neighbours of which one begins with the whole other, the longer alone.

    Equal ones stay: those are duplicates, which a later step counts.
    """
    held: T | None = None
    for item in found:
        if isinstance(item, Rejection):
            if held is not None:
                yield held
                held = None
            yield item
        elif held is None or _continues(said(held), said(item)):
            held = item
        elif not _continues(said(item), said(held)):
            yield held
            held = item
    if held is not None:
        yield held


def _continues(before: Said, after: Said) -> bool:
    """Return whether `after` says all of `before` and more; the last turn of `before` may have been cut short.

    Of two single exchanges the longer answer is another answer.
    """
    last = len(before) - 1
    if last < 1 or len(after) < len(before) or list(after[:last]) != list(before[:last]):
        return False
    is_more = len(after) > len(before) or (last > 1 and len(after[last][1]) > len(before[last][1]))
    return is_more and after[last][0] == before[last][0] and after[last][1].startswith(before[last][1])
