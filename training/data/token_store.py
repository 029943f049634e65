"""Tokenised tables: one row per unit of packing, cached as Arrow files by content and mapped into memory.

A unit is one sequence, or for preference pairs two (chosen, rejected) that stay in one forward pass. Rows that are left
out stand in the store too, with their reason and token count, so that the ledger adds up:
in = trained + masked + dropped, in rendered tokens of one pass.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.errors import ConfigError, LedgerError

VERSION = 2
"""Rises when the same rows would give other tokens."""
_LABELS = ("id", "source", "task")
_LISTS = ("ids", "spans", "lengths")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in (*_LABELS, "reason")]
    + [(name, pa.list_(pa.int32())) for name in _LISTS]
    + [("tokens", pa.int32())]
)
Ints = npt.NDArray[np.int64]
Label = tuple[str, str, str]
"""Id, source and task of a row."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is packed as a whole. `spans` are flat [start, end, …] in `ids`; `lengths` those of its sequences.

    `reason` says why a unit is left out; its `ids` are then empty and `tokens` alone counts.
    """

    label: Label
    ids: list[int]
    spans: list[int]
    lengths: list[int]
    tokens: int
    reason: str | None = None


def dropped(label: Label, tokens: int, reason: str) -> Unit:
    """Return the record of a row left out whole."""
    return Unit(label, [], [], [], tokens, reason)


def kept(label: Label, *sequences: tuple[list[int], list[tuple[int, int]]]) -> Unit:
    """Return a unit of one or more sequences, each with its spans."""
    ids: list[int] = []
    spans: list[int] = []
    for tokens, own in sequences:
        spans += [len(ids) + border for span in own for border in span]
        ids += tokens
    return Unit(label, ids, spans, [len(tokens) for tokens, _ in sequences], len(ids))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rendered tokens of one pass without padding, and rows left out by reason."""

    trained: int
    masked: int
    dropped: int
    reasons: dict[str, int]

    def as_dict(self) -> dict[str, int]:
        """Return the ledger as the manifest holds it."""
        parts = {"trained": self.trained, "masked": self.masked, "dropped": self.dropped}
        return {"in": sum(parts.values()), **parts}


class TokenStore:
    """The kept units of a split, read through a memory map, and the ledger of all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with pa.memory_map(str(path)) as file:
            table = pa.ipc.open_file(file).read_all()
        self.labels = table.filter(table.column("reason").is_null()).select(_LABELS)
        self._batches = [_Columns(batch) for batch in table.to_batches()]
        rows = [np.flatnonzero(batch.kept) for batch in self._batches]
        self._row = np.concatenate([*rows, np.zeros(0, np.int64)]).astype(np.int64)
        self._batch = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        names = ("tokens", "sequences", "targets", "predicted")
        self.lengths, self.sequences, self.targets, self.predicted = map(self._gather, names)
        self.ledger = self._ledger(table)

    def __len__(self) -> int:
        return len(self._row)

    def unit(self, number: int) -> tuple[npt.NDArray[np.int32], ...]:
        """Return token ids, spans and sequence lengths of one unit."""
        batch, row = self._batches[self._batch[number]], self._row[number]
        return tuple(batch.values[name][batch.offsets[name][row] : batch.offsets[name][row + 1]] for name in _LISTS)

    def column(self, name: str) -> list[str]:
        """Return the label `name` (id, source or task) of all units."""
        labels: list[str] = self.labels.column(name).to_pylist()
        return labels

    @cached_property
    def highest_id(self) -> int:
        """The highest token id in use."""
        return max(int(batch.values["ids"].max(initial=0)) for batch in self._batches)

    def _gather(self, name: str) -> Ints:
        parts = [getattr(batch, name)[batch.kept] for batch in self._batches]
        return np.concatenate([*parts, np.zeros(0, np.int64)]).astype(np.int64)

    def _ledger(self, table: pa.Table) -> Ledger:
        trained, kept = int(self.targets.sum()), int(self.lengths.sum())
        held = sum(len(batch.values["ids"]) for batch in self._batches)
        if kept != held or trained > kept:
            raise LedgerError(f"{self.path}: {held} tokens held, {kept} counted, {trained} of them trained")
        every = sum(int(batch.tokens.sum()) for batch in self._batches)
        reasons = Counter(reason for reason in table.column("reason").to_pylist() if reason)
        return Ledger(trained, kept - trained, every - kept, dict(sorted(reasons.items())))


class _Columns:
    """One record batch as numpy views."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.tokens = batch.column("tokens").to_numpy()
        self.kept = batch.column("reason").is_null().to_numpy(zero_copy_only=False)
        self.offsets = {name: batch.column(name).offsets.to_numpy() for name in _LISTS}
        self.values = {name: batch.column(name).values.to_numpy() for name in _LISTS}
        self.sequences = np.diff(self.offsets["lengths"])
        borders, first = self.values["spans"], np.append(self.values["lengths"], 0)[self.offsets["lengths"][:-1]]
        unit = np.repeat(np.arange(len(self.kept)), np.diff(self.offsets["spans"]) // 2)
        self.targets = np.bincount(unit, borders[1::2] - borders[::2], len(self.kept))
        # a trained token that opens a sequence has nothing before it to be predicted from
        opens = (borders[::2] == 0) | (borders[::2] == first[unit])
        self.predicted = self.targets - np.bincount(unit, opens, len(self.kept))


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


def _record_batch(units: Iterable[Unit]) -> pa.RecordBatch:
    rows = list(units)
    columns = {name: [unit.label[i] for unit in rows] for i, name in enumerate(_LABELS)}
    columns |= {name: [getattr(unit, name) for unit in rows] for name in ("reason", *_LISTS, "tokens")}
    return pa.RecordBatch.from_pydict(columns, SCHEMA)


def key_digest(key: dict[str, Any]) -> str:
    """Return a short digest of what a cached file depends on."""
    return sha256(json.dumps(key, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


def tokenizer_digest(tokenizer: Any) -> str:
    """Return the digest of a tokenizer: its vocabulary, rules and chat template."""
    fast = tokenizer.is_fast
    rules = tokenizer.backend_tokenizer.to_str() if fast else json.dumps(tokenizer.get_vocab(), sort_keys=True)
    special = [tokenizer.bos_token, tokenizer.eos_token, type(tokenizer).__name__]
    return key_digest({"rules": rules, "template": tokenizer.chat_template, "special": special})


def require_units(store: TokenStore, where: str) -> None:
    """Raise ConfigError where a table leaves nothing to learn from."""
    if not len(store):
        reasons = ", ".join(f"{reason}: {rows:,}" for reason, rows in store.ledger.reasons.items()) or "it has no rows"
        raise ConfigError(
            [f"{where}: nothing to learn; every row was left out ({reasons}). Look at the rows, or raise max_length."]
        )
