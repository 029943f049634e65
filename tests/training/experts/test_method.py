"""The mixture of experts as computed: the published formula, its noise, its balance loss, and where it must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.support.tiny_experts import gradients, load_base, naive, shake, single_layer, tokens, with_experts
from training.experts import ExpertsConfig, expert_layers

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*will be removed in v6:FutureWarning"),  # names that peft still calls
    pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning"),  # torch.compile's own way
]


def noise_for(layer: Any, rows: int, seed: int = 5) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.randn(rows, layer.settings["default"].experts, dtype=torch.float64)


def test_the_layer_equals_the_published_formula_expert_by_expert() -> None:
    layer = single_layer(experts=3, r=2, alpha=5.0).eval()
    x = torch.randn(7, 12, dtype=torch.float64)
    assert (layer(x) - naive(layer, x)).abs().max() < 1e-6
    layer.train()
    noise = noise_for(layer, 7)
    torch.manual_seed(5)
    assert (layer(x) - naive(layer, x, noise)).abs().max() < 1e-6
    assert (naive(layer, x, noise) - naive(layer, x)).abs().max() > 1e-3


def test_gradients_equal_those_of_the_published_formula() -> None:
    layer = single_layer(experts=3, r=2).train()
    x = torch.randn(7, 12, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(7, 10, dtype=torch.float64)
    wanted = [x, *(p for name, p in layer.named_parameters() if "pedcorpus_experts_" in name)]
    assert len(wanted) == 5
    noise = noise_for(layer, 7)
    expected = torch.autograd.grad((naive(layer, x, noise) * weights).sum(), wanted)
    torch.manual_seed(5)
    found = torch.autograd.grad((layer(x) * weights).sum(), wanted)
    for ours, reference in zip(found, expected, strict=True):
        assert reference.abs().max() > 1e-3
        assert (ours - reference).abs().max() < 1e-6


def test_several_adapters_have_routers_of_their_own_and_add_up() -> None:
    layer = single_layer(experts=3, r=2).eval()
    layer.update_layer("other", ExpertsConfig(experts=5, r=3))
    shake(layer, 0.5).double()
    x = torch.randn(4, 12, dtype=torch.float64)
    base, first, second = layer.base_layer(x), naive(layer, x), naive(layer, x, name="other")
    layer.set_adapter("other")
    assert torch.allclose(layer(x), second, atol=1e-12)
    layer.set_adapter(["default", "other"])
    assert torch.allclose(layer(x), first + second - base, atol=1e-12)
    layer.delete_adapter("other")
    assert torch.allclose(layer(x), first, atol=1e-12)


def test_at_step_0_the_output_is_the_base_s_bit_by_bit(tiny_model: Path) -> None:
    from peft import get_peft_model

    for dtype in (torch.float32, torch.bfloat16):
        base = load_base(tiny_model, dtype).train()
        ids = tokens()
        before = base(input_ids=ids).logits
        model = get_peft_model(base, ExpertsConfig(task_type="CAUSAL_LM", balance=0.1)).train()
        assert torch.equal(model(input_ids=ids).logits, before)


def test_inference_is_deterministic_and_training_is_noisy(tiny_model: Path) -> None:
    model, ids = with_experts(tiny_model), tokens()
    model.eval()
    assert torch.equal(model(input_ids=ids).logits, model(input_ids=ids).logits)
    model.train()
    assert not torch.equal(model(input_ids=ids).logits, model(input_ids=ids).logits)
    quiet = with_experts(tiny_model, noise=False).train()
    assert torch.equal(quiet(input_ids=ids).logits, quiet(input_ids=ids).logits)
    assert not any("noise" in name for name, _ in quiet.named_parameters())


def test_router_and_noise_learn_and_noise_starts_at_zero(tiny_model: Path) -> None:
    from peft import get_peft_model

    model = get_peft_model(load_base(tiny_model), ExpertsConfig(task_type="CAUSAL_LM"))
    noise = {name: p for name, p in model.named_parameters() if "_noise" in name}
    assert noise
    assert not any(p.any() for p in noise.values())
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    before = {name: p.clone() for name, p in model.named_parameters() if p.requires_grad}
    for _ in range(2):
        gradients(model, tokens())
        optimizer.step()
    assert all(not torch.equal(p, before[name]) for name, p in model.named_parameters() if p.requires_grad)
    assert {name.split("pedcorpus_experts_")[1][0] for name in before} == set("ABrn")


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize("balance", [0.0, 0.5])
def test_gradient_checkpointing_changes_no_gradient(tiny_model: Path, balance: float, reentrant: bool) -> None:
    ids = tokens()
    model = with_experts(tiny_model, balance=balance, dropout=0.1)
    plain = gradients(model, ids)
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": reentrant})
    model.enable_input_require_grads()
    recomputed = gradients(model, ids)
    assert max(float((recomputed[name] - plain[name]).abs().max()) for name in plain) < 1e-6
    assert max(float(grad.abs().max()) for name, grad in plain.items() if "_router" in name) > 1e-4


def test_the_balance_loss_has_the_gradient_of_a_loss_that_is_added(tiny_model: Path) -> None:
    ids = tokens()
    model = with_experts(tiny_model, balance=0.3, noise=False)
    carried = gradients(model, ids)
    for layer in expert_layers(model).values():
        layer.settings["default"].balance = 0.0
    gates: list[torch.Tensor] = []
    added = 0.0
    for layer in expert_layers(model).values():
        layer.forward = _remembering(layer, gates)
    model.zero_grad()
    loss = model(input_ids=ids, labels=ids).loss
    added = sum(0.3 * gate.shape[-1] * gate.reshape(-1, gate.shape[-1]).mean(0).square().sum() for gate in gates)
    (loss + added).backward()
    for name, p in model.named_parameters():
        if p.requires_grad:
            assert (p.grad - carried[name]).abs().max() < 1e-6, name


def _remembering(layer: Any, gates: list[torch.Tensor]) -> Any:
    usual = type(layer).forward

    def forward(x: torch.Tensor) -> torch.Tensor:
        router = layer.pedcorpus_experts_router["default"].weight
        gates.append((x @ router.T).softmax(-1))
        return usual(layer, x)  # type: ignore[no-any-return]

    return forward


def test_the_balance_loss_counts_once_whatever_the_accumulation(tiny_model: Path) -> None:
    ids, model = tokens(rows=1), with_experts(tiny_model, balance=0.3, noise=False)
    whole = gradients(model, ids)
    for layer in expert_layers(model).values():
        layer.balance_share = 0.25
    model.zero_grad()
    for _ in range(4):
        (model(input_ids=ids, labels=ids).loss / 4).backward()
    for name, p in model.named_parameters():
        if p.requires_grad:
            assert (p.grad - whole[name]).abs().max() < 1e-6, name


def test_dropout_drops_the_experts_input_in_training_alone() -> None:
    layer = single_layer(dropout=0.5, noise=False)
    x = torch.randn(5, 12, dtype=torch.float64)
    layer.eval()
    assert torch.allclose(layer(x), naive(layer, x))
    layer.train()
    assert not torch.allclose(layer(x), layer(x))
    many = layer(x.expand(4000, 5, 12)).mean(0)
    assert (many - naive(layer, x)).abs().max() < 0.15 * (naive(layer, x) - layer.base_layer(x)).abs().max()


def test_a_bfloat16_base_keeps_its_type_and_a_float32_gate(tiny_model: Path) -> None:
    model, exact = with_experts(tiny_model, torch.bfloat16).eval(), with_experts(tiny_model).eval()
    gates: list[torch.Tensor] = []
    next(iter(expert_layers(model).values())).observer = gates.append
    logits = model(input_ids=tokens()).logits
    assert logits.dtype == torch.bfloat16
    assert gates[0].dtype == torch.float32
    assert (logits.float() - exact(input_ids=tokens()).logits).abs().mean() < 0.05
    assert all(torch.isfinite(grad).all() for grad in gradients(model, tokens()).values())


def test_the_layer_compiles_whole() -> None:
    layer = single_layer(noise=False, balance=0.1).float().train()
    x = torch.randn(6, 12, requires_grad=True)
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    wanted = [x, *(p for name, p in layer.named_parameters() if "pedcorpus_experts_" in name and p.requires_grad)]
    expected = torch.autograd.grad(layer(x).square().sum(), wanted)
    found = torch.autograd.grad(compiled(x).square().sum(), wanted)
    for ours, reference in zip(found, expected, strict=True):
        assert torch.allclose(ours, reference, atol=1e-4, rtol=1e-4)


def test_feed_forward_alone_can_be_chosen(tiny_model: Path) -> None:
    names = expert_layers(with_experts(tiny_model, target_modules="ffn"))
    assert len(names) == 6
    assert all(".mlp." in name for name in names)


@pytest.mark.parametrize(
    ("key", "value"), [("experts", 0), ("r", 0), ("alpha", 0.0), ("dropout", 1.0), ("balance", -1.0)]
)
def test_values_that_make_no_mixture_are_refused_by_name(key: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"ExpertsConfig\.{key}"):
        ExpertsConfig(**{key: value})


@pytest.mark.gpu
def test_a_base_in_4_bits_takes_experts(tiny_model: Path) -> None:
    pytest.importorskip("bitsandbytes")
    from peft import get_peft_model, prepare_model_for_kbit_training
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    quantised = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)
    base = AutoModelForCausalLM.from_pretrained(tiny_model, quantization_config=quantised, device_map={"": 0})
    ids = tokens().cuda()
    before = base(input_ids=ids).logits
    model = get_peft_model(prepare_model_for_kbit_training(base), ExpertsConfig(task_type="CAUSAL_LM"))
    assert (model.eval()(input_ids=ids).logits - before).abs().max() < 0.05
    assert all(torch.isfinite(grad).all() for grad in gradients(model, ids).values())
