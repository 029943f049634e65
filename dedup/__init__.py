"""Near-duplicate removal for Chinese text, decontamination, and an index that grows.

Importing this package loads no kernel; numba is imported when a function runs. What to open for what:

- how a column of text is decided, step by step: `in_memory.py`; the same over shards: `across_shards.py`;
- n-gram length, bands, threshold: `settings.py`;
- shingles, MinHash, buckets, the exact Jaccard: `signatures/`;
- who survives, and how large buckets are compared: `survivors/`;
- which numbers, drugs or negations make two texts differ: `clinical/`, the words in `clinical/lexicon/*.txt`;
- passages inside longer texts: `containment.py`; phrases that a source repeats: `boilerplate.py`;
- training rows that hold test items: `contamination.py`, on the n-gram index of `ngram_index.py`;
- published texts to compare new ones with: `index.py`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.result import Duplicates
from dedup.settings import MinHash
from dedup.signatures.texts import Column

__all__ = ["Duplicates", "MinHash", "clusters", "near_duplicates"]


def near_duplicates(
    texts: Column,
    settings: MinHash,
    *,
    priority: NDArray[np.int64] | None = None,
    guard: bool = True,
    boilerplate: bool = False,
    containment: float | None = None,
) -> Duplicates:
    """Decide which rows of a column of text stay; null and blank rows do.

    Of duplicates the one of the largest `priority` (int64[n]) survives, then the longest, then the first row: pass
    rows in the order of their ids where the result must not depend on the order of files. With `guard`, rows that
    differ in a number, an age, a drug, a route or a negation are no duplicates and are listed as conflicts. With
    `boilerplate`, shingles that a tenth of the rows share are left out of the sets. With `containment`, a row of whose
    shingles another row before it holds this share goes too, whatever their Jaccard. Raises TypeError for columns that
    are no text, ValueError for a `priority` of another length.
    """
    from dedup.in_memory import find_duplicates

    return find_duplicates(texts, settings, priority, guard, boilerplate, containment)


def clusters(texts: Column, settings: MinHash, threshold: float | None = None) -> NDArray[np.int64]:
    """Label rows (int64[n]) by the smallest row of their component: exact copies and chains of near-duplicates."""
    from dedup.in_memory import label_components

    return label_components(
        texts, settings if threshold is None else MinHash.at(threshold, settings.ngram, settings.seed)
    )
