"""The command line: help with examples, one clear message for a mistake, the right exit status."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from pedcorpus.cli import app
from pedcorpus.commands.build import folders_to_remove
from pedcorpus.engine.step import Step

Run = Callable[..., subprocess.CompletedProcess[str]]
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app([command, "--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"Example: python -m pedcorpus {command}" in shown


def write(folder: Path, *sources: str, extra: str = "") -> Path:
    config = folder / "c.toml"
    config.write_text(
        '[corpus]\nname = "c"\n' + "".join(f"[[source]]\n{s}\n" for s in sources) + extra, encoding="utf-8"
    )
    return config


def mistake(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def test_all_mistakes_of_a_configuration_come_at_once(pedcorpus: Run, tmp_path: Path) -> None:
    config = write(tmp_path, 'name = "a"\nkind = "textbok"\npath = "x"', extra="[dedup]\ntreshold = 1\n")
    message = mistake(pedcorpus("build", config, "--out", tmp_path / "out"))
    assert "Did you mean 'textbook'?" in message
    assert "Did you mean 'threshold'?" in message


def test_missing_and_empty_paths_are_named_with_their_source_all_at_once(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    sources = [f'name = "{name}"\nkind = "dialogue"\npath = "{name}/*"' for name in ("nowhere", "empty")]
    config = write(tmp_path, *sources, extra='[wikipedia]\nlexicon = ["terms/*.txt"]\n')
    message = mistake(pedcorpus("build", config, "--out", tmp_path / "out"))
    assert f"{config}: source[0] (nowhere).path" in message
    assert f"{config}: source[1] (empty).path" in message
    assert f"{config}: wikipedia.lexicon" in message


def test_a_format_that_the_kind_does_not_know_is_told_before_anything_is_read(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("患者：发热。\n医生：多久了？", encoding="utf-8")
    config = write(tmp_path, 'name = "talks"\nkind = "dialogue"\npath = "a.txt"\nformat = "cassette"')
    message = mistake(pedcorpus("plan", config, "--out", tmp_path / "out"))
    assert "source[0] (talks).format: 'cassette': expected one of word, excel" in message


def test_a_source_that_holds_the_build_itself_is_refused(pedcorpus: Run, tmp_path: Path) -> None:
    config = write(tmp_path, 'name = "talks"\nkind = "dialogue"\npath = "."')
    (tmp_path / "out" / "steps").mkdir(parents=True)
    (tmp_path / "out" / "steps" / "a.parquet").touch()
    assert "Choose an --out elsewhere" in mistake(pedcorpus("build", config, "--out", tmp_path / "out"))


def test_an_out_that_cannot_be_written_is_told(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("患者：发热。\n医生：多久了？", encoding="utf-8")
    config = write(tmp_path, 'name = "talks"\nkind = "dialogue"\npath = "a.txt"')
    assert "Choose a folder that can be written" in mistake(pedcorpus("build", config, "--out", config / "out"))


def test_a_source_of_nothing_but_broken_files_stops_the_build_with_its_name(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "book.pdf").write_text("这不是PDF，只是文字。")
    config = write(tmp_path, 'name = "books"\nkind = "textbook"\npath = "book.pdf"')
    message = mistake(pedcorpus("build", config, "--out", tmp_path / "out"))
    assert "ingest-books" in message
    assert "unreadable_file" in message


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("build", "no-such.toml"), "no such file"),
        (("build", "--only", "dedupe"), "Known: "),
        (("build", "--executor", "cloud"), "expected one of local, slurm, ray"),
        (("inspect", "no-such-folder"), "no finished dataset"),
        (("inspect", ".", "--id", "doc-1"), "no build here"),
        (("sources", "--probe", "README.md", "--kind", "novel"), "Known: "),
        (("build", "--workers", "0"), "workers"),
        (("no-such-command",), "No such command"),
    ],
)
def test_mistakes_are_one_clear_message(pedcorpus: Run, tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    out = ("--out", str(tmp_path)) if words[0] == "build" else ()
    assert expected in mistake(pedcorpus(*words, *out))


def test_slurm_without_sbatch_is_told(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("患者：发热。\n医生：多久了？", encoding="utf-8")
    source = 'name = "talks"\nkind = "dialogue"\npath = "a.txt"'
    config = write(tmp_path, source, extra='[run]\nexecutor = "slurm"\n[run.slurm]\npartition = "cpu"\n')
    assert "needs sbatch" in mistake(pedcorpus("build", config, "--out", tmp_path / "out", PATH=str(tmp_path)))


def test_unfinished_steps_that_are_no_longer_planned_areto_forget(tmp_path: Path) -> None:
    for name in ("ingest-gone", "ingest-old", "clean"):
        (tmp_path / "steps" / name).mkdir(parents=True)
    (tmp_path / "steps" / "ingest-old" / "manifest.json").touch()
    steps = [Step("clean", 1, {}, (), ())]
    gone, clean = tmp_path / "steps" / "ingest-gone", tmp_path / "steps" / "clean"
    assert folders_to_remove(steps, tmp_path, fresh=False, whole=True) == [gone]
    assert folders_to_remove(steps, tmp_path, fresh=False, whole=False) == []
    assert folders_to_remove(steps, tmp_path, fresh=True, whole=False) == [clean]
    assert folders_to_remove(steps, tmp_path, fresh=True, whole=True) == [tmp_path / "steps"]


def test_a_path_that_is_no_folder_is_told(pedcorpus: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text\n儿童发热多饮水。\n", encoding="utf-8")
    for words in (("init", file / "x"), ("inspect", file), ("dedup", file, "--text", "text", "--out", file)):
        assert "Check this path" in mistake(pedcorpus(*words))


def test_init_writes_a_configuration_that_plan_accepts_once_files_are_there(pedcorpus: Run, tmp_path: Path) -> None:
    folder, out = tmp_path / "ours", tmp_path / "out"
    assert pedcorpus("init", folder).returncode == 0
    assert "no source has files yet" in mistake(pedcorpus("plan", folder / "pedcorpus.toml", "--out", out))
    names = ("books", "guidelines", "knowledge_graph", "dialogues", "distilled", "wiki")
    for steps, name in zip(range(12, 18), names, strict=True):
        (folder / name / "a.txt").write_text("儿童发热的处理。", encoding="utf-8")
        planned = pedcorpus("plan", folder / "pedcorpus.toml", "--out", out)
        assert planned.returncode == 0, planned.stderr
        assert planned.stdout.count("missing") == steps
        assert ("Left out, no files yet" in planned.stderr) == (steps < 17)
    assert "already there" in mistake(pedcorpus("init", folder))


def test_sources_lists_every_kind_and_probe_shows_records(pedcorpus: Run, tmp_path: Path) -> None:
    shown = pedcorpus("sources").stdout
    assert all(
        kind in shown for kind in ("textbook", "guideline", "knowledge_graph", "dialogue", "distilled", "wikipedia")
    )
    file = tmp_path / "talk.txt"
    file.write_text(
        "患者：孩子发热一天了，三十九度。\n医生：精神怎么样？有没有咳嗽？\n患者：精神还好，有点咳。\n医生：先多喝水，观察。\n",
        encoding="utf-8",
    )
    probed = pedcorpus("sources", "--probe", file, "--kind", "dialogue").stdout
    assert "read as dialogue: 1 records" in probed
    assert "精神怎么样" in probed
