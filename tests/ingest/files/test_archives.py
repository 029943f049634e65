import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from ingest.files.archives import open_members
from ingest.files.find import FoundFile
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import zstandard_frames

OPTIONS = SourceOptions("test", "distilled")
TEXT = "发热三天\n".encode() * 2000


def members(path: Path) -> list[SourceFile | Rejection]:
    return list(open_members(FoundFile(str(path), path.name), OPTIONS, "0" * 64))


def content(file: SourceFile | Rejection) -> bytes:
    assert isinstance(file, SourceFile), file
    parts = []
    with file.open() as stream:
        while block := stream.read(1 << 16):
            parts.append(block)
    return b"".join(parts)


def until_cut(file: SourceFile) -> tuple[bytes, Reason | None]:
    parts = []
    with file.open() as stream:
        try:
            while block := stream.read(1 << 16):
                parts.append(block)
        except UnreadableFile as error:
            return b"".join(parts), error.reason
    return b"".join(parts), None


def reasons(found: list[SourceFile | Rejection]) -> list[Reason]:
    return [item.reason for item in found if isinstance(item, Rejection)]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, infos: list[tuple[tarfile.TarInfo, bytes]], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for info, data in infos:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [
        (".gz", gzip.compress),
        (".bz2", bz2.compress),
        (".xz", lzma.compress),
        (".zst", zstandard_frames.compress),
    ],
)
def test_compressed_files_are_read_whatever_their_name_says(tmp_path: Path, suffix: str, compress) -> None:
    for name in (f"a.json{suffix}", "a.json"):
        path = tmp_path / name
        path.write_bytes(compress(TEXT) + compress(b"second stream"))
        (file,) = members(path)
        assert content(file) == TEXT + b"second stream"
        assert content(file) == TEXT + b"second stream"  # opened again
        assert isinstance(file, SourceFile)
        assert (file.suffix, file.member) == (".json", "")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_what_stands_before_a_cut_is_read_then_the_rest_is_truncated(tmp_path: Path, compress) -> None:
    data = b"".join(b"%d line\n" % i for i in range(300_000))
    path = tmp_path / "a.txt.gz"
    path.write_bytes(compress(data)[: -len(compress(data)) // 3])
    (file,) = members(path)
    assert isinstance(file, SourceFile)
    got, reason = until_cut(file)
    assert reason is Reason.TRUNCATED
    assert data.startswith(got)
    assert len(got) > len(data) // 4


def test_members_of_zip_and_tar_are_streams_with_their_names(tmp_path: Path) -> None:
    for path in (
        zipped(tmp_path / "a.zip", {"x/1.json": b"1", "2.csv": b"2", "__MACOSX/._1": b"x", ".DS_Store": b"x"}),
        tarred(tmp_path / "a.tgz", [(tarfile.TarInfo("x/1.json"), b"1"), (tarfile.TarInfo("2.csv"), b"2")]),
        tarred(
            tmp_path / "b.tar.bz2", [(tarfile.TarInfo("x/1.json"), b"1"), (tarfile.TarInfo("2.csv"), b"2")], "w:bz2"
        ),
        tarred(tmp_path / "c.tar", [(tarfile.TarInfo("x/1.json"), b"1"), (tarfile.TarInfo("2.csv"), b"2")], "w"),
    ):
        found = members(path)
        assert [(file.member, file.suffix) for file in found if isinstance(file, SourceFile)] == [
            ("x/1.json", ".json"),
            ("2.csv", ".csv"),
        ]
        assert [content(file) for file in found] == [b"1", b"2"]


def test_what_systems_and_office_programs_leave_in_an_archive_is_passed_over(tmp_path: Path) -> None:
    litter = ("~$问诊记录.xlsx", "x/desktop.ini", "x/Thumbs.db", "__MACOSX/x/._1.json", ".~lock.a.ods#", "~WRL0003.tmp")
    files = {"x/1.json": b"1", **dict.fromkeys(litter, b"x")}
    in_tar = [(tarfile.TarInfo(name), data) for name, data in files.items()]
    for path in (zipped(tmp_path / "a.zip", files), tarred(tmp_path / "a.tgz", in_tar)):
        assert [file.member for file in members(path) if isinstance(file, SourceFile)] == ["x/1.json"]


def test_members_stay_readable_after_the_archive_has_moved_on(tmp_path: Path) -> None:
    big = bytes(range(256)) * 4 * 10_000  # above what stays in memory
    found = members(zipped(tmp_path / "a.zip", {"big": big, "small": b"s"}))
    assert content(found[1]) == b"s"
    assert content(found[0]) == content(found[0]) == big


def test_a_compressed_member_is_decompressed_and_an_archive_inside_one_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a": b"1"}).read_bytes()
    found = members(zipped(tmp_path / "a.zip", {"a.json.gz": gzip.compress(b"[]"), "inner.zip": inner}))
    assert content(found[0]) == b"[]"
    assert reasons(found) == [Reason.UNSAFE_ARCHIVE]


def test_office_files_are_no_archives(tmp_path: Path) -> None:
    found = members(zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<x/>"}))
    assert [file.suffix for file in found if isinstance(file, SourceFile)] == [".xlsx"]


@pytest.mark.parametrize("name", ["../out.json", "/etc/out.json", "a/../../out.json", "C:\\out.json", "..\\out.json"])
def test_names_that_lead_outside_are_refused_and_the_others_read(tmp_path: Path, name: str) -> None:
    for path in (
        zipped(tmp_path / "a.zip", {name: b"x", "good.json": b"1"}),
        tarred(tmp_path / "a.tar.gz", [(tarfile.TarInfo(name), b"x"), (tarfile.TarInfo("good.json"), b"1")]),
    ):
        found = members(path)
        assert reasons(found) == [Reason.UNSAFE_ARCHIVE]
        assert content(found[1]) == b"1"


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    infos = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo(f"member{len(infos)}")
        info.type, info.linkname = kind, "/etc/passwd"
        infos.append((info, b""))
    assert reasons(members(tarred(tmp_path / "a.tar", infos, "w"))) == [Reason.UNSAFE_ARCHIVE] * 4
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert reasons(members(path)) == [Reason.UNSAFE_ARCHIVE]


def test_an_encrypted_member_is_named_so(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "a.zip", {"a": b"1"}).read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert reasons(members(tmp_path / "a.zip")) == [Reason.ENCRYPTED]


def test_a_tar_cut_in_the_middle_keeps_the_members_before_and_counts_once(tmp_path: Path) -> None:
    import random

    noise = random.Random(0).randbytes(200_000)
    infos = [(tarfile.TarInfo(f"{i}.json"), noise) for i in range(4)]
    data = tarred(tmp_path / "a.tar.gz", infos).read_bytes()
    (tmp_path / "a.tar.gz").write_bytes(data[: len(data) * 5 // 8])
    found = members(tmp_path / "a.tar.gz")
    assert [content(file) for file in found[:2]] == [noise, noise]
    assert len(found) == 3
    assert isinstance(found[2], SourceFile)
    assert until_cut(found[2])[1] is Reason.TRUNCATED


def test_a_cut_zip_and_an_empty_file_and_a_rar_are_counted(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", {"a": TEXT}).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "a.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(100))
    assert reasons(members(tmp_path / "a.zip")) == [Reason.TRUNCATED]
    assert reasons(members(tmp_path / "empty.json")) == [Reason.EMPTY]
    assert reasons(members(tmp_path / "a.rar")) == [Reason.UNKNOWN_FORMAT]


def test_chinese_member_names_of_windows_zips_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"zzzzzzzz.json": b"1"})
    path.write_bytes(path.read_bytes().replace(b"zzzzzzzz", "儿科问答".encode("gb18030")))
    (file,) = members(path)
    assert isinstance(file, SourceFile)
    assert file.member == "儿科问答.json"


def test_hidden_members_are_left_out_as_hidden_files_are(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {".git/x": b"1", "a/.b.csv": b"2", "./c.csv": b"3", "../d.csv": b"4"})
    assert [item.member for item in members(path) if isinstance(item, SourceFile)] == ["./c.csv"]
    assert reasons(members(path)) == [Reason.UNSAFE_ARCHIVE]


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "export.dat"])
def test_a_workbook_under_another_name_is_one_document(tmp_path: Path, name: str) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / name)
    (file,) = members(tmp_path / name)
    assert isinstance(file, SourceFile)
    assert file.suffix == ".xlsx"


@pytest.mark.parametrize("cut", [300, 700, 4608, 5000, 15_000])
def test_a_plain_tar_that_breaks_off_is_counted_and_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    infos = [(tarfile.TarInfo(f"{i}.txt"), TEXT[:4000]) for i in range(6)]
    path = tarred(tmp_path / "a.tar", infos, "w")
    path.write_bytes(path.read_bytes()[:cut])
    found = members(path)
    whole = [item for item in found if isinstance(item, SourceFile) and until_cut(item)[1] is None]
    assert [content(file) for file in whole] == [TEXT[:4000]] * (cut // 4608)
    assert reasons(found) == [Reason.TRUNCATED]
