"""One phase from its base to its output: tokens, plan, model, loop, files."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from transformers import EarlyStoppingCallback, TrainingArguments, set_seed
from transformers.utils import logging as transformers_logging

from schemas.errors import ConfigError
from training import attention, cpt, dfpo, model, sft
from training.batches import PackedData
from training.chat import ChatFormat
from training.check import Checked
from training.checkpoint import latest_checkpoint, step_of
from training.config import Dfpo, PhaseSettings
from training.cost import Shape, device_memory, estimate_memory, memory_advice, peak_flops, peak_memory
from training.hub import fetch_model
from training.loop import Loop, Surroundings
from training.losses import Objective, TokenLoss
from training.manifest import model_sha256
from training.metrics import Journal, Progress, totals
from training.packing import Plan, pack_in_order, plan_run
from training.proof import Proof
from training.reference import Reference
from training.shards import fingerprint, rows, shards
from training.tokens import TokenStore, cached_store, key_digest, require_units, tokenizer_digest

ENCODE: dict[str, Callable[..., Any]] = {"cpt": cpt.encode, "sft": sft.encode, "dfpo": dfpo.encode, "lora": sft.encode}
"""What a row of each phase's table becomes."""


@dataclass(slots=True)
class Stage:
    """What the parts of one phase share. `wrap` turns the loaded model into the trained one (adapters, experts)."""

    name: str
    checked: Checked
    settings: PhaseSettings
    base: Path
    out: Path
    device: torch.device
    dtype: torch.dtype
    process: Any
    seed: int
    chat: ChatFormat
    wrap: Callable[[Any], Any]
    base_sha256: str = ""

    @property
    def speaks(self) -> bool:
        """Only the main process writes and talks."""
        return bool(self.process.is_main_process)

    @property
    def cache(self) -> Path:
        """Where tokens and reference log-probabilities are kept."""
        return self.checked.out / "cache"

    @property
    def sharded(self) -> bool:
        """FSDP2 holds float32 weights in shards and casts them itself."""
        return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"

    def say(self, text: str) -> None:
        """Print a line once, however many processes there are."""
        if self.speaks:
            print(f"{self.name}  {text}", flush=True)


def open_stage(name: str, checked: Checked, base: Path) -> Stage:
    """Return a phase ready to run: device, type, seed, tokenizer."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    process = PartialState() if torch.cuda.is_available() else PartialState(cpu=True)
    settings, asked = checked.config.phase(name), checked.config.model
    device = process.device
    dtype = model.DTYPES[asked.dtype] if asked.dtype else torch.bfloat16 if device.type == "cuda" else torch.float32
    source = checked.tokenizer if base == checked.base else base
    chat = ChatFormat(model.load_tokenizer(source, trust_remote_code=asked.trust_remote_code), asked.template)
    seed = int.from_bytes(sha256(f"{checked.config.run.seed}:{name}".encode()).digest()[:4], "big")
    adapter = settings.adapter

    def wrap(loaded: Any) -> Any:
        return model.wrap_lora(loaded, adapter) if adapter else loaded

    return Stage(name, checked, settings, base, checked.out / name, device, dtype, process, seed, chat, wrap)


def train_phase(stage: Stage) -> dict[str, Any]:
    """Train a phase, or go on with it, and return its entry of the manifest."""
    stage.out.mkdir(parents=True, exist_ok=True)
    stage.base_sha256 = model_sha256(stage.base)
    stage.say(f"base {stage.base} ({stage.base_sha256[:12]}), {str(stage.dtype)[6:]} on {stage.device}")
    train, validation = (_tokens(stage, split) for split in ("train", "validation"))
    assert train is not None
    plan = _plan(stage, train)
    loaded, shape, attends = _model(stage, train)
    loop = _loop(stage, loaded, shape, attends, plan, train, validation)
    return _run(stage, loop, train)


def _tokens(stage: Stage, split: str) -> TokenStore | None:
    """Return a split's tokens, from the cache where they are there; None where the table has no such split."""
    data, settings = stage.checked.data, stage.settings
    if not shards(data, stage.name, split):
        return None
    key = {
        "table": fingerprint(data, stage.name),
        "split": split,
        "phase": stage.name,
        "tokenizer": tokenizer_digest(stage.chat.tokenizer),
        "length": settings.length,
        "tokens": settings.tokens if stage.name == "dfpo" else None,
        "overlong": getattr(settings, "overlong", "split"),
    }
    with stage.process.main_process_first():
        store = cached_store(
            stage.cache, key, lambda: ENCODE[stage.name](rows(data, stage.name, split), stage.chat, settings)
        )
    if split == "train":
        require_units(store, f"data.path: table {stage.name}")
        _show(stage, store)
    return store if len(store) else None


def _show(stage: Stage, store: TokenStore) -> None:
    """Print the ledger, the mix and one decoded sample with what is trained between brackets."""
    ledger = store.ledger
    left_out = "".join(f", {reason} {count:,}" for reason, count in ledger.reasons.items())
    stage.say(
        f"{len(store):,} rows; tokens {ledger.total:,} = {ledger.trained:,} trained + {ledger.masked:,} masked"
        f" + {ledger.dropped:,} dropped{left_out}"
    )
    labels = (
        store.labels.append_column("tokens", [store.lengths])
        .group_by(["source", "task"])
        .aggregate([("tokens", "sum")])
    )
    for row in sorted(labels.to_pylist(), key=lambda row: -row["tokens_sum"])[:12]:
        stage.say(f"  {100 * row['tokens_sum'] / max(1, store.lengths.sum()):5.1f} %  {row['source']} / {row['task']}")
    ids, spans, _ = store.unit(0)
    text, at = "", 0
    for start, stop in zip(spans[::2], spans[1::2], strict=True):
        decode = stage.chat.tokenizer.decode
        text += f"{decode(ids[at:start])}⟦{decode(ids[start:stop])}⟧"
        at = stop
    stage.say(
        f"sample {store.column('id')[0]} (trained in ⟦⟧): {(text + stage.chat.tokenizer.decode(ids[at:]))[:600]!r}"
    )


def _plan(stage: Stage, train: TokenStore) -> Plan:
    settings, processes = stage.settings, stage.process.num_processes
    bins = settings.accumulation * processes
    plan = plan_run(
        train.lengths, settings.tokens, bins, stage.seed, epochs=settings.epochs, max_steps=settings.max_steps
    )
    stage.say(
        f"{len(plan.steps):,} steps ({plan.epoch_steps:,} an epoch) of {settings.tokens:,} tokens x {settings.accumulation}"
        f" passes x {processes} processes, {100 * plan.filled:.1f} % filled"
    )
    return plan


def _model(stage: Stage, train: TokenStore) -> tuple[Any, Shape, str]:
    """Return the model as it is trained, its shape and attention; print the memory it will take before it is loaded."""
    from transformers import AutoConfig

    settings, asked = stage.settings, stage.checked.config.model
    folder = fetch_model(asked.base, stage.base) if stage.base == stage.checked.base else stage.base
    if (folder / "config.json").is_file():
        config = AutoConfig.from_pretrained(folder, trust_remote_code=asked.trust_remote_code)
        vocabulary = getattr(config, "text_config", config).vocab_size
        if train.highest_id >= vocabulary:
            text = f"tokens up to {train.highest_id}, but the model knows {vocabulary}"
            raise ConfigError([f"model.tokenizer: it makes {text}. Name the tokenizer that belongs to the model."])
    set_seed(stage.seed)
    quantise = bool(settings.adapter and settings.adapter.quantise)
    dtype = torch.float32 if stage.sharded else stage.dtype
    loaded = model.load_model(folder, dtype, trust_remote_code=asked.trust_remote_code, quantise=quantise)
    shape = Shape.of(loaded)
    model.answer_with_logps(loaded)
    name = attention.choose(
        asked.attention, stage.device, stage.dtype, loaded.config, compiled=stage.checked.config.run.compile
    )
    name = attention.set_attention(loaded, name)
    loaded = stage.wrap(loaded)
    model.recompute_layers(loaded, settings.checkpointing)
    trained, total = model.trainable_parameters(loaded)
    needed = estimate_memory(
        shape,
        dtype=dtype,
        tokens=settings.tokens,
        recomputed=settings.checkpointing,
        trained=trained,
        total=total,
        shards=stage.process.num_processes if stage.sharded else 1,
        cpu=stage.device.type == "cpu",
    )
    stage.say(memory_advice(needed, device_memory(stage.device)))
    stage.say(f"{total:,} weights, {trained:,} trained; attention {name}")
    if stage.checked.config.run.compile:
        model.compile_layers(loaded)
    return loaded, shape, name


def _loop(
    stage: Stage, loaded: Any, shape: Shape, attends: str, plan: Plan, train: TokenStore, validation: TokenStore | None
) -> Loop:
    settings, run, process = stage.settings, stage.checked.config.run, stage.process
    parts = {
        "processes": process.num_processes,
        "rank": process.process_index,
        "tokens": settings.tokens,
        "static": run.compile,
    }
    data = PackedData(train, plan.steps, **parts)
    held_out = None
    if validation is not None:
        steps = pack_in_order(validation.lengths, range(len(validation)), settings.tokens, process.num_processes)
        held_out = PackedData(validation, steps, **parts)
    checkpoint = latest_checkpoint(stage.out, process.num_processes) if stage.speaks else None
    process.wait_for_everyone()
    checkpoint = checkpoint or latest_checkpoint(stage.out, process.num_processes)
    objective: Objective = TokenLoss()
    begin: list[Callable[[Loop], None]] = [Proof(train, attends, stage.dtype)]
    if isinstance(settings, Dfpo):
        objective = dfpo.PreferenceLoss(settings)
        key = key_digest({"weights": stage.base_sha256, "tokens": train.path.name, "dtype": str(stage.dtype)})
        sets = {"train": data} | ({"validation": held_out} if held_out is not None else {})
        begin.append(Reference(stage.cache, key, sets, objective))
        if not settings.mu:
            stage.say(
                "warning: mu = 0 makes this plain DPO, which lets the likelihood of good answers fall. Set mu above 0."
            )
    trained, total = model.trainable_parameters(loaded)
    dtype = stage.dtype
    around = Surroundings(
        objective,
        settings,
        Journal(stage.out / "metrics.jsonl", step_of(checkpoint), writes=stage.speaks),
        Progress(
            stage.name,
            len(plan.steps),
            step_of(checkpoint),
            peak_flops(stage.device, dtype),
            device_memory(stage.device),
            speaks=stage.speaks,
        ),
        shape,
        trained / total,
        begin,
        dfpo.falling_watch(stage.say) if stage.name == "dfpo" else None,
    )
    loop = Loop(loaded, _arguments(stage, len(plan.steps), held_out is not None), data, held_out, around)
    if settings.patience and held_out is not None:
        loop.add_callback(EarlyStoppingCallback(settings.patience))
    loop.resume = checkpoint
    return loop


def _arguments(stage: Stage, steps: int, evaluates: bool) -> TrainingArguments:
    settings, run = stage.settings, stage.checked.config.run
    evaluation = (
        {"eval_strategy": "steps", "eval_steps": settings.eval_steps or settings.save_steps} if evaluates else {}
    )
    if evaluates and settings.best:
        evaluation |= {"load_best_model_at_end": True, "metric_for_best_model": "eval_loss", "greater_is_better": False}
    return TrainingArguments(
        output_dir=str(stage.out),
        seed=stage.seed,
        max_steps=steps,
        num_train_epochs=1,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=settings.accumulation,
        learning_rate=settings.learning_rate,
        max_grad_norm=settings.max_grad_norm,
        save_steps=settings.save_steps,
        save_total_limit=settings.keep_checkpoints,
        logging_steps=1,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=list(run.trackers),
        use_cpu=stage.device.type == "cpu",
        ddp_backend="gloo" if stage.device.type == "cpu" and stage.process.num_processes > 1 else None,
        ddp_find_unused_parameters=False,
        bf16=stage.sharded and stage.dtype == torch.bfloat16,
        remove_unused_columns=False,
        restore_callback_states_from_checkpoint=bool(settings.patience),
        **evaluation,
    )


def _run(stage: Stage, loop: Loop, train: TokenStore) -> dict[str, Any]:
    """Train to the end, write the output, return the manifest's entry."""
    with closing(loop.around.journal):
        loop.train(resume_from_checkpoint=str(loop.resume) if loop.resume else None)
    state = loop.accelerator.get_state_dict(loop.model) if loop.is_fsdp_enabled else None
    trained, total = model.trainable_parameters(loop.model)
    adapter = stage.settings.adapter
    if stage.speaks:
        inner = loop.accelerator.unwrap_model(loop.model, keep_torch_compile=False)
        model.save_output(
            inner,
            stage.chat.tokenizer,
            stage.out,
            stage.chat.end_ids,
            merge=bool(adapter and adapter.merge),
            state=state,
        )
    stage.process.wait_for_everyone()
    stage.say(f"done: {stage.out}, measured peak {peak_memory(stage.device) / 2**30:.1f} GiB")
    entry: dict[str, Any] = {
        "base_sha256": stage.base_sha256,
        "output_sha256": model_sha256(stage.out),
        "tokens": train.ledger.as_dict(),
        "rows": {"kept": len(train), "dropped": train.ledger.reasons},
        "steps": loop.state.global_step,
        **totals(stage.out / "metrics.jsonl"),
        "peak_memory_bytes": int(peak_memory(stage.device)),
        "dtype": str(stage.dtype)[6:],
    }
    if adapter:
        entry["trainable_share"] = trained / total
    if loop.state.best_metric is not None:
        entry |= {"best_step": loop.state.best_global_step, "eval_loss": loop.state.best_metric}
    return entry
