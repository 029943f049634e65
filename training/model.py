"""Models: load, make them answer with target log-probabilities, wrap in a LoRA, save."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from schemas.errors import ConfigError
from training.config import Adapter
from training.head import target_logps

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def load_tokenizer(folder: Path, *, trust_remote_code: bool = False) -> Any:
    """Return a folder's tokenizer. Raise ConfigError where there is none."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ConfigError([f"model.tokenizer: {folder} holds no tokenizer that loads: {_first_line(error)}."]) from None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(
    folder: Path, dtype: torch.dtype, *, trust_remote_code: bool = False, quantise: bool = False, device_map: Any = None
) -> Any:
    """Return a folder's causal language model; an adapter folder gives its base with the adapter merged in.

    Raise ConfigError where the folder holds no model that loads, or needs code that was not allowed.
    """
    from transformers import AutoModelForCausalLM

    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        return _merged_adapter(folder, dtype, trust_remote_code=trust_remote_code)
    options: dict[str, Any] = {"quantization_config": _nf4()} if quantise else {}
    if device_map is not None:
        options["device_map"] = device_map
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, trust_remote_code=trust_remote_code, use_safetensors=True, **options
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        hint = (
            " Set model.trust_remote_code = true if you have read its code."
            if "trust_remote_code" in str(error)
            else ""
        )
        raise ConfigError(
            [f"model.base: {folder} holds no causal language model that loads: {_first_line(error)}.{hint}"]
        ) from None


def _merged_adapter(folder: Path, dtype: torch.dtype, *, trust_remote_code: bool) -> Any:
    from peft import PeftConfig, PeftModel

    try:
        base = PeftConfig.from_pretrained(str(folder)).base_model_name_or_path
    except (TypeError, ValueError, KeyError) as error:
        raise ConfigError([f"{folder}: an adapter peft cannot read: {_first_line(error)}."]) from None
    if not base or not Path(base).is_dir():
        raise ConfigError(
            [f"{folder}: the base of this adapter, {base!r}, is not on this disk. Merge it, or restore the base."]
        )
    model = load_model(Path(base), dtype, trust_remote_code=trust_remote_code)
    return PeftModel.from_pretrained(model, str(folder)).merge_and_unload()


def _nf4() -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
        bnb_4bit_quant_storage=torch.bfloat16,
    )


def body_of(model: Any) -> nn.Module:
    """Return the decoder: what turns token ids into hidden states."""
    body: nn.Module = model.get_decoder() if hasattr(model, "get_decoder") else model.model
    return body


def answer_with_logps(model: Any) -> None:
    """Make `model(…, target_index, target_ids)` return target log-probabilities [K] in float32 instead of logits.

    The model's own `forward` is replaced, not its modules: DDP, FSDP2 and peft, which all call it, stay as they are.
    Calls without targets (generation) go the usual way.
    """
    usual: Callable[..., Any] = model.forward
    config = getattr(model.config, "text_config", model.config)
    cap = float(getattr(config, "final_logit_softcapping", None) or 0.0)
    scale = float(getattr(config, "logit_scale", None) or 1.0) / float(getattr(config, "logits_scaling", None) or 1.0)

    @functools.wraps(usual)
    def forward(*args: Any, target_index: Any = None, target_ids: Any = None, **rest: Any) -> Any:
        if target_index is None:
            return usual(*args, **rest)
        rest.pop("use_cache", None)
        hidden = body_of(model)(*args, use_cache=False, **rest).last_hidden_state[0]
        return target_logps(hidden.index_select(0, target_index), model.get_output_embeddings(), target_ids, cap, scale)

    model.forward = forward


def wrap_lora(model: Any, adapter: Adapter) -> Any:
    """Return the model with a stock LoRA; only the adapter is trained."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if adapter.quantise:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    settings = LoraConfig(
        r=adapter.r,
        lora_alpha=adapter.alpha,
        lora_dropout=adapter.dropout,
        target_modules=adapter.targets,
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(model, settings, autocast_adapter_dtype=True)
    except ValueError as error:
        raise ConfigError([f"adapter.targets: {_first_line(error)}."]) from None


def recompute_layers(model: Any, share: float) -> None:
    """Recompute the activations of this share of the decoder layers in the backward pass, evenly spread."""
    if not share:
        return
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if hasattr(model, "enable_input_require_grads") and hasattr(model, "peft_config"):
        model.enable_input_require_grads()
    layers = [module for module in model.modules() if getattr(module, "gradient_checkpointing", None) is True]
    layers = [
        layer
        for layer in layers
        if hasattr(layer, "_gradient_checkpointing_func") and layer is not body_of(_inner(model))
    ]
    for number, layer in enumerate(layers):
        layer.gradient_checkpointing = int((number + 1) * share) > int(number * share)


def compile_layers(model: Any) -> None:
    """Compile each decoder layer; equal layers share one compilation."""
    for layer in body_of(_inner(model)).layers:
        layer.compile(dynamic=False)


def _inner(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "peft_config") else model


def trainable_parameters(model: Any) -> tuple[int, int]:
    """Return how many parameters are trained, and how many there are."""
    sizes = [
        (p.numel() if not hasattr(p, "quant_state") else 2 * p.numel(), p.requires_grad) for p in model.parameters()
    ]
    return sum(size for size, trained in sizes if trained), sum(size for size, _ in sizes)


def save_output(
    model: Any, tokenizer: Any, folder: Path, end_ids: set[int], *, merge: bool, state: dict[str, Any] | None = None
) -> None:
    """Write a model or adapter and its tokenizer so that stock transformers and peft load them.

    Files appear under their names only when all are written. Generation ends at the end-of-turn tokens seen.
    """
    partial = folder / ".output.partial"
    shutil.rmtree(partial, ignore_errors=True)
    if hasattr(model, "peft_config") and merge:
        model.save_pretrained(partial / "adapter", state_dict=state)
        model, state = model.merge_and_unload(), None
    _end_at(model, tokenizer, end_ids)
    forward = vars(_inner(model)).pop("forward", None)
    model.save_pretrained(partial, state_dict=state)
    tokenizer.save_pretrained(partial)
    if forward is not None:
        _inner(model).forward = forward
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    for path in sorted(partial.iterdir()):
        path.replace(folder / path.name)
    partial.rmdir()


def _end_at(model: Any, tokenizer: Any, end_ids: set[int]) -> None:
    generation = getattr(_inner(model), "generation_config", None)
    if generation is not None:
        ids = sorted({tokenizer.eos_token_id, *end_ids})
        generation.eos_token_id = ids if len(ids) > 1 else ids[0]
        generation.pad_token_id = tokenizer.pad_token_id


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")[:300]
