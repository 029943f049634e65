"""Continuous pre-training: what a row becomes. Every token of the text is trained, plain and completion-form alike.

`L = E_t [ - Σ_i log p(t_i | t_<i) ]` (PediatricsGPT, phase 1). Text and end-of-sequence token, no role tokens; rows
above `max_length` are split, no tail is dropped. A row's first token has nothing before it to be predicted from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from training.config import PhaseSettings
from training.data.chat_format import ChatFormat
from training.data.dataset_tables import labels_of
from training.data.token_store import Label, Unit, dropped, kept


def encode(batches: Iterable[pa.RecordBatch], chat: ChatFormat, settings: PhaseSettings) -> Iterator[list[Unit]]:
    """Yield the units of each batch of the table `cpt`; the task is the row's kind (plain, instruction)."""
    for batch in batches:
        rows = batch.to_pydict()
        texts = [text or "" for text in rows["text"]]
        encoded = chat.tokenizer(texts, return_attention_mask=False, verbose=False)["input_ids"]
        labels = zip(rows["id"], *labels_of(rows, "kind"), strict=True)
        yield [
            unit
            for label, text, ids in zip(labels, texts, encoded, strict=True)
            for unit in _units(label, text, ids, chat.tokenizer.eos_token_id, settings.length)
        ]


def _units(label: Label, text: str, ids: list[int], end: int, longest: int) -> Iterator[Unit]:
    if not text.strip():
        yield dropped(label, len(ids), "empty text")
        return
    ids = ids if ids[-1:] == [end] else [*ids, end]
    for start in range(0, len(ids), longest):
        part = ids[start : start + longest]
        yield kept(label, (part, [(0, len(part))]))
