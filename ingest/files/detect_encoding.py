"""Detect the encoding of a text file.

Chinese material comes in UTF-8 with and without a mark, GB18030, Big5 and UTF-16, and none of them says so.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from functools import lru_cache
from typing import BinaryIO

from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

SAMPLE_BYTES = 2**20
"""Bytes looked at, from the first byte beyond ASCII on."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
"""`fever` → –"""
_MAX_ASCII_BYTES = 256 * 2**20
"""Where as many bytes are plain ASCII, the file counts as ASCII."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"GIF8",
    b"PAR1",
    b"\x7fELF",
    b"SQLite format 3",
    b"\x1f\x8b",
)
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学"
    "如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高"
    "间由问很最重新线内数正回医生病症炎疼痛药治疗患肝肾血肺胃肠检查发热咳嗽孩儿婴宝岁月腹泻感染服片注射手术癌肿瘤慢急综合征皮肤食物糖尿您请"
    "這個們來國說時會對為麼後裡過發動還進樣開從實軍長機問線內數醫藥療檢熱孩兒寶歲瀉術腫瘤綜徵膚請與學當點業關間讓見聽給萬無"
    "，。、？！：；（）“”「」0123456789"
)
_OTHERS = frozenset(
    {"ascii", "latin_1", "cp1252", "iso8859_15", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "johab", "hz"}
)
"""Encodings believed without proof. Cyrillic and the like would only hide that Chinese text is broken."""
_WESTERN_SHARE = 0.9
"""Share of ASCII from which a rest that is no Chinese counts as Western (38 °C, 5 µg)."""
_MIN_PLAUSIBLE = 0.08
"""Least share of common characters. Measured on our files: running Chinese 0.3 to 0.5, lists of terms 0.15 to 0.3,
GB18030 read as Big5 or the other way round below 0.03."""


def encoding_of(file: SourceFile, options: SourceOptions) -> str:
    """Return the name of the file's encoding as Python knows it; `options.encoding` overrules.

    Raises `UnreadableFile` where the bytes are no text or their encoding is not to be told.
    """
    if options.encoding:
        try:
            return codecs.lookup(options.encoding).name
        except LookupError:
            raise UnreadableFile(Reason.UNKNOWN_ENCODING, f"no such encoding: {options.encoding}") from None
    return _detected(file)


@lru_cache(maxsize=1)
def _detected(file: SourceFile) -> str:
    """Return the encoding of a file; those who read it ask one after the other."""
    head, sample = _samples(file)
    if head.startswith(_BINARY):
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, "not a text file")
    for mark, encoding in _MARKS:
        if head.startswith(mark) and (encoding == "utf-8-sig" or _is_plausible(head, encoding)):
            return _without_mark(head, sample) if encoding == "utf-8-sig" else encoding
    if b"\x00" in head[:4096]:
        return _with_nuls(head)
    return _without_mark(head, sample)


def _samples(file: SourceFile) -> tuple[bytes, bytes]:
    """Return the first bytes of the file, and those from the first byte beyond ASCII on."""
    with file.open() as stream:
        head = block = _read(stream, SAMPLE_BYTES)
        passed = len(block)
        while block.isascii() and passed < _MAX_ASCII_BYTES and (more := _read(stream, SAMPLE_BYTES)):
            block, passed = more, passed + len(more)
        # behind ASCII alone the first other byte begins a character in every encoding that contains ASCII
        first = match.start() if (match := _BEYOND_ASCII.search(block)) else 0
        return head, block[first:] + (_read(stream, first) if first else b"")


def _read(stream: BinaryIO, size: int) -> bytes:
    """Read up to `size` bytes, over the short reads of raw streams, and up to a cut."""
    parts, missing = [], size
    with contextlib.suppress(UnreadableFile):  # who reads the text meets the same cut and counts it
        while missing > 0 and (part := stream.read(missing)):
            parts.append(part)
            missing -= len(part)
    return b"".join(parts)


def _without_mark(head: bytes, sample: bytes) -> str:
    """Choose among the encodings that contain ASCII. A UTF-8 mark in front of GBK text, as editors write, is void."""
    marked = head.startswith(codecs.BOM_UTF8)
    sample = sample.removeprefix(codecs.BOM_UTF8)
    utf8 = "utf-8-sig" if marked else "utf-8"
    if sample.isascii() or _decodes(sample, "utf-8"):
        return utf8
    share = {name: _common_share(sample, name) for name in ("gb18030", "big5hkscs") if _decodes(sample, name)}
    best = max(share, key=lambda name: share[name], default=None)
    if best is not None and share[best] >= _MIN_PLAUSIBLE:
        return best
    if sample.decode("utf-8", "replace").count("\ufffd") * 1000 < len(sample) or _is_mostly(sample, "utf-8", 0.5):
        return utf8
    for name in ("gb18030", "big5hkscs"):
        if _is_mostly(sample, name, 0.25):
            return name
    if "gb18030" in share and _gb2312_share(sample) > 0.95:
        return "gb18030"
    is_western = sum(byte < 0x80 for byte in head) > _WESTERN_SHARE * len(head) and _decodes(sample, "cp1252")
    return "cp1252" if is_western else _last_resort(sample)


def _gb2312_share(sample: bytes) -> float:
    """Return the share of simplified standard characters: what rare terms still are, and other scripts are not."""
    text = [char for char in sample.decode("gb18030", "replace") if char > "\x7f"]
    return sum(len(char.encode("gb2312", "ignore")) == 2 for char in text) / max(len(text), 1)


def _is_mostly(sample: bytes, encoding: str, broken_share: float) -> bool:
    """Return whether most of what lies beyond ASCII is whole and common Chinese characters."""
    text = [char for char in sample.decode(encoding, "replace") if char > "\u2000"]
    common = sum(char in _COMMON for char in text)
    return text.count("\ufffd") <= broken_share * len(text) and common >= _MIN_PLAUSIBLE * len(text) > 0


def _decodes(sample: bytes, encoding: str) -> bool:
    """Return whether the sample is valid; a character cut at its end is no fault."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return False
    return True


def _common_share(sample: bytes, encoding: str) -> float:
    """Return the share of very common characters among those beyond ASCII."""
    text = [char for char in sample.decode(encoding, "replace") if char > "\x7f"]
    return sum(char in _COMMON for char in text) / max(len(text), 1)


def _is_plausible(head: bytes, encoding: str) -> bool:
    """Return whether bytes of a wide encoding give text: mostly known characters, few beyond the first plane."""
    head = head[: min(len(head), 1 << 16) // 4 * 4]
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeError:
        return False
    usual = sum("\x00" < char <= "\u024f" or "\u2000" <= char <= "\u9fff" or char >= "\uf900" for char in text)
    return usual > 0.95 * len(text)


def _with_nuls(head: bytes) -> str:
    """Choose for bytes with NULs and without a mark: UTF-16, or an ASCII-based encoding with stray NULs."""
    without = head.replace(b"\x00", b"")
    if _decodes(without, "utf-8") and head.rstrip(b"\x00").count(0) < 0.3 * len(head):
        encodings: tuple[str, ...] = ()  # ASCII in UTF-16 is half NULs
    else:
        encodings = ("utf-16-le", "utf-16-be")
    for encoding in encodings:
        if _is_plausible(head, encoding) and ("\n" in head.decode(encoding, "replace") or len(head) < 4096):
            return encoding
    inside = head.rstrip(b"\x00")  # NULs at the end are what a file system left there
    if not inside or inside.count(0) > max(16, 0.05 * len(inside)):
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, "not a text file")
    return _without_mark(head, without)


def _last_resort(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[: 1 << 16]).best()
    if best is None or best.encoding not in _OTHERS:
        known = "neither UTF-8, GB18030, Big5, UTF-16 nor a known other encoding; name it with encoding = …"
        raise UnreadableFile(Reason.UNKNOWN_ENCODING, known)
    return codecs.lookup(best.encoding).name
