"""Everything a phase needs before training: device, dtype, seed, chat format, tokens, plan."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from transformers.utils import logging as transformers_logging

from training.config import PhaseSettings
from training.data.chat_format import ChatFormat
from training.data.dataset_tables import fingerprint_table, list_shards, read_batches
from training.data.packing import Plan, plan_run
from training.data.token_store import TokenStore, cached_store, require_units, tokenizer_digest
from training.load_config import CheckedConfig
from training.locate import fetch_model
from training.manifest import model_sha256
from training.model import load_model
from training.objectives import cpt, dfpo, sft

ENCODE: dict[str, Callable[..., Any]] = {"cpt": cpt.encode, "sft": sft.encode, "dfpo": dfpo.encode, "lora": sft.encode}
"""What a row of each phase's table becomes."""
SHOWN_SOURCES = 12
"""Sources listed at start, the largest first."""
SHOWN_CHARS = 600
"""Characters of the sample shown at start: a question and an answer."""


@dataclass
class PhaseSetup:
    """Everything the parts of one phase share. `wrap` turns the loaded model into the trained one.

    `rank` is that of the adapter on each linear layer, 0 where the whole model is trained. `begin` runs with the loop
    before the first step, after the proofs every phase makes.
    """

    name: str
    checked: CheckedConfig
    base: Path
    settings: PhaseSettings
    process: Any
    chat: ChatFormat
    dtype: torch.dtype
    wrap: Callable[[Any], Any]
    rank: int = 0
    begin: list[Callable[[Any], None]] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """The phase's folder."""
        return self.checked.out / self.name

    @property
    def cache(self) -> Path:
        """Where tokens and reference log-probabilities are kept."""
        return self.checked.out / "cache"

    @property
    def device(self) -> torch.device:
        """The device of this process."""
        found: torch.device = self.process.device
        return found

    @property
    def seed(self) -> int:
        """The phase's seed: the run's seed and the phase's name."""
        return int.from_bytes(sha256(f"{self.checked.config.run.seed}:{self.name}".encode()).digest()[:4], "big")

    @cached_property
    def base_sha256(self) -> str:
        """Hash of the weights the phase starts from."""
        return model_sha256(self.base)

    @property
    def is_sharded(self) -> bool:
        """Whether FSDP2 holds float32 weights in shards and casts them itself."""
        return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"

    def say(self, text: str) -> None:
        """Print a line once, however many processes there are."""
        if self.process.is_main_process:
            print(f"{self.name}  {text}", flush=True)


def open_setup(name: str, checked: CheckedConfig, base: Path) -> PhaseSetup:
    """Return a phase ready to run, with a stock LoRA where its settings ask for one."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    process = PartialState() if torch.cuda.is_available() else PartialState(cpu=True)
    settings, asked = checked.config.phase(name), checked.config.model
    dtype = torch.bfloat16 if process.device.type == "cuda" else torch.float32
    source = checked.tokenizer if base == checked.base else base
    if base == checked.base:
        base = fetch_model(asked.base, base)
    tokenizer = load_model.load_tokenizer(source, trust_remote_code=asked.trust_remote_code, beside=base)
    adapter = settings.adapter
    return PhaseSetup(
        name,
        checked,
        base,
        settings,
        process,
        ChatFormat(tokenizer, asked.template),
        load_model.DTYPES[asked.dtype] if asked.dtype else dtype,
        wrap=lambda loaded: load_model.wrap_lora(loaded, adapter) if adapter else loaded,
        rank=adapter.r if adapter else 0,
    )


def tokenize_table(setup: PhaseSetup, split: str) -> TokenStore | None:
    """Return a split's tokens, from the cache where they are there; None where nothing of the split can be used."""
    data, settings = setup.checked.data, setup.settings
    if not list_shards(data, setup.name, split):
        return None
    key = {
        "table": fingerprint_table(data, setup.name),
        "split": split,
        "phase": setup.name,
        "tokenizer": tokenizer_digest(setup.chat.tokenizer),
        "length": settings.length,
        "tokens": settings.tokens if setup.name == "dfpo" else None,
        "overlong": getattr(settings, "overlong", "split"),
    }
    with setup.process.main_process_first():
        batches = ENCODE[setup.name](read_batches(data, setup.name, split), setup.chat, settings)
        store = cached_store(setup.cache, key, batches)
    if split == "train":
        require_units(store, f"data.path: table {setup.name}")
    return store if len(store) else None


def show_tokens(setup: PhaseSetup, store: TokenStore) -> None:
    """Print the ledger, the mix and one decoded sample with what is trained between brackets."""
    left_out = "".join(f", {reason} {count:,}" for reason, count in store.ledger.reasons.items())
    total, *parts = store.ledger.as_dict().items()
    sums = " + ".join(f"{count:,} {name}" for name, count in parts)
    setup.say(f"{len(store):,} rows kept{left_out}; tokens {total[1]:,} = {sums}")
    labels = store.labels.append_column("tokens", [store.lengths]).group_by(["source", "task"])
    mix = labels.aggregate([("tokens", "sum")]).sort_by([("tokens_sum", "descending")])
    for row in mix.slice(0, SHOWN_SOURCES).to_pylist():
        setup.say(f"  {100 * row['tokens_sum'] / store.lengths.sum():5.1f} %  {row['source']} / {row['task']}")
    (ids, spans, _), decode = store.unit(0), setup.chat.tokenizer.decode
    text, at = "", 0
    for start, stop in zip(spans[::2], spans[1::2], strict=True):
        text += f"{decode(ids[at:start])}⟦{decode(ids[start:stop])}⟧"
        at = stop
    setup.say(f"sample {store.column('id')[0]}, trained in ⟦⟧: {(text + decode(ids[at:]))[:SHOWN_CHARS]!r}")


def plan_passes(setup: PhaseSetup, train: TokenStore) -> Plan:
    """Return which rows each forward pass of the run holds."""
    settings, processes = setup.settings, setup.process.num_processes
    bins, length = settings.accumulation * processes, (settings.epochs, settings.max_steps)
    plan = plan_run(train.lengths, settings.tokens, bins, setup.seed, *length)
    size = f"{settings.tokens:,} tokens x {settings.accumulation} passes x {processes} processes"
    filled = f"{100 * plan.filled:.1f} % filled"
    setup.say(f"{len(plan.steps):,} steps ({plan.epoch_steps:,} per epoch) of {size}, {filled}")
    return plan
