"""Gates frozen at their mean: an ordinary LoRA that needs nothing of ours; and the authors' layout read in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from schemas.errors import ConfigError
from tests.support.tiny_experts import load_base, tokens, with_experts
from training.experts import expert_layers
from training.experts.calibration import Sample, choose_samples, measure_divergence, measure_gates, read_rows
from training.experts.released_layout import import_released
from training.experts.static import export_static, merge_static
from training.export_experts import export

pytestmark = pytest.mark.filterwarnings("ignore:.*will be removed in v6:FutureWarning")  # names that peft still calls
STOCK = """
import sys, torch
from peft import AutoPeftModelForCausalLM
model = AutoPeftModelForCausalLM.from_pretrained(sys.argv[1]).eval()
torch.save(model(input_ids=torch.arange(16)[None]).logits, sys.argv[2])
assert not any(name.split(".")[0] == "training" for name in sys.modules)
"""


def some_samples() -> list[Sample]:
    rows = tokens(rows=6).tolist()
    return [Sample(("medkqa", "evidiag")[i % 2], row, list(range(8, 15))) for i, row in enumerate(rows)]


def answer(model: Any, ids: torch.Tensor | None = None) -> torch.Tensor:
    with torch.no_grad():
        logits: torch.Tensor = model.eval()(input_ids=tokens() if ids is None else ids).logits
    return logits


def means_of(model: Any) -> dict[str, torch.Tensor]:
    gates = measure_gates(model, some_samples())
    return {layer: mean.float() for layer, mean in zip(gates.layers, gates.overall(), strict=True)}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """Return a folder with an adapter in `experts`, its static export in `static`."""
    folder = tmp_path_factory.mktemp("export")
    model = with_experts(tiny_model, alpha=12.0)
    model.save_pretrained(folder / "experts")
    export_static(folder / "experts", means_of(model), folder / "static")
    return folder


def frozen(tiny_model: Path) -> Any:
    model = with_experts(tiny_model, alpha=12.0)
    for name, mean in means_of(model).items():
        expert_layers(model)[name].frozen_gates["default"] = mean
    return model


def test_the_export_is_a_stock_lora_equal_to_the_frozen_mixture(exported: Path, tiny_model: Path) -> None:
    config = json.loads((exported / "static" / "adapter_config.json").read_text())
    assert (config["peft_type"], config["r"], config["lora_alpha"]) == ("LORA", 16, 48)
    command = [sys.executable, "-c", STOCK, str(exported / "static"), str(exported / "logits.pt")]
    subprocess.run(command, check=True, capture_output=True, cwd=exported)
    static = torch.load(exported / "logits.pt", weights_only=True)
    ids = torch.arange(16)[None]
    assert (static - answer(frozen(tiny_model), ids)).abs().max() < 1e-5
    assert (static - answer(with_experts(tiny_model, alpha=12.0), ids)).abs().max() > 1e-4


def test_the_export_merges_into_plain_weights(exported: Path, tiny_model: Path, tmp_path: Path) -> None:
    merge_static(load_base(tiny_model), exported / "static", tmp_path)
    assert not (tmp_path / "adapter_config.json").exists()
    assert (answer(load_base(tmp_path)) - answer(frozen(tiny_model))).abs().max() < 1e-4


def test_the_divergence_of_the_export_stands_beside_the_adapter_s_own(exported: Path, tiny_model: Path) -> None:
    model = with_experts(tiny_model, alpha=12.0)
    kl = measure_divergence(model, some_samples(), means_of(model))
    assert list(kl) == ["evidiag", "medkqa", "all"]
    assert kl["all"]["tokens"] == 42
    assert 0 < kl["all"]["static"] < kl["all"]["base"]
    [sample] = some_samples()[:1]
    ids = torch.tensor([sample.ids])
    p, q = (answer(m, ids)[0, sample.positions].log_softmax(-1) for m in (model, frozen(tiny_model)))
    expected = float((p.exp() * (p - q)).sum(-1).mean())
    assert measure_divergence(model, [sample], means_of(model))["medkqa"]["static"] == pytest.approx(expected, abs=1e-6)
    assert not any(layer.frozen_gates for layer in expert_layers(model).values())


def test_export_calibrates_on_a_table_and_prints_both_divergences(
    exported: Path, tiny_model: Path, made_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in tiny_model.glob("*token*"):
        (exported / "experts" / path.name).write_bytes(path.read_bytes())
    (exported / "experts" / "chat_template.jinja").write_bytes((tiny_model / "chat_template.jinja").read_bytes())
    export(str(exported / "experts"), tmp_path / "lora", calibration=made_data / "sft")
    said = capsys.readouterr().out
    assert "KL(experts‖static)" in said
    assert "KL(experts‖base)" in said
    assert "trerecom" in said
    assert (tmp_path / "lora" / "tokenizer.json").is_file()
    with pytest.raises(ConfigError, match=r"no gates\.json beside the adapter\. Give --calibration"):
        export(str(exported / "experts"), tmp_path / "other")
    with pytest.raises(ConfigError, match="an adapter of type LORA"):
        export(str(tmp_path / "lora"), tmp_path / "other")


def test_calibration_takes_each_task_in_turn(made_data: Path, tiny_model: Path) -> None:
    from transformers import AutoTokenizer

    from training.data.chat_format import ChatFormat

    chat = ChatFormat(AutoTokenizer.from_pretrained(tiny_model))
    found = choose_samples(read_rows(made_data / "sft"), chat, 256, limit=8)
    assert sorted({sample.task for sample in found}) == ["evidiag", "general", "medkqa", "trerecom"]
    assert len(found) == 8
    for sample in found:
        answers = chat.tokenizer.decode([sample.ids[position + 1] for position in sample.positions])
        assert answers.endswith("<|im_end|>")
        assert "user" not in answers
    with pytest.raises(ConfigError, match="no table to calibrate on"):
        read_rows(made_data / "nothing")


def authors_folder(folder: Path, tiny_model: Path, *, router: bool) -> Path:
    """Write the adapter of `with_experts` as the authors' code would save it."""
    model = with_experts(tiny_model)
    tensors = {}
    for name, layer in expert_layers(model).items():
        key, own = f"base_model.model.{name}", {p: layer.weight_of(p, "default") for p in ("A", "B", "router", "noise")}
        tensors[f"{key}.lora_moe_A"] = own["A"].reshape(4, 4, -1).transpose(1, 2)
        tensors[f"{key}.lora_moe_B"] = own["B"].t().reshape(4, 4, -1)
        if router:
            tensors |= {f"{key}.lora_route.weight": own["router"], f"{key}.w_noise": own["noise"].t()}
    folder.mkdir()
    save_file(
        {key: value.detach().contiguous() for key, value in tensors.items()}, folder / "adapter_model.safetensors"
    )
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    values = {"peft_type": "LORA", "r": 4, "lora_alpha": 16, "lora_nums": 4, "target_modules": targets}
    values |= {"task_type": "CAUSAL_LM", "base_model_name_or_path": str(tiny_model)}
    (folder / "adapter_config.json").write_text(json.dumps(values))
    return folder


def test_the_authors_layout_is_read_by_reshape(tmp_path: Path, tiny_model: Path) -> None:
    from peft import AutoPeftModelForCausalLM

    found = import_released(authors_folder(tmp_path / "theirs", tiny_model, router=True), tmp_path / "ours")
    assert (found.layers, found.without_router, found.without_noise) == (14, 0, 0)
    assert torch.equal(
        answer(AutoPeftModelForCausalLM.from_pretrained(tmp_path / "ours")), answer(with_experts(tiny_model))
    )


def test_what_the_authors_files_lack_is_said_and_replaced_by_even_gates(tmp_path: Path, tiny_model: Path) -> None:
    from peft import AutoPeftModelForCausalLM

    found = import_released(authors_folder(tmp_path / "theirs", tiny_model, router=False), tmp_path / "ours")
    assert (found.without_router, found.without_noise) == (14, 14)
    assert "lacking: the router of 14 layers" in "\n".join(found.lines())
    model = AutoPeftModelForCausalLM.from_pretrained(tmp_path / "ours")
    assert all(torch.allclose(mean, torch.full((3,), 1 / 3)) for mean in means_of(model).values())


def test_a_layout_of_another_kind_is_refused(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not of the authors' layout"):
        import_released(exported / "static", tmp_path / "out")
    with pytest.raises(ConfigError, match="no adapter"):
        import_released(tmp_path, tmp_path / "out")


def test_static_tensors_scale_only_the_rows_of_specific_experts(exported: Path) -> None:
    ours, static = (load_file(exported / kind / "adapter_model.safetensors") for kind in ("experts", "static"))
    start = "base_model.model.model.layers.1.self_attn.q_proj"
    before, after = ours[f"{start}.pedcorpus_experts_A.weight"], static[f"{start}.lora_A.weight"]
    assert torch.equal(before[:4], after[:4])
    ratios = (after / before)[4:].reshape(3, -1)
    assert torch.allclose(ratios, ratios[:, :1].expand_as(ratios), rtol=1e-4)
    assert float(ratios[:, 0].sum()) == pytest.approx(1.0, abs=1e-4)
    assert torch.equal(ours[f"{start}.pedcorpus_experts_B.weight"], static[f"{start}.lora_B.weight"])
