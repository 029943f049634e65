"""Which row goes into which table, split and file: one global decision over numbers of all rows.

Rows of all shards are numbered through. A row's split (train or validation) is that of its component: rows tied by a
parent, or by a near-duplicate question, answer or text. A preference pair lies between two components, that of its
prompt and that of its rejected answer; it is used where both are in the same split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pedcorpus.rows.near_duplicate_clusters import components
from pedcorpus.rows.read_rows import hashes
from pedcorpus.steps.split import mixtures
from pedcorpus.steps.split.caps import Cap, keep_within_caps, weigh_children
from pedcorpus.steps.split.mixtures import Mask
from schemas.sample import MEDICAL_TASKS
from schemas.tables import TRAINING_TABLES

KINDS = ("document", "pretrain", "instruction", "preference", "benchmark")
DOCUMENT, PRETRAIN, INSTRUCTION, PREFERENCE, BENCHMARK = range(5)
TRAIN, VALIDATION = 0, 1
UNUSED = -1


class Rows(NamedTuple):
    """One entry per row: kind, hash of the id, source, kind of builder, bytes of its text, and what it is."""

    kind: NDArray[np.int8]
    ids: NDArray[np.uint64]
    source: NDArray[np.int64]
    builder: NDArray[np.int64]
    bytes: NDArray[np.int64]
    is_general: Mask
    is_pediatric: Mask
    test: NDArray[np.int8]


class Links(NamedTuple):
    """Ties between rows: `tokens[i]` belongs to `rows[i]`. Those of preference pairs are their parents alone."""

    tokens: NDArray[np.uint64]
    rows: NDArray[np.int64]


class Places(NamedTuple):
    """Where a row stands in a table: split (-1: nowhere) and number of the file."""

    split: NDArray[np.int8]
    file: NDArray[np.int64]


def place_rows(rows: Rows, links: Links, settings: Mapping[str, Any]) -> dict[str, Places]:
    """Return split and number of the file of every row, per table."""
    keys = mixtures.order_keys(rows.ids, settings["seed"])
    used = select_rows(rows, keys, settings)
    is_pair = rows.kind == PREFERENCE
    tied = components(*_ties(links, ~is_pair[links.rows]), len(keys))
    pairs = _pairs(links, is_pair, tied)
    trained = [used[name] for name in ("lora", "sft", "cpt")]
    drawn = mixtures.order_keys(keys, settings["seed"])  # other keys than those the mixtures chose by
    is_validation = mixtures.validation(tied, drawn, trained, settings["validation"], pairs)
    pair_splits = _pair_splits(pairs, is_validation)
    used["dfpo"] = is_pair & (pair_splits >= 0)
    split = np.where(is_pair, np.maximum(pair_splits, 0), is_validation).astype(np.int8)
    places = {name: _places(used[name], split, keys, rows.bytes) for name in TRAINING_TABLES}
    for number, name in enumerate(MEDICAL_TASKS):
        is_test = (rows.kind == BENCHMARK) & (rows.test == number)
        places[name] = _places(is_test, np.zeros(len(keys), np.int8), keys, rows.bytes)
    return places


def select_rows(rows: Rows, keys: NDArray[np.uint64], settings: Mapping[str, Any]) -> dict[str, Mask]:
    """Return which rows each table would take before the division."""
    is_instruction = rows.kind == INSTRUCTION
    medical, general = is_instruction & ~rows.is_general, is_instruction & rows.is_general
    left_out = general & ~mixtures.at_most_share(keys, general, int(medical.sum()), settings["cpt_general_share"])
    text = np.flatnonzero((rows.kind <= INSTRUCTION) & ~left_out)
    cpt = np.zeros(len(keys), np.bool_)
    target, share = settings["target_bytes"], settings["instruction_share"]
    cpt[
        text[mixtures.cpt_rows(keys[text], rows.source[text], rows.bytes[text], is_instruction[text], target, share)]
    ] = True
    pediatric = medical & rows.is_pediatric
    weighed = weigh_children(keys, medical, pediatric, settings["pediatric_weight"])
    limits = caps_of(rows, settings)
    chosen = {"cpt": cpt}
    for name, wanted in (("sft", weighed), ("lora", pediatric)):
        kept = keep_within_caps(keys, wanted, limits)
        chosen[name] = kept | mixtures.at_most_share(keys, general, int(kept.sum()), settings[f"{name}_general_share"])
    return chosen


def caps_of(rows: Rows, settings: Mapping[str, Any]) -> list[Cap]:
    """Return the caps of `[split]` that some row is under, of builders, then of sources; none is of general rows."""
    named = {"builder": rows.builder, "source": rows.source}
    found = [
        Cap(by, name, share, (values == hash_of(name)) & (rows.kind == INSTRUCTION) & ~rows.is_general)
        for by, values in named.items()
        for name, share in sorted(settings[f"{by}_share"].items())
    ]
    return [cap for cap in found if cap.rows.any()]


def hash_of(name: str) -> np.int64:
    """Return the number that stands for the name of a source or of a kind of builder."""
    return np.int64(hashes(pl.Series([name])).view(np.int64)[0])


def _ties(links: Links, of: Mask) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    return links.tokens[of], links.rows[of]


def _pairs(links: Links, is_pair: Mask, tied: NDArray[np.int64]) -> mixtures.Pairs:
    """Return the components each preference pair lies between: those of the rows it shares parents with."""
    tokens, at = _ties(links, ~is_pair[links.rows])
    names, first = np.unique(tokens, return_index=True)
    tokens, pairs = _ties(links, is_pair[links.rows])
    place = np.searchsorted(names, tokens)
    known = np.flatnonzero(place < len(names))
    known = known[names[place[known]] == tokens[known]]
    return mixtures.Pairs(pairs[known], tied[at[first[place[known]]]])


def _pair_splits(pairs: mixtures.Pairs, is_validation: Mask) -> NDArray[np.int8]:
    """Return the split of each preference pair: that of both its ends; -1 where they differ."""
    ends = np.bincount(pairs.row, minlength=len(is_validation))
    in_validation = np.bincount(pairs.row, weights=is_validation[pairs.component], minlength=len(is_validation))
    return np.where(in_validation == 0, TRAIN, np.where(in_validation == ends, VALIDATION, UNUSED)).astype(np.int8)


def _places(used: Mask, split: NDArray[np.int8], keys: NDArray[np.uint64], sizes: NDArray[np.int64]) -> Places:
    places = Places(np.full(len(used), UNUSED, np.int8), np.zeros(len(used), np.int64))
    for one in (TRAIN, VALIDATION):
        rows = np.flatnonzero(used & (split == one))
        places.split[rows] = one
        places.file[rows] = mixtures.numbered_files(keys[rows], sizes[rows])
    return places


def file_counts(places: Mapping[str, Places]) -> dict[str, list[int]]:
    """Return for each table how many files train (or test) and validation have; train and test one at least."""
    counts = {}
    for name, place in places.items():
        splits: Sequence[int] = (TRAIN, VALIDATION)
        files = [int(place.file[place.split == split].max(initial=-1)) + 1 for split in splits]
        counts[name] = [max(files[TRAIN], 1), files[VALIDATION]]
    return counts
