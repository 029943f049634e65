"""Configuration: every mistake is named with its place and a way out, all at once."""

from pathlib import Path

import pytest

from pedcorpus.config import SAMPLE, load, parse
from schemas.errors import ConfigError

SOURCE = {"name": "books", "kind": "textbook", "path": "books"}
GOOD = {"corpus": {"name": "ours"}, "source": [SOURCE]}


def problems(values: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(values, "my.toml")  # type: ignore[arg-type]
    return caught.value.problems


def test_defaults_make_a_whole_configuration() -> None:
    config = parse(GOOD, "my.toml")
    assert config.dedup.threshold == 0.8
    assert config.split.target_bytes == 975_800_000
    assert config.source[0].max_rejected_share == 0.5


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    (line,) = problems(GOOD | {"dedup": {"treshold": 0.7}})
    assert line.startswith("my.toml: dedup.treshold: no such key.")
    assert "Did you mean 'threshold'?" in line


def test_all_problems_come_at_once_one_line_each() -> None:
    values = {
        "corpus": {"name": "ours", "versoin": "1"},
        "source": [{"name": "a", "kind": "textbok", "path": "x"}, {"name": "b", "kind": "dialogue"}],
        "dedup": {"threshold": "high"},
        "sources": [],
    }
    lines = problems(values)
    assert len(lines) == 5
    assert all("\n" not in line for line in lines)
    text = "\n".join(lines)
    assert "source[0] (a).kind" in text
    assert "Did you mean 'textbook'?" in text
    assert "source[1] (b).path: missing" in text
    assert "dedup.threshold: 'high'" in text
    assert "sources: no such key. Did you mean 'source'?" in text


def test_two_sources_of_one_name_are_refused() -> None:
    (line,) = problems(GOOD | {"source": [SOURCE, SOURCE]})
    assert "used 2 times" in line


def test_slurm_without_its_table_is_refused() -> None:
    (line,) = problems(GOOD | {"run": {"executor": "slurm"}})
    assert "run.slurm: missing" in line


def test_a_share_above_one_is_refused() -> None:
    (line,) = problems(GOOD | {"split": {"validation": 2}})
    assert line.startswith("my.toml: split.validation: 2:")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"[corpus\nname = 1", "not TOML"),
        ("[corpus]\nname = '儿科'".encode("gb18030"), "not UTF-8"),
    ],
)
def test_an_unreadable_file_gets_one_clear_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "c.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=words) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_the_bundled_sample_is_a_valid_configuration() -> None:
    assert {source.kind for source in load(SAMPLE).source} == {
        "textbook",
        "guideline",
        "knowledge_graph",
        "dialogue",
        "distilled",
        "wikipedia",
    }
