"""Direct following preference optimisation: what a pair becomes, and its loss (PediatricsGPT, phase 3).

`L = -E log σ( β log(π(y_w|x)/π_ref(y_w|x)) - β log(π(y_l|x)/π_ref(y_l|x)) ) + μ Φ(x, y_w)`, with summed answer
log-probabilities in the first term and Φ the mean over answers of the per-token mean negative log-likelihood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from training.config import Dfpo, PhaseSettings
from training.data.batches import Batch
from training.data.chat_format import ChatFormat, Encoded, Refused
from training.data.dataset_tables import labels_of
from training.data.token_store import Label, Unit, dropped, kept


def encode(batches: Iterable[pa.RecordBatch], chat: ChatFormat, settings: PhaseSettings) -> Iterator[list[Unit]]:
    """Yield one unit per pair: the chosen conversation, then the rejected one; only the answers are trained."""
    for batch in batches:
        rows = batch.to_pydict()
        sides = [
            chat.encode(
                ([*(prompt or []), *(answer or [])], len(prompt or []))
                for prompt, answer in zip(rows["prompt"], rows[side], strict=True)
            )
            for side in ("chosen", "rejected")
        ]
        labels = zip(rows["id"], *labels_of(rows), strict=True)
        yield [_pair(*row, settings) for row in zip(labels, sides[0], sides[1], strict=True)]


def _pair(label: Label, chosen: Encoded | Refused, rejected: Encoded | Refused, settings: PhaseSettings) -> Unit:
    tokens = sum(side.tokens if isinstance(side, Refused) else len(side.ids) for side in (chosen, rejected))
    if isinstance(chosen, Refused) or isinstance(rejected, Refused):
        return dropped(label, tokens, str(chosen if isinstance(chosen, Refused) else rejected))
    if max(len(chosen.ids), len(rejected.ids)) > settings.length or tokens > settings.tokens:
        return dropped(label, tokens, "over-long")
    if chosen.ids == rejected.ids:
        return dropped(label, tokens, "chosen equals rejected")
    return kept(label, chosen, rejected)


def side_sums(values_K: Tensor, batch: Batch) -> Tensor:
    """Return the sums [pairs, 2] of a value of each target over the chosen and the rejected answers."""
    zeros = values_K.new_zeros(2 * batch["units"])
    return zeros.index_add(0, batch["target_sequence"], values_K).view(-1, 2)


class PreferenceLoss:
    """The loss of pairs, for each pair by itself; the loop adds up and divides by the pairs of a step."""

    names = ("loss", "dpo_loss", "nll", "margin", "accuracy")

    def __init__(self, settings: Dfpo) -> None:
        self.beta, self.mu, self.per_token = settings.beta, settings.mu, settings.nll_mean == "token"

    def units(self, logps_K: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return figures of each of the U pairs from K target log-probabilities; `margin` is β times the log-ratio."""
        sums, counts = side_sums(logps_K, batch), side_sums(torch.ones_like(logps_K), batch)
        ratio = sums - batch["reference"]
        margin = self.beta * (ratio[:, 0] - ratio[:, 1])
        dpo = -logsigmoid(margin)
        per_answer = 1.0 / counts[:, 0] if not self.per_token else batch["step_units"] / batch["step_chosen"]
        nll = -sums[:, 0] * per_answer
        return {
            "loss": dpo + self.mu * nll,
            "dpo_loss": dpo,
            "nll": nll,
            "margin": margin,
            "accuracy": (margin > 0).float(),
            "chosen_logp": sums[:, 0],
            "chosen_tokens": counts[:, 0],
            "rejected_logp": sums[:, 1],
            "rejected_tokens": counts[:, 1],
        }

    def weight(self, batch: Batch) -> int:
        """Return what the sum of `loss` over a step is divided by: its pairs."""
        return batch["step_units"]

    def report(self, sums: dict[str, float], weight: float) -> dict[str, float]:
        """Return the figures of a step or a group from sums over its pairs."""
        figures = {name: sums[name] / weight for name in self.names}
        if self.per_token:
            figures["nll"] = -sums["chosen_logp"] / max(sums["chosen_tokens"], 1.0)
            figures["loss"] = figures["dpo_loss"] + self.mu * figures["nll"]
        for side in ("chosen", "rejected"):
            figures[f"{side}_logp_per_token"] = sums[f"{side}_logp"] / max(sums[f"{side}_tokens"], 1.0)
        return figures


FALL = 0.5
"""Fall of the chosen answers' log-probability per token (in nats) that is worth a warning."""
SMOOTHING = 0.1
"""Weight of the newest step in the running mean that is watched."""


def falling_watch(say: Callable[[str], None]) -> Callable[[dict[str, Any]], None]:
    """Return a watcher of metric lines that warns once when chosen answers become less likely, which μ should stop."""
    seen: dict[str, float] = {}

    def watch(line: dict[str, Any]) -> None:
        value = line["chosen_logp_per_token"]
        first = seen.setdefault("first", value)
        mean = seen["mean"] = (1 - SMOOTHING) * seen.get("mean", value) + SMOOTHING * value
        if mean < first - FALL and "warned" not in seen:
            seen["warned"] = 1.0
            say(
                f"warning: chosen answers lose likelihood ({first:.2f} → {mean:.2f} per token). Raise mu or lower beta."
            )

    return watch
