"""The adapter's model card: base, data, figures, licence, and one block of Python that loads it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from training.experts.parameter_count import ParameterCount
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import NAME
from training.manifest import write_text

SNIPPET = """import training.experts  # of the package pedcorpus; it makes peft know {kind}

from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer

adapter = {folder!r}
tokenizer = AutoTokenizer.from_pretrained(adapter)
model = AutoPeftModelForCausalLM.from_pretrained(adapter).eval()
question = [{{"role": "user", "content": "孩子发热两天，怎么办？"}}]
prompt = tokenizer.apply_chat_template(question, tokenize=False, add_generation_prompt=True)
ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt").input_ids
answer = model.generate(input_ids=ids, max_new_tokens=128, do_sample=False)
print(tokenizer.decode(answer[0, ids.shape[1] :], skip_special_tokens=True))
"""


def write_card(folder: Path, config: ExpertsConfig, data: Path, size: ParameterCount, figures: dict[str, Any]) -> None:
    """Write README.md beside the adapter. `figures`: `base_sha256`, `entry`, `tasks` and `kl` of the phase."""
    licence, said = _licence(data)
    base = str(config.base_model_name_or_path)
    head: dict[str, Any] = {} if Path(base).is_absolute() else {"base_model": base}  # the Hub refuses a path there
    head |= {"library_name": "peft", "license": licence, "language": ["zh"]}
    head |= {"pipeline_tag": "text-generation", "tags": ["lora", "mixture-of-experts", "medical", "pediatrics"]}
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    parts = [f"---\n{front}---\n", _text(config, data, size, figures, said), _loading(folder)]
    write_text(folder / "README.md", "\n".join(parts))


def _text(config: ExpertsConfig, data: Path, size: ParameterCount, figures: dict[str, Any], said: str) -> str:
    entry, manifest = figures["entry"], data / "manifest.json"
    digest = sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else "not built here: no manifest.json"
    return f"""# Mixture of universal and specific LoRA experts

One universal and {config.experts} specific experts of rank {config.r} (alpha {config.alpha:g}) on the linear layers
of a frozen model, gated per token (PediatricsGPT, arXiv 2405.19266, phase 4). A research model; not medical advice.

| | |
| --- | --- |
| base | `{config.base_model_name_or_path}`, SHA-256 `{figures["base_sha256"]}` |
| data | table `lora`, SHA-256 of the dataset's manifest `{digest}` |
| licence | {said} |
| trained | {size} |
| tokens | {entry["tokens"]["trained"]:,} trained, {entry["tokens"]["masked"]:,} masked, {entry["steps"]:,} steps |
| validation loss | {f"{entry['eval_loss']:.4f}" if "eval_loss" in entry else "not measured"} |

Expert shares (mean gate over tokens and layers; the universal expert always counts 1), and what freezing the gates
costs (`static/`), in nats per answer token:

{_table(figures)}
By layer: `gates.json`, `expert-shares.svg`.
"""


def _table(figures: dict[str, Any]) -> str:
    lines = ["| task | expert shares | gate entropy | KL(experts‖static) | KL(experts‖base) |", "| --- " * 5 + "|"]
    for task, found in figures["tasks"].items():
        shares, kl = " / ".join(f"{100 * share:.1f} %" for share in found["shares"]), figures["kl"][task]
        lines.append(f"| {task} | {shares} | {found['entropy']:.3f} | {kl['static']:.3g} | {kl['base']:.3g} |")
    return "\n".join(lines) + "\n"


def _loading(folder: Path) -> str:
    return f"""## Loading

peft knows the type `{NAME}` only after this package is imported; without that it stops at `KeyError: '{NAME}'`.
`static/` is an ordinary LoRA and needs nothing.

```python
{SNIPPET.format(kind=NAME, folder=str(folder.resolve()))}```

Tensors of a layer, the universal expert first (R = (T + 1) r): `pedcorpus_experts_A.weight` [R, in],
`pedcorpus_experts_B.weight` [out, R], `pedcorpus_experts_router.weight` [T, in],
`pedcorpus_experts_noise.weight` [T, in] (training only).
"""


def _licence(data: Path) -> tuple[str, str]:
    """Return the licence for the card's head and in words: that of the dataset's card; the base's own applies too."""
    path, own = data / "README.md", "the base model's licence applies besides"
    if path.is_file() and (text := path.read_text(encoding="utf-8")).startswith("---\n"):
        found = (yaml.safe_load(text.split("---\n")[1]) or {}).get("license")
        if found:
            return str(found), f"{found} (of the dataset); {own}"
    return "other", f"the dataset states none; {own}"
