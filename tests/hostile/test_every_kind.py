"""Every hostile file, read as every kind: each ends, is counted with its reason, and takes bounded time and memory."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from ingest import SOURCES
from ingest.files.find import FoundFile, find_files
from pedcorpus.build_plan import hash_content
from pedcorpus.engine.content_hashes import ContentHashes
from tests.hostile.build import build
from tests.hostile.case import Case, tried
from tests.hostile.run import CASES

MOST_MIB = 1536
MOST_SECONDS = 120
LONG = frozenset(
    [
        "wide.csv",
        "glyphs.pdf",
        "cues.srt",
        "merged.xlsx",
        "columns.md",
        "growing.jsonl",
        "literal.ttl",
        "keys.json",
        "empties.json",
        "far.xlsx",
        "members.zip",
        "headings.md",
        "lines.txt",
        "strings.xlsx",
        "nested.zip",
        "turns.json",
        "open.html",
        "prefixes.ttl",
    ]
)
"""Files that take seconds with all kinds."""
MARKED = [pytest.param(case, marks=pytest.mark.slow if case.name in LONG else (), id=case.name) for case in CASES]


class Hangs(BaseException):
    """Raised in a reader that does not come to an end; no reader catches it."""


@pytest.fixture
def alarm() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(MOST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_there_are_sixty_and_more_of_all_kinds() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150
    assert {case.kind for case in CASES} >= {"textbook", "knowledge_graph", "dialogue", "distilled", "wikipedia"}


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("case", MARKED)
def test_a_hostile_file_is_read_or_rejected_with_its_reason(case: Case, tmp_path: Path) -> None:
    found = case.made(tmp_path)
    for kind in SOURCES:
        if kind == "guideline" and case.kind != kind:
            continue  # reads what textbook reads
        outcome = tried(found, kind)
        assert outcome.kept or outcome.rejected, f"as {kind} the file disappears"
        assert outcome.peak_mib < MOST_MIB
        if kind == case.kind:
            told = f"{outcome.kept} kept, {dict(outcome.rejected)}"
            assert outcome.kept if not case.expect else case.expect & set(outcome.rejected), told


def test_what_is_no_regular_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("患者：咳。\n医生：多久了？\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "inside").symlink_to(tmp_path)
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "nowhere.pdf").symlink_to(tmp_path / "gone")
    with socket.socket(socket.AF_UNIX) as listening:
        with contextlib.suppress(OSError):  # the path of a temporary folder may be too long for a socket
            listening.bind(str(tmp_path / "socket.txt"))
        assert [file.path for file in find_files(str(tmp_path), tmp_path)] == ["good.txt"]


def test_a_file_that_may_not_be_read_or_is_gone_is_counted(tmp_path: Path) -> None:
    outcome = tried(FoundFile(str(tmp_path / "gone.json"), "gone.json"), "dialogue")
    assert outcome.rejected == {"unreadable_file": 1}


def test_a_file_that_may_not_be_hashed_does_not_stop_the_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: FoundFile) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FoundFile, "sha256", refused)
    hashes = ContentHashes(tmp_path / "hashes.json")
    a, b = (hash_content(FoundFile(str(tmp_path / name), name), hashes) for name in ("a.txt", "b.txt"))
    assert a != b, "two of them are no copies of one another"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_build_out_of_all_of_them_ends_within_bounds_and_loses_nothing(tmp_path: Path) -> None:
    built = build(tmp_path, 2)
    assert built.status == 0, built.errors
    assert built.peak_mib < MOST_MIB
    for step, manifest in built.manifests.items():
        assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values()), step
        assert manifest["kept"], step
