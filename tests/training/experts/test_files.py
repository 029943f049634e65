"""Experts saved and loaded by stock peft and transformers, and what is said where that cannot work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import AutoPeftModelForCausalLM, PeftConfig, PeftModel
from safetensors.torch import load_file, save_file

from tests.support.tiny_experts import load_base, shake, tokens, with_experts
from training.experts import EXPERTS, NAME, ExpertsConfig, ExpertsModel
from training.experts.parameter_count import count_parameters
from training.experts.peft_type import add_peft_type

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.filterwarnings("ignore:.*will be removed in v6:FutureWarning")  # names that peft still calls


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """Return the folder of a saved adapter; `with_experts(tiny_model)` makes the same one again."""
    folder = tmp_path_factory.mktemp("adapter")
    with_experts(tiny_model).save_pretrained(folder)
    return folder


def answer(model: Any) -> torch.Tensor:
    with torch.no_grad():
        logits: torch.Tensor = model.eval()(input_ids=tokens()).logits
    return logits


def test_every_way_of_loading_gives_the_same_bits(saved: Path, tiny_model: Path) -> None:
    from transformers import AutoModelForCausalLM

    expected = answer(with_experts(tiny_model))
    assert (expected - answer(load_base(tiny_model))).abs().max() > 0.01
    assert torch.equal(answer(PeftModel.from_pretrained(load_base(tiny_model), saved)), expected)
    assert torch.equal(answer(AutoPeftModelForCausalLM.from_pretrained(saved)), expected)
    if find_spec("peft.utils.transformers_weight_conversion") is None:
        return  # transformers 5 loads adapters by itself from peft 0.19 on
    assert torch.equal(answer(AutoModelForCausalLM.from_pretrained(saved)), expected)
    native = load_base(tiny_model)
    native.load_adapter(str(saved))
    assert torch.equal(answer(native), expected)


def test_adapters_stand_side_by_side_with_routers_of_their_own(saved: Path, tiny_model: Path, tmp_path: Path) -> None:
    model = with_experts(tiny_model)
    expected = answer(model)
    model.add_adapter("other", ExpertsConfig(task_type="CAUSAL_LM", r=2, experts=5))
    assert torch.equal(answer(model), expected)
    model.set_adapter("other")
    assert torch.equal(answer(model), answer(load_base(tiny_model)))
    shake(model)
    model.save_pretrained(tmp_path, selected_adapters=["other"])
    assert any(
        "router" in key and value.any()
        for key, value in load_file(tmp_path / "other" / "adapter_model.safetensors").items()
    )
    again = PeftModel.from_pretrained(load_base(tiny_model), tmp_path / "other", adapter_name="again")
    assert torch.equal(answer(again), answer(model))
    with model.disable_adapter():
        assert torch.equal(answer(model), answer(load_base(tiny_model)))
    model.load_adapter(str(saved), "third")
    model.set_adapter("third")
    assert torch.equal(answer(model), expected)


def test_files_hold_the_documented_layout_universal_expert_first(saved: Path, tiny_model: Path) -> None:
    tensors = load_file(saved / "adapter_model.safetensors")
    assert len(tensors) == 14 * 4
    start = "base_model.model.model.layers.0.mlp.up_proj.pedcorpus_experts_"
    shapes = {part: list(tensors[f"{start}{part}.weight"].shape) for part in ("A", "B", "router", "noise")}
    assert shapes == {"A": [16, 64], "B": [128, 16], "router": [3, 64], "noise": [3, 64]}
    only = {key: value.clone() for key, value in tensors.items()}
    for key, value in only.items():
        if "_A." in key:
            value[4:] = 0
    model = with_experts(tiny_model)
    model.load_state_dict(
        {key.replace(".weight", ".default.weight"): value for key, value in only.items()}, strict=False
    )
    before = answer(model)
    for name, weight in model.named_parameters():
        if "_router" in name:
            weight.data.neg_()
    assert torch.equal(answer(model), before)


def test_equal_adapters_have_equal_files(saved: Path, tiny_model: Path, tmp_path: Path) -> None:
    with_experts(tiny_model).save_pretrained(tmp_path)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        assert (tmp_path / name).read_bytes() == (saved / name).read_bytes()
    values = json.loads((saved / "adapter_config.json").read_text())
    assert values["peft_type"] == NAME
    assert "import training.experts" in values["loader"]


def test_registering_twice_changes_nothing() -> None:
    from peft.utils.peft_types import PeftType

    members = list(PeftType)
    assert add_peft_type() is EXPERTS
    assert list(PeftType) == members
    assert PeftType(NAME) is EXPERTS
    assert NAME in list(PeftType)
    assert isinstance(PeftConfig.from_peft_type(peft_type=NAME), ExpertsConfig)


def test_without_our_package_the_error_names_the_type(saved: Path) -> None:
    code = f"from peft import PeftConfig; PeftConfig.from_pretrained({str(saved)!r})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert NAME in result.stderr


def test_an_adapter_that_lacks_a_tensor_is_refused(saved: Path, tiny_model: Path, tmp_path: Path) -> None:
    tensors = load_file(saved / "adapter_model.safetensors")
    removed = next(key for key in tensors if "router" in key)
    save_file({key: value for key, value in tensors.items() if key != removed}, tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_bytes((saved / "adapter_config.json").read_bytes())
    with pytest.raises(RuntimeError, match=r"55 of 56 tensors; it lacks .*router"):
        PeftModel.from_pretrained(load_base(tiny_model), tmp_path)


def test_an_adapter_that_answers_like_its_base_is_announced(tiny_model: Path, tmp_path: Path) -> None:
    from peft import get_peft_model

    get_peft_model(load_base(tiny_model), ExpertsConfig(task_type="CAUSAL_LM")).save_pretrained(tmp_path)
    with pytest.warns(UserWarning, match="every B is zero"):
        PeftModel.from_pretrained(load_base(tiny_model), tmp_path)


def test_a_batch_of_several_adapters_is_refused(saved: Path, tiny_model: Path) -> None:
    model = PeftModel.from_pretrained(load_base(tiny_model), str(saved))
    with pytest.raises(ValueError, match="set_adapter"):
        model(input_ids=tokens(), adapter_names=["default", "default"])


def test_merging_is_refused_with_the_way_out(tiny_model: Path) -> None:
    model = with_experts(tiny_model)
    for merge in (model.merge_and_unload, model.base_model.merge_adapter):
        with pytest.raises(ValueError, match=r"cannot be merged\. `python -m training export"):
            merge()
    assert isinstance(model.base_model, ExpertsModel)
    assert torch.equal(answer(model.unload()), answer(load_base(tiny_model)))


def test_the_trainable_share_of_the_paper_follows_from_the_configuration_alone() -> None:
    from torch import nn
    from transformers import AutoModelForCausalLM, LlamaConfig

    sizes = {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "vocab_size": 125_696}
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(LlamaConfig(**sizes, num_attention_heads=32))
        for layer in model.model.layers:  # Baichuan 2 holds queries, keys and values in one layer
            layer.self_attn.W_pack = nn.Linear(4096, 3 * 4096, bias=False)
            for name in ("q_proj", "k_proj", "v_proj"):
                delattr(layer.self_attn, name)
    size = count_parameters(model, ExpertsConfig(task_type="CAUSAL_LM"))
    assert (size.experts, size.base) == (71_565_312, 7_505_973_248)
    assert size.router == 32 * 2 * 3 * (4 * 4096 + 11008) == 5_259_264
    assert str(size).startswith("experts train 71,565,312 of 7,505,973,248 (0.953 %), router and noise beside them ")


@pytest.mark.slow
def test_round_trips_are_exact_on_another_peft(tiny_model: Path) -> None:
    """PEDCORPUS_PEFT names a folder with another peft: pip install --no-deps --target FOLDER peft==0.18.1."""
    other = os.environ.get("PEDCORPUS_PEFT")
    if not other:
        pytest.skip("PEDCORPUS_PEFT is not set")
    test = "test_every_way or test_adapters_stand or test_an_adapter_that or test_merging or test_registering"
    command = [sys.executable, "-m", "pytest", "-q", "-k", test, __file__]
    paths = os.pathsep.join([other, str(ROOT)])
    result = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT, check=False)
    assert result.returncode == 0
