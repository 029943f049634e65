"""Preference pairs without a teacher: the reference answer, and a plausible answer to a similar question.

The other answer comes from the same department and task, from a question that is similar but not nearly the same,
about another disease, from other parents, and says something else. It is fluent and of the right kind, and wrong for
this question: that is what the preferred answer is to be told from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pedcorpus.rows.ngrams import Ragged, sketched_jaccard

QUESTION_CHARS = 300
"""Characters of the questions that are compared: a longer talk is known by how it begins."""
GRAM = 3
"""Characters of an n-gram of questions: two-character words with one more around them."""
ANSWER_GRAM = 5
"""Characters of an n-gram of answers, as in near-duplicate removal."""
MAX_QUESTIONS = 1_000
"""N-grams in more questions of a block tell nothing; the bound keeps the search linear."""
SIMILAR = (0.05, 0.9)
"""Cosine of TF-IDF vectors between which a question is similar: below there is nothing in common but a word, above it
is the same question again."""
DIFFERENT_ANSWER = 0.4
"""Jaccard of answers below which they say different things (near-duplicates begin at 0.8)."""
QUERIES = 64
"""Questions looked up at once: their cosines with all others fit into memory."""
TRIES = 32
"""Most similar questions looked at for each prompt."""
MAX_USES = 3
"""Times one answer may stand as the rejected one, so that no answer is learnt as bad by itself."""
UNUSED, CHOSEN, LONELY = 0, 1, 2
"""What became of a row as a prompt: beyond the size, in a pair, without counterpart."""


class Pool(NamedTuple):
    """The samples pairs are made of, one entry per row: order key, block of department and task, what to compare."""

    key: NDArray[np.uint64]
    block: NDArray[np.uint64]
    grams: Ragged
    parents: Ragged
    subjects: Ragged
    sketches: NDArray[np.uint32]


class Pairs(NamedTuple):
    """Rows of prompts and, beside each, the row whose answer is rejected; and the fate of every row as a prompt."""

    prompt: NDArray[np.int64]
    rejected: NDArray[np.int64]
    fate: NDArray[np.int8]


def find_pairs(pool: Pool, size: int) -> Pairs:
    """Choose at most `size` prompts by their key, each with a counterpart."""
    n = len(pool.key)
    found = np.full(n, -1, np.int64)
    fate = np.full(n, UNUSED, np.int8)
    for block in np.unique(pool.block):
        members = np.flatnonzero(pool.block == block)
        _pair_block(pool, members[np.lexsort((members, pool.key[members]))], size, found, fate)
    prompts = np.flatnonzero(found >= 0)
    prompts = np.sort(prompts[np.lexsort((prompts, pool.key[prompts]))][:size])
    fate[found >= 0] = UNUSED
    fate[prompts] = CHOSEN
    return Pairs(prompts, found[prompts], fate)


def _pair_block(
    pool: Pool, members: NDArray[np.int64], size: int, found: NDArray[np.int64], fate: NDArray[np.int8]
) -> None:
    """Pair the rows of one block, in order of their keys; a block alone never needs more than `size`."""
    uses = np.zeros(len(members), np.int64)
    made = 0
    for query, candidates in _similar(pool, members):
        if made >= size:
            return
        row = members[query]
        fate[row] = LONELY
        for candidate in candidates:
            if uses[candidate] < MAX_USES and _may_stand_against(pool, row, members[candidate]):
                found[row], fate[row] = members[candidate], CHOSEN
                uses[candidate] += 1
                made += 1
                break


def _similar(pool: Pool, members: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Yield each member's number with those of the most similar other ones, best first.

    Vectors weigh an n-gram by log(1 + members / questions with it); those in one question or in too many are left
    out. The product of a few vectors with the index of all gives the cosines.
    """
    from scipy.sparse import csr_array

    rows, columns, counts = _columns(pool.grams, members)
    weights = np.log1p(len(members) / counts)[columns]
    norms = np.maximum(np.sqrt(np.bincount(rows, weights**2, len(members))), 1e-6)
    vectors = csr_array((weights / norms[rows], (rows, columns)), shape=(len(members), len(counts)))
    index = vectors.T.tocsr()
    for start in range(0, len(members), QUERIES):
        cosines = vectors[start : start + QUERIES] @ index
        for query, (low, high) in enumerate(itertools.pairwise(cosines.indptr.tolist()), start):
            yield query, _best(cosines.indices[low:high], cosines.data[low:high], query)


def _columns(
    grams: Ragged, members: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each n-gram that tells something, and the number of questions of each column."""
    spans = [slice(grams.bounds[member], grams.bounds[member + 1]) for member in members]
    rows = np.repeat(np.arange(len(members)), [span.stop - span.start for span in spans])
    values = np.concatenate([grams.values[span] for span in spans])
    _, columns, counts = np.unique(values, return_inverse=True, return_counts=True)
    tells = (counts > 1) & (counts <= MAX_QUESTIONS)
    use = tells[columns]
    return rows[use], (np.cumsum(tells) - 1)[columns[use]], counts[tells]


def _best(others: NDArray[np.int32], scores: NDArray[np.float64], query: int) -> NDArray[np.int32]:
    """Return the most similar questions, best first; rounded, so that equal ones keep their order everywhere."""
    scores = np.round(scores, 5)
    near = (scores >= SIMILAR[0]) & (scores <= SIMILAR[1]) & (others != query)
    others, scores = others[near], scores[near]
    if len(others) > TRIES:
        best = scores >= np.partition(scores, -TRIES)[-TRIES]
        others, scores = others[best], scores[best]
    return others[np.lexsort((others, -scores))][:TRIES]


def _may_stand_against(pool: Pool, row: int, other: int) -> bool:
    """Return whether another row's answer is about something else and says something else."""
    if _share(pool.parents, row, other) or _share(pool.subjects, row, other):
        return False
    return sketched_jaccard(pool.sketches[row], pool.sketches[other]) < DIFFERENT_ANSWER


def _share(lists: Ragged, a: int, b: int) -> bool:
    first = lists.values[lists.bounds[a] : lists.bounds[a + 1]]
    second = lists.values[lists.bounds[b] : lists.bounds[b + 1]]
    return not set(first.tolist()).isdisjoint(second.tolist())
