"""Cut a byte stream of JSON into its values without parsing it, in bounded memory, and go on behind broken ones.

In: UTF-8 blocks of a JSON array or of values that follow each other. Out: `Piece`s, the bytes of one value each.
A value ends where its brackets close. Where they never close (half a record in the middle of a file), the cut is made
where the next value of the same shape begins: at the same indent, or with the same first key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.rejection import Reason

MAX_VALUE_BYTES = 64 * 2**20
"""Largest value kept (64 MiB): a whole book in one object fits, a hostile file does not fill the memory."""
MAX_BRACKETS = 4_000_000
"""Most brackets of a value: each becomes a Python object of some 100 bytes."""
_MOST_READ = 16 * 2**20
"""Most bytes read at once: as much as there is, so that a long string is searched few times, within this bound."""
_MARKER_WINDOW = 4096
"""Bytes kept while looking for the next value behind one that is too large; the marker must fit."""

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+([\[\]{}])", re.DOTALL)
"""`"id": [1` → `[`"""
_SCALAR = re.compile(_STRING + rb"|(?:-?[0-9][0-9.eE+-]*+|true|false|null|NaN|-?Infinity)(?=[\s,\]])", re.DOTALL)
"""`12.5, 3` → `12.5`"""
_WORDS = re.compile(rb"[^\n\[{]++")
"""`# export {` → `# export `"""
_GAP = re.compile(rb"[\s,\x00]*+")
"""`, 3` → `, `"""
_FIRST_KEY = re.compile(rb"\{\s*" + _STRING + rb"\s*:", re.DOTALL)
"""`{"id": 1}` → `{"id":`"""
_CLOSING = {ord("["): b"]", ord("{"): b"}"}
_INDENT = re.compile(rb"\n[ \t]*+$")
"""`]  ` → –"""


@dataclass(frozen=True, slots=True)
class Piece:
    """One value: the 1-based line it begins on, its bytes (their beginning, where `reason` says why it is broken)."""

    line: int
    data: bytes
    reason: Reason | None = None


class Window:
    """The part of a stream that is being looked at. `at` is the place in `data`, `line` its line number."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.data, self.at, self.line = b"", 0, 1

    def fill(self) -> bool:
        """Drop what lies before `at`, but for the line's indent, and read on; False at the end."""
        keep = max(self.data.rfind(b"\n", 0, self.at), self.at - _MARKER_WINDOW, 0)
        parts, wanted = [self.data[keep:]], min(max(len(self.data) - keep, 1), _MOST_READ)
        while wanted > 0 and (block := next(self._blocks, b"")):
            parts.append(block)
            wanted -= len(block)
        if len(parts) == 1:
            return False
        self.data, self.at = b"".join(parts), self.at - keep
        return True

    def advance(self, to: int) -> bytes:
        """Move to `to` and return what was passed."""
        passed = self.data[self.at : to]
        self.line += passed.count(b"\n")
        self.at = to
        return passed

    def skip_gap(self) -> bytes:
        """Move to the next byte that is neither white space nor a comma and return it, b"" at the end."""
        while True:
            match = _GAP.match(self.data, self.at)
            self.advance(match.end() if match else self.at)
            if self.at < len(self.data):
                return self.data[self.at : self.at + 1]
            if not self.fill():
                return b""


def pieces(window: Window, *, in_array: bool) -> Iterator[Piece]:
    """Yield the values of an array whose bracket has been passed, or of a stream of values.

    An array without its end gives one `Piece` of reason TRUNCATED, last.
    """
    marker: re.Pattern[bytes] | None = None
    while start := window.skip_gap():
        if in_array and start == b"]":
            window.advance(window.at + 1)
            return
        line = window.line
        if start in b"]}":
            yield Piece(line, window.advance(window.at + 1), Reason.MALFORMED)
        elif start not in b"[{":
            yield (scalar := _scalar(window))
            if scalar.reason in (Reason.TOO_LARGE, Reason.TRUNCATED):
                return
        elif isinstance(end := _end(window, marker), int):
            yield Piece(line, window.advance(end))
        elif (marker := marker or _marker(window)) and (here := _find(window, marker)):
            reason = Reason.TOO_LARGE if end is Reason.TOO_LARGE else Reason.MALFORMED
            yield Piece(line, window.advance(here)[:_MARKER_WINDOW], reason)
        else:
            yield Piece(line, window.data[window.at : window.at + _MARKER_WINDOW], end)
            if end is Reason.TRUNCATED or not _skip_to(window, marker):
                return
    if in_array:
        yield Piece(window.line, b"", Reason.TRUNCATED)


def _scalar(window: Window) -> Piece:
    """Read a string, a number or a word of JSON; of anything else, what stands in front of the next line or bracket."""
    line = window.line
    while len(window.data) - window.at <= MAX_VALUE_BYTES:
        if match := _SCALAR.match(window.data, window.at):
            return Piece(line, window.advance(match.end()))
        if not window.fill():
            break
    else:
        return Piece(line, window.data[window.at : window.at + _MARKER_WINDOW], Reason.TOO_LARGE)
    match = _WORDS.match(window.data, window.at)
    words = window.advance(match.end() if match else len(window.data))
    reason = Reason.TRUNCATED if window.at == len(window.data) else Reason.MALFORMED
    return Piece(line, words[:_MARKER_WINDOW], reason)


def _end(window: Window, marker: re.Pattern[bytes] | None) -> int | Reason:
    """Return the end of the bracketed value at `window.at`, or why it has none.

    Once a value was found broken, `marker` tells where the next one begins: a value that reaches beyond is broken too.
    """
    depth = brackets = 0
    offset = 0
    while True:
        begin = window.at
        while match := _TO_BRACKET.match(window.data, begin + offset):
            offset = match.end() - begin
            brackets += 1
            depth += 1 if match[1] in b"[{" else -1
            if depth == 0:
                mismatch = match[1] != _CLOSING[window.data[begin]]
                if mismatch and not marker:
                    marker = _marker(window)
                if marker and marker.search(window.data, begin + 1, match.end()):
                    return Reason.MALFORMED
                return match.end()
        if len(window.data) - begin > MAX_VALUE_BYTES or brackets > MAX_BRACKETS:
            return Reason.TOO_LARGE
        if not window.fill():
            return Reason.TRUNCATED


def _marker(window: Window) -> re.Pattern[bytes] | None:
    """Return what the beginning of the next value looks like, judged by the value at `window.at`."""
    data, at = window.data, window.at
    if indent := _INDENT.search(data, max(at - _MARKER_WINDOW, 0), at):
        return re.compile(re.escape(indent[0]) + rb"(?=" + re.escape(data[at : at + 1]) + rb")")
    first_key = _FIRST_KEY.match(data, at, at + _MARKER_WINDOW)
    return re.compile(rb"[,\s](?=" + re.escape(first_key[0]) + rb")") if first_key else None


def _find(window: Window, marker: re.Pattern[bytes]) -> int | None:
    match = marker.search(window.data, window.at + 1)
    return match.end() if match else None


def _skip_to(window: Window, marker: re.Pattern[bytes] | None) -> bool:
    """Move to the next value behind one that is too large, holding little; False where the rest has none."""
    while marker is not None:
        window.advance(max(len(window.data) - _MARKER_WINDOW, window.at))
        if not window.fill():
            return False
        if (here := _find(window, marker)) is not None:
            window.advance(here)
            return True
    return False
