"""Tokenised tables: one row per unit of packing, cached as Arrow files by content and mapped into memory.

A unit is one sequence, or for preference pairs two (chosen, rejected) that stay in one forward pass. Rows that are left
out stand in the store too, with their reason and token count, so that the ledger adds up:
in = trained + masked + dropped, in rendered tokens of one pass.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.errors import ConfigError, LedgerError

VERSION = 1
"""Rises when the same rows would give other tokens."""
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "source": pa.string(),
        "task": pa.string(),
        "ids": pa.list_(pa.int32()),
        "spans": pa.list_(pa.int32()),
        "lengths": pa.list_(pa.int32()),
        "tokens": pa.int32(),
        "reason": pa.string(),
    }
)
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is packed as a whole. `spans` are flat [start, end, …] in `ids`; `lengths` those of its sequences.

    `reason` says why a unit is left out; its `ids` are then empty and `tokens` alone counts.
    """

    id: str
    source: str
    task: str
    ids: list[int]
    spans: list[int]
    lengths: list[int]
    tokens: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rendered tokens of one pass without padding, and rows left out by reason."""

    trained: int
    masked: int
    dropped: int
    reasons: dict[str, int]

    @property
    def total(self) -> int:
        """All rendered tokens."""
        return self.trained + self.masked + self.dropped

    def as_dict(self) -> dict[str, int]:
        """Return the ledger as the manifest holds it."""
        return {"in": self.total, "trained": self.trained, "masked": self.masked, "dropped": self.dropped}


class TokenStore:
    """The kept units of a split, read through a memory map, and the ledger of all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with pa.memory_map(str(path)) as file:
            table = pa.ipc.open_file(file).read_all()
        kept = table.column("reason").is_null()
        self.labels = table.select(["id", "source", "task"]).filter(kept)
        self._batches = [_Columns(batch) for batch in table.to_batches()]
        where = [(number, row) for number, batch in enumerate(self._batches) for row in np.flatnonzero(batch.kept)]
        self._where = np.array(where, dtype=np.int64).reshape(-1, 2)
        self.lengths = self._gather("tokens")
        self.targets = self._gather("targets")
        self.predicted = self._gather("predicted")
        self.sequences = self._gather("sequences")
        self.ledger = self._ledger(table)

    def __len__(self) -> int:
        return len(self._where)

    def unit(self, number: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Return token ids, spans and sequence lengths of one unit."""
        batch, row = self._where[number]
        columns = self._batches[batch]
        return columns.list("ids", row), columns.list("spans", row), columns.list("lengths", row)

    def column(self, name: str) -> list[str]:
        """Return the label `name` (id, source or task) of all units."""
        labels: list[str] = self.labels.column(name).to_pylist()
        return labels

    @cached_property
    def highest_id(self) -> int:
        """The highest token id in use."""
        return max((int(batch.values["ids"].max(initial=0)) for batch in self._batches), default=0)

    def _gather(self, name: str) -> Ints:
        parts = [getattr(batch, name)[batch.kept] for batch in self._batches]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)

    def _ledger(self, table: pa.Table) -> Ledger:
        trained, kept = int(self.targets.sum()), int(self.lengths.sum())
        tokens = sum(int(batch.tokens.sum()) for batch in self._batches)
        reasons = Counter(reason for reason in table.column("reason").to_pylist() if reason)
        ledger = Ledger(trained, kept - trained, tokens - kept, dict(sorted(reasons.items())))
        if ledger.masked < 0 or kept != sum(
            int(batch.offsets["ids"][-1] - batch.offsets["ids"][0]) for batch in self._batches
        ):
            raise LedgerError(f"{self.path}: in = trained + masked + dropped does not hold: {ledger}")
        return ledger


class _Columns:
    """One record batch as numpy views."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.tokens = batch.column("tokens").to_numpy()
        self.kept = batch.column("reason").is_null().to_numpy(zero_copy_only=False)
        lists = {name: batch.column(name) for name in ("ids", "spans", "lengths")}
        self.offsets = {name: column.offsets.to_numpy() for name, column in lists.items()}
        self.values = {name: column.values.to_numpy() for name, column in lists.items()}
        self.sequences = np.diff(self.offsets["lengths"])
        widths = np.concatenate([[0], np.cumsum(self.values["spans"][1::2] - self.values["spans"][::2])])
        self.targets = np.diff(widths[self.offsets["spans"] // 2])
        self.predicted = self.targets - self._unpredictable()

    def _unpredictable(self) -> Ints:
        """Return for each unit how many trained tokens open a sequence, so that nothing predicts them."""
        starts = self.values["spans"][::2]
        unit = np.repeat(np.arange(len(self.kept)), np.diff(self.offsets["spans"] // 2))
        padded = np.append(self.values["lengths"], 0)
        first_length = padded[self.offsets["lengths"][:-1]]
        opens = (starts == 0) | ((starts == first_length[unit]) & (self.sequences[unit] > 1))
        return np.bincount(unit[opens], minlength=len(self.kept))

    def list(self, name: str, row: int) -> npt.NDArray[np.int32]:
        found: npt.NDArray[np.int32] = self.values[name][self.offsets[name][row] : self.offsets[name][row + 1]]
        return found


def cached_store(folder: Path, key: dict[str, Any], batches: Iterable[Iterable[Unit]]) -> TokenStore:
    """Return the store of `key`, filled with `batches` (which are read only then) where the cache lacks it."""
    path = folder / f"tokens-{key_digest(key | {'version': VERSION})}.arrow"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        with pa.OSFile(str(partial), "wb") as file, pa.ipc.new_file(file, SCHEMA) as writer:
            for units in batches:
                writer.write_batch(_record_batch(units))
        partial.replace(path)
    return TokenStore(path)


def key_digest(key: dict[str, Any]) -> str:
    """Return a short digest of what a cached file depends on."""
    return sha256(json.dumps(key, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


def tokenizer_digest(tokenizer: Any) -> str:
    """Return the digest of a tokenizer: its vocabulary, rules and chat template."""
    rules = (
        tokenizer.backend_tokenizer.to_str() if tokenizer.is_fast else json.dumps(tokenizer.get_vocab(), sort_keys=True)
    )
    special = [tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token]
    return key_digest(
        {"rules": rules, "template": tokenizer.chat_template, "special": special, "class": type(tokenizer).__name__}
    )


def require_units(store: TokenStore, where: str) -> None:
    """Raise ConfigError where a table leaves nothing to learn from."""
    if not len(store):
        reasons = ", ".join(f"{reason}: {rows:,}" for reason, rows in store.ledger.reasons.items()) or "it has no rows"
        raise ConfigError([f"{where}: nothing to learn; every row was left out ({reasons})."])


def _record_batch(units: Iterable[Unit]) -> pa.RecordBatch:
    rows = list(units)
    return pa.RecordBatch.from_arrays(
        [pa.array([getattr(unit, field.name) for unit in rows], field.type) for field in SCHEMA], schema=SCHEMA
    )


def dropped(id: str, source: str, task: str, tokens: int, reason: str) -> Unit:
    """Return the record of a row left out whole."""
    return Unit(id, source, task, [], [], [], tokens, reason)


def kept(id: str, source: str, task: str, sequences: list[tuple[list[int], Iterator[int]]]) -> Unit:
    """Return a unit of one or more sequences, each with its flat spans."""
    ids: list[int] = []
    spans: list[int] = []
    for tokens, own in sequences:
        spans += [len(ids) + border for border in own]
        ids += tokens
    return Unit(id, source, task, ids, spans, [len(tokens) for tokens, _ in sequences], len(ids))
