"""Configuration: every mistake is named with its place and a way out, all at once."""

from pathlib import Path

import pytest

from pedcorpus.config.load import SAMPLE, load, parse
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


@pytest.mark.parametrize("name", ["books", "Books"])
def test_two_sources_of_one_name_are_refused(name: str) -> None:
    (line,) = problems(GOOD | {"source": [SOURCE, SOURCE | {"name": name}]})
    assert "used 2 times" in line


@pytest.mark.parametrize("name", ["CMDD", "教材", "kg-2_b"])
def test_sources_are_named_in_any_script(name: str) -> None:
    assert parse(GOOD | {"source": [SOURCE | {"name": name}]}, "my.toml").source[0].name == name


@pytest.mark.parametrize("name", ["", "-a", "a/b", "..", "a b"])
def test_a_name_that_is_no_folder_is_refused_in_words(name: str) -> None:
    (line,) = problems(GOOD | {"source": [SOURCE | {"name": name}]})
    assert "letters of any script" in line


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dedup": {"strict": True}}, "my.toml: dedup.strict: no such key. It belongs to [benchmark]."),
        ({"intsruct": {}}, "my.toml: intsruct: no such key. Did you mean 'instruct'?"),
        ({"benchmark": {"strict": "yes"}}, "my.toml: benchmark.strict: 'yes': expected true or false."),
        ({"dedup": {"threshold": "0.8"}}, "my.toml: dedup.threshold: '0.8': expected a number."),
        ({"dedup": {"ngram": True}}, "my.toml: dedup.ngram: true: expected a whole number."),
        ({"dedup": 5}, "my.toml: dedup: 5: expected a table."),
        ({"run": {"slurm": {"partition": "a", "tiem": "1"}}}, "my.toml: run.slurm.tiem: no such key. Did you mean"),
        ({"source": SOURCE}, "my.toml: source: expected tables [[source]], each with name, kind and path."),
        ({"source": [SOURCE | {"path": 5}]}, "my.toml: source[0] (books).path: 5: expected text in quotes or a list."),
        (
            {"source": [SOURCE | {"columns": {"head": 1.5}}]},
            "my.toml: source[0] (books).columns.head: 1.5: expected text in quotes or a whole number.",
        ),
        ({"source": [SOURCE | {"encoding": "gbkk"}]}, "my.toml: source[0] (books).encoding: 'gbkk': no such encoding."),
        ({"teacher": {"model": "m"}}, "my.toml: teacher: no such key. Known: benchmark, clean, corpus, dedup,"),
        ({"prefer": {"chosen": "teacher"}}, "my.toml: prefer.chosen: 'teacher': expected one of reference."),
        ({"prefer": {"rejected": "weak"}}, "my.toml: prefer.rejected: 'weak': expected \"rules\" or \"file:PATH\"."),
        ({"prefer": {"rejected": "model"}}, "my.toml: prefer.rejected: 'model': expected \"rules\" or \"file:PATH\" ("),
        ({"prefer": {"rejected": "file:"}}, "my.toml: prefer.rejected: 'file:': expected \"rules\" or \"file:PATH\"."),
        ({"prefer": {"shares": {"doses": 0.1}}}, "my.toml: prefer.shares: expected rules among dose_changed, "),
        ({"publish": {"forbidden": "stop"}}, "my.toml: publish.forbidden: no such key. Known: contact, homepage."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_words_of_the_file(values: dict[str, object], expected: str) -> None:
    (line,) = problems(GOOD | values)
    assert line.startswith(expected)


def test_paths_where_nothing_is_are_told_with_the_other_problems(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        '[corpus]\nname = "c"\n[dedup]\nngrams = 4\n'
        '[[source]]\nname = "a"\nkind = "dialogue"\npath = ["nowhere", "*.json"]\n'
        '[[source]]\nname = "b"\nkind = "dialogue"\npath = "later"\noptional = true\n'
        '[benchmark]\nexternal = ["exam.jsonl"]\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    lines = caught.value.problems
    assert len(lines) == 3
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert "source[0] (a).path: 'nowhere': nothing there" in lines[1]
    assert "benchmark.external: 'exam.jsonl'" in lines[2]


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
