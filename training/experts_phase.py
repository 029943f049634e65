"""The phase `lora`: experts on the frozen output of the phase before, what their gates do, and a static export."""

from __future__ import annotations

import gc
import json
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from schemas.errors import ConfigError
from training.config import Lora
from training.data.batches import Batch, PackedData, model_inputs
from training.experts.calibration import Sample, choose_samples, measure_divergence, measure_gates, read_rows
from training.experts.card import write_card
from training.experts.model import expert_layers
from training.experts.parameter_count import ParameterCount, count_parameters
from training.experts.peft_config import ExpertsConfig
from training.experts.router_gates import Gates, Recorder, describe_gates, save_gates
from training.experts.share_plot import plot_shares
from training.experts.static import describe_divergence, export_static
from training.load_config import CheckedConfig
from training.loop import Loop
from training.manifest import write_text
from training.metrics import MetricsFile
from training.model import load_model as models
from training.phase_run import train_phase
from training.phase_setup import PhaseSetup, open_setup

PASSES = 16
"""Forward passes whose gates are logged at each evaluation: enough for every task, little beside the evaluation."""
ANSWER_TOKENS = 64
"""Longest sample answer at the end of the phase."""


def train_experts(checked: CheckedConfig, base: Path) -> dict[str, Any]:
    """Train the experts from `base`, or go on with them, and return the phase's entry of the manifest."""
    setup = open_setup("lora", checked, base)
    config = to_experts_config(setup.settings)
    blank = models.load_blank_model(setup.base, trust_remote_code=checked.config.model.trust_remote_code)
    size = count_parameters(blank, to_experts_config(setup.settings))
    setup.say(str(size))
    setup.rank = config.rank
    setup.wrap = partial(wrap_experts, config=config, settings=setup.settings)
    setup.begin = [GateLog(setup)]
    entry = train_phase(setup)
    entry |= {"trainable_share": size.share, "router_parameters": size.router}
    gc.collect()  # the trained model, and with it its optimizer, before the next one is loaded
    if setup.process.is_main_process:
        entry["kl"] = _finish(setup, config, size, entry)
    setup.process.wait_for_everyone()
    return entry


def to_experts_config(settings: Any) -> ExpertsConfig:
    """Return peft's configuration for the table `[lora]`."""
    assert isinstance(settings, Lora)
    return ExpertsConfig(
        experts=settings.experts,
        r=settings.r,
        alpha=settings.alpha,
        dropout=settings.dropout,
        noise=settings.noise,
        balance=settings.balance,
        target_modules=settings.targets,
        task_type="CAUSAL_LM",
    )


def wrap_experts(loaded: Any, config: ExpertsConfig, settings: Any) -> Any:
    """Return the model with experts on it, which alone are trained; their weights are float32 on any base."""
    from peft import get_peft_model, prepare_model_for_kbit_training

    models.ignore_renaming_warnings()
    if settings.quantise:
        loaded = prepare_model_for_kbit_training(loaded, use_gradient_checkpointing=False)
    try:
        model = get_peft_model(loaded, config)
    except ValueError as error:
        raise ConfigError([f"lora.targets: {error}"]) from None
    for layer in expert_layers(model).values():
        layer.balance_share = 1 / settings.accumulation
    return model


class GateLog(TrainerCallback):
    """Logs gate entropy and expert shares by task and layer, at every evaluation (without one, at every checkpoint)."""

    def __init__(self, setup: PhaseSetup) -> None:
        self.setup = setup

    def __call__(self, loop: Loop) -> None:
        """Begin: open the log, cut what lies past the checkpoint."""
        path, writes = self.setup.out / "gates.jsonl", self.setup.process.is_main_process
        self.loop, self.metrics_file = loop, MetricsFile(path, loop.state.global_step, writes=writes)
        loop.add_callback(self)

    def on_evaluate(self, *_: Any, **__: Any) -> None:
        """Log on the validation rows."""
        self._log(self.loop.eval_dataset)

    def on_save(self, *_: Any, **__: Any) -> None:
        """Log on training rows where there are no others."""
        if self.loop.eval_dataset is None:
            self._log(self.loop.train_dataset)

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Close the log."""
        self.metrics_file.close()

    def _log(self, data: Any) -> None:
        gates, step = self._measure(data), self.loop.state.global_step
        for line in gates.by_layer():
            self.metrics_file.write({"step": step, **line})
        tasks = gates.by_task()
        line = {f"eval_gate_entropy_task_{task}": figures["entropy"] for task, figures in tasks.items()}
        line |= {f"eval_expert_shares_task_{task}": figures["shares"] for task, figures in tasks.items()}
        self.loop.context.metrics_file.write({"step": step, "eval_gate_entropy": float(gates.entropy.mean()), **line})

    def _measure(self, data: PackedData) -> Gates:
        loop, labels = self.loop, data.store.column("task")
        tasks = sorted(set(labels))
        number = {task: index for index, task in enumerate(tasks)}
        of_row = torch.tensor([number[label] for label in labels])
        model = loop.whole_model
        training = model.training
        model.eval()
        with torch.no_grad(), Recorder(model, tasks) as recorder:
            for index in range(min(PASSES, len(data))):
                batch = loop.to_device(data[index])
                recorder.mark(_groups(batch, of_row, len(tasks)))
                model(**model_inputs(batch))
        model.train(training)
        recorder.sums = loop.accelerator.reduce(recorder.sums, reduction="sum")
        recorder.counts = loop.accelerator.reduce(recorder.counts, reduction="sum")
        return recorder.gates()


def _groups(batch: Batch, of_row: torch.Tensor, none: int) -> torch.Tensor:
    """Return the task's number of each token of a packed pass; `none` for padding."""
    groups = torch.full((batch["input_ids"].shape[1],), none)
    if batch["rows"]:
        lengths = batch["borders"].cpu().diff()[: len(batch["rows"])].long()
        groups[: batch["tokens"]] = of_row[batch["rows"]].repeat_interleave(lengths)
    return groups


def _finish(setup: PhaseSetup, config: ExpertsConfig, size: ParameterCount, entry: dict[str, Any]) -> dict[str, Any]:
    """Look at the saved adapter: gates, plot, static export, card, one answer per task. Return what freezing costs."""
    rows = read_rows(setup.checked.data)
    chosen = choose_samples(rows, setup.chat, setup.settings.length)
    loaded = _reload(setup)
    gates = measure_gates(loaded, chosen)
    means = {layer: mean.float() for layer, mean in zip(gates.layers, gates.overall(), strict=True)}
    kl = measure_divergence(loaded, chosen, means)
    save_gates(setup.out, gates, kl=kl, rows=len(chosen))
    plot_shares(gates, setup.out / "expert-shares.svg")
    export_static(setup.out, means, setup.out / "static")
    config.base_model_name_or_path = str(setup.base.resolve())
    figures = {"base_sha256": setup.base_sha256, "entry": entry, "tasks": gates.by_task(), "kl": kl}
    write_card(setup.out, config, setup.checked.data, size, figures)
    exported = f"static export {setup.out / 'static'}"
    for line in [f"gates over {len(chosen):,} rows", *describe_gates(gates), exported, *describe_divergence(kl)]:
        setup.say(line)
    _answer(setup, loaded, chosen)
    return kl


def _reload(setup: PhaseSetup) -> Any:
    """Return the adapter as any reader gets it: from its folder, on its base."""
    quantise = isinstance(setup.settings, Lora) and setup.settings.quantise
    code = setup.checked.config.model.trust_remote_code
    loaded = models.load_model(setup.out, setup.dtype, trust_remote_code=code, quantise=quantise)
    return loaded if quantise else loaded.to(setup.device)


def _answer(setup: PhaseSetup, loaded: Any, chosen: list[Sample]) -> None:
    """Write and print one answer for each task, so that the run ends with something to read."""
    lines, decode = [], partial(setup.chat.tokenizer.decode, skip_special_tokens=True)
    ends = sorted({setup.chat.tokenizer.eos_token_id, *setup.chat.end_ids})
    for sample in {sample.task: sample for sample in reversed(chosen)}.values():
        start = sample.positions[0] + 1
        ids = torch.tensor([sample.ids[:start]], device=setup.device)
        with torch.inference_mode():
            out = loaded.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=ANSWER_TOKENS,
                do_sample=False,
                eos_token_id=ends,
                pad_token_id=setup.chat.tokenizer.pad_token_id,
            )
        lines.append({"task": sample.task, "prompt": decode(sample.ids[:start]), "prediction": decode(out[0, start:])})
        setup.say(f"answer, {sample.task}: {lines[-1]['prediction'][:200]!r}")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_text(setup.out / "answers.jsonl", text)
