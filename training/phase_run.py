"""One phase from its base to its output: model, loop, files."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, EarlyStoppingCallback, TrainingArguments, set_seed

from schemas.errors import ConfigError, PedCorpusError
from training.config import Dfpo, PhaseSettings
from training.data.batches import PackedData
from training.data.packing import Plan, pack_in_order
from training.data.token_store import TokenStore, key_digest
from training.loop import Loop, Surroundings
from training.manifest import model_sha256
from training.metrics import Journal, Progress, totals
from training.model import attention, load_model
from training.model.checkpoint import latest_checkpoint, step_of
from training.model.cost import GIB, Shape, device_memory, estimate_memory, memory_advice, peak_flops, peak_memory
from training.objectives import dfpo
from training.objectives.losses import Objective, TokenLoss
from training.packing_proof import Proof
from training.phase_setup import Stage, show_tokens, stage_plan, stage_tokens
from training.reference_logps import Reference

LESS_MEMORY = "Raise checkpointing towards 1, lower tokens_per_batch, train a LoRA, or shard over GPUs (fsdp2.yaml)."


class OutOfMemory(PedCorpusError):
    """The device's memory does not hold the phase."""

    exit_status = 1


def train_phase(stage: Stage) -> dict[str, Any]:
    """Train a phase, or go on with it, and return its entry of the manifest."""
    stage.out.mkdir(parents=True, exist_ok=True)
    stage.say(f"base {stage.base} ({stage.base_sha256[:12]}), {str(stage.dtype)[6:]} on {stage.device}")
    train, validation = stage_tokens(stage, "train"), stage_tokens(stage, "validation")
    assert train is not None
    show_tokens(stage, train)
    plan = stage_plan(stage, train)
    _check_sizes(stage, train)
    shape = _forecast(stage)
    loaded, attends = _load(stage)
    checkpoint = latest_checkpoint(stage.out, stage.process)
    around = _surroundings(stage, loaded, shape, len(plan.steps), step_of(checkpoint))
    data, held_out = _packed(stage, train, plan), _packed(stage, validation, None) if validation else None
    around.begin = [*_preparations(stage, around.objective, data, held_out, attends), *stage.begin]
    loop = _run_loop(stage, loaded, (data, held_out), around, checkpoint)
    entry = _finish(stage, loop, train)
    loop.accelerator.free_memory()  # before the next phase loads its model
    del loop, loaded, around
    gc.collect()
    if stage.device.type == "cuda":
        torch.cuda.empty_cache()
    return entry


def _run_loop(
    stage: Stage,
    loaded: Any,
    sets: tuple[PackedData, PackedData | None],
    around: Surroundings,
    checkpoint: Path | None,
) -> Loop:
    """Train on the first of `sets`, evaluate on the second; return the loop at its end. Raise OutOfMemory."""
    data, held_out = sets
    arguments = _arguments(stage, len(data.steps), evaluates=held_out is not None)
    try:
        with closing(around.journal):
            loop = Loop(loaded, arguments, data, held_out, around)
            if stage.settings.patience and held_out is not None:
                loop.add_callback(EarlyStoppingCallback(stage.settings.patience))
            loop.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
            return loop
    except torch.OutOfMemoryError as error:
        first = str(error).split(". ")[0]
        raise OutOfMemory(f"{stage.name}: {first}. {LESS_MEMORY}") from None


def _check_sizes(stage: Stage, train: TokenStore) -> None:
    if (stage.base / "config.json").is_file():
        config = AutoConfig.from_pretrained(stage.base, trust_remote_code=stage.checked.config.model.trust_remote_code)
        known = getattr(config, "text_config", config).vocab_size
        if train.highest_id >= known:
            text = f"it makes ids up to {train.highest_id}, but the model knows {known} tokens"
            raise ConfigError([f"model.tokenizer: {text}. Name the tokenizer that belongs to the model."])
        longest = min(stage.settings.length, int(train.lengths.max()))
        if longest > (positions := getattr(config, "max_position_embeddings", None) or longest):
            stage.say(f"warning: rows have up to {longest:,} tokens, the model was made for {positions:,}.")


def _forecast(stage: Stage) -> Shape:
    """Print the memory the phase will take, from the configuration alone; return the model's shape."""
    settings, asked = stage.settings, stage.checked.config.model
    blank = load_model.blank_model(stage.base, trust_remote_code=asked.trust_remote_code)
    shape, total = Shape.of(blank), sum(p.numel() for p in blank.parameters())
    widths = sum(
        m.in_features + m.out_features for m in load_model.body_of(blank).modules() if isinstance(m, torch.nn.Linear)
    )
    needed = estimate_memory(
        shape,
        dtype=torch.float32 if stage.sharded else stage.dtype,
        tokens=settings.tokens,
        recomputed=settings.checkpointing,
        trained=stage.rank * widths if stage.rank else total,
        total=total,
        shards=stage.process.num_processes if stage.sharded else 1,
        cpu=stage.device.type == "cpu",
    )
    stage.say(memory_advice(needed, device_memory(stage.device)))
    return shape


def _load(stage: Stage) -> tuple[Any, str]:
    """Return the model as it is trained, and its attention."""
    settings, asked, run = stage.settings, stage.checked.config.model, stage.checked.config.run
    set_seed(stage.seed)
    dtype = torch.float32 if stage.sharded else stage.dtype
    quantise = _quantises(settings)
    if quantise and stage.device.type == "cpu":
        where = f"{stage.name}.{'adapter.' if settings.adapter else ''}quantise"
        raise ConfigError([f"{where}: 4-bit weights are trained on a GPU, and there is none. Set it to false."])
    loaded = load_model.load_model(stage.base, dtype, trust_remote_code=asked.trust_remote_code, quantise=quantise)
    load_model.answer_with_logps(loaded)
    wanted = attention.choose(asked.attention, stage.device, stage.dtype, loaded, compiled=run.compile)
    attends = attention.set_attention(loaded, wanted)
    loaded = stage.wrap(loaded)
    load_model.recompute_layers(loaded, settings.checkpointing)
    if run.compile:
        load_model.compile_layers(loaded)
    trained, total = load_model.trainable_parameters(loaded)
    stage.say(f"{total:,} weights, {trained:,} trained; attention {attends}")
    return loaded, attends


def _quantises(settings: PhaseSettings) -> bool:
    return bool(getattr(settings.adapter or settings, "quantise", False))


def _packed(stage: Stage, store: TokenStore, plan: Plan | None) -> PackedData:
    """Return the forward passes of this process: those of the plan, or for evaluation each row once, in order."""
    process, tokens = stage.process, stage.settings.tokens
    steps = plan.steps if plan else pack_in_order(store.lengths, range(len(store)), tokens, process.num_processes)
    static = stage.checked.config.run.compile
    return PackedData(store, steps, process.num_processes, process.process_index, tokens, static=static)


def _surroundings(stage: Stage, loaded: Any, shape: Shape, steps: int, done: int) -> Surroundings:
    settings, speaks = stage.settings, stage.process.is_main_process
    trained, total = load_model.trainable_parameters(loaded)
    peak, memory = peak_flops(stage.device, stage.dtype), device_memory(stage.device)
    preference = isinstance(settings, Dfpo)
    return Surroundings(
        dfpo.PreferenceLoss(settings) if isinstance(settings, Dfpo) else TokenLoss(),
        settings,
        Journal(stage.out / "metrics.jsonl", done, writes=speaks),
        Progress(stage.name, steps, done, peak, memory, speaks=speaks),
        shape,
        trained / total,
        watch=dfpo.falling_watch(stage.say) if preference else None,
    )


def _preparations(
    stage: Stage, objective: Objective, data: PackedData, held_out: PackedData | None, attends: str
) -> list[Callable[[Loop], None]]:
    """Return what runs before the first step: the proof of packing and, for preferences, the reference."""
    begin: list[Callable[[Loop], None]] = [Proof(data.store, attends, stage.dtype)]
    if isinstance(objective, dfpo.PreferenceLoss):
        key = key_digest({"weights": stage.base_sha256, "tokens": data.store.path.name, "dtype": str(stage.dtype)})
        sets = {"train": data} | ({"validation": held_out} if held_out else {})
        begin.append(Reference(stage.cache, key, sets, objective))
        if not objective.mu:
            stage.say("warning: mu = 0 is plain DPO, which lets good answers lose likelihood. Set mu above 0.")
    return begin


def _arguments(stage: Stage, steps: int, *, evaluates: bool) -> TrainingArguments:
    settings, cpu = stage.settings, stage.device.type == "cpu"
    evaluation: dict[str, Any] = {}
    if evaluates:
        evaluation = {"eval_strategy": "steps", "eval_steps": settings.eval_steps or settings.save_steps}
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
        report_to=list(stage.checked.config.run.trackers),
        use_cpu=cpu,
        ddp_backend="gloo" if cpu and stage.process.num_processes > 1 else None,
        ddp_find_unused_parameters=False,
        bf16=stage.sharded and stage.dtype == torch.bfloat16,
        remove_unused_columns=False,
        restore_callback_states_from_checkpoint=bool(settings.patience),
        **evaluation,
    )


def _finish(stage: Stage, loop: Loop, train: TokenStore) -> dict[str, Any]:
    """Write the output and return the manifest's entry."""
    adapter, trained = stage.settings.adapter, loop.around.trained_share
    state = loop.accelerator.get_state_dict(loop.model) if loop.is_fsdp_enabled else None
    if stage.process.is_main_process:
        inner = loop.accelerator.unwrap_model(loop.model, keep_torch_compile=False)
        merge, trusts = bool(adapter and adapter.merge), stage.checked.config.model.trust_remote_code
        plain = partial(load_model.load_model, stage.base, stage.dtype, trust_remote_code=trusts)
        load_model.save_output(
            inner,
            stage.chat.tokenizer,
            stage.out,
            stage.chat.end_ids,
            merge=merge,
            state=state,
            plain=plain if _quantises(stage.settings) else None,
        )
    stage.process.wait_for_everyone()
    peak = peak_memory(stage.device)
    stage.say(f"done: {stage.out}, measured peak {peak / GIB:.1f} GiB")
    best = {"best_step": loop.state.best_global_step, "eval_loss": loop.state.best_metric}
    return {
        "base_sha256": stage.base_sha256,
        "output_sha256": model_sha256(stage.out),
        "tokens": train.ledger.as_dict(),
        "rows": {"kept": len(train), "dropped": train.ledger.reasons},
        "steps": loop.state.global_step,
        **totals(stage.out / "metrics.jsonl"),
        "peak_memory_bytes": int(peak),
        "dtype": str(stage.dtype)[6:],
        **({"trainable_share": trained} if stage.rank else {}),
        **(best if loop.state.best_metric is not None else {}),
    }
