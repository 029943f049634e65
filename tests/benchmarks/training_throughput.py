"""Training speed: packed passes beside padded ones, in the same run, on random models and random tokens.

    python -m tests.benchmarks.training_throughput                          (a CPU: one small model)
    python -m tests.benchmarks.training_throughput --sizes 0.5 1.5 8        (one GPU: meant for ten minutes on an H200)

Prints non-padding tokens a second, MFU by three formulas and peak memory of CPT, SFT and DFPO for each size, then a
plain `transformers.Trainer` with padding and trl's SFTTrainer where installed, and the ratios. Needs no network.
"""

from __future__ import annotations

import argparse
import gc
import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch
from accelerate import PartialState
from transformers import (
    AutoModelForCausalLM,
    PrinterCallback,
    Qwen2Config,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging

import training.loop
from training.config import Cpt, Dfpo, PhaseSettings, Sft
from training.data.batches import PackedData
from training.data.packing import plan_run
from training.data.token_store import TokenStore, Unit, cached_store, kept
from training.loop import Loop, LoopContext
from training.metrics import MetricsFile, Progress
from training.model import attention, load_model
from training.model.cost import GIB, Shape, device_memory, peak_flops, peak_memory
from training.objectives import dfpo
from training.objectives.losses import Objective, TokenLoss
from training.reference_logps import Reference

SHAPES = {
    "small": {"hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 2, "num_attention_heads": 4,
              "num_key_value_heads": 2, "vocab_size": 6400},
    "0.5": {"hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14,
            "num_key_value_heads": 2, "vocab_size": 151_936, "tie_word_embeddings": True},
    "1.5": {"hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12,
            "num_key_value_heads": 2, "vocab_size": 151_936, "tie_word_embeddings": True},
    "8": {"hidden_size": 4096, "intermediate_size": 14_336, "num_hidden_layers": 32, "num_attention_heads": 32,
          "num_key_value_heads": 8, "vocab_size": 128_256},
}  # fmt: skip
"""Sizes of Qwen2.5 0.5 and 1.5 B and of Llama 3 8 B (8.03 B weights)."""
CLOCK = [perf_counter]
"""Wall time, or the process's CPU time where other programs share the cores."""
WARM = 3
"""Steps that do not count: allocation, compilation, kernels chosen."""


@dataclass(frozen=True)
class Setting:
    """How one size is trained."""

    tokens: int
    accumulation: int
    checkpointing: float
    compiled: bool


def setting(size: str, device: torch.device, *, compiled: bool) -> Setting:
    """Return what fills one H200 (139 GiB) at each size; on a CPU a pass of 4,096 tokens."""
    if device.type == "cpu":
        return Setting(4096, 1, 0.0, compiled=False)
    return {
        "small": Setting(32_768, 1, 0.0, compiled),
        "0.5": Setting(32_768, 1, 0.0, compiled),
        "1.5": Setting(16_384, 2, 0.0, compiled),
        "8": Setting(4_096, 8, 0.0, compiled),
    }[size]


def lengths(rows: int, longest: int, seed: int) -> list[int]:
    """Return log-normal row lengths, as medical dialogues have: median 150 tokens of 1,024 (or its like)."""
    draw = np.random.default_rng(seed).lognormal(math.log(0.15 * longest), 0.8, rows)
    return [int(value) for value in np.clip(draw, 16, longest)]


def store_of(folder: Path, phase: str, vocabulary: int, tokens: int, longest: int) -> TokenStore:
    """Return random rows of a phase, at least `tokens` tokens; of SFT the second half of a row is trained."""
    draw, sizes = np.random.default_rng(1), iter(lengths(10**6, longest, 0))
    units: list[Unit] = []
    while tokens > 0:
        sides = []
        for length in [next(sizes) for _ in range(2 if phase == "dfpo" else 1)]:
            start = 0 if phase == "cpt" else length // 2
            sides.append((draw.integers(3, vocabulary, length).tolist(), [(start, length)]))
        units.append(kept((f"row-{len(units)}", "made", "general"), *sides))
        tokens -= units[-1].tokens
    return cached_store(folder, {"phase": phase}, [units])


class Recorder(Progress):
    """Keeps seconds, tokens and operations of the steps that count."""

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__("benchmark", 1, 0, peak_flops(device, dtype), device_memory(device), speaks=False)
        self.lines: list[dict[str, float]] = []

    def step(self, line: dict[str, Any], flops: dict[str, float], used: float) -> None:
        self.lines.append({"seconds": line["seconds"], "tokens": line["tokens"], **flops})

    def figures(self) -> dict[str, float]:
        counted = self.lines[WARM:]
        seconds = sum(line["seconds"] for line in counted)
        mfu = {
            name: sum(line[name] for line in counted) / seconds / self.peak for name in ("causal", "full", "hardware")
        }
        return {"tokens_per_second": sum(line["tokens"] for line in counted) / seconds, **mfu}


def random_model(size: str, device: torch.device, dtype: torch.dtype) -> Any:
    config = Qwen2Config(max_position_embeddings=32_768, use_sliding_window=False, bos_token_id=None, **SHAPES[size])
    set_seed(0)
    with torch.device(device):
        return AutoModelForCausalLM.from_config(config, dtype=dtype)


def arguments(folder: str, steps: int, accumulation: int, device: torch.device, **more: Any) -> TrainingArguments:
    return TrainingArguments(
        output_dir=folder, max_steps=steps, per_device_train_batch_size=more.pop("batch", 1), save_strategy="no",
        gradient_accumulation_steps=accumulation, logging_steps=1, disable_tqdm=True, report_to=[],
        use_cpu=device.type == "cpu", logging_nan_inf_filter=False, remove_unused_columns=False, **more,
    )  # fmt: skip


def ours(phase: str, size: str, how: Setting, steps: int, longest: int, device: torch.device) -> dict[str, float]:
    """Train with the project's loop and return its figures."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    kinds: dict[str, type[PhaseSettings]] = {"cpt": Cpt, "sft": Sft, "dfpo": Dfpo}
    longest = min(longest, how.tokens // 2) if phase == "dfpo" else longest  # a pair goes through in one pass
    limits = {"tokens_per_batch": how.tokens, "max_length": longest, "accumulation": how.accumulation}
    settings = kinds[phase](max_steps=steps, checkpointing=how.checkpointing, **limits)
    loaded = random_model(size, device, dtype)
    shape = Shape.of(loaded)
    load_model.answer_with_logps(loaded)
    model_attention = attention.choose_attention("auto", device, dtype, loaded, compiled=how.compiled)
    attention.set_attention(loaded, model_attention)
    load_model.recompute_layers(loaded, how.checkpointing)
    if how.compiled:
        load_model.compile_layers(loaded)
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(
            Path(folder), phase, SHAPES[size]["vocab_size"], how.tokens * how.accumulation * steps, longest
        )
        plan = plan_run(store.lengths, how.tokens, how.accumulation, 0, max_steps=steps)
        data = PackedData(store, plan.steps, 1, 0, how.tokens, static=how.compiled)
        objective: Objective = dfpo.PreferenceLoss(settings) if isinstance(settings, Dfpo) else TokenLoss()
        begin = [Reference(Path(folder), "benchmark", {"train": data}, objective)] if phase == "dfpo" else []  # type: ignore[arg-type]
        recorder = Recorder(device, dtype)
        metrics_file = MetricsFile(Path(folder) / "metrics.jsonl", 0)
        context = LoopContext(objective, settings, metrics_file, recorder, shape, begin=begin)
        Loop(loaded, arguments(folder, len(plan.steps), how.accumulation, device), data, None, context).train()
        metrics_file.close()
    return recorder.figures() | {"memory": peak_memory(device), "filled": plan.filled}


class Clock(TrainerCallback):
    """Times a stock trainer's steps."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.times.append(CLOCK[0]())


def padded(size: str, rows: int, longest: int, to: str, steps: int, device: torch.device) -> dict[str, float]:
    """Train with a plain Trainer on rows padded `to` max_length or the longest of the batch; padding does not count."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    draw, sizes = np.random.default_rng(1), lengths(rows * steps, longest, 0)
    ids = [draw.integers(3, SHAPES[size]["vocab_size"], length).tolist() for length in sizes]

    def collate(batch: list[list[int]]) -> dict[str, torch.Tensor]:
        width = longest if to == "max_length" else max(map(len, batch))
        tokens = torch.tensor([row + [0] * (width - len(row)) for row in batch])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch])
        return {"input_ids": tokens, "attention_mask": mask, "labels": tokens.masked_fill(mask == 0, -100)}

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        options = arguments(folder, steps, 1, device, batch=rows, train_sampling_strategy="sequential")
        loaded = random_model(size, device, dtype)
        trainer = Trainer(loaded, options, data_collator=collate, train_dataset=ids, callbacks=[clock])  # type: ignore[arg-type]
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    counted = sum(sizes[rows * WARM : rows * steps])
    widest = [max(sizes[i : i + rows]) for i in range(0, rows * steps, rows)]
    allowed = float(np.mean(widest)) / float(np.mean(sizes))
    seconds = clock.times[-1] - clock.times[WARM - 1]
    return {"tokens_per_second": counted / seconds, "memory": peak_memory(device), "allowed": allowed}


def trl_padded(size: str, rows: int, longest: int, steps: int, device: torch.device) -> dict[str, float]:
    """The same with trl's SFTTrainer, without packing."""
    from datasets import Dataset
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast
    from trl import SFTConfig, SFTTrainer

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"<pad>": 0, "<eos>": 1, "<unk>": 2}, "<unk>")),
        pad_token="<pad>", eos_token="<eos>", unk_token="<unk>",
    )  # fmt: skip
    draw, sizes = np.random.default_rng(1), lengths(rows * steps, longest, 0)
    data = Dataset.from_list([{"input_ids": draw.integers(3, SHAPES[size]["vocab_size"], n).tolist()} for n in sizes])
    clock, dtype = Clock(), torch.bfloat16 if device.type == "cuda" else torch.float32
    names = {"activation_checkpointing", "gradient_checkpointing"} & SFTConfig.__dataclass_fields__.keys()
    with tempfile.TemporaryDirectory() as folder:
        options = SFTConfig(
            output_dir=folder, max_steps=steps, per_device_train_batch_size=rows, save_strategy="no", disable_tqdm=True,
            report_to=[], use_cpu=device.type == "cpu", max_length=longest, bf16=False, **dict.fromkeys(names, False),
        )  # fmt: skip
        loaded = random_model(size, device, dtype)
        trainer = SFTTrainer(loaded, options, train_dataset=data, processing_class=tokenizer, callbacks=[clock])
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    mean = float(np.mean(sizes))  # its sampler shuffles: count the mean row
    seconds = clock.times[-1] - clock.times[WARM - 1]
    return {"tokens_per_second": mean * rows * (steps - WARM) / seconds, "memory": peak_memory(device)}


def show(name: str, found: dict[str, float]) -> None:
    mfu = "/".join(f"{100 * found[kind]:.1f}" for kind in ("causal", "full", "hardware")) if "causal" in found else "–"
    filled = f"{100 * found['filled']:.1f} %" if "filled" in found else "–"
    print(
        f"| {name} | {found['tokens_per_second']:,.0f} | {mfu} | {found['memory'] / GIB:.1f} | {filled} |", flush=True
    )


def fresh(device: torch.device) -> None:
    gc.collect()
    torch.compiler.reset()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def within_memory(phase: str, size: str, options: argparse.Namespace, device: torch.device) -> dict[str, float]:
    """Return the figures of a phase; where memory runs out, with more layers recomputed (nothing, where none fits)."""
    how = setting(size, device, compiled=options.compile)
    for tried in (how, replace(how, checkpointing=0.4), replace(how, checkpointing=1.0)):
        try:
            return ours(phase, size, tried, options.steps, options.longest, device)
        except torch.OutOfMemoryError:
            print(f"{size}, {phase}: out of memory with checkpointing = {tried.checkpointing}", flush=True)
        finally:
            fresh(device)
    return {}


def measure(size: str, options: argparse.Namespace, device: torch.device) -> None:
    """Print the table of one size."""
    how, speed = setting(size, device, compiled=options.compile), {}
    for phase in options.phases:
        if found := within_memory(phase, size, options, device):
            speed[phase] = found["tokens_per_second"]
            show(f"{size}: ours, {phase}", found)
    if size != "8" and "cpt" in speed:  # 8 B needs our optimizer to fit one GPU
        rows = max(1, how.tokens // options.longest) * (2 if device.type == "cpu" else 1)
        compare(size, rows, speed["cpt"], options, device)
    if {"sft", "dfpo"} <= speed.keys():
        print(f"DFPO / SFT, tokens a second: {speed['dfpo'] / speed['sft']:.2f}", flush=True)


def compare(size: str, rows: int, packed: float, options: argparse.Namespace, device: torch.device) -> None:
    """Print the speed of stock trainers with padding, and that of packing beside them."""
    for to in ("max_length", "longest"):
        found = padded(size, rows, options.longest, to, options.steps, device)
        show(f"{size}: plain Trainer, {rows} rows padded to {to}", found)
        fresh(device)
        ratio = packed / found["tokens_per_second"]
        share = f", of {found['allowed']:.2f} that the lengths allow: {ratio / found['allowed']:.2f}"
        print(f"packed / padded to {to}: {ratio:.2f}{share if to == 'longest' else ''}")
    try:
        show(
            f"{size}: trl SFTTrainer, {rows} rows padded",
            trl_padded(size, rows, options.longest, options.steps, device),
        )
    except ImportError as error:
        print(f"trl is not installed ({error})")
    fresh(device)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SHAPES, help="default: small on a CPU, 0.5 1.5 8 on a GPU")
    parser.add_argument("--phases", nargs="+", choices=("cpt", "sft", "dfpo"), default=("cpt", "sft", "dfpo"))
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--longest", type=int, help="longest row; default 1,024, on a GPU 4,096")
    parser.add_argument("--no-compile", dest="compile", action="store_false")
    parser.add_argument(
        "--cpu-seconds", action="store_true", help="one thread, timed by CPU seconds: for a shared machine"
    )
    options = parser.parse_args()
    if options.cpu_seconds:
        torch.set_num_threads(1)
        CLOCK[0] = training.loop.perf_counter = process_time  # type: ignore[attr-defined]
    logging.set_verbosity_error()
    device = PartialState(cpu=not torch.cuda.is_available()).device
    options.longest = options.longest or (4096 if device.type == "cuda" else 1024)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} CPU threads"
    name += ", timed by CPU seconds" if options.cpu_seconds else ""
    print(
        f"{name}, torch {torch.__version__}, {options.steps} steps, {WARM} not counted, longest row {options.longest}"
    )
    print("| run | tokens/s (non-padding) | MFU % causal/full/hardware | peak GiB | filled |\n|---|---|---|---|---|")
    for size in options.sizes or (["0.5", "1.5", "8"] if device.type == "cuda" else ["small"]):
        measure(size, options, device)


if __name__ == "__main__":
    main()
