"""An index that grows, to ask whether a new text is like one we have already published.

datasketch's `MinHashLSH`, fed with our signatures: new material is asked against it and then added, and nothing old is
signed again. `storage` may name a Redis store that outlives the process (datasketch's `storage_config`); keys are
bytes, so that nothing is pickled. Candidates are checked exactly against the texts this process has added; of a text
that only the store knows, the id is given without a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.settings import MinHash
from dedup.signatures.minhash import sign_texts
from dedup.signatures.texts import Column, as_texts

SCHEMA = pa.schema({"row": pa.int64(), "id": pa.string(), "value": pa.float64()})


class Index:
    """Texts by id, to be asked for the near-duplicates of others."""

    def __init__(self, settings: MinHash, storage: Mapping[str, Any] | None = None) -> None:
        from datasketch import MinHashLSH

        self.settings = settings
        self._hashes = settings.bands * settings.rows
        self._lsh = MinHashLSH(
            num_perm=self._hashes,
            params=(settings.bands, settings.rows),
            storage_config=dict(storage or {"type": "dict"}),
            prepickle=False,
        )
        self._texts: dict[str, str] = {}
        self._short: dict[str, list[str]] = {}

    def __len__(self) -> int:
        """Return how many texts this process has added."""
        return len(self._texts)

    def add(self, ids: Sequence[str], texts: Column) -> None:
        """Add texts under new ids; texts without content are left out. Raises ValueError for an id that is known."""
        rows = as_texts(texts)
        for row, signature in enumerate(sign_texts(rows, self.settings, self._hashes)):
            key, text = ids[row], rows.text(row)
            if key in self._texts:
                raise ValueError(f"id {key!r} is in the index; ids are added once")
            if not text.strip():
                continue
            self._texts[key] = text
            if len(text) < self.settings.ngram:
                self._short.setdefault(text, []).append(key)
            else:
                self._lsh.insert(key.encode(), _Signature(signature))

    def matches(self, texts: Column) -> pa.Table:
        """Return (row, id, value) of all texts in the index that are near-duplicates of a row, best first."""
        rows = as_texts(texts)
        found: list[tuple[int, str, float | None]] = []
        for row, signature in enumerate(sign_texts(rows, self.settings, self._hashes)):
            text = rows.text(row)
            if len(text) < self.settings.ngram:
                found += [(row, key, 1.0) for key in self._short.get(text, [])]
                continue
            keys = [key.decode() for key in self._lsh.query(_Signature(signature))]
            alike = [(row, key, self._jaccard(text, key)) for key in keys]
            wanted = [match for match in alike if match[2] is None or match[2] >= self.settings.threshold]
            found += sorted(wanted, key=lambda match: (-(match[2] or 0.0), match[1]))
        return pa.Table.from_pylist([dict(zip(SCHEMA.names, match, strict=True)) for match in found], schema=SCHEMA)

    def _jaccard(self, text: str, key: str) -> float | None:
        if key not in self._texts:
            return None
        a, b = (_shingles(known, self.settings.ngram) for known in (text, self._texts[key]))
        return len(a & b) / len(a | b)


def _shingles(text: str, n: int) -> set[str]:
    return {text[i : i + n] for i in range(len(text) - n + 1)}


class _Signature:
    """What `MinHashLSH` asks of a MinHash, for every version of datasketch: hash values, their number, their scheme."""

    scheme = "affine32"

    def __init__(self, values: NDArray[np.uint32]) -> None:
        self.hashvalues = values

    def __len__(self) -> int:
        return len(self.hashvalues)
