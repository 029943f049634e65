"""Two tasks that contradict each other: experts part, and do what one LoRA of equal size cannot."""

from __future__ import annotations

from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn

from training.experts import ExpertsConfig
from training.experts.router_gates import Gates, Recorder

WIDTH = 16


class Frozen(nn.Module):
    """A frozen layer; inputs carry their task in the first feature, as hidden states of a model do."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        projected: Tensor = self.proj(x)
        return projected


def batch(rows: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs, targets and tasks: task 0 wants the base plus a change, task 1 the base minus that change."""
    draw = torch.Generator().manual_seed(seed)
    torch.manual_seed(0)
    base, change = Frozen(), torch.randn(WIDTH, 2) @ torch.randn(2, WIDTH) / WIDTH
    x, task = torch.randn(rows, WIDTH, generator=draw), torch.randint(0, 2, (rows,), generator=draw)
    sign = 1.0 - 2.0 * task
    x[:, 0] = 3 * sign
    content = x.clone()
    content[:, 0] = 0
    return x, (base(x) + sign[:, None] * (content @ change.T)).detach(), task


def trained(config: Any, steps: int = 400) -> tuple[Any, float]:
    torch.manual_seed(0)
    base = Frozen()
    torch.manual_seed(1)
    model = get_peft_model(base, config).train()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=2e-2)
    for step in range(steps):
        x, y, _ = batch(128, step + 1)
        optimizer.zero_grad()
        (model(x) - y).square().mean().backward()
        optimizer.step()
    x, y, _ = batch(1000, 10_000)
    with torch.no_grad():
        return model, float((model.eval()(x) - y).square().mean())


def shares(model: Any) -> Gates:
    x, _, task = batch(1000, 10_001)
    with torch.no_grad(), Recorder(model, ["one", "two"]) as recorder:
        recorder.mark(task)
        model(x)
    return recorder.gates()


def size(model: Any) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def test_experts_part_by_task_and_beat_one_lora_of_equal_size() -> None:
    experts, error = trained(ExpertsConfig(experts=3, r=2, alpha=4, target_modules=["proj"]))
    lora, plain_error = trained(LoraConfig(r=12, lora_alpha=24, target_modules=["proj"]))
    assert size(lora) > size(experts)
    assert error < 0.2 * plain_error
    gates = shares(experts)
    one, two = gates.shares[0]
    assert (one - two).abs().max() > 0.4
    assert one.argmax() != two.argmax()


def test_recorded_gates_are_means_by_task_and_entropies_in_nats() -> None:
    experts, _ = trained(ExpertsConfig(experts=3, r=2, target_modules=["proj"]), steps=3)
    x, _, task = batch(50, 7)
    layer = experts.base_model.model.proj
    gate = (x @ layer.weight_of("router", "default").T).softmax(-1)
    with torch.no_grad(), Recorder(experts, ["one", "two", "none"]) as recorder:
        recorder.mark(task)
        experts.eval()(x)
    found = recorder.gates()
    assert found.tasks == ["one", "two"]
    assert found.tokens.tolist() == [int((task == 0).sum()), int((task == 1).sum())]
    for number in (0, 1):
        own = gate[task == number]
        assert torch.allclose(found.shares[0, number].float(), own.mean(0), atol=1e-6)
        assert torch.allclose(found.entropy[0, number].float(), -(own * own.log()).sum(-1).mean(), atol=1e-6)
    assert torch.allclose(found.overall()[0].float(), gate.mean(0), atol=1e-6)
    assert layer.observer is None
