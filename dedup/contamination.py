"""Training rows that give test items away.

A row leaks an item when it holds
- at least 30 % of the item's 13-character n-grams (question and answer together, less those that are boilerplate in the
  corpus): `ngram13`; or, in 5-grams,
- at least 60 % of its question or of its answer: `containment`; or
- a Jaccard of 0.8 with one of them: `jaccard`.
An edit in 25 characters leaves (1 - 0.04)**13 = 59 % of the 13-grams and 82 % of the 5-grams.

Short parts: a question of a few characters (小儿肺炎怎么治) stands in every second chapter. So containment is asked
only of parts of MIN_CHARS characters and 13-grams of items with MIN_GRAMS of their own; Jaccard, which a longer row
cannot reach, is asked of every part that has a 5-gram.

One pass over the bytes of a row: each n-gram is looked up in the table of the tests' n-grams, behind a bitmap that
answers most at once. A part is counted only when the row holds enough of its rarest half: with 60 % of a part's
n-grams, at least a tenth of all lie among the rarest half, whichever they are. So no leak is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.leak_rule import CONTAINMENT, JACCARD, LONG, LONG_SHARE, SHORT
from dedup.ngram_index import NgramIndex, count_frequencies, distinct_ngrams, index_ngrams, place_of, unique_pairs
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.exact import hash_contents
from dedup.signatures.exact_jaccard import Table, fill_table, new_table, table_size
from dedup.signatures.shingles import decode, roll
from dedup.signatures.texts import Column, Texts, as_texts, iter_texts, longest

MIN_CHARS = 16
"""Shortest question or answer for which holding 60 % of its 5-grams is a leak. Measured: 2,993 public test questions
against 7,033 unrelated rows; all 105 hits were questions of 12 to 15 characters, by form (…的临床表现有些什么)."""
MIN_GRAMS = 4
"""Fewest 13-grams of an item of which 30 % are a leak: one in three would be a chance of 13 equal characters."""
BOILERPLATE_ROWS, BOILERPLATE_SHARE = 20, 0.005
"""A 13-gram in this many background rows, and in this share, is boilerplate: a leaked item seldom comes that often."""
MEASURES = ("ngram13", "containment", "jaccard")
BY_LONG, BY_CONTAINMENT, BY_JACCARD = range(3)


class Parts(NamedTuple):
    """Questions and answers: part p is the question of item p, or the answer of item p - n.

    `grams[starts[p] : starts[p + 1]]` are the places of its 5-grams; `opens` is how many of those indexed must be met
    before a part is counted; `is_brief` marks parts only Jaccard is asked of.
    """

    starts: NDArray[np.int64]
    grams: NDArray[np.int32]
    opens: NDArray[np.int32]
    is_brief: NDArray[np.bool_]


class SearchBuffers(NamedTuple):
    """Buffers of the search: a table of one row's n-grams, the row that showed each known n-gram last, and counts.

    `touched` are the owners that the row at hand has `hits` of, `candidates` the parts it may leak.
    """

    table: Table
    seen_long: NDArray[np.int64]
    seen_short: NDArray[np.int64]
    hits: NDArray[np.int32]
    touched: NDArray[np.int32]
    candidates: NDArray[np.int32]


@dataclass(frozen=True)
class TestItems:
    """Test items ready to be looked for. Items are numbered as they were given."""

    __test__ = False  # not a class of tests, whatever its name

    long: NgramIndex
    sizes: NDArray[np.int32]
    short: NgramIndex
    parts: Parts

    @classmethod
    def build(
        cls, questions: Column, answers: Column, background: Column | Iterable[Column] | None = None
    ) -> TestItems:
        """Prepare items from two columns of equal length, which may hold nulls.

        `background` is the corpus, whole or column by column; 13-grams frequent in it do not count.
        """
        if len(questions) != len(answers):
            raise ValueError(f"{len(questions)} questions and {len(answers)} answers; as many of each were expected")
        both = [*_chunks(questions), *_chunks(answers)]
        texts = as_texts(pa.chunked_array([chunk.cast(pa.large_string()) for chunk in both], pa.large_string()))
        columns = [background] if isinstance(background, (pa.Array, pa.ChunkedArray)) else list(background or ())
        long, sizes = _index_long(texts, len(questions), columns)
        short, parts = _index_short(texts, columns)
        return cls(long, sizes, short, parts)

    def leaks(self, texts: Column) -> pa.Table:
        """Return (row, test, measure, value) of the rows that leak an item, each once with its strongest measure.

        `row` counts from the start of the column, `test` is the item's number, `value` the share held or the Jaccard.
        """
        tables: list[pa.Table] = []
        start = 0
        for chunk in iter_texts(texts):
            tables.append(self._find_leaks(chunk, start))
            start += len(chunk)
        return pa.concat_tables(tables) if tables else self._find_leaks(as_texts(pa.array([], pa.string())), 0)

    def _find_leaks(self, texts: Texts, start: int) -> pa.Table:
        n = len(texts)
        test, measure, value = np.full(n, -1, np.int64), np.zeros(n, np.int8), np.zeros(n)
        tests = (self.long, self.sizes, self.short, self.parts)
        _look_through(texts.offsets, texts.data, *tests, self._new_buffers(texts), test, measure, value)
        rows = np.flatnonzero(test >= 0)
        names = pa.DictionaryArray.from_arrays(pa.array(measure[rows], pa.int8()), pa.array(MEASURES)).cast(pa.string())
        return pa.table({"row": rows + start, "test": test[rows], "measure": names, "value": value[rows]})

    def _new_buffers(self, texts: Texts) -> SearchBuffers:
        room, owners = longest(texts), max(len(self.sizes), len(self.parts.opens))
        return SearchBuffers(
            new_table(room, 1.0),
            np.full(len(self.long.starts), -1, np.int64),
            np.full(len(self.short.starts), -1, np.int64),
            np.zeros(owners, np.int32),
            np.empty(owners, np.int32),
            np.empty(len(self.parts.opens), np.int32),
        )

    def save(self, path: Path) -> None:
        """Write the items as numbers to an .npz file, for tasks in other processes."""
        arrays = {
            f"{name}.{field}": array
            for name, group in (("long", self.long), ("short", self.short), ("parts", self.parts))
            for field, array in group._asdict().items()
        }
        np.savez(path, sizes=self.sizes, **arrays)

    @classmethod
    def load(cls, path: Path) -> TestItems:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            long, short = (
                NgramIndex(*(file[f"{name}.{field}"] for field in NgramIndex._fields)) for name in ("long", "short")
            )
            return cls(long, file["sizes"], short, Parts(*(file[f"parts.{field}"] for field in Parts._fields)))


def _chunks(column: Column) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _index_long(texts: Texts, n: int, background: list[Column]) -> tuple[NgramIndex, NDArray[np.int32]]:
    """Index the 13-grams of items that are no boilerplate; return them and how many each item has."""
    owners, hashes = distinct_ngrams(texts, LONG)
    items, hashes = unique_pairs(owners % max(n, 1), hashes)
    known, places = np.unique(hashes, return_inverse=True)
    counts, total = count_frequencies(index_ngrams(known, places, items), background, LONG)
    rare = (counts < max(BOILERPLATE_ROWS, BOILERPLATE_SHARE * total))[places]
    sizes = np.bincount(items[rare], minlength=n).astype(np.int32)
    return index_ngrams(known, places[rare], items[rare]), sizes


def _index_short(texts: Texts, background: list[Column]) -> tuple[NgramIndex, Parts]:
    """Index the rarest 5-grams of each part: enough that a leak must hold some of them."""
    owners, hashes = distinct_ngrams(texts, SHORT)
    known, places = np.unique(hashes, return_inverse=True)
    counts, _ = count_frequencies(index_ngrams(known, places, owners), background, SHORT)
    counts += np.bincount(places, minlength=len(known))
    chars = hash_contents(texts, SHORT).chars
    is_brief = chars < MIN_CHARS
    sizes = np.bincount(owners, minlength=len(texts))
    need = np.ceil(np.where(is_brief, JACCARD, CONTAINMENT) * sizes - 1e-9).astype(np.int64)
    opens = np.maximum(need // 6, 1)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    order = np.lexsort((known[places], counts[places], owners))  # by part, rarest first
    rank = np.arange(len(order)) - starts[owners[order]]
    indexed = order[rank < (sizes - need + opens)[owners[order]]]
    parts = Parts(starts, places.astype(np.int32), opens.astype(np.int32), is_brief)
    return index_ngrams(known, places[indexed], owners[indexed]), parts


@kernel
def _look_through(offsets, data, long, sizes, short, parts, buffers, test, measure, value):  # type: ignore[no-untyped-def]
    table, seen_long, seen_short, hits, touched, candidates = buffers
    for row in range(len(offsets) - 1):
        chars = decode(data, offsets[row], offsets[row + 1], table.codes)
        count = roll(table.codes, chars, LONG, table.hashes)
        met = count_hits(row, table.hashes, count, long, seen_long, hits, touched)
        for i in range(met):
            item = touched[i]
            share = hits[item] / sizes[item]
            if sizes[item] >= MIN_GRAMS and share >= LONG_SHARE:
                _note(row, item, BY_LONG, share, test, measure, value)
            hits[item] = 0
        count = roll(table.codes, chars, SHORT, table.hashes)
        met = count_hits(row, table.hashes, count, short, seen_short, hits, touched)
        open_parts = 0
        for i in range(met):
            if hits[touched[i]] >= parts.opens[touched[i]]:
                candidates[open_parts] = touched[i]
                open_parts += 1
            hits[touched[i]] = 0
        if open_parts > 0:
            width = fill_table(count, table, table_size(count, 0))
            for i in range(open_parts):
                _judge(row, candidates[i], width, seen_short, parts, len(sizes), test, measure, value)


@inner
def count_hits(row, hashes, count, grams, seen, hits, touched):  # type: ignore[no-untyped-def]
    """Add to `hits` the distinct n-grams a row shares with each owner; write the owners and return their number."""
    met = 0
    for i in range(count):
        at = place_of(hashes[i], grams)
        if at < 0 or seen[at] == row:
            continue
        seen[at] = row
        for k in range(grams.starts[at], grams.starts[at + 1]):
            owner = grams.owners[k]
            if hits[owner] == 0:
                touched[met] = owner
                met += 1
            hits[owner] += 1
    return met


@inner
def _judge(row, part, width, seen, parts, n, test, measure, value):  # type: ignore[no-untyped-def]
    """Count the 5-grams a row of `width` distinct ones shares with a part, and note a leak."""
    begin, end = parts.starts[part], parts.starts[part + 1]
    shared = 0
    for k in range(begin, end):
        shared += seen[parts.grams[k]] == row
    containment, jaccard = shared / (end - begin), shared / (width + end - begin - shared)
    if jaccard >= JACCARD:
        _note(row, part % n, BY_JACCARD, jaccard, test, measure, value)
    if containment >= CONTAINMENT and not parts.is_brief[part]:
        _note(row, part % n, BY_CONTAINMENT, containment, test, measure, value)


@inner
def _note(row, item, which, share, test, measure, value):  # type: ignore[no-untyped-def]
    """Keep the strongest leak of a row: the largest value, of equals `jaccard` first, then the smaller item."""
    stronger = share > value[row] or (share == value[row] and which > measure[row])
    same = share == value[row] and which == measure[row] and item < test[row]
    if stronger or same:
        test[row], measure[row], value[row] = item, which, share
