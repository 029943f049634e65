"""What is computed is what the plain computation gives: head, attention, optimizer, packing, adapters."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from safetensors.torch import load_file

from schemas.errors import ConfigError
from tests.support.tiny_model import KEYS, build_tokenizer, save_model, sentence, write_config
from training.config import Adapter, Cpt, Sft
from training.data.batches import PackedData
from training.data.chat_format import ChatFormat
from training.data.dataset_tables import read_batches
from training.data.packing import pack_epoch, plan_run
from training.data.token_store import TokenStore, cached_store, kept
from training.model.attention import set_attention
from training.model.load_model import answer_with_logps, load_model, load_tokenizer, save_output, wrap_lora
from training.model.optimizer import MasterAdamW, join_master, rate_factor, split_master
from training.model.target_logps import target_logps
from training.objectives import cpt, sft
from training.packing_proof import prove_packing
from training.phases import run

DRAW = np.random.default_rng(0)
LENGTHS = np.clip(DRAW.lognormal(5.0, 0.8, 3000).astype(np.int64), 5, 1024)


@pytest.mark.parametrize("elements", [0, 2 * 7 * 50, 10**6])
@pytest.mark.parametrize(("cap", "scale", "bias"), [(0.0, 1.0, False), (0.0, 0.5, True), (5.0, 2.0, True)])
@pytest.mark.parametrize("normalised", [False, True], ids=["linear", "own-head"])
def test_chunked_log_probabilities_equal_the_whole_softmax(
    monkeypatch: pytest.MonkeyPatch, cap: float, scale: float, bias: bool, normalised: bool, elements: int
) -> None:
    monkeypatch.setattr("training.model.target_logps.KEPT_ELEMENTS", elements)
    monkeypatch.setattr("training.model.target_logps.CPU_CHUNK_ELEMENTS", 7 * 50)
    torch.manual_seed(0)
    head: Any = torch.nn.Linear(16, 50, bias=bias)
    if normalised:
        head = torch.nn.Sequential(head)  # any module but a plain linear layer
    hidden, targets = torch.randn(23, 16, requires_grad=True), torch.randint(0, 50, (23,))
    upstream = torch.randn(23)

    def grads(logps: torch.Tensor) -> list[torch.Tensor]:
        return list(torch.autograd.grad((logps * upstream).sum(), [hidden, *head.parameters()]))

    logits = head(hidden) * scale
    plain = (cap * (logits / cap).tanh() if cap else logits).log_softmax(-1).gather(1, targets[:, None])[:, 0]
    ours = target_logps(hidden, head, targets, cap, scale)
    torch.testing.assert_close(ours, plain)
    for mine, theirs in zip(grads(ours), grads(plain), strict=True):
        torch.testing.assert_close(mine, theirs, atol=2e-6, rtol=1e-5)


def test_the_head_keeps_no_more_than_its_budget_for_the_backward_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.model.target_logps.KEPT_ELEMENTS", 0)
    hidden, head = torch.randn(512, 64, requires_grad=True), torch.nn.Linear(64, 32000, bias=False)
    saved = 0

    def count(tensor: torch.Tensor) -> torch.Tensor:
        nonlocal saved
        saved += tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor):
        target_logps(hidden, head, torch.randint(0, 32000, (512,)))
    assert saved < 512 * 32000  # logits alone would be four times that


def test_a_bfloat16_weight_and_its_residual_are_exactly_the_master() -> None:
    master = torch.cat([torch.randn(1000) * 10.0**power for power in (-20, -3, 0, 9)])
    weight, residual = torch.empty(4000, dtype=torch.bfloat16), torch.empty(4000, dtype=torch.int16)
    split_master(master, weight, residual)
    assert torch.equal(join_master(weight, residual), master)
    assert torch.equal(weight, master.bfloat16()) or float((weight.float() - master).abs().max() / 1e9) < 0.01


def test_bfloat16_weights_follow_adamw_on_float32_masters() -> None:
    torch.manual_seed(0)
    start, options = torch.randn(64, 32).bfloat16(), {"lr": 1e-5, "betas": (0.9, 0.95)}
    ours, theirs = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.float())
    first = MasterAdamW([{"params": [ours], "weight_decay": 0.1}], **options)
    second = torch.optim.AdamW([theirs], weight_decay=0.1, **options)
    for _ in range(50):
        gradient = torch.randn(64, 32).bfloat16()
        ours.grad, theirs.grad = gradient, gradient.float()
        first.step()
        second.step()
    moved = join_master(ours.data, first.state[ours]["residual"])
    torch.testing.assert_close(moved, theirs.data, atol=1e-7, rtol=1e-6)
    assert first.state[ours]["exp_avg"].dtype == torch.float32


def test_rates_begin_above_zero_and_fall_to_zero() -> None:
    for schedule in ("cosine", "linear"):
        rates = [rate_factor(step, 100, 10, schedule) for step in range(100)]
        assert rates[0] > 0
        assert max(rates) == rates[10] == 1.0
        assert 0 < rates[-1] < 0.02
        assert rates[10:] == sorted(rates[10:], reverse=True)


def test_packing_is_a_pure_function_that_loses_no_row() -> None:
    steps = pack_epoch(LENGTHS, 2048, 4, seed=7, epoch=1)
    assert steps == pack_epoch(LENGTHS, 2048, 4, seed=7, epoch=1)
    assert steps != pack_epoch(LENGTHS, 2048, 4, seed=7, epoch=2)
    assert sorted(row for step in steps for one in step for row in one) == list(range(len(LENGTHS)))
    assert all(LENGTHS[rows].sum() <= 2048 for step in steps for rows in step)
    assert LENGTHS.sum() / (len(steps) * 4 * 2048) > 0.97


def test_static_passes_have_one_shape_and_no_segment_longer_than_they_say(tmp_path: Path) -> None:
    sizes = [[40], [100, 30], [300], [7], [5, 6], *[[3]] * 40]
    units = [kept((f"row-{n}", "s", "t"), *(([1] * size, [(1, size)]) for size in own)) for n, own in enumerate(sizes)]
    store = cached_store(tmp_path, {}, [units])
    steps = [pack_epoch(store.lengths, 512, 2, seed=0, epoch=epoch)[0] for epoch in range(4)]
    passes = list(PackedData(store, [*steps, [[2], []]], 1, 0, 512, static=True).passes())
    assert {(len(one["borders"]), one["longest"], one["input_ids"].shape) for one in passes} == {(48, 384, (1, 512))}
    for one in passes:
        assert one["borders"][0] == 0
        assert one["borders"][-1] == 512
        assert int(one["borders"].diff().max()) <= 384
        assert one["tokens"] == store.lengths[one["rows"]].sum()


def test_a_step_holds_the_same_rows_however_it_is_cut_into_passes() -> None:
    lengths = np.full(64, 128)
    one, four = (pack_epoch(lengths, 128 * wide, bins, 0, 0) for wide, bins in ((8, 1), (2, 4)))
    sets = [[{row for rows in step for row in rows} for step in steps] for steps in (one, four)]
    assert sets[0] == sets[1]


def test_runs_are_planned_by_epochs_parts_of_them_or_steps() -> None:
    whole = plan_run(LENGTHS, 2048, 1, 0, epochs=2)
    assert len(whole.steps) == pytest.approx(2 * whole.epoch_steps, abs=2)
    assert len(plan_run(LENGTHS, 2048, 1, 0, epochs=0.5).steps) == math.ceil(whole.epoch_steps / 2)
    assert len(plan_run(LENGTHS, 2048, 1, 0, max_steps=3).steps) == 3
    assert len(plan_run(LENGTHS, 2048, 1, 0).steps) == whole.epoch_steps


def test_texts_above_the_length_are_split_without_losing_their_tail(tmp_path: Path) -> None:
    chat = ChatFormat(load_tokenizer(build_tokenizer(tmp_path)))
    text = sentence(random.Random(0), 60, 60)
    labels = {"kind": "plain", "source": "made"}
    made = [{"id": "a", "text": text, **labels}, {"id": "b", "text": " ", **labels}]
    [units] = cpt.encode([pa.RecordBatch.from_pylist(made)], chat, Cpt(max_length=32))
    whole = [*chat.tokenizer(text)["input_ids"], chat.tokenizer.eos_token_id]
    assert [token for unit in units[:-1] for token in unit.ids] == whole
    assert all(unit.tokens <= 32 and unit.spans == [0, unit.tokens] for unit in units[:-1])
    assert units[-1].reason == "empty text"


def validation_tokens(folder: Path, model: Path, data: Path) -> TokenStore:
    chat = ChatFormat(load_tokenizer(model))
    return cached_store(folder, {}, sft.encode(read_batches(data, "sft", "validation"), chat, Sft()))


@pytest.mark.parametrize("attention", ["segments", "sdpa", "eager"])
@pytest.mark.parametrize(
    ("kind", "changes"),
    [("llama", {}), ("gemma3_text", {"head_dim": 16, "sliding_window": 24}), ("qwen3", {"head_dim": 16})],
)
def test_packed_rows_do_not_see_each_other(
    tmp_path: Path, made_data: Path, kind: str, changes: dict[str, Any], attention: str
) -> None:
    folder = save_model(tmp_path, kind=kind, **changes)
    store, model = validation_tokens(tmp_path, folder, made_data), load_model(folder, torch.float32)
    answer_with_logps(model)
    assert set_attention(model, attention) == attention
    leak, distance = prove_packing(model, store, attention, torch.float32, torch.device("cpu"))
    assert leak < 1e-6
    assert distance < 1e-5


def test_packing_that_leaks_is_refused(tmp_path: Path, made_data: Path, tiny_model: Path) -> None:
    store, model = validation_tokens(tmp_path, tiny_model, made_data), load_model(tiny_model, torch.float32)
    inner = model.model.forward

    def blind(*words: Any, position_ids: Any = None, **rest: Any) -> Any:  # a model whose code ignores positions
        return inner(*words, **rest)

    model.model.forward = blind
    answer_with_logps(model)
    with pytest.raises(ConfigError, match="rows packed together see each other"):
        prove_packing(model, store, "sdpa", torch.float32, torch.device("cpu"))


def test_recomputed_layers_change_no_gradient(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    states = []
    for share in (0.0, 0.5, 1.0):
        out = tmp_path / str(share)
        keys = KEYS.replace("max_steps = 6", "max_steps = 2") + f"\ncheckpointing = {share}"
        run(write_config(tmp_path / "t.toml", tiny_model, made_data, out, keys=keys), ["sft"])
        states.append(load_file(out / "sft/model.safetensors"))
    for state in states[1:]:
        for name, value in state.items():
            torch.testing.assert_close(value, states[0][name], atol=1e-6, rtol=1e-5)


def test_a_lora_leaves_a_merged_model_and_the_adapter_beside_it(
    tmp_path: Path, tiny_model: Path, made_data: Path
) -> None:
    from peft import AutoPeftModelForCausalLM
    from transformers import AutoModelForCausalLM

    keys = KEYS.replace("max_steps = 6", "max_steps = 3") + "\nadapter = { r = 4 }"
    run(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys=keys), ["sft"])
    folder, ids = tmp_path / "run/sft", torch.arange(3, 40)[None]
    merged = AutoModelForCausalLM.from_pretrained(folder)(ids).logits
    beside = AutoPeftModelForCausalLM.from_pretrained(folder / "adapter")(ids).logits
    base = AutoModelForCausalLM.from_pretrained(tiny_model)(ids).logits
    torch.testing.assert_close(merged, beside, atol=1e-4, rtol=1e-4)
    assert float((merged - base).detach().abs().max()) > 1e-3


@pytest.mark.filterwarnings("ignore:.*will be removed in v6:FutureWarning")  # names that peft still calls
def test_an_adapter_of_rounded_weights_is_merged_into_the_whole_ones(tmp_path: Path, tiny_model: Path) -> None:
    from peft import PeftModel

    whole, rounded = (load_model(tiny_model, torch.float32) for _ in range(2))
    with torch.no_grad():
        for weight in rounded.parameters():
            weight.copy_(weight.mul(32).round().div(32))  # as four bits would
    trained = wrap_lora(rounded, Adapter(r=4))
    with torch.no_grad():
        for name, weight in trained.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1)
    tokenizer, ids = load_tokenizer(tiny_model), torch.arange(3, 40)[None]
    tmp_path.joinpath("out").mkdir()
    save_output(
        trained, tokenizer, tmp_path / "out", {2}, merge=True, plain=lambda: load_model(tiny_model, torch.float32)
    )
    merged = load_model(tmp_path / "out", torch.float32)(ids).logits
    beside = PeftModel.from_pretrained(whole, str(tmp_path / "out" / "adapter"))(ids).logits
    torch.testing.assert_close(merged, beside, atol=1e-4, rtol=1e-4)
    assert float((merged - trained(ids).logits).detach().abs().max()) > 1e-3


def test_four_bits_without_a_gpu_are_refused(
    tmp_path: Path, tiny_model: Path, made_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.load_config.find_spec", lambda name: object())
    keys = KEYS + "\nadapter = { quantise = true }"
    with pytest.raises(ConfigError, match=r"sft\.adapter\.quantise: 4-bit weights are trained on a GPU"):
        run(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys=keys), ["sft"])
