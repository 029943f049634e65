"""A multistream dump read in parts gives what it gives in one."""

from __future__ import annotations

import bz2
from pathlib import Path

import pytest

from ingest import wikipedia
from ingest.files.compression import decompressing
from ingest.source import SourceFile, SourceOptions
from ingest.wikipedia_dump.multistream import part, ranges, streams
from schemas.rejection import BROKEN, Rejection

OPTIONS = SourceOptions("zhwiki", "wikipedia")
TEXT = "川崎病是一种好发于儿童的急性血管炎，患者发热五天以上，伴有皮疹、结膜炎与淋巴结肿大，可用免疫球蛋白治疗。"


def pages(first: int, last: int) -> str:
    return "".join(
        f"<page><title>病{i}</title><ns>0</ns><id>{i}</id><revision><id>9</id><text>{TEXT}{i}</text></revision></page>"
        for i in range(first, last)
    )


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "zhwiki-pages-articles-multistream.xml.bz2"
    pieces = ["<mediawiki><siteinfo/>", *(pages(i, i + 10) for i in range(0, 50, 10)), "</mediawiki>"]
    path.write_bytes(b"".join(bz2.compress(piece.encode()) for piece in pieces))
    return path


def test_every_stream_is_found(dump: Path) -> None:
    found = streams(dump)
    assert len(found) == 7
    assert sum(length for _, length in found) == dump.stat().st_size


@pytest.mark.parametrize("target", [1, 400, 10**9])
def test_parts_give_the_same_records_as_the_whole(dump: Path, target: int) -> None:
    whole = SourceFile("a", "0" * 64, decompressing(lambda: dump.open("rb"), "bz2"), suffix=".xml")
    expected = list(wikipedia.read(whole, OPTIONS, gated=True))
    made = [part(dump, "a", "0" * 64, where) for where in ranges(dump, target)]
    assert len(made) == {1: 7, 10**9: 1}.get(target, len(made))
    assert [record for file in made for record in wikipedia.read(file, OPTIONS)] == expected
    assert len(expected) == 50


def test_a_single_stream_is_one_part(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.bz2"
    path.write_bytes(bz2.compress(f"<mediawiki>{pages(0, 3)}</mediawiki>".encode()))
    (where,) = ranges(path, 10)
    assert len(list(wikipedia.read(part(path, "a", "0" * 64, where), OPTIONS))) == 3


def test_the_index_beside_a_dump_is_no_broken_file() -> None:
    file = SourceFile.from_bytes("zhwiki-multistream-index.txt", "597:3:数学\n597:18:哲学\n".encode())
    (found,) = wikipedia.read(file, OPTIONS)
    assert isinstance(found, Rejection)
    assert found.reason not in BROKEN
