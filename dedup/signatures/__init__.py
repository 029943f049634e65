"""Texts as shingles and MinHash signatures; exact similarity of sets.

In this order: `texts.py` (bytes of Arrow), `shingles.py`, `minhash.py`, `banding.py` (buckets of candidates),
`shingle_sets.py` and `exact_jaccard.py` (the exact check). `exact.py` finds equal texts, `compile_kernel.py` is numba.
"""
