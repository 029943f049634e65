"""Near-duplicate removal beside datatrove's MinHash and datasketch, on one corpus, in one run.

    python -m tests.benchmarks.dedup [--rows 100000] [--copies 30000] [--no-peers]

Each contender has a process of its own and gets the same Parquet file; its CPU seconds go from the Arrow column to the
list of rows to remove. The truth is `exact_pairs` at Jaccard 0.8 of sets of character 5-grams. Printed: documents per
CPU-second; how many times faster ours is; recall, the share of true pairs of which one is removed or that are kept and
listed for a clinical difference; precision, the share of removed rows that have a true partner; peak memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup import MinHash, near_duplicates
from tests.benchmarks.exact_pairs import exact_pairs
from tests.benchmarks.planted_duplicates import corpus

THRESHOLD, NGRAM = 0.8, 5
Rows = NDArray[np.int64]
NONE: Rows = np.zeros(0, np.int64)


class Found(NamedTuple):
    """Rows to remove, and pairs kept and listed."""

    removed: Rows
    a: Rows = NONE
    b: Rows = NONE


def ours(column: pa.Array) -> Found:
    """Remove by `dedup.near_duplicates` and list pairs with a clinical difference."""
    found = near_duplicates(column, MinHash())
    return Found(np.flatnonzero(~found.kept), found.conflicts["a"].to_numpy(), found.conflicts["b"].to_numpy())


def ours_without_guard(column: pa.Array) -> Found:
    """Remove by `dedup.near_duplicates`, pairs with a clinical difference too."""
    return Found(np.flatnonzero(~near_duplicates(column, MinHash(), guard=False).kept))


def datasketch(column: pa.Array) -> Found:
    """Remove by datasketch: MinHash of 128 permutations, MinHashLSH at 0.8, the first of each group stays."""
    from datasketch import MinHash as Reference
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    removed = []
    for row, text in enumerate(column.to_pylist()):
        signature = Reference(num_perm=128)
        signature.update_batch([text[i : i + NGRAM].encode() for i in range(len(text) - NGRAM + 1)])
        if lsh.query(signature):
            removed.append(row)
        else:
            lsh.insert(row, signature)
    return Found(np.array(removed, np.int64))


class Characters:
    """The tokeniser datatrove lacks for Chinese text: one character a word."""

    def word_tokenize(self, text: str) -> list[str]:
        """Return the characters that are no spaces."""
        return [character for character in text if not character.isspace()]


def datatrove(column: pa.Array) -> Found:
    """Remove by datatrove's four stages, 14 x 8 hashes."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash
    from datatrove.utils.logging import logger

    logger.remove()
    minhash.load_word_tokenizer = lambda _language: Characters()  # its own for Chinese wants spaCy and a model
    config = minhash.MinhashConfig(n_grams=NGRAM)
    texts = column.to_pylist()

    def documents() -> list[Document]:
        return [Document(text, str(row)) for row, text in enumerate(texts)]

    with tempfile.TemporaryDirectory() as folder:
        signatures, buckets, remove = f"{folder}/signatures", f"{folder}/buckets", f"{folder}/remove"
        minhash.MinhashDedupSignature(signatures, config).run(documents(), 0, 1)
        for bucket in range(config.num_buckets):
            minhash.MinhashDedupBuckets(signatures, buckets, config=config).run(None, bucket, config.num_buckets)
        minhash.MinhashDedupCluster(buckets, remove, config).run(None, 0, 1)
        kept = {int(document.id) for document in minhash.MinhashDedupFilter(remove).run(documents(), 0, 1)}
    return Found(np.array(sorted(set(range(len(texts))) - kept), np.int64))


CONTENDERS: dict[str, Callable[[pa.Array], Found]] = {
    "ours": ours,
    "ours, no guard": ours_without_guard,
    "datasketch": datasketch,
    "datatrove": datatrove,
}


def compete(name: str, path: Path) -> None:
    """Run one contender in this process and print what it did as JSON."""
    column = one_array(path)
    CONTENDERS[name](column[:2000])  # imports, and the compiling of kernels
    start = time.process_time()
    found = CONTENDERS[name](column)
    cpu = time.process_time() - start
    rows = {key: rows.tolist() for key, rows in found._asdict().items()}
    print(json.dumps({"cpu": cpu, "mb": peak_mb(), **rows}))


def one_array(path: Path) -> pa.Array:
    """Return the texts of a Parquet file as one Arrow array."""
    column = pq.read_table(path, columns=["text"])["text"].combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def peak_mb() -> float:
    """Return the largest resident size of this process; getrusage would count that of the parent before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def judge(found: Found, a: Rows, b: Rows, rows: int) -> tuple[float, float]:
    """Return recall and precision of what was found, by the true pairs (a, b)."""
    gone, has_partner = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    gone[found.removed] = True
    has_partner[a] = has_partner[b] = True
    listed = np.isin(_keys(a, b, rows), _keys(found.a, found.b, rows))
    return float((gone[a] | gone[b] | listed).mean()), float(has_partner[found.removed].mean())


def _keys(a: Rows, b: Rows, rows: int) -> Rows:
    return np.minimum(a, b) * rows + np.maximum(a, b)


def report(rows: int, copies: int, names: list[str], folder: Path) -> None:
    """Make the corpus, run the contenders, print a line for each."""
    path = folder / "corpus.parquet"
    corpus(path, rows, copies)
    column = one_array(path)
    a, b = exact_pairs(column, NGRAM, THRESHOLD)
    print(f"{rows:,} documents, {column.nbytes / 2**20:.0f} MB, {len(a):,} true pairs")
    heads = ("docs/CPU-s", "ours is", "recall", "precision", "removed", "listed", "MB")
    print(" " * 16, *(f"{head:>10}" for head in heads))
    base = 0.0
    for name in names:
        command = [sys.executable, "-m", "tests.benchmarks.dedup", "--contender", name, "--path", str(path)]
        done = json.loads(
            subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1]
        )
        found, speed = Found(*(np.array(done[key], np.int64) for key in Found._fields)), rows / done["cpu"]
        recall, precision = judge(found, a, b, rows)
        base = base or speed
        cells = (f"{speed:,.0f}", f"{base / speed:.1f} x", f"{recall:.5f}", f"{precision:.5f}")
        cells += (f"{len(found.removed):,}", f"{len(found.a):,}", f"{done['mb']:.0f}")
        print(f"{name:16}", *(f"{cell:>10}" for cell in cells), flush=True)


def main() -> None:
    """Read the command line and run."""
    words = argparse.ArgumentParser()
    words.add_argument("--rows", type=int, default=100_000)
    words.add_argument("--copies", type=int, default=30_000)
    words.add_argument("--no-peers", action="store_true")
    words.add_argument("--contender", choices=CONTENDERS)
    words.add_argument("--path", type=Path)
    asked = words.parse_args()
    if asked.contender:
        compete(asked.contender, asked.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        names = list(CONTENDERS)[: 2 if asked.no_peers else None]
        report(asked.rows, asked.copies, names, Path(folder))


if __name__ == "__main__":
    main()
