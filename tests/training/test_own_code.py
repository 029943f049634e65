"""A model that brings its own code (as Baichuan 2 does): asked before it runs, one sequence a row, its own head."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

from schemas.errors import ConfigError
from tests.support.tiny_model import KEYS, build_tokenizer, write_config
from training.phases import run

CODE = """
import torch
from torch import nn
from torch.nn.functional import normalize, scaled_dot_product_attention
from transformers import GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast


class OwnConfig(PretrainedConfig):
    model_type = "own"

    def __init__(self, vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, **more):
        self.vocab_size, self.hidden_size = vocab_size, hidden_size
        self.num_hidden_layers, self.num_attention_heads = num_hidden_layers, num_attention_heads
        super().__init__(**more)


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, width = config.num_attention_heads, config.hidden_size
        self.W_pack, self.o_proj = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.up_proj, self.down_proj = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, hidden, mask):
        states = self.W_pack(hidden).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        attended = scaled_dot_product_attention(*states, mask).transpose(1, 2).flatten(2)
        hidden = hidden + self.o_proj(attended)
        return hidden + self.down_proj(self.up_proj(hidden).relu())


class OwnPreTrained(PreTrainedModel):
    config_class = OwnConfig

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(0, 0.2)


class OwnModel(OwnPreTrained):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.post_init()

    def forward(self, input_ids=None, attention_mask=None, use_cache=None):
        hidden, length = self.embed_tokens(input_ids), input_ids.shape[1]
        mask = torch.ones(length, length, dtype=torch.bool, device=hidden.device).tril()[None, None]
        if attention_mask is not None:
            mask = mask & attention_mask[:, None, None, :].bool()
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return BaseModelOutputWithPast(last_hidden_state=hidden)


class NormHead(nn.Module):
    def __init__(self, width, vocabulary):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(vocabulary, width))

    def forward(self, hidden):
        return 5 * nn.functional.linear(hidden, normalize(self.weight))


class OwnForCausalLM(OwnPreTrained, GenerationMixin):
    def __init__(self, config):
        super().__init__(config)
        self.model, self.lm_head = OwnModel(config), NormHead(config.hidden_size, config.vocab_size)
        self.post_init()

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def get_output_embeddings(self):
        return self.lm_head

    def get_decoder(self):
        return self.model

    def forward(self, input_ids=None, attention_mask=None, **unused):
        hidden = self.model(input_ids, attention_mask).last_hidden_state
        return CausalLMOutputWithPast(logits=self.lm_head(hidden))
"""


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    from transformers import AutoConfig, AutoModelForCausalLM

    folder = build_tokenizer(tmp_path / "base")
    (folder / "modeling_own.py").write_text(CODE, encoding="utf-8")
    names = {"AutoConfig": "modeling_own.OwnConfig", "AutoModelForCausalLM": "modeling_own.OwnForCausalLM"}
    config = {"model_type": "own", "auto_map": names, "vocab_size": 400}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    made = AutoConfig.from_pretrained(folder, trust_remote_code=True)
    AutoModelForCausalLM.from_config(made, trust_remote_code=True).save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def config_of(folder: Path, base: Path, data: Path, *, trusts: bool, adapter: str = "") -> Path:
    config = write_config(folder / "train.toml", base, data, folder / "run", keys=KEYS + adapter)
    if trusts:
        config.write_text(config.read_text().replace("[data]", "trust_remote_code = true\n[data]", 1))
    return config


@pytest.mark.parametrize("phase", ["sft", "dfpo"])
def test_a_model_with_code_of_its_own_is_trained(
    tmp_path: Path, own_model: Path, made_data: Path, phase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    adapter = '\nadapter = { targets = ["W_pack", "o_proj"] }' if phase == "dfpo" else ""
    run(config_of(tmp_path, own_model, made_data, trusts=True, adapter=adapter), [phase])
    shown = capsys.readouterr().out
    assert "attention padded" in shown
    assert "leak between rows 0.0e+00" in shown
    lines = [json.loads(line) for line in (tmp_path / "run" / phase / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert losses[-1] < losses[0]
    assert (tmp_path / "run" / phase / "modeling_own.py").is_file()
    assert set(load_file(tmp_path / "run" / phase / "model.safetensors")) == set(
        load_file(own_model / "model.safetensors")
    )


def test_code_of_a_model_is_not_run_unasked(tmp_path: Path, own_model: Path, made_data: Path) -> None:
    with pytest.raises(ConfigError, match="trust_remote_code = true"):
        run(config_of(tmp_path, own_model, made_data, trusts=False), ["sft"])
