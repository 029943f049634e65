"""The whole chain in one command, ending in experts, their static export and answers; and the phase by itself."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from schemas.errors import ConfigError
from tests.support.tiny_model import write_config, write_dataset
from training.phases import run

ROOT = Path(__file__).parents[3]
KEYS = "max_steps = 2\ntokens_per_batch = 512\nmax_length = 320\nsave_steps = 1"
LORA = "\n[lora]\nlearning_rate = 1e-2\nr = 2\nalpha = 4\n"
TASKS = {"medkqa", "evidiag", "trerecom", "general"}
pytestmark = pytest.mark.filterwarnings("ignore:.*will be removed in v6:FutureWarning")  # names that peft still calls


def write_lora_config(folder: Path, model: Path, data: Path, phases: str, keys: str = KEYS, lora: str = LORA) -> Path:
    path = write_config(folder / "train.toml", model, data, folder / "run", phases, keys)
    path.write_text(path.read_text(encoding="utf-8") + lora + keys + "\n", encoding="utf-8")
    return path


def command(*words: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "training", *map(str, words)]
    return subprocess.run(line, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def lora_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset whose table `lora` is that of `sft`, under a manifest and a card with a licence."""
    folder = write_dataset(tmp_path_factory.mktemp("lora-data"), rows=24)
    if not (folder / "lora").is_dir():
        shutil.copytree(folder / "sft", folder / "lora")
    (folder / "manifest.json").write_text('{"name": "made"}')
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n# Made\n")
    return folder


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, lora_data: Path) -> tuple[Path, str]:
    """Return the folder of a finished chain, made by one command, and what it printed."""
    folder = tmp_path_factory.mktemp("chain")
    config = write_lora_config(folder, tiny_model, lora_data, '["cpt", "sft", "dfpo", "lora"]')
    result = command("all", config)
    assert result.returncode == 0, result.stderr
    return folder / "run", result.stdout


def test_one_command_goes_from_text_to_experts_a_static_export_and_answers(chain: tuple[Path, str]) -> None:
    run_folder, said = chain
    phases = json.loads((run_folder / "manifest.json").read_text())["phases"]
    assert list(phases) == ["cpt", "sft", "dfpo", "lora"]
    assert phases["lora"]["base_sha256"] == phases["dfpo"]["output_sha256"]
    experts = 4 * 2 * 2 * (64 + 64 + 64 + 32 + 64 + 32 + 64 + 64 + 3 * (64 + 128))
    assert phases["lora"]["trainable_share"] == pytest.approx(experts / 125_504)
    assert re.search(r"experts train 16,384 of 125,504 \(13\.055 %\), router and noise beside them 6,144", said)
    assert "KL(experts‖static)" in said
    assert {task for task in TASKS if f"{task}: expert shares" in said} == TASKS
    answers = lines(run_folder / "lora" / "answers.jsonl")
    assert {answer["task"] for answer in answers} == TASKS
    assert all(answer.keys() == {"task", "prompt", "prediction"} for answer in answers)


def test_the_bundled_sample_goes_through_all_phases_in_one_command(
    tmp_path: Path, tiny_model: Path, sample_build: Path
) -> None:
    keys = KEYS.replace("max_length = 320", "max_length = 1024").replace("= 512", "= 2048")
    config = write_lora_config(tmp_path, tiny_model, sample_build / "dataset", '["cpt", "sft", "dfpo", "lora"]', keys)
    result = command("all", config)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "run" / "lora"
    assert {answer["task"] for answer in lines(folder / "answers.jsonl")} == TASKS
    assert (folder / "static" / "adapter_model.safetensors").is_file()
    words = (
        "--data",
        sample_build / "dataset",
        "--table",
        "medkqa",
        "--out",
        tmp_path / "m.jsonl",
        "--max-new-tokens",
        4,
    )
    assert command("generate", folder, *words).returncode == 0
    assert all(
        line.keys() >= {"id", "task", "prediction", "reference", "model"} for line in lines(tmp_path / "m.jsonl")
    )


def test_the_static_export_of_a_run_is_a_stock_lora(chain: tuple[Path, str]) -> None:
    folder = chain[0] / "lora" / "static"
    assert json.loads((folder / "adapter_config.json").read_text())["peft_type"] == "LORA"
    assert {key.split(".")[-2] for key in load_file(folder / "adapter_model.safetensors")} == {"lora_A", "lora_B"}
    assert (folder / "tokenizer.json").is_file()


def test_gates_are_logged_by_task_and_layer_and_drawn(chain: tuple[Path, str]) -> None:
    folder = chain[0] / "lora"
    logged = lines(folder / "gates.jsonl")
    assert {line["step"] for line in logged} == {1, 2}
    assert len({line["layer"] for line in logged}) == 14
    assert {line["task"] for line in logged} <= TASKS
    for line in logged:
        assert sum(line["shares"]) == pytest.approx(1, abs=1e-6)
        assert 0 < line["entropy"] <= math.log(3) + 1e-6
    [*_, last] = [line for line in lines(folder / "metrics.jsonl") if "eval_gate_entropy" in line]
    task = next(iter({line["task"] for line in logged}))
    of_task = [line["shares"] for line in logged if line["step"] == last["step"] and line["task"] == task]
    assert last[f"eval_expert_shares_task_{task}"] == pytest.approx(torch.tensor(of_task).mean(0).tolist(), abs=1e-6)
    drawing = (folder / "expert-shares.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert all(f">{task}</text>" in drawing for task in TASKS)
    assert drawing.count("<rect") > 4 * 3 * 15


def test_the_card_names_base_data_figures_and_licence_and_its_code_runs(chain: tuple[Path, str]) -> None:
    folder = chain[0] / "lora"
    card = (folder / "README.md").read_text(encoding="utf-8")
    base = json.loads((chain[0] / "manifest.json").read_text())["phases"]["lora"]["base_sha256"]
    assert base in card
    assert sha256(b'{"name": "made"}').hexdigest() in card
    assert "license: cc-by-4.0" in card
    assert "base_model:" not in card  # the Hub takes an id there, and refuses a folder's path
    assert "| medkqa |" in card
    [block] = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    assert block.startswith("import training.experts")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    result = subprocess.run([sys.executable, "-c", block], env=environment, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_generate_answers_with_the_adapter_and_with_its_export(
    chain: tuple[Path, str], lora_data: Path, tmp_path: Path
) -> None:
    from training.answers.generate import Request, generate_file

    for kind in ("", "static"):
        out = tmp_path / f"{kind}.jsonl"
        model = str(chain[0] / "lora" / kind)
        generate_file(Request(model, str(lora_data), out, ("medkqa",), 8, 4096, 0.0, 0, kind or "experts"))
        assert {line["model"] for line in lines(out)} == {kind or "experts"}
        assert len(lines(out)) == 6


def test_export_without_a_table_uses_the_gates_measured_at_training(
    chain: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.export_experts import export

    export(str(chain[0] / "lora"), tmp_path / "lora")
    name = "adapter_model.safetensors"
    again, first = load_file(tmp_path / "lora" / name), load_file(chain[0] / "lora" / "static" / name)
    assert max(float((again[key] - first[key]).abs().max()) for key in first) < 1e-7
    export(str(chain[0] / "lora"), tmp_path / "whole", merged=True)
    assert (tmp_path / "whole" / "model.safetensors").is_file()
    assert (tmp_path / "whole" / "tokenizer.json").is_file()
    assert "as measured at training" in capsys.readouterr().out


def test_the_same_command_after_the_end_trains_nothing(chain: tuple[Path, str]) -> None:
    files = {path: path.stat().st_mtime_ns for path in chain[0].rglob("*") if path.is_file()}
    run(chain[0].parent / "train.toml")
    assert files == {path: path.stat().st_mtime_ns for path in chain[0].rglob("*") if path.is_file()}


def test_experts_with_noise_dropout_and_balance_go_on_to_the_same_bits(
    tmp_path: Path, tiny_model: Path, lora_data: Path
) -> None:
    lora = LORA + "dropout = 0.1\nbalance = 0.1\ncheckpointing = 1.0\naccumulation = 2\n"
    weights, logged = [], []
    for name in ("straight", "cut"):
        (tmp_path / name).mkdir()
        config = write_lora_config(tmp_path / name, tiny_model, lora_data, '["lora"]', lora=lora)
        run(config)
        folder = tmp_path / name / "run" / "lora"
        if name == "cut":
            (folder.parent / "manifest.json").unlink()
            for path in [*folder.glob("checkpoint-2/*"), folder / "adapter_model.safetensors"]:
                path.unlink()
            run(config)
        weights.append(load_file(folder / "adapter_model.safetensors"))
        logged.append(lines(folder / "gates.jsonl"))
    assert all(torch.equal(weights[0][key], weights[1][key]) for key in weights[0])
    assert logged[0] == logged[1]


@pytest.mark.parametrize(
    ("phases", "lora", "message"),
    [
        ('["lora", "sft"]', LORA, r"run\.phases: lora leaves an adapter.*Name it last"),
        ('["lora"]', LORA + "adapter = {}\n", r"lora\.adapter: the experts are this phase's adapter"),
        ('["lora"]', LORA + "experts = 0\n", r"lora\.experts: 0: expected a number greater than 0"),
        ('["lora"]', LORA + 'targets = "fnn"\n', r"lora\.targets: 'fnn': .*Did you mean 'ffn'"),
    ],
)
def test_contradictions_are_named(
    tmp_path: Path, tiny_model: Path, lora_data: Path, phases: str, lora: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        run(write_lora_config(tmp_path, tiny_model, lora_data, phases, lora=lora))
