"""A wrong configuration: every problem at once, one line each, before torch is imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import ConfigError
from tests.support.tiny_model import write_config
from training.load_config import load_config

ROOT = Path(__file__).parents[2]
WRONG = """
dfpo = 3
[modle]
base = "x"
[model]
base = "nowhere/at/all"
dtype = "bfloat"
[data]
path = "./absent"
[run]
out = "run"
phases = ["cpt", "stf"]
[sft]
learnig_rate = 1e-5
epochs = 1
max_steps = 10
[cpt]
tokens_per_batch = 64
max_length = 128
learning_rate = -1
"""


def test_all_problems_come_at_once_with_file_key_and_advice(tmp_path: Path) -> None:
    path = tmp_path / "train.toml"
    path.write_text(WRONG)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    found = {line.split(": ")[1]: line for line in caught.value.problems}
    assert all(line.startswith(f"{path}: ") for line in caught.value.problems)
    assert set(found) >= {
        "modle", "model.base", "model.dtype", "data.path", "run.phases[1]", "sft.learnig_rate", "cpt.learning_rate",
        "sft.max_steps", "cpt.tokens_per_batch", "dfpo",
    }  # fmt: skip
    assert len(found) == len(caught.value.problems)
    assert "Write [dfpo]" in found["dfpo"]
    assert "Did you mean 'model'?" in found["modle"]
    assert "Did you mean 'bfloat16'?" in found["model.dtype"]
    assert "Did you mean 'sft'?" in found["run.phases[1]"]
    assert "Did you mean 'learning_rate'?" in found["sft.learnig_rate"]
    assert "is not there" in found["model.base"]


def test_contradictory_keys_are_named(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    keys = "epochs = 1\nmax_steps = 2\ntokens_per_batch = 64\nmax_length = 128"
    with pytest.raises(ConfigError, match=r"sft\.max_steps: epochs and max_steps") as caught:
        load_config(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys=keys))
    assert "sft.tokens_per_batch: 64 is less than max_length = 128" in str(caught.value)


def test_a_table_the_data_lacks_is_named(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", '["lora"]')
    with pytest.raises(ConfigError, match=r"data\.path: .* has no table lora .*It holds: cpt, dfpo, medkqa, sft"):
        load_config(config)


def replace_table(data: Path, made: Path, table: str, rows: pa.Table) -> Path:
    """Return a copy of a dataset with other training rows in one table."""
    shutil.copytree(made, data)
    pq.write_table(rows, data / table / "train-00000-of-00001.parquet")
    return data


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda rows: rows.slice(0, 0), "table dfpo in .* has no rows"),
        (lambda rows: rows.drop_columns(["rejected"]), "no column rejected"),
        (lambda rows: rows.set_column(1, "prompt", rows["id"]), r"column prompt is string, expected a list of \{role"),
    ],
    ids=["empty", "column", "type"],
)
def test_a_table_that_cannot_be_trained_on_is_named_before_any_phase_runs(
    tmp_path: Path, tiny_model: Path, made_data: Path, change: Callable[[pa.Table], pa.Table], text: str
) -> None:
    rows = change(pq.read_table(made_data / "dfpo" / "train-00000-of-00001.parquet"))
    data = replace_table(tmp_path / "data", made_data, "dfpo", rows)
    with pytest.raises(ConfigError, match=text):
        load_config(write_config(tmp_path / "t.toml", tiny_model, data, tmp_path / "run"))


def test_an_adapter_on_an_adapter_is_refused(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    keys = "adapter = { merge = false }"
    with pytest.raises(ConfigError, match=r"cpt\.adapter\.merge: .* sft would leave another. Merge it first"):
        load_config(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys=keys))
    load_config(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", '["sft"]', keys=keys))


def test_a_run_folder_that_is_a_file_is_named(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    with pytest.raises(ConfigError, match=r"run\.out: .* is a file"):
        load_config(write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "t.toml"))


def test_without_phases_those_with_a_table_are_run(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run")
    text = config.read_text().replace('phases = ["cpt", "sft", "dfpo"]', "")
    config.write_text(text)
    assert load_config(config).config.run.phases == ["cpt", "sft", "dfpo"]


def test_paths_are_relative_to_the_configuration(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    (tmp_path / "model").symlink_to(tiny_model)
    (tmp_path / "data").symlink_to(made_data)
    checked = load_config(write_config(tmp_path / "t.toml", Path("model"), Path("data"), Path("runs/first")))
    assert checked.base == tmp_path / "model"
    assert checked.out == tmp_path / "runs/first"


def test_a_wrong_file_ends_with_status_2_before_torch_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "train.toml"
    path.write_text(WRONG)
    code = (
        "import sys, runpy; sys.argv = ['training', 'all', sys.argv[1]]\n"
        "try: runpy.run_module('training', run_name='__main__')\n"
        "except SystemExit as end: print(end.code, 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.stdout.strip() == "2 False False"
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == len({line.split(": ")[2] for line in result.stderr.splitlines()})


@pytest.mark.parametrize("text", [b"\xff\xfe", b"[model\nbase = 1", b""])
def test_what_is_no_toml_is_one_clear_error(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "t.toml"
    path.write_bytes(text)
    with pytest.raises(ConfigError, match=r"TOML|UTF-8|missing"):
        load_config(path)


def test_every_key_is_documented() -> None:
    from training import config

    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    tables = (config.Model, config.Data, config.Run, config.Cpt, config.Sft, config.Dfpo, config.Lora, config.Adapter)
    missing = {
        f"{table.__name__}.{name}"
        for table in tables
        for name, field in table.model_fields.items()
        if f"| `{name}` |" not in text or not field.description
    }
    assert missing == set()


def test_a_quoted_number_is_no_number(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys='max_steps = "2"')
    with pytest.raises(ConfigError, match=r"sft\.max_steps: '2': expected a whole number"):
        load_config(config)
    config = write_config(tmp_path / "t.toml", tiny_model, made_data, tmp_path / "run", keys="betas = [0.9, 0.95]")
    assert load_config(config)


def test_a_path_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    for path, reason in ((tmp_path / "file" / "train.toml", "not a directory"), (tmp_path / "loop.toml", "too many")):
        with pytest.raises(ConfigError, match=f"{path}: {reason}.*Expected a TOML file"):
            load_config(path)
