"""The training loop: `transformers.Trainer` fed with packed passes, our losses, our optimizer and our metrics.

Trainer keeps what it does well: accumulation, clipping, distribution, checkpoints, exact resume. A run is one Trainer
epoch whose item i is the i-th forward pass of the plan, so the data position is the step number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from schemas.errors import PedCorpusError
from training.batches import Batch, PackedData, model_inputs
from training.config import PhaseSettings
from training.cost import Shape, peak_memory, step_flops
from training.losses import Objective
from training.metrics import Journal, Progress
from training.optimizer import build_optimizer, rate_factor

SHOWN = 20
"""Sample ids an error names; metrics and message stay readable."""


class NotFinite(PedCorpusError):
    """A loss or gradient is not a number, or infinite."""

    exit_status = 1


@dataclass(slots=True)
class Surroundings:
    """What the loop needs besides model and data. `begin` runs before the first step of each start."""

    objective: Objective
    settings: PhaseSettings
    journal: Journal
    progress: Progress
    shape: Shape
    trained_share: float = 1.0
    begin: Sequence[Callable[[Loop], None]] = ()
    watch: Callable[[dict[str, Any]], None] | None = None


@dataclass(slots=True)
class _Step:
    """Figures of the step under way, on the device until the step ends."""

    began: float
    tokens: int = 0
    passes: list[tuple[list[str], torch.Tensor]] = field(default_factory=list)
    sums: dict[str, torch.Tensor] = field(default_factory=dict)
    flops: dict[str, float] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    weight: float = 1.0


class Loop(Trainer):
    """Train one phase."""

    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        arguments: TrainingArguments,
        data: PackedData,
        validation: PackedData | None,
        around: Surroundings,
    ) -> None:
        callbacks: list[TrainerCallback] = [_Hooks(self)]
        super().__init__(
            model=model,
            args=arguments,
            train_dataset=data,
            eval_dataset=validation,
            data_collator=_only,
            callbacks=callbacks,
        )
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True
        self.around = around
        self._now = _Step(perf_counter())
        policy = getattr(getattr(self.accelerator.state, "fsdp_plugin", None), "mixed_precision_policy", None)
        if policy is not None:  # log-probabilities leave the sharded model in float32, gradients are summed in it
            exact = replace(policy, output_dtype=None, reduce_dtype=torch.float32)
            self.accelerator.state.fsdp_plugin.mixed_precision_policy = exact

    # data

    def get_train_dataloader(self) -> Any:
        """Return the passes of this process in order; the plan already shares them out."""
        pin = self.args.device.type == "cuda"
        return torch.utils.data.DataLoader(self.train_dataset, batch_size=1, collate_fn=_only, pin_memory=pin)

    def get_batch_samples(self, epoch_iterator: Iterator[Batch], num_batches: int, *rest: Any) -> Any:
        """Return the passes of one step; the loss needs no count from here, the plan knows it."""
        self._now = _Step(perf_counter())
        return [next(epoch_iterator) for _ in range(num_batches)], torch.tensor(1)

    # loss

    def compute_loss(
        self, model: Any, inputs: Batch, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Return this pass's part of the step's loss, times the processes that gradients are averaged over."""
        objective = self.around.objective
        units = objective.units(model(**model_inputs(inputs)), inputs)
        weight = objective.weight(inputs)
        self._remember(units, inputs, weight)
        loss: torch.Tensor = units["loss"].sum() / weight * self.args.world_size
        return loss

    def _remember(self, units: dict[str, torch.Tensor], inputs: Batch, weight: float) -> None:
        now = self._now
        now.tokens, now.weight = inputs["step_tokens"], weight
        now.passes.append((inputs["names"], units["loss"].detach()))
        for name, values in units.items():
            now.sums[name] = now.sums.get(name, 0.0) + values.detach().sum()
        targets = len(inputs["target_ids"])
        share, trained = self.around.settings.checkpointing, self.around.trained_share
        flops = step_flops(self.around.shape, inputs["tokens"], targets, inputs["squares"], share, trained)
        now.flops = {name: now.flops.get(name, 0.0) + value for name, value in flops.items()}

    def settle(self) -> None:
        """Bring the step's figures to the host. Raise NotFinite before the optimizer sees a loss that is none."""
        values = self.accelerator.reduce(torch.stack(list(self._now.sums.values())), reduction="sum").tolist()
        self._now.totals = dict(zip(self._now.sums, values, strict=True))
        if not math.isfinite(self._now.totals["loss"]):
            self._stop_at_samples("loss")

    def _stop_at_samples(self, what: str) -> None:
        step = self.state.global_step + 1
        bad = [
            n
            for names, losses in self._now.passes
            for n, ok in zip(names, losses.isfinite().tolist(), strict=True)
            if not ok
        ]
        names = bad or [name for names, _ in self._now.passes for name in names]
        shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        self.around.journal.write({"step": step, "not_finite": what, "samples": names})
        raise NotFinite(
            f"step {step}: the {what} is not finite. Samples: {shown}. Look at them, or lower learning_rate."
        )

    # optimizer

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """Return AdamW with float32 state; norms and biases do not decay."""
        if self.optimizer is None:
            model, settings = model if model is not None else self.model, self.around.settings
            decaying = set(self.get_decay_parameter_names(model))
            named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
            groups = [
                {"params": [p for name, p in named if (name in decaying) is decays], "weight_decay": decay}
                for decays, decay in ((True, settings.weight_decay), (False, 0.0))
            ]
            self.optimizer = build_optimizer(groups, settings.learning_rate, settings.betas)
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Return the learning rate's course."""
        settings, warmup = self.around.settings, int(num_training_steps * self.around.settings.warmup_ratio)
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                optimizer or self.optimizer,
                lambda step: rate_factor(step, num_training_steps, warmup, settings.schedule),
            )
            self._created_lr_scheduler = True
        return self.lr_scheduler

    def floating_point_ops(self, inputs: Any) -> float:
        """Return 0: operations are counted from segment lengths elsewhere."""
        return 0.0

    # figures

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Write the line of a step; Trainer's own summaries are left out."""
        if "loss" not in logs:
            return
        now, around = self._now, self.around
        if not math.isfinite(float(logs.get("grad_norm", 0.0))):
            self._stop_at_samples("gradient")
        seconds = perf_counter() - now.began
        figures = around.objective.report(now.totals, now.weight)
        line = {
            "step": self.state.global_step,
            **{
                name: value
                for name, value in figures.items()
                if name in ("loss", "dpo_loss", "nll", "margin") or "logp" in name
            },
            "learning_rate": logs["learning_rate"],
            "grad_norm": float(logs.get("grad_norm", 0.0)),
            "tokens": now.tokens,
            "tokens_per_second": now.tokens / seconds,
            "seconds": seconds,
        }
        around.journal.write(line)
        around.progress.step(line, now.flops, peak_memory(self.args.device))
        if around.watch:
            around.watch(line)
        self.control = self.callback_handler.on_log(self.args, self.state, self.control, {**logs, **line})

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Return the validation figures, over all and by source and task; write them as a line."""
        data, objective = eval_dataset or self.eval_dataset, self.around.objective
        names: list[str] = []

        def figures(logps: torch.Tensor, batch: Batch) -> torch.Tensor:
            units = objective.units(logps, batch)
            names[:] = units
            return torch.stack([units[name] for name in names], dim=1)

        table = self.collect(data, figures)
        metrics = {f"eval_{name}": value for name, value in _report(objective, names, table).items()}
        for label in ("source", "task"):
            column = data.store.column(label)
            for value in sorted(set(column)):
                rows = torch.tensor([i for i, found in enumerate(column) if found == value])
                metrics[f"eval_loss_{label}_{value}"] = _report(objective, names, table[rows])["loss"]
        self.around.journal.write({"step": self.state.global_step, **metrics})
        self.around.progress.say(
            f"{self.around.progress.phase} {self.state.global_step}  eval_loss {metrics['eval_loss']:.4f}"
        )
        self.control = self.callback_handler.on_log(self.args, self.state, self.control, dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def collect(self, data: PackedData, figures: Callable[[torch.Tensor, Batch], torch.Tensor]) -> torch.Tensor:
        """Return figures [N, F] in float64 of every unit of `data`, computed without gradients on all processes."""
        model = self.model_wrapped if self.is_fsdp_enabled else self.model
        training, parts = model.training, []
        model.eval()
        with torch.no_grad():
            for number in range(len(data)):
                batch = self._prepare_inputs(data[number])
                parts.append((batch["rows"], figures(model(**model_inputs(batch)), batch).double()))
        model.train(training)
        table = torch.zeros(len(data.store), parts[0][1].shape[1], dtype=torch.float64, device=self.args.device)
        for rows, values in parts:
            if rows:
                table[torch.tensor(rows, device=table.device)] = values
        return self.accelerator.reduce(table, reduction="sum").cpu()


def _report(objective: Objective, names: list[str], table: torch.Tensor) -> dict[str, float]:
    sums = dict(zip(names, table.sum(0).tolist(), strict=True))
    return objective.report(sums, sums.get("targets", float(len(table))) or 1.0)


class _Hooks(TrainerCallback):  # type: ignore[misc]
    """Calls of Trainer at the right moment."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Prepare what needs the model as it is trained (sharded, on its device)."""
        for prepare in self.loop.around.begin:
            prepare(self.loop)

    def on_pre_optimizer_step(self, *_: Any, **__: Any) -> None:
        """Check the loss before the weights change."""
        self.loop.settle()


def _only(batches: list[Batch]) -> Batch:
    return batches[0]
