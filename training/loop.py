"""The training loop: `transformers.Trainer` fed with packed passes, our losses, our optimizer and our metrics.

Trainer keeps what it does well: accumulation, clipping, distribution, checkpoints, exact resume. A run is one Trainer
epoch whose item i is the i-th forward pass of the plan, so the data position is the step number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, cast

import torch
from torch import Tensor
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from schemas.errors import PedCorpusError
from training.config import PhaseSettings
from training.data.batches import Batch, PackedData, model_inputs
from training.metrics import MetricsFile, Progress
from training.model.cost import Shape, peak_memory, step_flops
from training.model.optimizer import build_optimizer, rate_factor
from training.objectives.losses import Objective

SHOWN = 20
"""Sample ids an error names; metrics.jsonl has all of them."""
LOGGED = ("loss", "dpo_loss", "nll", "margin", "chosen_logp_per_token", "rejected_logp_per_token")


class NotFinite(PedCorpusError):
    """A loss or gradient is not a number, or infinite."""

    exit_status = 1


@dataclass(slots=True)
class LoopContext:
    """What the loop needs besides model and data. `begin` runs before the first step of each start."""

    objective: Objective
    settings: PhaseSettings
    metrics_file: MetricsFile
    progress: Progress
    shape: Shape
    trained_share: float = 1.0
    begin: Sequence[Callable[[Loop], None]] = ()
    watch: Callable[[dict[str, Any]], None] | None = None


@dataclass(slots=True)
class _Step:
    """Figures of the step under way; sums stay on the device until the step ends."""

    began: float
    tokens: int = 0
    weight: float = 1.0
    passes: list[tuple[list[str], Tensor]] = field(default_factory=list)
    sums: dict[str, Tensor] = field(default_factory=dict)
    flops: dict[str, float] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)


class Loop(Trainer):
    """Train one phase."""

    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        arguments: TrainingArguments,
        data: PackedData,
        validation: PackedData | None,
        context: LoopContext,
    ) -> None:
        options: dict[str, Any] = {"train_dataset": data, "eval_dataset": validation, "data_collator": _only}
        super().__init__(model=model, args=arguments, callbacks=[_Hooks(self)], **options)
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True
        self.context, self.validation, self._now = context, validation, _Step(perf_counter())
        plugin: Any = getattr(self.accelerator.state, "fsdp_plugin", None)
        if (policy := getattr(plugin, "mixed_precision_policy", None)) is not None:
            # log-probabilities leave the sharded model in float32, and gradients are summed in it
            plugin.mixed_precision_policy = replace(policy, output_dtype=None, reduce_dtype=torch.float32)

    @property
    def whole_model(self) -> Any:
        """The model to call without gradients: the sharded one under FSDP, else the bare one."""
        return self.model_wrapped if self.is_fsdp_enabled else self.model

    def get_train_dataloader(self) -> Any:
        """Return the passes of this process in order; the plan already shares them out."""
        data: Any = self.train_dataset
        pin = self.args.device.type == "cuda"
        return torch.utils.data.DataLoader(data, batch_size=1, collate_fn=_only, pin_memory=pin)

    def get_batch_samples(self, epoch_iterator: Iterator[Batch], num_batches: int, *rest: Any) -> Any:
        """Return the passes of one step; the loss needs no count from here, the plan knows it."""
        self._now = _Step(perf_counter())
        return [next(epoch_iterator) for _ in range(num_batches)], torch.tensor(1)

    def _prepare_input(self, data: Any) -> Any:
        """Send tensors to the device without waiting for what it is still at."""
        if isinstance(data, Tensor):
            return data.to(self.args.device, non_blocking=True)
        return super()._prepare_input(data)

    def to_device(self, batch: Batch) -> Batch:
        """Return a pass with its tensors on the device."""
        inputs: Any = batch
        return cast(Batch, self._prepare_inputs(inputs))

    def compute_loss(self, model: Any, inputs: Any, *_: Any, **__: Any) -> Any:
        """Return this pass's part of the step's loss, times the processes that gradients are averaged over."""
        units = self.context.objective.units(model(**model_inputs(inputs)), inputs)
        weight = self.context.objective.weight(inputs)
        self._remember(units, inputs, weight)
        return units["loss"].sum() / weight * self.args.world_size

    def _remember(self, units: dict[str, Tensor], inputs: Batch, weight: float) -> None:
        now, context = self._now, self.context
        now.tokens, now.weight = inputs["step_tokens"], weight
        now.passes.append((inputs["names"], units["loss"].detach()))
        for name, values in units.items():
            now.sums[name] = now.sums.get(name, 0.0) + values.detach().sum()
        size = inputs["tokens"], len(inputs["target_ids"]), inputs["squares"]
        flops = step_flops(context.shape, *size, context.settings.checkpointing, context.trained_share)
        now.flops = {name: now.flops.get(name, 0.0) + value for name, value in flops.items()}

    def collect_figures(self) -> None:
        """Bring the step's figures to the host. Raise NotFinite before the optimizer sees a non-finite loss."""
        values = self.accelerator.reduce(torch.stack(list(self._now.sums.values())), reduction="sum").tolist()
        self._now.totals = dict(zip(self._now.sums, values, strict=True))
        if not math.isfinite(self._now.totals["loss"]):
            self._stop_at_samples("loss")

    def _stop_at_samples(self, what: str) -> None:
        step, passes = self.state.global_step + 1, self._now.passes
        pairs = [pair for names, losses in passes for pair in zip(names, losses.isfinite().tolist(), strict=True)]
        names = [name for name, finite in pairs if not finite] or [name for name, _ in pairs]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        self.context.metrics_file.write({"step": step, "not_finite": what, "samples": names})
        text = f"step {step}: the {what} is not finite. Samples: {', '.join(names[:SHOWN])}{more}"
        raise NotFinite(f"{text}. Look at them, or lower learning_rate.")

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """Return AdamW with float32 state; norms and biases do not decay."""
        if self.optimizer is None:
            model, settings = model if model is not None else self.model, self.context.settings
            decaying = set(self.get_decay_parameter_names(model))
            trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
            groups = [
                {"params": [p for name, p in trained if (name in decaying) is decays], "weight_decay": decay}
                for decays, decay in ((True, settings.weight_decay), (False, 0.0))
            ]
            first, second = settings.betas
            self.optimizer = build_optimizer(groups, settings.learning_rate, (first, second))
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Return the learning rate's course."""
        total, settings = num_training_steps, self.context.settings
        warmup = int(total * settings.warmup_ratio)
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
            optimizer or self.create_optimizer(), lambda step: rate_factor(step, total, warmup, settings.schedule)
        )
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def floating_point_ops(self, inputs: Any) -> int:
        """Return 0: operations are counted from segment lengths elsewhere."""
        return 0

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Write the line of a step; Trainer's own summaries are left out."""
        if "loss" not in logs:
            return
        now, context = self._now, self.context
        if not math.isfinite(float(logs.get("grad_norm", 0.0))):
            self._stop_at_samples("gradient")
        seconds, figures = perf_counter() - now.began, context.objective.report(now.totals, now.weight)
        line = {"step": self.state.global_step, **{name: figures[name] for name in LOGGED if name in figures}}
        line |= {"learning_rate": logs["learning_rate"], "grad_norm": float(logs.get("grad_norm", 0.0))}
        line |= {"tokens": now.tokens, "tokens_per_second": now.tokens / seconds, "seconds": seconds}
        context.metrics_file.write(line)
        context.progress.step(line, now.flops, peak_memory(self.args.device))
        if context.watch:
            context.watch(line)
        self.control = self.callback_handler.on_log(self.args, self.state, self.control, line)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Return the validation figures, over all and by source and task; write them as a line."""
        data, objective, progress = self.validation, self.context.objective, self.context.progress
        assert data is not None
        names: list[str] = []

        def figures(logps: Tensor, batch: Batch) -> Tensor:
            units = objective.units(logps, batch)
            names[:] = units
            return torch.stack([units[name] for name in names], dim=1)

        def report(table: Tensor) -> dict[str, float]:
            sums = dict(zip(names, table.sum(0).tolist(), strict=True))
            return objective.report(sums, sums.get("targets", float(len(table))) or 1.0)

        table = self.collect(data.passes(), len(data.store), figures)
        metrics = {f"eval_{name}": value for name, value in report(table).items()}
        for label in ("source", "task"):
            column = data.store.column(label)
            for value in sorted(set(column)):
                rows = torch.tensor([label_of_row == value for label_of_row in column])
                metrics[f"eval_loss_{label}_{value}"] = report(table[rows])["loss"]
        self.context.metrics_file.write({"step": self.state.global_step, **metrics})
        progress.say(f"eval_loss {metrics['eval_loss']:.4f} after step {self.state.global_step}")
        self.control = self.callback_handler.on_log(self.args, self.state, self.control, dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def collect(self, passes: Iterable[Batch], units: int, figures: Callable[[Tensor, Batch], Tensor]) -> Tensor:
        """Return figures [units, F] in float64 of all rows in `passes`, without gradients, from all processes."""
        model, parts = self.whole_model, []
        training = model.training
        model.eval()
        with torch.no_grad():
            for batch in map(self.to_device, passes):
                parts.append((batch["rows"], figures(model(**model_inputs(batch)), batch).double()))
        model.train(training)
        table = torch.zeros(units, parts[0][1].shape[1], dtype=torch.float64, device=self.args.device)
        for rows, values in parts:
            table[torch.tensor(rows, dtype=torch.int64, device=table.device)] = values
        total: Tensor = self.accelerator.reduce(table, reduction="sum")
        return total.cpu()


class _Hooks(TrainerCallback):
    """Calls of Trainer at the right moment."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Prepare what needs the model as it is trained (sharded, on its device)."""
        for prepare in self.loop.context.begin:
            prepare(self.loop)

    def on_pre_optimizer_step(self, *_: Any, **__: Any) -> None:
        """Check the loss before the weights change."""
        self.loop.collect_figures()


def _only(batches: list[Batch]) -> Batch:
    return batches[0]
