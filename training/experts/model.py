"""The tuner of peft: puts experts on a model's linear layers, so that stock peft trains, saves and loads them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from peft.tuners.tuners_utils import BaseTuner, BaseTunerLayer
from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING
from torch import Tensor, nn

from training.experts.layer import NO_MERGE, ExpertsLayer, ExpertsLinear, layer_sizes
from training.experts.peft_type import PREFIX

_FEED_FORWARD = re.compile(r"(?:^|.*\.)((?:mlp|ffn|feed_forward|feedforward)\.\w+)")
"""Linear layers of a feed-forward block, in Llama, Qwen, Baichuan, GPT-2, InternLM and their kin.

`model.layers.0.mlp.up_proj` → `mlp.up_proj`; `model.layers.0.self_attn.q_proj` → –.
"""
_TENSOR = re.compile(rf"\.{PREFIX}\w+\.([^.]+)\.weight$")
"""Tensors of an adapter, whose name is the group: `model.q_proj.pedcorpus_experts_A.default.weight` → `default`."""


class ExpertsModel(BaseTuner):
    """A model with a mixture of universal and specific experts."""

    prefix = PREFIX
    tuner_layer_cls = ExpertsLayer
    target_module_mapping: Any = TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING

    def _prepare_model(self, peft_config: Any, model: nn.Module) -> None:
        if peft_config.target_modules == "ffn":
            peft_config.target_modules = find_feed_forward(model)

    def _create_and_replace(
        self,
        peft_config: Any,
        adapter_name: str,
        target: nn.Module,
        target_name: str,
        parent: nn.Module,
        current_key: str,
        parameter_name: str | None = None,
        **_: Any,
    ) -> None:
        if isinstance(target, ExpertsLayer):
            target.update_layer(adapter_name, peft_config, peft_config.inference_mode)
            return
        layer_sizes(target.get_base_layer() if isinstance(target, BaseTunerLayer) else target)
        layer = ExpertsLinear(target, adapter_name, peft_config, peft_config.inference_mode)
        if adapter_name not in self.active_adapters:
            layer.requires_grad_(False)
        self._replace_module(parent, target_name, layer, target)

    @contextmanager
    def _enable_peft_forward_hooks(self, *_: Any, **options: Any) -> Iterator[None]:
        """Refuse a batch of several adapters, which peft would otherwise answer with the active one alone."""
        if options.get("adapter_names"):
            raise ValueError("adapter_names: experts answer with the active adapter. Call set_adapter for each.")
        yield

    def _check_merge_allowed(self) -> NoReturn:
        raise ValueError(NO_MERGE)

    def _load_from_state_dict(
        self, state_dict: dict[str, Tensor], prefix: str, metadata: Any, strict: bool, *lists: list[str]
    ) -> None:
        """Load, and check what peft does not: that an adapter is whole, and that it is more than its base."""
        super()._load_from_state_dict(state_dict, prefix, metadata, strict, *lists)
        if any(".base_layer." in key for key in state_dict):
            return
        wanted = _group_by_adapter(f"{prefix}{key}" for key, _ in self.named_parameters())
        for name, own in _group_by_adapter(state_dict).items():
            if own != wanted.get(name, set()):
                lists[-1].append(_describe_incomplete(name, own, wanted.get(name, set())))
            elif not any(state_dict[key].any() for key in own if f"{PREFIX}B." in key):
                warnings.warn(f"adapter {name}: every B is zero, so it answers exactly like its base.", stacklevel=2)


def find_feed_forward(model: nn.Module) -> set[str]:
    """Return the names of the linear layers of the feed-forward blocks. Raise ValueError where none is found."""
    found = set()
    for key, module in model.named_modules():
        base = module.get_base_layer() if isinstance(module, BaseTunerLayer) else module
        match = _FEED_FORWARD.fullmatch(key)
        if match and (hasattr(base, "in_features") or type(base).__name__ == "Conv1D"):
            found.add(match[1])
    if not found:
        raise ValueError("target_modules: no feed-forward block found for `ffn`. Name its linear layers instead.")
    return found


def expert_layers(model: nn.Module, adapter_name: str = "default") -> dict[str, ExpertsLinear]:
    """Return the layers that carry an adapter, by their name in the base model, in order."""
    return {
        name.removeprefix("base_model.model.").replace("_orig_mod.", ""): module
        for name, module in model.named_modules()
        if isinstance(module, ExpertsLinear) and adapter_name in module.settings
    }


def _group_by_adapter(keys: Iterable[str]) -> dict[str, set[str]]:
    """Return the tensors of each adapter; what peft 0.18 saves of others beside it is left out."""
    found: dict[str, set[str]] = {}
    for key in keys:
        if match := _TENSOR.search(key):
            found.setdefault(match[1], set()).add(key)
    return found


def _describe_incomplete(name: str, given: set[str], wanted: set[str]) -> str:
    odd = sorted(wanted - given)[:3] or sorted(given - wanted)[:3]
    what = "lacks" if wanted - given else "has besides"
    return (
        f"adapter {name}: {len(given & wanted)} of {len(wanted)} tensors; it {what} {', '.join(odd)}. "
        "It belongs to another base, or was not saved whole."
    )
