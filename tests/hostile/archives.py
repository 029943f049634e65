"""Archives and compressed files: bombs, loops, lies, escapes, cuts."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.case import MIB, Case, case
from tests.support.zstandard_frames import compress as zstandard

GOOD = '[{"ask": "孩子发热怎么办？", "answer": "多饮水，注意休息，超过38.5度可用布洛芬。"}]'.encode()
MANY = b"[" + b",".join([GOOD[1:-1]] * 2000) + b"]"


def zipped(members: Sequence[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, method)
    return buffer.getvalue()


def tarred(members: Sequence[tuple[tarfile.TarInfo, bytes]], mode: str = "w", form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def nested(levels: int) -> bytes:
    """A zip in a zip in a zip …, each ten times."""
    data = zipped([("zeros.json", bytes(4 * MIB))])
    for _ in range(levels):
        data = zipped([(f"{i}.zip", data) for i in range(10)])
    return data


def overlapping(copies: int) -> bytes:
    """Many entries of the directory that share one compressed member, as in Fifield's bomb."""
    name, data = b"a.json", zlib.compress(bytes(MIB), 9)[2:-4]
    crc = zlib.crc32(bytes(MIB))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(data), MIB, len(name), 0) + name + data
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(data), MIB, len(name), 0, 0, 0, 0, 0, 0
    )
    directory = (entry + name) * copies
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), len(local), 0)
    return local + directory + end


def encrypted() -> bytes:
    data = bytearray(zipped([("a.json", GOOD)]))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def link() -> bytes:
    info = zipfile.ZipInfo("link.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped([(info, b"/etc/passwd")])


def lying() -> bytes:
    """A member that unpacks to 20 MiB and says it has 1,000 bytes."""
    data = zipped([("a.json", bytes(20 * MIB))])
    return data.replace((20 * MIB).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def damaged(data: bytes, at: int, by: bytes = b"\xff\xff\xff") -> bytes:
    return data[:at] + by + data[at + len(by) :]


def tar_header(size: str, name: str = "a.json", kind: bytes = b"0") -> bytes:
    """A header of a tar by hand, its checksum right, `size` as it stands there."""
    head = bytearray(512)
    head[: len(name)] = name.encode()
    head[100:108] = b"0000644\x00"
    head[124 : 124 + len(size)] = size.encode("latin-1")
    head[136:148] = b"00000000000\x00"
    head[148:156] = b" " * 8
    head[156:157] = kind
    head[257:265] = b"ustar\x0000"
    head[148:156] = f"{sum(head):06o}\x00 ".encode()
    return bytes(head)


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}.json", b"")


def layers(count: int) -> bytes:
    data = GOOD
    for _ in range(count):
        data = gzip.compress(data)
    return data


def deep_name() -> bytes:
    return zipped([("/".join(["a"] * 20_000) + ".json", GOOD)])


ZIP = zipped([("a.json", MANY), ("b.json", GOOD)])
TAR = tarred([(named("a.json"), MANY), (named("b.json"), GOOD)])
LONG = b"x" * (60 * MIB)

CASES: list[Case] = [
    case("cut.zip", "dialogue", "truncated", ZIP[:-40]),
    case("half.zip", "dialogue", "truncated", ZIP[: len(ZIP) // 2]),
    case("encrypted.zip", "dialogue", "encrypted", encrypted()),
    case("bomb.zip", "dialogue", "unsafe_archive", lambda path: path.write_bytes(zipped([("a.json", LONG)]))),
    case("nested.zip", "dialogue", "unsafe_archive", lambda path: path.write_bytes(nested(2))),
    case("overlapping.zip", "dialogue", "unsafe_archive", overlapping(20_000)),
    case("itself.zip", "dialogue", "unsafe_archive", zipped([("itself.zip", ZIP)])),
    case("parent.zip", "dialogue", "unsafe_archive", zipped([("../../out.json", GOOD)])),
    case("absolute.zip", "dialogue", "unsafe_archive", zipped([("/etc/out.json", GOOD)])),
    case("drive.zip", "dialogue", "unsafe_archive", zipped([("C:\\out.json", GOOD)])),
    case("link.zip", "dialogue", "unsafe_archive", link()),
    case("lying.zip", "dialogue", "truncated unsafe_archive", lying()),
    case("members.zip", "dialogue", "empty", many_members),
    case("deep-name.zip", "dialogue", "", deep_name()),
    case("twice.zip", "dialogue", "", zipped([("a.json", GOOD), ("b.json", GOOD)]).replace(b"b.json", b"a.json")),
    case("method.zip", "dialogue", "unreadable_file truncated", ZIP.replace(b"\x08\x00", b"\x63\x00")),
    case("checksum.zip", "dialogue", "truncated", damaged(ZIP, ZIP.index(b"a.json") + 12)),
    case("directory.zip", "dialogue", "truncated", damaged(ZIP, len(ZIP) - 10, b"\xff" * 6)),
    case("empty.zip", "dialogue", "empty", zipped([])),
    case("name.zip", "dialogue", "", zipped([("a.json", GOOD)]).replace(b"a.json", b"\xff\xfe\xff.js")),
    case("cut.tar", "dialogue", "truncated", TAR[: len(TAR) // 2]),
    case("links.tar", "dialogue", "unsafe_archive", tarred([(named("a", tarfile.SYMTYPE, "/etc/passwd"), b"")])),
    case("hard.tar", "dialogue", "unsafe_archive", tarred([(named("a", tarfile.LNKTYPE, "a"), b"")])),
    case("device.tar", "dialogue", "unsafe_archive", tarred([(named("a", tarfile.CHRTYPE), b"")])),
    case("fifo.tar", "dialogue", "unsafe_archive", tarred([(named("a", tarfile.FIFOTYPE), b"")])),
    case("sparse.tar", "dialogue", "unsafe_archive truncated", tarred([(named("a", tarfile.GNUTYPE_SPARSE), b"")])),
    case("parent.tar.gz", "dialogue", "unsafe_archive", tarred([(named("../a.json"), GOOD)], "w:gz")),
    case("huge.tar", "dialogue", "truncated too_large", tar_header("77777777777") + GOOD),
    case("endless.tar", "dialogue", "truncated too_large", tar_header("\x80\x00\x00\x00\x7f" + "\xff" * 7) + GOOD),
    case("negative.tar", "dialogue", "truncated unsafe_archive", tar_header("\xff" * 12) + GOOD),
    case("pax.tar", "dialogue", "truncated", tar_header("77777777777", "pax", b"x") + b"30 size=9999999999\n"),
    case("long-name.tar", "dialogue", "truncated", tar_header("77777777777", "././@LongLink", b"L") + b"a"),
    case("checksum.tar", "dialogue", "truncated", damaged(TAR, 1024 + len(MANY) // 512 * 512 + 100, b"9999999")),
    case("tar.tar.gz", "dialogue", "unsafe_archive", tarred([(named("a.tar"), TAR)], "w:gz")),
    case("bomb.json.gz", "dialogue", "unsafe_archive", lambda path: path.write_bytes(gzip.compress(LONG))),
    case("bomb.json.bz2", "dialogue", "unsafe_archive", lambda path: path.write_bytes(bz2.compress(LONG))),
    case("bomb.json.xz", "dialogue", "unsafe_archive", lambda path: path.write_bytes(lzma.compress(LONG))),
    case("bomb.json.zst", "dialogue", "unsafe_archive", lambda path: path.write_bytes(zstandard(LONG, 3))),
    case("cut.json.gz", "dialogue", "truncated", gzip.compress(MANY)[:-40]),
    case("cut.json.bz2", "dialogue", "truncated", bz2.compress(MANY)[:-20]),
    case("cut.json.xz", "dialogue", "truncated", lzma.compress(MANY)[:-40]),
    case("cut.json.zst", "dialogue", "truncated", zstandard(MANY, 3)[:-9]),
    case("trailer.json.gz", "dialogue", "truncated", damaged(gzip.compress(MANY), len(gzip.compress(MANY)) - 8)),
    case("garbage.json.gz", "dialogue", "truncated", gzip.compress(GOOD) + b"garbage" * 10),
    case("layers.json.gz", "dialogue", "unknown_format unsafe_archive", layers(12)),
    case("head.json.gz", "dialogue", "truncated", b"\x1f\x8b\x08\x00"),
    case("nothing.json.gz", "dialogue", "empty", gzip.compress(b"")),
    case("window.json.zst", "dialogue", "truncated", b"\x28\xb5\x2f\xfd\x00\xff" + bytes(50)),
    case("skipped.json.zst", "dialogue", "empty truncated", zstandard(b"", 3) + b"\x50\x2a\x4d\x18\xff\xff\xff\xff"),
    case("dictionary.json.xz", "dialogue", "truncated", damaged(lzma.compress(MANY), 14, b"\x28")),
    case("seven.7z", "dialogue", "unknown_format", b"7z\xbc\xaf\x27\x1c" + bytes(100)),
    case("rar.zip", "dialogue", "unknown_format", b"Rar!\x1a\x07\x00" + bytes(100)),
    case("compress.Z", "dialogue", "unknown_format unknown_encoding", b"\x1f\x9d\x90" + bytes(range(200))),
]
