"""The library: `import pedcorpus` is light, and each of its functions does what its example says."""

from __future__ import annotations

import doctest
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import pedcorpus as library
from pedcorpus import api
from schemas.errors import ConfigError, NothingFound, PedCorpusError
from schemas.rejection import Reason, Rejection

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "pedcorpus" / "sample"
CONSULTATION = "孩子发热两天，最高39度，服用布洛芬后退热，精神好，吃奶正常，需要去医院吗？"


def fresh_python(code: str) -> Any:
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def test_importing_the_library_loads_nothing_but_itself() -> None:
    loaded = fresh_python(
        "import sys, json; before = set(sys.modules); import pedcorpus\n"
        "assert set(pedcorpus.__all__) <= set(dir(pedcorpus))\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    roots = {name.partition(".")[0] for name in loaded}
    assert "pedcorpus" in roots
    assert not roots & {"polars", "numpy", "pyarrow", "pydantic", "typer", "rich", "ingest", "dedup", "schemas"}
    assert len(loaded) < 20, loaded


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'bulid'"):
        library.bulid  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", library.__all__)
def test_each_function_is_documented_with_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = getattr(api, name)
    (tmp_path / "pedcorpus").mkdir()
    (tmp_path / "pedcorpus" / "sample").symlink_to(SAMPLE)
    monkeypatch.chdir(tmp_path)
    (test,) = doctest.DocTestFinder(recurse=False).find(function, name, globs={})
    assert test.examples
    assert "Raise" in function.__doc__
    said: list[str] = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", library.__all__)
def test_each_function_is_typed_throughout(name: str) -> None:
    function = getattr(api, name)
    assert {*inspect.signature(function).parameters, "return"} == set(function.__annotations__)


def test_a_configuration_that_is_wrong_raises_and_does_not_exit(tmp_path: Path) -> None:
    for function in (api.build, api.plan):
        with pytest.raises(ConfigError, match=r"no\.toml: no such file"):
            function(tmp_path / "no.toml")
    with pytest.raises(PedCorpusError, match="no such step"):
        api.build(out=tmp_path / "out", only="ingest-nothing")


def test_reading_yields_records_and_rejections_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("肺炎\t症状\t咳嗽\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("肺炎\t症状\n", encoding="utf-8")
    triple, rejection = api.read(
        tmp_path, "knowledge_graph", name="mine", columns={"head": 0, "relation": 1, "tail": 2}
    )
    assert not isinstance(triple, Rejection)
    assert (triple.source, triple.origin.file) == ("mine", "a.tsv")
    assert isinstance(rejection, Rejection)
    assert rejection.origin.file == "b.tsv"


def test_reading_refuses_at_once_what_it_does_not_know(tmp_path: Path) -> None:
    for options in ({"kind": "dialog"}, {"kind": "dialogue", "format": "mp3"}):
        with pytest.raises(PedCorpusError, match="Known: "):
            api.read(tmp_path, **options)
    with pytest.raises(PedCorpusError, match="Known: "):
        api.probe(tmp_path, "dialog")
    for function in (api.read, api.probe):
        with pytest.raises(NothingFound):
            function(tmp_path / "no", "dialogue")


def test_a_file_that_may_not_be_read_is_one_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ingest.files.find.FoundFile.open", refuse)
    (rejection,) = api.read(tmp_path / "a.json", "dialogue")
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.UNREADABLE_FILE


def test_probing_a_folder_tells_of_each_file() -> None:
    found = api.probe(SAMPLE / "distilled")
    assert [item.kind for item in found] == ["distilled"] * 3
    assert all(item.shown for item in found)


def test_invented_values_belong_to_their_key() -> None:
    texts = ["我叫王小明，电话13912345678。"]
    first, again, other = (api.deidentify(texts, mode="surrogate", key=key) for key in ("a", "a", "b"))
    assert first == again != other
    assert "13912345678" not in first[0]


@pytest.mark.parametrize("wrong", [{"level": "none"}, {"mode": "delete"}])
def test_an_unknown_level_or_mode_masks_nothing_and_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="was expected"):
        api.deidentify("我叫王小明。", **wrong)


@pytest.mark.parametrize("column", [list, pa.array, pl.Series, pa.chunked_array, tuple])
def test_near_duplicates_of_lists_and_columns_are_the_same(column: Any) -> None:
    texts = [CONSULTATION, CONSULTATION + "。", None, "多喝水，注意休息，三天后复诊，按时服药。"]
    found = api.near_duplicates(column([texts] if column is pa.chunked_array else texts))
    assert found.kept.tolist() == [False, True, True, True]
    assert found.survivor[0] == 1


def test_a_column_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        api.near_duplicates(pa.array([1, 2]))
    with pytest.raises((TypeError, pa.ArrowInvalid, pa.ArrowTypeError)):
        api.near_duplicates([1, 2])


def test_no_module_takes_the_name_of_a_function() -> None:
    """Importing a submodule sets it as an attribute of its package, in place of a function of that name."""
    taken = {path.stem for path in (ROOT / "pedcorpus").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not taken & set(library.__all__)
    assert all(getattr(library, name) is getattr(api, name) for name in library.__all__)


def test_what_is_no_text_or_path_is_told() -> None:
    assert library.deidentify(text for text in ["我叫王小明。"]) == ["我叫[姓名]。"]
    for wrong in ([None], [3], b"x"):
        with pytest.raises(TypeError, match="a string was expected"):
            library.deidentify(wrong)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="a share above 0"):
        library.near_duplicates(["一", "二"], containment=2)
    with pytest.raises(TypeError, match="a list or column"):
        library.near_duplicates("一二三")
    for empty in ([], "", [""]):
        with pytest.raises(NothingFound, match="no path"):
            library.read(empty, "dialogue")
    with pytest.raises(TypeError, match="a string or Path"):
        library.probe([3])  # type: ignore[arg-type]
    with pytest.raises(PedCorpusError, match="no such kind"):
        library.probe("x", ["dialogue"])  # type: ignore[arg-type]
