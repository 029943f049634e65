"""Files made to break readers: each ends as a counted rejection, in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from ingest import distilled, knowledge_graph
from ingest.files.archives import open_members
from ingest.files.decode import text_lines
from ingest.files.find import FoundFile
from ingest.records import json_scanner
from ingest.records.json_records import json_records
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import zstandard_frames

OPTIONS = SourceOptions("test", "distilled")
MIB = 1 << 20


class Endless(io.RawIOBase):
    """A stream of parts that are made when they are read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._parts, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def stream(*parts: bytes | int) -> SourceFile:
    """Make a file of bytes; a number stands for so many MiB of x."""

    def opened() -> BinaryIO:
        blocks = (block for part in parts for block in ([part] if isinstance(part, bytes) else [b"x" * MIB] * part))
        return cast(BinaryIO, Endless(iter(blocks)))

    return SourceFile("hostile.json", "0" * 64, opened, suffix=".json")


def outcome(read: Callable[..., Iterator[Any]], file: SourceFile) -> list[object]:
    found: list[object] = []
    try:
        for item in read(file, OPTIONS):
            value = item[1] if isinstance(item, tuple) else item
            found.append(value.reason if isinstance(value, Rejection) else value)
    except UnreadableFile as error:
        found.append(error.reason)
    return found


def opened(path: Path) -> list[SourceFile | Rejection]:
    return list(open_members(FoundFile(str(path), path.name), OPTIONS, "0" * 64))


def test_a_giant_line_costs_itself_only() -> None:
    file = stream(b'{"a": 1}\n{"a": "', 200, b'"}\n{"a": 2}\n')
    assert outcome(json_records, file) == [{"a": 1}, Reason.TOO_LARGE, {"a": 2}]


@pytest.fixture
def small_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_scanner, "MAX_VALUE_BYTES", 8 * MIB)


@pytest.mark.usefixtures("small_values")
def test_a_giant_element_of_an_array_costs_itself_only() -> None:
    file = stream(b'[{"a": 1}, {"a": "', 40, b'"}, {"a": 2}]')
    assert outcome(json_records, file) == [{"a": 1}, Reason.TOO_LARGE, {"a": 2}]


@pytest.mark.usefixtures("small_values")
def test_a_giant_string_that_never_ends_is_one_rejection() -> None:
    assert outcome(json_records, stream(b'["', 30)) == [Reason.TOO_LARGE]
    assert outcome(json_records, stream(b"[" * MIB, b"[" * MIB * 8)) == [Reason.TOO_LARGE]


def test_a_giant_line_of_text_is_too_large_and_so_is_a_giant_cell() -> None:
    assert outcome(text_lines, stream(b"ok\n", 40, b"\nok\n"))[-1] is Reason.TOO_LARGE
    found = outcome(knowledge_graph.read, stream(b"head,relation,tail\na,b,", 40, b"\nc,d,e\n"))
    assert found[0] is Reason.TOO_LARGE
    assert len(found) == 2


@pytest.mark.slow
def test_a_gigabyte_in_one_line_stays_within_400_mb() -> None:
    limit = 400 * MIB

    def capped() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    for before, after in ((b'{"a": 1}\\n{"a": "', b'"}\\n{"a": 2}\\n'), (b'[{"a": 1}, {"a": "', b'"}, {"a": 2}]')):
        code = (
            "import sys; sys.path[:0] = ['.']\n"
            "from tests.hostile.test_archives_and_tables import *\n"
            f"print(outcome(json_records, stream({before!r}, 1024, {after!r})))"
        ).replace("\\\\n", "\\n")
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, preexec_fn=capped, capture_output=True, text=True, check=False
        )
        assert "<Reason.TOO_LARGE" in done.stdout, done.stderr
        assert "{'a': 2}" in done.stdout


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "[" * 100_000 + "]" * 100_000])
def test_deep_nesting_is_one_rejection(text: str) -> None:
    for reader in (json_records, distilled.read, knowledge_graph.read):
        found = outcome(reader, SourceFile.from_bytes("a.json", text.encode()))
        assert len(found) == 1
        assert found[0] in (Reason.MALFORMED, Reason.TRUNCATED)


def test_deep_nesting_between_good_lines_costs_itself_only() -> None:
    text = '{"a": 1}\n' + "[" * 20_000 + "]" * 20_000 + '\n{"a": 2}\n'
    found = outcome(json_records, SourceFile.from_bytes("a.jsonl", text.encode()))
    assert found == [{"a": 1}, Reason.MALFORMED, {"a": 2}]


def test_numbers_of_a_million_digits_and_odd_literals_do_not_stop() -> None:
    text = '{"a": ' + "9" * 10**6 + '}\n{"a": -Infinity}\n{"a": 1e999}\n{"a": 2}'
    assert outcome(json_records, SourceFile.from_bytes("a.jsonl", text.encode()))[-1] == {"a": 2}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped_early(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(compress(bytes(60 * MIB)))
    (file,) = opened(path)
    assert isinstance(file, SourceFile)
    given = 0
    with file.open() as bomb, pytest.raises(UnreadableFile, match="stand for"):
        given = consume(bomb)
    assert given < 32 * MIB


def consume(bomb: BinaryIO) -> int:
    given = 0
    while block := bomb.read(MIB):
        given += len(block)
    return given


def test_a_bomb_of_zstandard_is_stopped_early(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.zst"
    path.write_bytes(zstandard_frames.compress(bytes(60 * MIB), 19))
    (file,) = opened(path)
    assert isinstance(file, SourceFile)
    with file.open() as bomb, pytest.raises(UnreadableFile, match="stand for"):
        consume(bomb)


def test_a_large_text_that_compresses_well_is_no_bomb(tmp_path: Path) -> None:
    line = "".join(f"<page><title>条目{i}</title><text>儿童发热的处理</text></page>\n" for i in range(1000)).encode()
    path = tmp_path / "dump.xml.bz2"
    path.write_bytes(bz2.compress(line * 200))
    (file,) = opened(path)
    assert isinstance(file, SourceFile)
    with file.open() as text:
        assert consume(text) == len(line) * 200


def test_a_zip_bomb_is_refused_and_other_members_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", bytes(100 * MIB))
    found = opened(path)
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.UNSAFE_ARCHIVE]


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", bytes(20 * MIB))
    data = path.read_bytes().replace((20 * MIB).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(data)
    for item in opened(path):
        if isinstance(item, SourceFile):
            with item.open() as file, pytest.raises(UnreadableFile):
                consume(file)


def test_a_sparse_tar_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("sparse")
        info.type = tarfile.GNUTYPE_SPARSE
        archive.addfile(info)
    (item,) = opened(path)
    assert isinstance(item, Rejection)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_archives_never_raise(tmp_path: Path, seed: int) -> None:
    import random

    rng = random.Random(seed)
    records = json.dumps([{"instruction": f"发热{i}", "output": "多喝水，注意休息"} for i in range(300)]).encode()
    path = tmp_path / "a.bin"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", records)
        archive.writestr("b.json", records)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("a.json")
        info.size = len(records)
        tar.addfile(info, io.BytesIO(records))
    for whole in (path.read_bytes(), buffer.getvalue(), gzip.compress(records), records):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randint(len(data) // 2, len(data))])
        items = opened(path)
        assert items, "a damaged file is read or rejected, never nothing"
        for item in items:
            if isinstance(item, SourceFile):
                outcome(distilled.read, item)
                outcome(knowledge_graph.read, item)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".nt", ".ttl", ".csv", ".json", ".txt", ""])
def test_noise_under_any_suffix_is_counted(suffix: str) -> None:
    import random

    file = SourceFile.from_bytes(f"a{suffix}", random.Random(1).randbytes(5000))
    for reader in (distilled.read, knowledge_graph.read):
        found = outcome(reader, file)
        assert found
        assert all(isinstance(item, Reason) for item in found)


def test_a_workbook_with_an_entity_bomb_does_not_expand(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["question", "answer"])
    book.save(tmp_path / "a.xlsx")
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    sheet = '<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData></worksheet>'
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>{sheet}'
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name.endswith("sheet1.xml") else old.read(name))
    found = outcome(distilled.read, SourceFile.from_path(tmp_path / "b.xlsx"))
    assert all(isinstance(item, Reason) for item in found)


def test_a_long_cell_in_the_first_lines_is_no_error_of_the_parser() -> None:
    code = (
        "import sys; sys.path[:0] = ['.']\n"
        "from tests.hostile.test_archives_and_tables import *\n"
        "from ingest.records import table_files\n"
        "found = outcome(table_files.csv_rows, stream(b'question,answer\\na,' + b'x' * 200_000 + b'\\nc,d\\n'))\n"
        "print(len(found), len(found[0]['answer']))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2", "200000"], done.stderr
