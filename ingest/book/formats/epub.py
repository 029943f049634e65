"""Read books in EPUB 2 and 3: the chapters of the spine, in order, as HTML."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from ingest.book.block import Block, Blocks
from ingest.book.formats.html import parse, walk
from ingest.book.formats.office_zip import member, opened, xml
from ingest.book.line_text import clean
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

_ENCRYPTED = "META-INF/encryption.xml"
_FONT_ONLY = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of an EPUB book; a chapter that cannot be read is a rejection."""
    with opened(file) as archive:
        locked = member(archive, _ENCRYPTED)
        if locked and not any(mark in locked for mark in _FONT_ONLY):
            raise UnreadableFile(Reason.ENCRYPTED, f"{file.path}: protected. Use a copy without DRM.")
        container = member(archive, "META-INF/container.xml")
        paths = xml(container, "container.xml").xpath("//@full-path") if container else []
        package = member(archive, str(paths[0])) if paths else None
        if package is None:
            raise UnreadableFile(Reason.MALFORMED, f"{file.path}: no package document, it is no EPUB.")
        root = xml(package, str(paths[0]))
        names = _spine(root, posixpath.dirname(str(paths[0])))
        chapters = [(name, _chapter(archive, name)) for name in names]
    title = clean(" ".join(root.xpath("//*[local-name()='title']/text()")[:1]))
    return title, _blocks(chapters, file, options)


def _spine(package: object, folder: str) -> list[str]:
    """Return the names of the chapters in reading order."""
    items = {}
    for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']"):  # type: ignore[attr-defined]
        items[item.get("id", "")] = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
    order = package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref")  # type: ignore[attr-defined]
    return [items[name] for name in dict.fromkeys(map(str, order)) if name in items]


def _chapter(archive: object, name: str) -> bytes | Reason:
    try:
        data = member(archive, name)  # type: ignore[arg-type]
    except UnreadableFile as error:
        return error.reason
    return Reason.MALFORMED if data is None else data


def _blocks(
    chapters: list[tuple[str, bytes | Reason]], file: SourceFile, options: SourceOptions
) -> Iterator[Block | Rejection]:
    for name, data in chapters:
        root = None if isinstance(data, Reason) else parse(data)
        if isinstance(data, Reason) or root is None:
            yield file.reject(options, data if isinstance(data, Reason) else Reason.EMPTY, name)
            continue
        body = root.find(".//body")
        yield from walk(root if body is None else body, name)
