"""What the tests train: a tiny random model, a tokenizer built here or a real one, a small made dataset."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.shared_files import shared_folder

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
WORDS = (
    *("发热", "咳嗽", "腹泻", "皮疹", "患儿", "口服", "体温", "呼吸", "次数", "水", "休息", "观察", "就医", "退热"),
    *("对乙酰氨基酚", "布洛芬", "每日", "三次", "儿科", "感染"),
)


def real_tokenizer(name: str) -> Path:
    """Return the folder of a real tokenizer; skip the test where it is absent."""
    folder = shared_folder() / "data" / "models" / name
    if not (folder / "tokenizer.json").is_file():
        pytest.skip(f"no tokenizer {folder}")
    return folder


def build_tokenizer(folder: Path) -> Path:
    """Train a byte-level tokenizer of 400 tokens with ChatML marks: the fallback that needs no file."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["".join(WORDS), "assistant user system Human: Assistant: "], trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = CHATML
    fast.save_pretrained(folder)
    return folder


def save_model(folder: Path, tokenizer: Path | None = None, kind: str = "qwen2", **changes: Any) -> Path:
    """Save a random model of two layers beside a tokenizer (default: the built one)."""
    import torch
    import transformers

    if tokenizer is None:
        build_tokenizer(folder)
    loaded = transformers.AutoTokenizer.from_pretrained(tokenizer or folder)
    loaded.save_pretrained(folder)
    sizes = {
        "vocab_size": len(loaded),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 2048,
        "initializer_range": 0.1,
        "bos_token_id": None,
        "eos_token_id": loaded.eos_token_id,
        "pad_token_id": loaded.pad_token_id,
    }
    config = transformers.AutoConfig.for_model(kind, **{**sizes, **changes})
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(folder)
    return folder


def sentence(draw: random.Random, low: int = 4, high: int = 16) -> str:
    return "".join(draw.choice(WORDS) for _ in range(draw.randint(low, high))) + "。"


def _messages(draw: random.Random, turns: int) -> list[dict[str, str]]:
    return [{"role": role, "content": sentence(draw)} for _ in range(turns) for role in ("user", "assistant")]


BUILDER = {"kind": "template", "name": "made", "version": "1", "model": None}


def write_dataset(folder: Path, rows: int = 48, seed: int = 0) -> Path:
    """Write the tables cpt, sft and dfpo, and the benchmark medkqa, with the columns `build` writes."""
    from schemas.tables import TABLES

    draw = random.Random(seed)
    tasks = ("medkqa", "evidiag", "trerecom", "general")

    def common(i: int) -> dict[str, Any]:
        return {"id": f"row-{i:04d}", "source": ("guideline", "textbook")[i % 2], "parents": [f"doc-{i}"]}

    def labels(i: int) -> dict[str, Any]:
        return common(i) | {"task": tasks[i % 4], "department": "儿科", "pediatric": True, "builder": BUILDER}

    makers: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
        "cpt": (
            "pretrain",
            lambda i: common(i) | {"text": sentence(draw, 8, 60), "kind": ("plain", "instruction")[i % 3 == 0]},
        ),
        "sft": ("instruction", lambda i: labels(i) | {"messages": _messages(draw, 1 + i % 3)}),
        "dfpo": (
            "preference",
            lambda i: (
                labels(i)
                | {
                    "prompt": _messages(draw, 1)[:1],
                    "chosen": [{"role": "assistant", "content": sentence(draw)}],
                    "rejected": [{"role": "assistant", "content": sentence(draw)}],
                    "chosen_by": BUILDER,
                    "rejected_by": BUILDER,
                }
            ),
        ),
        "medkqa": (
            "benchmark",
            lambda i: common(i) | {"messages": _messages(draw, 1)[:1], "reference": "观察", "task": "medkqa"},
        ),
    }
    for table, (kind, make) in makers.items():
        splits = (
            {"test": range(6)} if table == "medkqa" else {"train": range(rows), "validation": range(rows, rows + 6)}
        )
        for split, numbers in splits.items():
            made = [{name: value for name, value in make(i).items() if name in TABLES[kind].names} for i in numbers]
            (folder / table).mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(made, TABLES[kind]), folder / table / f"{split}-00000-of-00001.parquet")
    return folder


CONFIG = """
[model]
base = "{base}"
dtype = "float32"
[data]
path = "{data}"
[run]
out = "{out}"
phases = {phases}
[cpt]
{keys}
learning_rate = 3e-3
[sft]
{keys}
learning_rate = 3e-3
[dfpo]
{keys}
learning_rate = 1e-3
"""
KEYS = "max_steps = 6\ntokens_per_batch = 512\nmax_length = 256\naccumulation = 2\nsave_steps = 2"


def write_config(
    path: Path, base: Path, data: Path, out: Path, phases: str = '["cpt", "sft", "dfpo"]', keys: str = KEYS
) -> Path:
    path.write_text(CONFIG.format(base=base, data=data, out=out, phases=phases, keys=keys), encoding="utf-8")
    return path
