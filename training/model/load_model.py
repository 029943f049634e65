"""Models: load, make them answer with target log-probabilities, wrap in a LoRA, save."""

from __future__ import annotations

import functools
import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from schemas.errors import ConfigError
from training.config import Adapter
from training.model.attention import run_padded_body
from training.model.target_logps import target_logps

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
FAILURES = (OSError, ValueError, KeyError, ImportError, RuntimeError)
"""What transformers and peft raise for a folder that is not what was asked for."""


def load_tokenizer(folder: Path, *, trust_remote_code: bool = False, beside: Path | None = None) -> Any:
    """Return a folder's tokenizer, as it will be read `beside` a model. Raise ConfigError where there is none.

    transformers lets the model's configuration decide on the class, and with it how text is cut before it is merged to
    tokens; so a tokenizer from elsewhere may split numbers in its own folder otherwise than in the output.
    """
    from transformers import AutoConfig, AutoTokenizer

    options: dict[str, Any] = {"trust_remote_code": trust_remote_code}
    try:
        if beside and (beside / "config.json").is_file():
            options["config"] = AutoConfig.from_pretrained(beside, trust_remote_code=trust_remote_code)
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
    except FAILURES as error:
        raise _load_error("tokenizer", folder, error) from None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(folder: Path, dtype: torch.dtype, *, trust_remote_code: bool = False, quantise: bool = False) -> Any:
    """Return a folder's causal language model; an adapter folder gives its base with the adapter merged in.

    Experts cannot be merged: they stay on their base, as a peft model.

    Raise ConfigError where the folder holds no model that loads, or needs code that was not allowed.
    """
    from transformers import AutoModelForCausalLM

    options: dict[str, Any] = {"quantization_config": _nf4()} if quantise else {}
    try:
        if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
            model = _with_adapter(folder, dtype, trust_remote_code=trust_remote_code, quantise=quantise)
        else:
            model = AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype, trust_remote_code=trust_remote_code, use_safetensors=True, **options
            )
    except FAILURES as error:
        raise _load_error("model", folder, error) from None
    model.name_or_path = str(folder.resolve())
    return model


def load_blank_model(folder: Path, *, trust_remote_code: bool = False) -> Any:
    """Return a folder's model without weights (on the meta device), for its sizes."""
    from transformers import AutoConfig, AutoModelForCausalLM

    while (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        folder = Path(json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"])
    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=trust_remote_code)
        with torch.device("meta"):
            return AutoModelForCausalLM.from_config(config, trust_remote_code=trust_remote_code)
    except FAILURES as error:
        raise _load_error("model", folder, error) from None


def _with_adapter(folder: Path, dtype: torch.dtype, *, trust_remote_code: bool, quantise: bool) -> Any:
    from peft import PeftConfig, PeftModel

    from training.experts.peft_type import EXPERTS
    from training.experts.register import register_experts

    register_experts()
    ignore_renaming_warnings()
    base = PeftConfig.from_pretrained(str(folder)).base_model_name_or_path
    if not base or not Path(base).is_dir():
        raise ConfigError([f"{folder}: the base of this adapter, {base!r}, is not on this disk. Restore it."])
    model = load_model(Path(base), dtype, trust_remote_code=trust_remote_code, quantise=quantise)
    model = PeftModel.from_pretrained(model, str(folder))
    return model if model.peft_type == EXPERTS else model.merge_and_unload()


def ignore_renaming_warnings() -> None:
    """Hide the warning about names of transformers that stock peft still uses: a user cannot act on it."""
    warnings.filterwarnings("ignore", ".*will be removed in v6", FutureWarning)


def _nf4() -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
        bnb_4bit_quant_storage=torch.bfloat16,
    )


def unwrap(model: Any) -> Any:
    """Return the causal language model inside a peft model."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def decoder_of(model: Any) -> Any:
    """Return the decoder: what turns token ids into hidden states."""
    inner = unwrap(model)
    return inner.get_decoder() if hasattr(inner, "get_decoder") else inner.model


def answer_with_logps(model: Any) -> None:
    """Make `model(…, target_index, target_ids)` return target log-probabilities [K] in float32 instead of logits.

    The model's own `forward` is replaced, not its modules: DDP, FSDP2 and peft, which all call it, stay as they are.
    Calls without targets (generation) go the usual way.
    """
    usual = model.forward
    config = getattr(model.config, "text_config", model.config)
    cap = float(getattr(config, "final_logit_softcapping", None) or 0.0)
    scale = float(getattr(config, "logit_scale", None) or 1.0) / float(getattr(config, "logits_scaling", None) or 1.0)

    @functools.wraps(usual)
    def forward(*args: Any, target_index: Any = None, target_ids: Any = None, **rest: Any) -> Any:
        if target_index is None:
            return usual(*args, **rest)
        if getattr(model, "pads_segments", False):
            hidden = run_padded_body(decoder_of(model), rest["input_ids"], rest["cu_seq_lens_q"])
        else:
            hidden = decoder_of(model)(*args, **{**rest, "use_cache": False}).last_hidden_state[0]
        return target_logps(hidden.index_select(0, target_index), model.get_output_embeddings(), target_ids, cap, scale)

    model.forward = forward


def wrap_lora(model: Any, adapter: Adapter) -> Any:
    """Return the model with a stock LoRA; only the adapter is trained."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    ignore_renaming_warnings()
    if adapter.quantise:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    settings = LoraConfig(
        r=adapter.r,
        lora_alpha=adapter.alpha,  # type: ignore[arg-type]
        lora_dropout=adapter.dropout,
        target_modules=adapter.targets,
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(model, settings)
    except ValueError as error:
        raise ConfigError([f"adapter.targets: {_first_line(error)}. Name linear layers of the model."]) from None


def recompute_layers(model: Any, share: float) -> None:
    """Recompute the activations of this share of the decoder layers in the backward pass, evenly spread."""
    if not share:
        return
    name = "activation_checkpointing" if hasattr(model, "activation_checkpointing_enable") else "gradient_checkpointing"
    getattr(model, f"{name}_enable")(**{f"{name}_kwargs": {"use_reentrant": False}})
    for number, layer in enumerate(decoder_of(model).layers):
        layer.gradient_checkpointing = int((number + 1) * share) > int(number * share)


def compile_layers(model: Any) -> None:
    """Compile each decoder layer; equal layers share one compilation."""
    for layer in decoder_of(model).layers:
        layer.compile(dynamic=False)


def trainable_parameters(model: Any) -> tuple[int, int]:
    """Return how many parameters are trained, and how many there are (two in each byte of a 4-bit model)."""
    sizes = [
        (p.numel() * p.element_size() * 2 if hasattr(p, "quant_state") else p.numel(), p) for p in model.parameters()
    ]
    return sum(size for size, p in sizes if p.requires_grad), sum(size for size, _ in sizes)


def save_output(
    model: Any,
    tokenizer: Any,
    folder: Path,
    end_ids: set[int],
    *,
    merge: bool = False,
    state: Any = None,
    plain: Callable[[], Any] | None = None,
) -> None:
    """Write a model or adapter and its tokenizer so that stock transformers and peft load them.

    Files appear under their names only when all are written. Generation ends at `end_ids`. `plain` loads the base of a
    model in 4 bits: merged into those, an adapter is rounded, and the result needs bitsandbytes.
    """
    partial = folder / ".output.partial"
    shutil.rmtree(partial, ignore_errors=True)
    if hasattr(model, "peft_config") and merge:
        model.save_pretrained(partial / "adapter", state_dict=state)
        if plain is not None:
            from peft import PeftModel

            model = PeftModel.from_pretrained(plain(), str(partial / "adapter"))
        model, state = model.merge_and_unload(), None
    if (generation := getattr(unwrap(model), "generation_config", None)) is not None:
        generation.eos_token_id = sorted(end_ids)
        generation.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(partial, state_dict=state)
    tokenizer.save_pretrained(partial)
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    for path in sorted(partial.iterdir()):
        path.replace(folder / path.name)
    partial.rmdir()


def _load_error(what: str, folder: Path, error: BaseException) -> ConfigError:
    """Return the error for a folder without a model or tokenizer that loads."""
    key = "model.base" if what == "model" else "model.tokenizer"
    hint = " Set trust_remote_code = true if you have read its code." if "remote_code" in str(error) else ""
    return ConfigError([f"{key}: {folder} holds no {what} that loads: {_first_line(error)}.{hint}"])


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")[:300]
