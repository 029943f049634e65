"""Supervised fine-tuning: what a row becomes. Every assistant turn is trained with its end token, prompts are masked.

`L = E_(x,y) [ - Σ_i log p(y_i | x, y_<i) ]` (PediatricsGPT, phase 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from training.chat import ChatFormat, Encoded, Messages, Refused
from training.config import PhaseSettings
from training.tokens import Unit, dropped, kept


def encode(batches: Iterable[pa.RecordBatch], chat: ChatFormat, settings: PhaseSettings) -> Iterator[list[Unit]]:
    """Yield the units of each batch of a table of messages. Over-long rows are dropped or split between turns."""
    split = getattr(settings, "overlong", "drop") == "split-turns"
    for batch in batches:
        rows = batch.to_pydict()
        encoded = chat.encode((messages or [], 0) for messages in rows["messages"])
        units: list[Unit] = []
        for id, messages, task, source, found in zip(
            rows["id"], rows["messages"], rows["task"], rows["source"], encoded, strict=True
        ):
            label = (id, source or "unknown", task or "unknown")
            if split and isinstance(found, Encoded) and len(found.ids) > settings.length:
                units += [unit(label, part, settings.length) for part in _parts(messages, chat, settings.length)]
            else:
                units.append(unit(label, found, settings.length))
        yield units


def unit(label: tuple[str, str, str], found: Encoded | Refused, longest: int) -> Unit:
    """Return one conversation as a unit, or the record of why it is left out."""
    if isinstance(found, Refused):
        return dropped(*label, found.tokens, str(found))
    if len(found.ids) > longest:
        return dropped(*label, len(found.ids), "over-long")
    return kept(*label, [(found.ids, chain.from_iterable(found.spans))])


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
