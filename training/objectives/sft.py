"""Supervised fine-tuning: what a row becomes. Every assistant turn is trained with its end token, prompts are masked.

`L = E_(x,y) [ - Σ_i log p(y_i | x, y_<i) ]` (PediatricsGPT, phase 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from training.config import PhaseSettings
from training.data.chat_format import ChatFormat, Encoded, Messages, Refused
from training.data.dataset_tables import labels_of
from training.data.token_store import Label, Unit, dropped, kept


def encode(batches: Iterable[pa.RecordBatch], chat: ChatFormat, settings: PhaseSettings) -> Iterator[list[Unit]]:
    """Yield the units of each batch of a table of messages. Over-long rows are dropped or split between turns."""
    split = getattr(settings, "overlong", "drop") == "split-turns"
    for batch in batches:
        rows = batch.to_pydict()
        encoded = chat.encode((messages or [], 0) for messages in rows["messages"])
        units: list[Unit] = []
        labels = zip(rows["id"], *labels_of(rows), strict=True)
        for label, messages, found in zip(labels, rows["messages"], encoded, strict=True):
            too_long = isinstance(found, Encoded) and len(found.ids) > settings.length
            parts = _parts(messages, chat, settings.length) if split and too_long else [found]
            units += [_unit(label, part, settings.length) for part in parts]
        yield units


def _unit(label: Label, found: Encoded | Refused, longest: int) -> Unit:
    """Return one conversation as a unit, or the record of why it is left out."""
    if isinstance(found, Refused):
        return dropped(label, found.tokens, str(found))
    return kept(label, found) if len(found.ids) <= longest else dropped(label, len(found.ids), "over-long")


def _parts(messages: Messages, chat: ChatFormat, longest: int) -> Iterator[Encoded | Refused]:
    """Yield an over-long conversation as parts of whole exchanges, each as long as fits, under the same system text."""
    system = [message for message in messages[:1] if message["role"] == "system"]
    exchanges: list[list[dict[str, str]]] = []
    for message in messages[len(system) :]:
        if not exchanges or (message["role"] == "user" and exchanges[-1][-1]["role"] == "assistant"):
            exchanges.append([])
        exchanges[-1].append(dict(message))
    part: list[dict[str, str]] = []
    best: Encoded | Refused | None = None
    for exchange in exchanges:
        [tried] = chat.encode([([*system, *part, *exchange], 0)])
        if best is not None and (isinstance(tried, Refused) or len(tried.ids) > longest):
            yield best
            part = []
            [tried] = chat.encode([([*system, *exchange], 0)])
        part, best = [*part, *exchange], tried
    if best is not None:
        yield best
