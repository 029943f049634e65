"""What a file is full of: the quality signals of its first records, made into samples as a build would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from pedcorpus.commands.probing.mask_record import mask_texts
from pedcorpus.config.quality_section import Quality
from pedcorpus.config.sections import Instruct
from pedcorpus.quality.conversation import conversation_parts, text_parts
from pedcorpus.quality.signals import SIGNALS, evidence_of, measure_signals, speaks_against
from pedcorpus.steps.instruct.step import samples_of_talks
from schemas.shards import table_of_records
from schemas.tables import TABLE_OF, Record

EXCERPT_CHARS = 100


class SignalFound(NamedTuple):
    """A signal beyond its default threshold: in what share of the records, and an example with its evidence."""

    signal: str
    share: float
    example: str


def quality_of(records: Sequence[Record]) -> list[SignalFound]:
    """Return the signals that speak against records (talks, samples, texts), those of the largest shares first."""
    if not records or (table := TABLE_OF[type(records[0])]) == "triple":
        return []
    rows, made = _rows(records, table)
    if not rows.height:
        return []
    signals, thresholds = measure_signals(rows, made), Quality().model_dump(mode="json")
    parts = conversation_parts(rows) if made == "instruction" else text_parts(rows)
    found = []
    for signal in SIGNALS:
        beyond = signals.select(speaks_against(signal, thresholds[signal.name]).alias("beyond")).to_series()
        if at := beyond.arg_true().to_list():
            found.append(SignalFound(signal.name, len(at) / rows.height, _example(signal.name, parts[at[:1]])))
    return sorted(found, key=lambda one: (-one.share, one.signal))


def _rows(records: Sequence[Record], table: str) -> tuple[pl.DataFrame, str]:
    """Return the rows that are measured, and their table: samples made of talks and sets, texts as they are."""
    given = table_of_records([record for record in records if TABLE_OF[type(record)] == table], table)
    if table == "document":
        return pl.DataFrame(pl.from_arrow(given)), table
    (batch, *_) = given.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], given.schema)]
    samples = samples_of_talks(table, batch, Instruct()).samples
    return pl.DataFrame(pl.from_arrow(table_of_records(samples, "instruction"))), "instruction"


def _example(signal: str, parts: pl.DataFrame) -> str:
    """Return a row's answer, masked, with what the signal found in it."""
    evidence = evidence_of(signal, parts)[0]
    (excerpt,) = mask_texts([" ".join(parts["answers"][0].split())[:EXCERPT_CHARS]], "strict")
    return f"[{evidence}] {excerpt}…" if evidence else f"{excerpt}…"
