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
from training.loop import Loop, LoopContext
from training.manifest import model_sha256
from training.metrics import MetricsFile, Progress, totals
from training.model import attention, load_model
from training.model.checkpoint import latest_checkpoint, step_of
from training.model.cost import GIB, Shape, device_memory, estimate_memory, memory_advice, peak_flops, peak_memory
from training.objectives import dfpo
from training.objectives.losses import Objective, TokenLoss
from training.packing_proof import PackingProof
from training.phase_setup import PhaseSetup, plan_passes, show_tokens, tokenize_table
from training.reference_logps import Reference

LESS_MEMORY = "Raise checkpointing towards 1, lower tokens_per_batch, train a LoRA, or shard over GPUs (fsdp2.yaml)."


class OutOfMemory(PedCorpusError):
    """The device's memory does not hold the phase."""

    exit_status = 1


def train_phase(setup: PhaseSetup) -> dict[str, Any]:
    """Train a phase, or go on with it, and return its entry of the manifest."""
    setup.out.mkdir(parents=True, exist_ok=True)
    setup.say(f"base {setup.base} ({setup.base_sha256[:12]}), {str(setup.dtype)[6:]} on {setup.device}")
    train, validation = tokenize_table(setup, "train"), tokenize_table(setup, "validation")
    assert train is not None
    show_tokens(setup, train)
    plan = plan_passes(setup, train)
    _check_sizes(setup, train)
    shape = _forecast(setup)
    loaded, attends = _load(setup)
    checkpoint = latest_checkpoint(setup.out, setup.process)
    context = _loop_context(setup, loaded, shape, len(plan.steps), step_of(checkpoint))
    data, held_out = _packed(setup, train, plan), _packed(setup, validation, None) if validation else None
    context.begin = [*_preparations(setup, context.objective, data, held_out, attends), *setup.begin]
    loop = _run_loop(setup, loaded, (data, held_out), context, checkpoint)
    entry = _finish(setup, loop, train)
    loop.accelerator.free_memory()  # before the next phase loads its model
    del loop, loaded, context
    gc.collect()
    if setup.device.type == "cuda":
        torch.cuda.empty_cache()
    return entry


def _run_loop(
    setup: PhaseSetup,
    loaded: Any,
    sets: tuple[PackedData, PackedData | None],
    context: LoopContext,
    checkpoint: Path | None,
) -> Loop:
    """Train on the first of `sets`, evaluate on the second; return the loop at its end. Raise OutOfMemory."""
    data, held_out = sets
    arguments = _arguments(setup, len(data.steps), evaluates=held_out is not None)
    try:
        with closing(context.metrics_file):
            loop = Loop(loaded, arguments, data, held_out, context)
            if setup.settings.patience and held_out is not None:
                loop.add_callback(EarlyStoppingCallback(setup.settings.patience))
            loop.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
            return loop
    except torch.OutOfMemoryError as error:
        first = str(error).split(". ")[0]
        raise OutOfMemory(f"{setup.name}: {first}. {LESS_MEMORY}") from None


def _check_sizes(setup: PhaseSetup, train: TokenStore) -> None:
    if (setup.base / "config.json").is_file():
        config = AutoConfig.from_pretrained(setup.base, trust_remote_code=setup.checked.config.model.trust_remote_code)
        known = getattr(config, "text_config", config).vocab_size
        if train.highest_id >= known:
            text = f"it makes ids up to {train.highest_id}, but the model knows {known} tokens"
            raise ConfigError([f"model.tokenizer: {text}. Name the tokenizer that belongs to the model."])
        longest = min(setup.settings.length, int(train.lengths.max()))
        if longest > (positions := getattr(config, "max_position_embeddings", None) or longest):
            setup.say(f"warning: rows have up to {longest:,} tokens, the model was made for {positions:,}.")


def _forecast(setup: PhaseSetup) -> Shape:
    """Print the memory the phase will take, from the configuration alone; return the model's shape."""
    settings, asked = setup.settings, setup.checked.config.model
    blank = load_model.load_blank_model(setup.base, trust_remote_code=asked.trust_remote_code)
    shape, total = Shape.of(blank), sum(p.numel() for p in blank.parameters())
    widths = sum(
        m.in_features + m.out_features for m in load_model.decoder_of(blank).modules() if isinstance(m, torch.nn.Linear)
    )
    needed = estimate_memory(
        shape,
        dtype=torch.float32 if setup.is_sharded else setup.dtype,
        tokens=settings.tokens,
        recomputed=settings.checkpointing,
        trained=setup.rank * widths if setup.rank else total,
        total=total,
        shards=setup.process.num_processes if setup.is_sharded else 1,
        cpu=setup.device.type == "cpu",
    )
    setup.say(memory_advice(needed, device_memory(setup.device)))
    return shape


def _load(setup: PhaseSetup) -> tuple[Any, str]:
    """Return the model as it is trained, and its attention."""
    settings, asked, run = setup.settings, setup.checked.config.model, setup.checked.config.run
    set_seed(setup.seed)
    dtype = torch.float32 if setup.is_sharded else setup.dtype
    quantise = _is_quantised(settings)
    if quantise and setup.device.type == "cpu":
        where = f"{setup.name}.{'adapter.' if settings.adapter else ''}quantise"
        raise ConfigError([f"{where}: 4-bit weights are trained on a GPU, and there is none. Set it to false."])
    loaded = load_model.load_model(setup.base, dtype, trust_remote_code=asked.trust_remote_code, quantise=quantise)
    load_model.answer_with_logps(loaded)
    wanted = attention.choose_attention(asked.attention, setup.device, setup.dtype, loaded, compiled=run.compile)
    attends = attention.set_attention(loaded, wanted)
    loaded = setup.wrap(loaded)
    load_model.recompute_layers(loaded, settings.checkpointing)
    if run.compile:
        load_model.compile_layers(loaded)
    trained, total = load_model.trainable_parameters(loaded)
    setup.say(f"{total:,} weights, {trained:,} trained; attention {attends}")
    return loaded, attends


def _is_quantised(settings: PhaseSettings) -> bool:
    return bool(getattr(settings.adapter or settings, "quantise", False))


def _packed(setup: PhaseSetup, store: TokenStore, plan: Plan | None) -> PackedData:
    """Return the forward passes of this process: those of the plan, or for evaluation each row once, in order."""
    process, tokens = setup.process, setup.settings.tokens
    steps = plan.steps if plan else pack_in_order(store.lengths, range(len(store)), tokens, process.num_processes)
    static = setup.checked.config.run.compile
    return PackedData(store, steps, process.num_processes, process.process_index, tokens, static=static)


def _loop_context(setup: PhaseSetup, loaded: Any, shape: Shape, steps: int, done: int) -> LoopContext:
    settings, speaks = setup.settings, setup.process.is_main_process
    trained, total = load_model.trainable_parameters(loaded)
    peak, memory = peak_flops(setup.device, setup.dtype), device_memory(setup.device)
    preference = isinstance(settings, Dfpo)
    return LoopContext(
        dfpo.PreferenceLoss(settings) if isinstance(settings, Dfpo) else TokenLoss(),
        settings,
        MetricsFile(setup.out / "metrics.jsonl", done, writes=speaks),
        Progress(setup.name, steps, done, peak, memory, speaks=speaks),
        shape,
        trained / total,
        watch=dfpo.falling_watch(setup.say) if preference else None,
    )


def _preparations(
    setup: PhaseSetup, objective: Objective, data: PackedData, held_out: PackedData | None, attends: str
) -> list[Callable[[Loop], None]]:
    """Return what runs before the first step: the proof of packing and, for preferences, the reference."""
    begin: list[Callable[[Loop], None]] = [PackingProof(data.store, attends, setup.dtype)]
    if isinstance(objective, dfpo.PreferenceLoss):
        key = key_digest({"weights": setup.base_sha256, "tokens": data.store.path.name, "dtype": str(setup.dtype)})
        sets = {"train": data} | ({"validation": held_out} if held_out else {})
        begin.append(Reference(setup.cache, key, sets, objective))
        if not objective.mu:
            setup.say("warning: mu = 0 is plain DPO, which lets good answers lose likelihood. Set mu above 0.")
    return begin


def _arguments(setup: PhaseSetup, steps: int, *, evaluates: bool) -> TrainingArguments:
    settings, cpu = setup.settings, setup.device.type == "cpu"
    evaluation: dict[str, Any] = {}
    if evaluates:
        evaluation = {"eval_strategy": "steps", "eval_steps": settings.eval_steps or settings.save_steps}
    if evaluates and settings.best:
        evaluation |= {"load_best_model_at_end": True, "metric_for_best_model": "eval_loss", "greater_is_better": False}
    return TrainingArguments(
        output_dir=str(setup.out),
        seed=setup.seed,
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
        report_to=list(setup.checked.config.run.trackers),
        use_cpu=cpu,
        ddp_backend="gloo" if cpu and setup.process.num_processes > 1 else None,
        ddp_find_unused_parameters=False,
        bf16=setup.is_sharded and setup.dtype == torch.bfloat16,
        remove_unused_columns=False,
        restore_callback_states_from_checkpoint=bool(settings.patience),
        **evaluation,
    )


def _finish(setup: PhaseSetup, loop: Loop, train: TokenStore) -> dict[str, Any]:
    """Write the output and return the manifest's entry."""
    adapter, trained = setup.settings.adapter, loop.context.trained_share
    state = loop.accelerator.get_state_dict(loop.model) if loop.is_fsdp_enabled else None
    if setup.process.is_main_process:
        inner = loop.accelerator.unwrap_model(loop.model, keep_torch_compile=False)
        merge, trusts = bool(adapter and adapter.merge), setup.checked.config.model.trust_remote_code
        plain = partial(load_model.load_model, setup.base, setup.dtype, trust_remote_code=trusts)
        load_model.save_output(
            inner,
            setup.chat.tokenizer,
            setup.out,
            setup.chat.end_ids,
            merge=merge,
            state=state,
            plain=plain if _is_quantised(setup.settings) else None,
        )
    setup.process.wait_for_everyone()
    peak = peak_memory(setup.device)
    setup.say(f"done: {setup.out}, measured peak {peak / GIB:.1f} GiB")
    best = {"best_step": loop.state.best_global_step, "eval_loss": loop.state.best_metric}
    return {
        "base_sha256": setup.base_sha256,
        "output_sha256": model_sha256(setup.out),
        "tokens": train.ledger.as_dict(),
        "rows": {"kept": len(train), "dropped": train.ledger.reasons},
        "steps": loop.state.global_step,
        **totals(setup.out / "metrics.jsonl"),
        "peak_memory_bytes": int(peak),
        "dtype": str(setup.dtype)[6:],
        **({"trainable_share": trained} if setup.rank else {}),
        **(best if loop.state.best_metric is not None else {}),
    }
