"""Refuse PDFs that PDFium would draw for ever: forms that draw themselves, clips in clips, streams that are bombs.

PDFium follows forms inside forms without counting: nine calls of itself took 19 GB. The dictionary of a form is never
compressed, so raw bytes show which form draws which; nothing else of the file is parsed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_DRAWN = 100_000
"""Forms drawn by one page, those inside forms counted each time; real drawings stay below a thousand."""
MAX_STREAM = 256 * 2**20
"""Most bytes a stream that is no picture unpacks to; the contents of a page have some 100,000."""
MAX_CLIPS = 2_000
"""Clips inside each other; PDFium keeps for each all around it: 20,000 took 6.3 GB. Real pages nest some 10."""
_CONTENT = 2**26
"""Bytes of a page's content that are looked at."""
_SMALL = 2**18
"""Packed bytes of a stream below which it cannot reach that, packed once."""
_DICTIONARY = 1 << 16
"""Longest dictionary of a stream in bytes."""
_FORM = re.compile(rb"/Subtype\s*/Form\b")
"""`/Subtype /Form` → `/Subtype /Form`"""
_NUMBER = re.compile(rb"(\d{1,10})\s+\d{1,5}\s*$")
"""The number of an object, before ` obj`. `endobj 12 0` → `12`"""
_REFERENCE = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+R\b")
"""`/Fm0 12 0 R` → `12`"""
_XOBJECT = re.compile(rb"/XObject\s*(?:<<(.*?)>>|(\d{1,10})\s+\d{1,5}\s+R\b)", re.DOTALL)
"""`/XObject << /Fm0 12 0 R >>` → ` /Fm0 12 0 R `, `/XObject 7 0 R` → `7`"""
_RESOURCES = re.compile(rb"/Resources\s+(\d{1,10})\s+\d{1,5}\s+R\b")
"""`/Resources 7 0 R` → `7`"""
_DRAWS = re.compile(rb"\bDo\b")
"""`q /Fm0 Do Q` → `Do`, `/Dose` → –"""
_STREAM = re.compile(rb">>\s*stream\r?\n")
"""`/Length 5 >>\nstream\n` → `>>\nstream\n`"""
_CLIPPING = re.compile(rb"(?<!\S)(?:q|Q|W\*?)(?!\S)")
"""`0 0 9 9 re W n` → `W`, `/W` → –"""


def check_resources(data: bytes, name: str) -> None:
    """Raise UnreadableFile where a form draws itself or too many others, or a stream is a bomb."""
    forms = dict(_forms(data))
    if forms:
        objects = {number: _drawn_by(data, head) for number, (head, _) in forms.items()}
        calls = {number: [child for child in children if child in forms] for number, children in objects.items()}
        _count(calls, {number: body for number, (_, body) in forms.items()}, data, name)
    for start, head in _streams(data):
        could_be_bomb = _is_packed_twice(head) or data.find(b"endstream", start, start + _SMALL) < 0
        if could_be_bomb and b"FlateDecode" in head and _is_bomb(data, start, head):
            raise UnreadableFile(Reason.TOO_LARGE, f"{name}: a stream unpacks to more than {MAX_STREAM} bytes.")
        if b"/Length1" not in head and _clips(_unpacked(data, start, head)) > MAX_CLIPS:
            raise UnreadableFile(Reason.TOO_LARGE, f"{name}: more than {MAX_CLIPS} clips inside each other.")


def _forms(data: bytes) -> Iterator[tuple[int, tuple[bytes, int]]]:
    """Yield number, dictionary and start of the content of each form."""
    for match in _FORM.finditer(data):
        begin = data.rfind(b" obj", max(0, match.start() - _DICTIONARY), match.start())
        end = data.find(b"stream", match.end(), match.end() + _DICTIONARY)
        number = _NUMBER.search(data, max(0, begin - 24), begin) if begin >= 0 else None
        if number and end >= 0:
            yield int(number[1]), (data[begin + 4 : end], end + 6)


def _drawn_by(data: bytes, head: bytes) -> set[int]:
    """Return the numbers of the objects a form may draw, by its resources."""
    if match := _RESOURCES.search(head):
        head += _object(data, match[1])
    numbers: set[int] = set()
    for inside, place in _XOBJECT.findall(head):
        numbers.update(int(number) for number in _REFERENCE.findall(inside or _object(data, place)))
    return numbers


def _object(data: bytes, number: bytes) -> bytes:
    """Return the text of an object; b"" where it is packed in a stream of objects."""
    match = re.search(rb"(?<!\d)" + number + rb"\s+\d{1,5}\s+obj\b", data)
    return data[match.end() : match.end() + _DICTIONARY].partition(b"endobj")[0] if match else b""


def _count(calls: dict[int, list[int]], bodies: dict[int, int], data: bytes, name: str) -> None:
    """Count what each form draws, from those that draw nothing else upwards; what is left over draws itself."""
    drawn: dict[int, int] = {}
    left = dict(calls)
    while ready := [number for number, children in left.items() if all(child in drawn for child in children)]:
        for number in ready:
            children = left.pop(number)
            times = max(1, _draws(data, bodies[number])) if children else 0
            drawn[number] = 1 + times * max((drawn[child] for child in children), default=0)
            if drawn[number] > MAX_DRAWN:
                raise UnreadableFile(Reason.TOO_LARGE, f"{name}: a form draws more than {MAX_DRAWN} others.")
    if left:
        raise UnreadableFile(Reason.MALFORMED, f"{name}: form {min(left)} draws itself.")


def _draws(data: bytes, start: int) -> int:
    return len(_DRAWS.findall(_unpacked(data, start, b"FlateDecode")[: 2**22]))


def _streams(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield start and dictionary of each stream that is no picture."""
    for match in _STREAM.finditer(data):
        begin = data.rfind(b" obj", max(0, match.start() - _DICTIONARY), match.start())
        head = data[begin : match.start()]
        if b"/Image" not in head:
            yield match.end(), head


def _is_packed_twice(head: bytes) -> bool:
    return head.count(b"Decode") - head.count(b"DecodeParms") > 1


def _unpacked(data: bytes, start: int, head: bytes) -> bytes:
    """Return the content of a stream packed once or not at all, as far as it can be read."""
    end = data.find(b"endstream", start)
    body = data[start : min(end if end >= 0 else len(data), start + _CONTENT)].lstrip(b"\r\n")
    if b"FlateDecode" not in head:
        return body
    try:
        return zlib.decompressobj().decompress(body, _CONTENT)
    except zlib.error:
        return body


def _clips(content: bytes) -> int:
    """Return how many clips the innermost place of a content stream lies in."""
    if content.count(b"W") <= MAX_CLIPS:
        return 0
    around, most = [0], 0
    for operator in _CLIPPING.findall(content):
        if operator == b"q":
            around.append(around[-1])
        elif operator == b"Q":
            around[-2:] = around[-2:-1] or around[-1:]
        else:
            around[-1] += 1
            most = max(most, around[-1])
    return most


def _is_bomb(data: bytes, start: int, head: bytes) -> bool:
    """Return whether a stream unpacks to more than MAX_STREAM, through all its layers."""
    layers = [zlib.decompressobj() for _ in range(max(1, head.count(b"FlateDecode")))]
    size, place = 0, start
    try:
        while place < len(data) and not layers[0].eof:
            block = data[place : place + 4096]
            place += len(block)
            for layer in layers:
                block = layer.decompress(block, MAX_STREAM // 4)
                if layer.unconsumed_tail:
                    return True
            size += len(block)
            if size > MAX_STREAM:
                return True
    except zlib.error:
        return False
    return False
