"""Read the pages of a MediaWiki XML export as a stream: any schema version, bounded memory, no entities resolved.

The parser's own limits stay on (10 MB a text node, amplification of entities); a document type declaration, which no
export has, is refused. The address of a dump: `<mediawiki><siteinfo/><page><title/><ns/><id/><revision>…`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_CHUNK = 1 << 18
_OF_PAGE = frozenset({"id", "ns", "title"})
_OF_REVISION = frozenset({"id", "text"})
_LIMITS = ("too long", "Resource limit", "Excessive depth", "amplification", "Huge input")


@dataclass(frozen=True, slots=True)
class Page:
    """One page with its last revision. `text` is wikitext, "" where it was deleted."""

    id: str
    revision: str
    title: str
    namespace: str
    is_redirect: bool
    text: str

    @property
    def locator(self) -> str:
        """Place of the page in the dump, as `Origin.locator` has it."""
        return f"page {self.id} rev {self.revision}"


def pages(stream: BinaryIO) -> Iterator[Page | UnreadableFile]:
    """Yield every complete page; where the stream breaks off or is no export, the error comes last, not raised."""
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}page", "{*}revision"), resolve_entities=False, no_network=True, huge_tree=False
    )
    is_checked = False
    names: dict[str, str] = {}
    try:
        while chunk := stream.read(_CHUNK):
            error = _feed(parser, chunk, is_checked)
            for _, element in parser.read_events():
                if not is_checked:
                    _check(element.getroottree())
                    is_checked = True
                    names = _namespaces(element.getroottree())
                if element.tag.endswith("page"):
                    yield _page(element, names)
                    element.clear()
                    element.getparent().remove(element)
                elif (earlier := element.getprevious()) is not None and earlier.tag == element.tag:
                    element.getparent().remove(earlier)
            if error is not None:
                raise error
        _check(parser.close().getroottree())
    except etree.XMLSyntaxError as error:  # what the parser says only now, at the end, is that the end is missing
        cut = _cut(error, has_pages=is_checked)
        yield UnreadableFile(Reason.TRUNCATED, str(cut)) if cut.reason is Reason.MALFORMED else cut
    except UnreadableFile as error:
        yield error


def _feed(parser: Any, chunk: bytes, has_pages: bool) -> UnreadableFile | None:
    """Feed a chunk; return what is wrong with it instead of raising, so that the pages in front of it are read."""
    from lxml import etree

    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        return _cut(error, has_pages)
    return None


def _cut(error: Exception, has_pages: bool) -> UnreadableFile:
    """Return the parser's complaint with the reason under which what is left of the file counts."""
    message = str(error).strip()
    if any(words in message for words in _LIMITS):
        return UnreadableFile(Reason.TOO_LARGE, message)
    if not has_pages and "Start tag expected" in message:
        return UnreadableFile(Reason.UNKNOWN_FORMAT, f"not XML: {message}")
    return UnreadableFile(Reason.MALFORMED, message)


def _check(tree: Any) -> None:
    """Raise UnreadableFile unless this is an export without a document type declaration."""
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise UnreadableFile(Reason.MALFORMED, "a document type declaration, which no wiki export has")
    name = tree.getroot().tag.rpartition("}")[2]
    if name != "mediawiki":
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"XML with the root <{name}>, expected <mediawiki>")


def _namespaces(tree: Any) -> dict[str, str]:
    """Return name → number of the export's namespaces: exports before 2012 have no number at the page."""
    namespaces = tree.iterfind(".//{*}namespaces/{*}namespace")
    return {name.text.strip(): name.get("key", "0") for name in namespaces if name.text}


def _page(element: Any, names: dict[str, str]) -> Page:
    """Make a page of its element: one walk over the children (finding each by name costs three times as much)."""
    page: dict[str, str] = {}
    revision: dict[str, str] = {}
    is_redirect = False
    for child in element:
        name = _local(child.tag)
        if name == "revision":
            for part in child:
                if (field := _local(part.tag)) in _OF_REVISION:
                    revision[field] = part.text or ""
        elif name == "redirect":
            is_redirect = True
        elif name in _OF_PAGE:
            page[name] = child.text or ""
    title = page.get("title", "")
    namespace = page.get("ns") or names.get(title.partition(":")[0], "0")
    return Page(page.get("id", ""), revision.get("id", ""), title, namespace, is_redirect, revision.get("text", ""))


@lru_cache(256)
def _local(tag: Any) -> str:
    """Return the name of a tag without its namespace, "" for a comment; an export has thirty names."""
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
