"""Records of a JSON file, whatever its layout: an array, JSON lines, one object, objects after each other.

The layout is told by the content, since `.json` files that are JSON lines, and `.txt` files that are JSON, are common.
Memory is bounded by one record. A broken record costs itself and no other.
"""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterator
from typing import Literal

import orjson

from ingest.files.decode import split_lines, utf8_blocks
from ingest.records.json_scanner import Piece, Window, pieces
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import EXCERPT_CHARS, Reason, Rejection

Layout = Literal["array", "lines", "values"]
JsonRecord = tuple[str, object | Rejection]
"""Locator and value: `#17` counts array elements from 0, `line 17` lines from 1."""

_SAMPLE_LINES = 50
_ARRAY = re.compile(rb'\s*\[\s*(?:[\[{"\]]|-?[0-9.]+\s*[,\]]|$)')
"""`[{"id": 1}]` → `[{`"""
_OBJECT = re.compile(rb'\s*\{\s*(?:["}]|$)')
"""`{"id": 1}` → `{"`"""
_LONE_SURROGATE = re.compile(
    r"(?<!\\)((?:\\\\)*)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
r"""`\ud83d!` → `\ud83d`"""
_ROLE_KEYS = frozenset({"role", "from", "speaker", "sender", "角色"})
WRAPPERS = frozenset({"data", "records", "rows", "items", "examples", "samples", "train", "dev", "validation", "test"})
"""Keys (in any case) under which exports put the list of records of a file."""


def json_records(file: SourceFile, options: SourceOptions) -> Iterator[JsonRecord]:
    """Yield the records of a JSON file with their locators; a broken one comes as a `Rejection`.

    Raises `UnreadableFile` where the file is no JSON at all, or cannot be read on.
    """
    blocks = utf8_blocks(file, options)
    first = _first_block(blocks)
    layout = _layout(first)
    second = next(blocks, b"")
    if layout is not None and not second and (found := _whole(first)):
        yield from found
        return
    blocks = itertools.chain([first, second], blocks)
    if layout == "lines":
        yield from _line_records(blocks, file, options)
    elif layout is not None:
        yield from _scanned_records(blocks, file, options)
    elif first.strip():
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, "expected JSON: an array, an object or one object per line")


def _whole(data: bytes) -> list[JsonRecord]:
    """Return the records of a small file that is one flawless value, nothing for any other."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return []
    if isinstance(value, list):
        return [(f"#{i}", element) for i, element in enumerate(value)]
    line = data.count(b"\n", 0, len(data) - len(data.lstrip())) + 1
    return [(f"line {line}", value)]


def is_json(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether the content looks like JSON in one of the layouts."""
    return _layout(_first_block(utf8_blocks(file, options))) is not None


def unwrapped(records: Iterator[JsonRecord]) -> Iterator[JsonRecord]:
    """Replace a record `{"data": [ … ]}`, as exports write them, by the elements of its list (locator `data#17`)."""
    for locator, record in records:
        lists = _wrapped_lists(record)
        if not lists:
            yield locator, record
        for name, elements in lists:
            yield from ((f"{name}#{i}", element) for i, element in enumerate(elements))


def _wrapped_lists(record: object) -> list[tuple[str, list[object]]]:
    if not isinstance(record, dict):
        return []
    found = [(key, value) for key, value in record.items() if key.lower() in WRAPPERS and isinstance(value, list)]
    if any(_is_message(element) for _, value in found for element in value[:1]):
        return []
    others = [value for key, value in record.items() if isinstance(value, list) and key.lower() not in WRAPPERS]
    are_records = found and all(isinstance(element, dict | list) for _, value in found for element in value)
    return found if are_records and not others else []


def _is_message(element: object) -> bool:
    """Return whether an element is a message that names no conversation: its list is one conversation."""
    if not isinstance(element, dict) or not _ROLE_KEYS & set(element):
        return False
    return not any(key.lower().endswith(("id", "号")) for key in element)


def parse_json(data: bytes) -> object:
    """Parse one JSON value; NaN, control characters, NULs, broken bytes and lone surrogates are tolerated.

    What no text may hold becomes U+FFFD. Raises `ValueError`.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        text = data.decode("utf-8", "replace").replace("\x00", "")
    try:
        return json.loads(_LONE_SURROGATE.sub(r"\1\\ufffd", text), strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _first_block(blocks: Iterator[bytes]) -> bytes:
    """Return the first block, longer where it is only a short read."""
    parts: list[bytes] = []
    for block in blocks:
        parts.append(block)
        if sum(map(len, parts)) >= 1 << 16:
            break
    return b"".join(parts)


def _layout(first: bytes) -> Layout | None:
    """Return the layout that the beginning of a file shows."""
    lines = [line for line in first.lstrip().split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    if not lines:
        return None
    whole = [_is_whole(line) for line in lines]
    if _ARRAY.match(lines[0]):
        return "lines" if whole[0] and len(lines) > 1 and _ARRAY.match(lines[1]) else "array"
    if _OBJECT.match(lines[0]) and not whole[0]:
        starts = sum(line.startswith(b"{") for line in lines)
        return "lines" if sum(whole) > 0 and starts == len(lines) else "values"
    return "lines" if sum(whole) * 2 > len(lines) - 1 and sum(whole) > 0 else None


def _is_whole(line: bytes) -> bool:
    """Return whether a line is a whole JSON object or array."""
    line = line.strip().removesuffix(b",")
    if not line.startswith((b"{", b"[")) or not line.endswith((b"}", b"]")) or len(line) > 1 << 20:
        return False
    try:
        parse_json(line)
    except ValueError:
        return False
    return True


def _line_records(blocks: Iterator[bytes], file: SourceFile, options: SourceOptions) -> Iterator[JsonRecord]:
    for number, line in split_lines(blocks, b"\n"):
        locator = f"line {number}"
        if line is None:
            yield locator, file.reject(options, Reason.TOO_LARGE, locator)
            continue
        try:
            yield locator, orjson.loads(line)
        except orjson.JSONDecodeError:
            if line.strip(b" \t\r\x00,"):
                yield from _repaired_line(line, number, file, options)


def _repaired_line(line: bytes, number: int, file: SourceFile, options: SourceOptions) -> Iterator[JsonRecord]:
    """Yield what a line holds that is not plainly one value: a value and a comma, several values, or a broken one."""
    for i, piece in enumerate(pieces(Window(iter([line])), in_array=False)):
        locator = f"line {number} #{i}" if i else f"line {number}"
        reason = Reason.MALFORMED if piece.reason is Reason.TRUNCATED else piece.reason
        yield _record(Piece(number, piece.data, reason), locator, file, options)


def _scanned_records(blocks: Iterator[bytes], file: SourceFile, options: SourceOptions) -> Iterator[JsonRecord]:
    window, index = Window(blocks), 0
    line = on_line = 0
    while start := window.skip_gap():
        in_array = start == b"["
        if in_array:
            window.advance(window.at + 1)
        reason = None
        for piece in pieces(window, in_array=in_array):
            on_line = on_line + 1 if piece.line == line else 0
            line = piece.line
            place = f"line {line} #{on_line}" if on_line else f"line {line}"
            yield _record(piece, f"#{index}" if in_array else place, file, options)
            index, reason = index + 1, piece.reason
        if reason in (Reason.TRUNCATED, Reason.TOO_LARGE):
            return


def _record(piece: Piece, locator: str, file: SourceFile, options: SourceOptions) -> JsonRecord:
    reason = piece.reason
    if reason is None:
        try:
            return locator, parse_json(piece.data)
        except ValueError:
            reason = Reason.MALFORMED
    excerpt = codecs.decode(piece.data[: 4 * EXCERPT_CHARS], "utf-8", "replace")
    return locator, file.reject(options, reason, locator, excerpt)
