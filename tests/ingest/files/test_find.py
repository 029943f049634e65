from pathlib import Path

import pytest

from ingest.files.find import FoundFile, find_files
from schemas.errors import SourceError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.csv", "deep/c.csv", "deep/er/d.json", ".hidden.csv", ".git/e.csv", "deep/x[1].csv"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def names(found: list[FoundFile]) -> list[str]:
    return [file.path for file in found]


def test_a_folder_gives_every_file_below_it_that_is_not_hidden(tree: Path) -> None:
    assert names(find_files("data", tree)) == ["a.csv", "b.csv", "deep/c.csv", "deep/er/d.json", "deep/x[1].csv"]


LITTER = (
    "~$问诊记录.xlsx",
    ".~lock.问诊记录.ods#",
    "~WRL0003.tmp",
    "Thumbs.db",
    "desktop.ini",
    "Desktop.ini",
    "deep/THUMBS.DB",
    "__MACOSX/deep/._a.csv",
    "@eaDir/a.csv",
    "$RECYCLE.BIN/a.csv",
)


def test_what_systems_and_office_programs_leave_is_passed_over(tree: Path) -> None:
    before = names(find_files("data", tree))
    for name in LITTER:
        path = tree / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert names(find_files("data", tree)) == before
    assert names(find_files(f"file://{tree}/data", tree)) == before
    assert names(find_files("data/**/*", tree)) == before
    for name in ("~草稿.txt", "thumbs.db.csv", "说明~$.txt", "tmp/a.csv"):
        path = tree / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert len(find_files("data", tree)) == len(before) + 4


def test_a_file_is_named_by_its_name(tree: Path) -> None:
    assert names(find_files("data/deep/c.csv", tree)) == ["c.csv"]


def test_a_glob_stays_within_a_folder_unless_it_has_two_stars(tree: Path) -> None:
    assert names(find_files("data/*.csv", tree)) == ["a.csv", "b.csv"]
    assert names(find_files("data/**/*.csv", tree)) == ["a.csv", "b.csv", "deep/c.csv", "deep/x[1].csv"]
    assert names(find_files("data/[!a].csv", tree)) == ["b.csv"]


def test_a_name_with_brackets_is_a_file_before_it_is_a_glob(tree: Path) -> None:
    assert names(find_files("data/deep/x[1].csv", tree)) == ["x[1].csv"]


def test_patterns_that_overlap_give_each_file_once(tree: Path) -> None:
    assert names(find_files(["data/*.csv", "data/a.csv"], tree)) == ["a.csv", "b.csv"]


def test_links_in_a_circle_end(tree: Path) -> None:
    (tree / "data" / "deep" / "loop").symlink_to(tree / "data")
    (tree / "data" / "z.csv").symlink_to(tree / "data" / "a.csv")
    assert names(find_files("data", tree)) == ["a.csv", "b.csv", "deep/c.csv", "deep/er/d.json", "deep/x[1].csv"]


def test_a_dangling_link_is_no_file(tree: Path) -> None:
    (tree / "data" / "dangling.csv").symlink_to(tree / "nowhere")
    assert "dangling.csv" not in names(find_files("data", tree))


@pytest.mark.parametrize("pattern", ["nothing", "data/*.pdf", "memory://nothing/*.csv"])
def test_nothing_found_says_where_and_what_to_do(tree: Path, pattern: str) -> None:
    with pytest.raises(SourceError, match=r"nothing found, expected .*\. Check the path"):
        find_files(pattern, tree)


def test_an_unknown_protocol_is_the_users_mistake(tree: Path) -> None:
    with pytest.raises(SourceError, match="nosuch"):
        find_files("nosuch://x/y.csv", tree)


def test_urls_are_found_hashed_and_opened(tmp_path: Path) -> None:
    import fsspec

    fs = fsspec.filesystem("memory")
    fs.pipe("/kg-files/one/a.csv", b"1,2")
    fs.pipe("/kg-files/b.csv", b"3")
    found = find_files("memory://kg-files", tmp_path)
    assert names(found) == ["b.csv", "one/a.csv"]
    assert names(find_files("memory://kg-files/*.csv", tmp_path)) == ["b.csv"]
    with found[1].open() as stream:
        assert stream.read() == b"1,2"
    assert found[1].size == 3


def test_size_and_hash_are_those_of_the_raw_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    file = find_files("a", tmp_path)[0]
    assert file.size == 3
    assert file.sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
