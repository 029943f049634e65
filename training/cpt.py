"""Continuous pre-training: what a row becomes. Every token of the text is trained, plain and completion-form alike.

`L = E_t [ - Σ_i log p(t_i | t_<i) ]` (PediatricsGPT, phase 1). Text and end-of-sequence token, no role tokens; rows
above `max_length` are split, no tail is dropped. A row's first token has nothing before it to be predicted from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from training.chat import ChatFormat
from training.config import PhaseSettings
from training.tokens import Unit, dropped, kept


def encode(batches: Iterable[pa.RecordBatch], chat: ChatFormat, settings: PhaseSettings) -> Iterator[list[Unit]]:
    """Yield the units of each batch of the table `cpt`; the task is the row's kind (plain, instruction)."""
    for batch in batches:
        rows = batch.to_pydict()
        texts = [text or "" for text in rows["text"]]
        encoded = chat.tokenizer(texts, return_attention_mask=False, verbose=False)["input_ids"]
        yield [
            unit
            for id, text, kind, source, ids in zip(
                rows["id"], texts, rows["kind"], rows["source"], encoded, strict=True
            )
            for unit in _units(id, source or "unknown", kind or "unknown", text, ids, chat, settings.length)
        ]


def _units(
    id: str, source: str, kind: str, text: str, ids: list[int], chat: ChatFormat, longest: int
) -> Iterator[Unit]:
    if not text.strip():
        yield dropped(id, source, kind, len(ids), "empty text")
        return
    end = chat.tokenizer.eos_token_id
    ids = ids if ids[-1:] == [end] else [*ids, end]
    for start in range(0, len(ids), longest):
        part = ids[start : start + longest]
        yield kept(id, source, kind, [(part, iter((0, len(part))))])
