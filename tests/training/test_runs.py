"""Whole runs on a tiny model: phases learn, chain, go on after a kill, and refuse what has changed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from schemas.errors import ConfigError
from tests.support.tiny_model import KEYS, write_config, write_dataset
from training.phases import run

ROOT = Path(__file__).parents[2]


def lines(folder: Path, kind: str = "loss") -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line for line in found if kind in line]


def manifest(out: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return value


def same_weights(first: Path, second: Path) -> bool:
    one, two = (load_file(folder / "model.safetensors") for folder in (first, second))
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, made_data: Path) -> Path:
    """Return the folder of a finished chain of three phases. Tests read it and do not change it."""
    folder = tmp_path_factory.mktemp("chain")
    run(write_config(folder / "train.toml", tiny_model, made_data, folder / "run"))
    return folder


def test_each_phase_lowers_its_loss(whole_run: Path) -> None:
    for phase in ("cpt", "sft"):
        steps = lines(whole_run / "run" / phase)
        assert steps[-1]["loss"] < steps[0]["loss"] - 0.5, phase
    evaluations = lines(whole_run / "run" / "dfpo", "eval_loss")
    assert evaluations[-1]["eval_loss"] < evaluations[0]["eval_loss"]


def test_metrics_have_one_line_a_step_with_the_named_figures(whole_run: Path) -> None:
    for phase in ("cpt", "sft", "dfpo"):
        steps = lines(whole_run / "run" / phase)
        assert [line["step"] for line in steps] == [1, 2, 3, 4, 5, 6]
        assert {"loss", "learning_rate", "tokens", "tokens_per_second", "seconds"} <= steps[0].keys()
        assert steps[0]["learning_rate"] > 0
    preference = {"dpo_loss", "nll", "margin", "chosen_logp_per_token", "rejected_logp_per_token"}
    assert preference <= lines(whole_run / "run" / "dfpo")[0].keys()


def test_preference_training_begins_at_ln_2(whole_run: Path) -> None:
    first = lines(whole_run / "run" / "dfpo")[0]
    assert first["dpo_loss"] == pytest.approx(0.6931472, abs=1e-6)
    assert first["margin"] == pytest.approx(0.0, abs=1e-6)


def test_evaluation_is_reported_by_source_and_task(whole_run: Path) -> None:
    line = lines(whole_run / "run" / "sft", "eval_loss")[-1]
    assert {"eval_loss_source_guideline", "eval_loss_source_textbook", "eval_loss_task_evidiag"} <= line.keys()


def test_the_manifest_chains_hashes_and_balances_tokens(whole_run: Path) -> None:
    phases = manifest(whole_run / "run")["phases"]
    assert phases["sft"]["base_sha256"] == phases["cpt"]["output_sha256"]
    assert phases["dfpo"]["base_sha256"] == phases["sft"]["output_sha256"]
    for entry in phases.values():
        tokens = entry["tokens"]
        assert tokens["in"] == tokens["trained"] + tokens["masked"] + tokens["dropped"] > 0
        assert entry["steps"] == 6
        assert entry["tokens_per_second"] > 0
    assert phases["cpt"]["tokens"]["masked"] == 0
    assert phases["sft"]["tokens"]["masked"] > 0


def test_stock_transformers_loads_each_output(whole_run: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    for phase in ("cpt", "sft", "dfpo"):
        folder = whole_run / "run" / phase
        assert AutoModelForCausalLM.from_pretrained(folder).dtype == torch.float32
        assert AutoTokenizer.from_pretrained(folder).chat_template


def test_the_same_command_after_the_end_trains_nothing(whole_run: Path) -> None:
    files = {path: path.stat().st_mtime_ns for path in (whole_run / "run").rglob("*") if path.is_file()}
    run(whole_run / "train.toml")
    assert files == {path: path.stat().st_mtime_ns for path in (whole_run / "run").rglob("*") if path.is_file()}


def test_a_changed_key_of_a_started_run_is_refused_by_name(whole_run: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text((whole_run / "train.toml").read_text(encoding="utf-8"), encoding="utf-8")
    replace(changed, "[dfpo]\n", "[dfpo]\nmu = 0.5\n")
    with pytest.raises(ConfigError, match=r"dfpo\.mu: was 1\.0, is 0\.5"):
        run(changed)


def test_changed_data_of_a_started_run_is_refused_by_table(whole_run: Path, tmp_path: Path) -> None:
    other = write_dataset(tmp_path / "data", seed=1)
    changed = tmp_path / "changed.toml"
    text = (whole_run / "train.toml").read_text(encoding="utf-8").splitlines()
    changed.write_text("\n".join(f'path = "{other}"' if line.startswith("path") else line for line in text))
    with pytest.raises(ConfigError, match=r"table cpt in .* has changed"):
        run(changed)


@pytest.mark.parametrize("text", ['{"name": "a dataset"}', "[]", "{"])
def test_a_folder_with_another_manifest_is_not_written_into(
    tmp_path: Path, tiny_model: Path, made_data: Path, text: str
) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ConfigError, match=r"t\.toml: run\.out: .* is not the manifest of a run"):
        run(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path))
    assert (tmp_path / "manifest.json").read_text() == text


def train(config: Path, phase: str = "sft") -> Path:
    run(config, [phase])
    return config.parent / "run" / phase


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_going_on_from_a_checkpoint_gives_the_same_bits(
    tmp_path: Path, tiny_model: Path, made_data: Path, dtype: str
) -> None:
    outputs = []
    for name in ("straight", "cut"):
        (tmp_path / name).mkdir()
        config = write_config(tmp_path / name / "train.toml", tiny_model, made_data, tmp_path / name / "run", '["sft"]')
        replace(config, '"float32"', f'"{dtype}"')
        outputs.append(train(config))
    cut = outputs[1]
    before = lines(cut)
    (tmp_path / "cut/run/manifest.json").write_text(json.dumps(manifest(tmp_path / "cut/run") | {"phases": {}}))
    for path in [*cut.glob("checkpoint-6/*"), cut / "model.safetensors"]:
        path.unlink()
    with (cut / "metrics.jsonl").open("a") as file:
        file.write('{"step": 7, "lo')
    train(tmp_path / "cut/train.toml")
    assert same_weights(*outputs)
    assert [line["step"] for line in lines(cut)] == [1, 2, 3, 4, 5, 6]
    assert [line["loss"] for line in lines(cut)] == [line["loss"] for line in before]


def test_a_run_killed_before_its_output_was_entered_writes_it_again(
    tmp_path: Path, tiny_model: Path, made_data: Path
) -> None:
    base = shutil.copytree(tiny_model, tmp_path / "base")
    replace(base / "tokenizer_config.json", '"eos_token": "<|im_end|>"', '"eos_token": "<|endoftext|>"')
    config = write_config(tmp_path / "t.toml", base, made_data, tmp_path / "run", '["dfpo"]')
    run(config, ["dfpo"])
    ends = json.loads((tmp_path / "run/dfpo/generation_config.json").read_text(encoding="utf-8"))["eos_token_id"]
    assert ends == [0, 2]  # the end of sequence and the end of an answer
    before = load_file(tmp_path / "run/dfpo/model.safetensors")
    entry = manifest(tmp_path / "run")["phases"]["dfpo"]
    (tmp_path / "run/manifest.json").write_text(json.dumps(manifest(tmp_path / "run") | {"phases": {}}))
    (tmp_path / "run/dfpo/model.safetensors").unlink()
    run(config, ["dfpo"])
    after = load_file(tmp_path / "run/dfpo/model.safetensors")
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert manifest(tmp_path / "run")["phases"]["dfpo"]["output_sha256"] == entry["output_sha256"]


def test_a_checkpoint_of_more_processes_is_not_gone_on_from(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", '["sft"]')
    run(config, ["sft"])
    (tmp_path / "run/manifest.json").write_text(json.dumps(manifest(tmp_path / "run") | {"phases": {}}))
    for path in (tmp_path / "run/sft").glob("checkpoint-*"):
        (path / "rng_state.pth").rename(path / "rng_state_0.pth")
        (path / "rng_state_1.pth").write_bytes(b"")
    with pytest.raises(ConfigError, match="written by 2 processes, and this run has 1"):
        run(config, ["sft"])
    assert list((tmp_path / "run/sft").glob("checkpoint-*"))


@pytest.mark.parametrize("phase", ["cpt", "sft", "dfpo"])
def test_the_cut_into_passes_does_not_change_the_steps(tmp_path: Path, tiny_model: Path, phase: str) -> None:
    data = write_dataset(tmp_path / "data", rows=4)
    losses, weights = [], []
    for tokens, accumulation in ((4096, 1), (2048, 2), (1024, 4)):
        out = tmp_path / str(accumulation)
        keys = (
            f"max_steps = 3\nmax_length = 512\ntokens_per_batch = {tokens}\naccumulation = {accumulation}\nbest = false"
        )
        out.mkdir()
        run(write_config(out / "train.toml", tiny_model, data, out / "run", keys=keys), [phase])
        losses.append([line["loss"] for line in lines(out / "run" / phase)])
        weights.append(load_file(out / "run" / phase / "model.safetensors"))
    for other, state in zip(losses[1:], weights[1:], strict=True):
        assert other == pytest.approx(losses[0], abs=3e-6)
        assert max(float((state[name] - weights[0][name]).abs().max()) for name in state) < 3e-6


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # torch's own, while it compiles
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_compiling_changes_speed_alone(tmp_path: Path, tiny_model: Path, made_data: Path, dtype: str) -> None:
    losses = []
    for compiled in ("false", "true"):
        keys = KEYS.replace("max_steps = 6", "max_steps = 3")
        config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / compiled, keys=keys)
        replace(config, '"float32"', f'"{dtype}"')
        replace(config, "[run]", f"[run]\ncompile = {compiled}")
        run(config, ["sft"])
        losses.append([line["loss"] for line in lines(tmp_path / compiled / "sft")])
    assert losses[1] == pytest.approx(losses[0], abs=1e-5 if dtype == "float32" else 0.05)


def test_an_unfinished_step_is_still_made(tmp_path: Path, tiny_model: Path) -> None:
    data = write_dataset(tmp_path / "data", rows=5)
    keys = "max_length = 256\ntokens_per_batch = 256\naccumulation = 8\nbest = false"
    run(write_config(tmp_path / "train.toml", tiny_model, data, tmp_path / "run", keys=keys), ["sft"])
    steps = lines(tmp_path / "run/sft")
    tokens = manifest(tmp_path / "run")["phases"]["sft"]["tokens"]
    assert len(steps) == 1
    assert sum(line["tokens"] for line in steps) == tokens["in"] - tokens["dropped"]


def test_a_loss_that_is_no_number_names_the_samples(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    from training.loop import NotFinite

    config = write_config(
        tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys=KEYS + "\nmax_grad_norm = 0"
    )
    replace(config, "learning_rate = 3e-3", "learning_rate = 1e30")
    with pytest.raises(NotFinite, match=r"step \d: the (loss|gradient) is not finite. Samples: row-\d+"):
        run(config, ["sft"])


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["cpt", "sft", "dfpo"])
def test_a_chain_killed_in_any_phase_goes_on_to_the_same_bits(
    tmp_path: Path, whole_run: Path, tiny_model: Path, made_data: Path, phase: str
) -> None:
    config = write_config(tmp_path / "train.toml", tiny_model, made_data, tmp_path / "run")
    command = [sys.executable, "-m", "training", "all", str(config)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while not list((tmp_path / "run" / phase).glob("checkpoint-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert phase not in manifest(tmp_path / "run")["phases"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for name in ("cpt", "sft", "dfpo"):
        assert same_weights(tmp_path / "run" / name, whole_run / "run" / name)
