"""Speed and memory of the experts beside what they compete with, in one run.

    python tests/benchmarks/experts.py                    # CPU: the mixture of one layer, and small whole models
    python tests/benchmarks/experts.py --device cuda      # one GPU: a 7B shape in bfloat16, 4,096 tokens per pass

Peers: stock peft's LoRA of the same rank R = (T + 1) r (on a GPU with weights in bfloat16, its fastest form), and a
reference that computes every expert's output before it gates them (what the released code does). On a GPU all are also
run with each decoder layer compiled. Times are the best of interleaved repetitions, forward and backward; memory is
what autograd keeps for the backward pass (layer), the GPU's peak, or on a CPU the saved tensors (model).
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from torch.nn import functional

from training.experts import ExpertsConfig, ExpertsLinear
from training.model.load_model import compile_layers

MIB = 2**20
PLAIN = "plain LoRA, R = 32"
SHAPES = {
    "cpu": {"hidden_size": 1024, "intermediate_size": 2816, "num_hidden_layers": 2, "num_attention_heads": 16},
    "cuda": {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32},
}


class Nothing(nn.Module):
    """A base layer without cost, so that the mixture alone is measured."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.in_features, self.out_features, self.zeros = width, height, torch.zeros(1)

    def forward(self, x: Tensor) -> Tensor:
        if self.zeros.shape[:-1] != x.shape[:-1]:
            self.zeros = x.new_zeros(*x.shape[:-1], self.out_features)
        return self.zeros


class Materialising(ExpertsLinear):
    """The same weights and formula with every expert's output held."""

    def _add_mixture(self, name: str, x: Tensor, result: Tensor) -> Tensor:
        config = self.settings[name]
        part = {key: self.weight_of(key, name).to(x.dtype) for key in ("A", "B", "router", "noise")}
        logits = functional.linear(x, part["router"]).float()
        spread = functional.softplus(functional.linear(x, part["noise"]).float())
        gate = (logits + torch.randn_like(logits) * spread).softmax(-1)
        down = torch.einsum("...d,edr->...er", x, part["A"].unflatten(0, (-1, config.r)).transpose(1, 2))
        outputs = torch.einsum("...er,ero->...eo", down, part["B"].t().unflatten(0, (-1, config.r)))
        weights = functional.pad(gate, (1, 0), value=1.0).to(x.dtype) * config.scale
        return result + (outputs * weights.unsqueeze(-1)).sum(-2)


def saved_bytes(run: Callable[[], Any]) -> int:
    """Return the bytes autograd keeps for the backward pass of `run`, parameters apart."""
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        if not isinstance(tensor, nn.Parameter):
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run()
    return sum(kept.values())


def best(runs: dict[str, Callable[[], Any]], repetitions: int, device: str) -> dict[str, float]:
    """Return the shortest time of each run, taken in turns so that a busy machine touches all alike.

    On a CPU it is the time of one thread, which does not count what other programs take.
    """
    clock = process_time if device == "cpu" else perf_counter
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(repetitions + 1):
        for name, run in runs.items():
            start = clock()
            run()
            if device == "cuda":
                torch.cuda.synchronize()
            if number:
                times[name].append(clock() - start)
    return {name: min(values) for name, values in times.items()}


def both_ways(layer: nn.Module, x: Tensor, grad: Tensor) -> None:
    """Run a layer forward and backward."""
    layer(x).backward(grad)


def layers(tokens: int, repetitions: int) -> None:
    """Compare the mixtures of one decoder layer: queries, keys, values, output; gate, up; down."""
    print(f"mixtures alone, {tokens:,} tokens, T = 3, r = 8, float32, one thread, forward and backward")
    print("  layers   width -> height   experts     materialising    ratio   saved: experts  materialising")
    width, wide = SHAPES["cpu"]["hidden_size"], SHAPES["cpu"]["intermediate_size"]
    total = [0.0] * 4
    for count, shape in ((4, (width, width)), (2, (width, wide)), (1, (wide, width))):
        figures = one_layer(*shape, tokens, repetitions)
        print(f"  {count} x      {shape[0]:>5} -> {shape[1]:<6}  {_line(figures)}")
        total = [sum_ + count * figure for sum_, figure in zip(total, figures, strict=True)]
    print(f"  a decoder layer          {_line(total)}")


def one_layer(width: int, height: int, tokens: int, repetitions: int) -> list[float]:
    """Return the milliseconds of experts and reference, then the MiB each keeps."""
    x, grad = torch.randn(tokens, width, requires_grad=True), torch.ones(tokens, height)
    config = ExpertsConfig(experts=3, r=8)
    made = [kind(Nothing(width, height), "default", config).train() for kind in (ExpertsLinear, Materialising)]
    found = best({str(n): partial(both_ways, layer, x, grad) for n, layer in enumerate(made)}, repetitions, "cpu")
    return [1e3 * seconds for seconds in found.values()] + [saved_bytes(partial(layer, x)) / MIB for layer in made]


def _line(figures: list[float]) -> str:
    ours, theirs, kept, kept_there = figures
    return f"{ours:7.1f} ms   {theirs:10.1f} ms   {theirs / ours:5.1f}   {kept:10.1f} MiB  {kept_there:9.1f} MiB"


def models(device: str, tokens: int, repetitions: int) -> None:
    """Compare whole models: base frozen, all linear layers."""
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    kinds: dict[str, Any] = {
        PLAIN: LoraConfig(r=32, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM"),
        "experts, T = 3, r = 8": ExpertsConfig(task_type="CAUSAL_LM"),
        "materialising": ExpertsConfig(task_type="CAUSAL_LM"),
    }
    for compiled in (False, True) if device == "cuda" else (False,):
        how = f"{str(dtype)[6:]} on {device}, forward and backward{', layers compiled' if compiled else ''}"
        print(f"whole model {SHAPES[device]}, {tokens:,} tokens, {how}")
        first = 0.0
        for name, config in kinds.items():
            torch.compiler.reset()
            try:
                seconds, memory = measure(name, config, device, dtype, tokens, repetitions, compiled=compiled)
            except torch.OutOfMemoryError:
                print(f"  {name:<22} out of memory", flush=True)
                continue
            first = first or seconds
            share = f"{100 * first / seconds:6.1f} % of plain LoRA"
            print(f"  {name:<22} {tokens / seconds:10,.0f} tok/s  {share}   {memory:9,.0f} MiB", flush=True)


def measure(
    name: str, config: Any, device: str, dtype: torch.dtype, tokens: int, repetitions: int, *, compiled: bool
) -> tuple[float, float]:
    """Return the seconds of a pass and its memory in MiB."""
    from transformers import AutoModelForCausalLM, LlamaConfig

    shape = LlamaConfig(**SHAPES[device], vocab_size=32_000, max_position_embeddings=tokens)
    with torch.device(device):
        base = AutoModelForCausalLM.from_config(shape, dtype=dtype)
        # in float32, as peft makes a LoRA's weights beside bfloat16, it would run at a fraction of this speed
        model = get_peft_model(base, config, autocast_adapter_dtype=name != PLAIN).train()
    for module in model.modules():
        if name == "materialising" and isinstance(module, ExpertsLinear):
            module.__class__ = Materialising
    if compiled:
        compile_layers(model)
    ids = torch.randint(0, 32_000, (1, tokens), device=device)

    def forward() -> Tensor:
        loss: Tensor = model(input_ids=ids, labels=ids, use_cache=False).loss
        return loss

    seconds = best({name: lambda: forward().backward()}, repetitions, device)[name]
    if device == "cpu":
        return seconds, saved_bytes(forward) / MIB
    torch.cuda.reset_peak_memory_stats()
    forward().backward()
    return seconds, torch.cuda.max_memory_allocated() / MIB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--tokens", type=int, help="tokens of a pass; default 1,024 on a CPU, 4,096 on a GPU")
    parser.add_argument("--repetitions", type=int, default=5)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    tokens = given.tokens or (4096 if given.device == "cuda" else 1024)
    if given.device == "cpu":
        torch.set_num_threads(1)
        layers(tokens, given.repetitions)
    models(given.device, tokens, given.repetitions)


if __name__ == "__main__":
    main()
