"""Answers to a benchmark: one line each, resumable, the same whatever the batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ConfigError
from tests.support.tiny_model import save_model, write_dataset
from training.answers.generate import Request, generate_file
from training.answers.talk import talk


def ask(model: Path, data: Path, out: Path, **changes: Any) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "model": str(model), "data": str(data), "out": out, "tables": ("medkqa",), "max_new_tokens": 8,
        "tokens_per_batch": 4096, "temperature": 0.0, "seed": 0, "name": "tiny",
    }  # fmt: skip
    generate_file(Request(**{**values, **changes}))
    return [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n")[:-1]]


def test_every_question_gets_one_line_with_its_reference(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    lines = ask(tiny_model, made_data, tmp_path / "answers.jsonl")
    assert sorted(line["id"] for line in lines) == [f"row-{i:04d}" for i in range(6)]
    assert all(list(line) == ["id", "task", "prediction", "reference", "model"] for line in lines)
    assert {line["reference"] for line in lines} == {"观察"}
    assert {line["task"] for line in lines} == {"medkqa"}
    assert {line["model"] for line in lines} == {"tiny"}


def test_answers_do_not_depend_on_the_batch(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    together = ask(tiny_model, made_data, tmp_path / "a.jsonl")
    alone = ask(tiny_model, made_data, tmp_path / "b.jsonl", tokens_per_batch=1)
    assert together == alone


def test_a_cut_file_is_finished_and_whole_lines_are_kept(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    out = tmp_path / "answers.jsonl"
    whole = ask(tiny_model, made_data, out)
    text = [line + "\n" for line in out.read_text(encoding="utf-8").split("\n")]
    kept = json.dumps(json.loads(text[0]) | {"prediction": "kept\u2028"}, ensure_ascii=False) + "\n"
    out.write_text(kept + text[1] + text[2][:9], encoding="utf-8")
    again = ask(tiny_model, made_data, out)
    assert [line["id"] for line in again] == [line["id"] for line in whole]
    assert again[0]["prediction"] == "kept\u2028"
    assert again[1:] == whole[1:]


def test_an_unfinished_file_is_not_mixed_with_other_settings(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    out = tmp_path / "answers.jsonl"
    ask(tiny_model, made_data, out)
    out.write_text(out.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    with pytest.raises(ConfigError, match=r"begun with other settings .max_new_tokens"):
        ask(tiny_model, made_data, out, max_new_tokens=4)


def test_a_finished_file_is_not_taken_for_another_models_or_other_questions(
    tmp_path: Path, tiny_model: Path, made_data: Path
) -> None:
    out = tmp_path / "answers.jsonl"
    ask(tiny_model, made_data, out)
    other = save_model(tmp_path / "other", hidden_size=32)
    with pytest.raises(ConfigError, match=r"other settings .weights"):
        ask(other, made_data, out)
    with pytest.raises(ConfigError, match=r"other settings .questions"):
        ask(tiny_model, write_dataset(tmp_path / "data", seed=1), out)


def test_a_table_of_conversations_is_asked_up_to_its_last_answer(
    tmp_path: Path, tiny_model: Path, made_data: Path
) -> None:
    lines = ask(tiny_model, made_data, tmp_path / "a.jsonl", tables=("sft",))
    assert len(lines) == 6
    assert all(line["reference"].endswith("。") for line in lines)


@pytest.mark.parametrize("wrong", ["model", "data", "tables"])
def test_what_is_not_there_is_one_clear_error(tmp_path: Path, tiny_model: Path, made_data: Path, wrong: str) -> None:
    model, data = (
        Path("./absent") if wrong == name else good for name, good in (("model", tiny_model), ("data", made_data))
    )
    with pytest.raises(ConfigError):
        ask(model, data, tmp_path / "a.jsonl", tables=("none",) if wrong == "tables" else ("medkqa",))


def test_a_talk_answers_until_the_end_of_input(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = iter(["发热怎么办？", "", "/new", "咳嗽呢？"])

    def line(_: str) -> str:
        try:
            return next(said)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", line)
    talk(str(tiny_model), "你是医生。", 4, 0.0)
    assert "not medical advice" in capsys.readouterr().out
