"""Wrap the articles of the bundled sample in the shell of a multistream pages-articles dump (export schema 0.11).

Run it after an edit: `python tests/sample/make/build_wiki.py`. In `articles.txt` a line `@@ title` opens a page and
what follows is its wikitext. The same text gives the same bytes.
"""

from __future__ import annotations

import bz2
import re
from hashlib import sha1
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

WIKI = Path(__file__).parents[3] / "pedcorpus" / "sample" / "wiki"
SOURCE = WIKI / "articles.txt"
DUMP = WIKI / "zhwiki-sample-pages-articles-multistream.xml.bz2"
NAMESPACES = {"Media": -2, "Special": -1, "": 0, "Talk": 1, "Wikipedia": 4, "Template": 10, "Category": 14}
PAGES_A_STREAM = 30
"""Real dumps put 100 pages into a bzip2 stream; fewer here, so that the sample has several streams."""


def read_articles(text: str) -> list[tuple[str, str]]:
    """Return (title, wikitext) of each page."""
    chunks = re.split(r"^@@ ", text, flags=re.M)[1:]
    return [(title.strip(), body.strip()) for title, _, body in (chunk.partition("\n") for chunk in chunks)]


def siteinfo() -> str:
    """Return the head of the dump."""
    names = "\n".join(
        f'      <namespace key="{key}" case="first-letter"' + (f">{name}</namespace>" if name else " />")
        for name, key in NAMESPACES.items()
    )
    address = "http://www.mediawiki.org/xml/export-0.11/"
    return (
        f'<mediawiki xmlns="{address}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{address} http://www.mediawiki.org/xml/export-0.11.xsd" version="0.11" xml:lang="zh">\n'
        "  <siteinfo>\n    <sitename>pedcorpus sample</sitename>\n    <dbname>zhwiki</dbname>\n"
        "    <base>https://example.org/wiki/</base>\n    <generator>pedcorpus sample</generator>\n"
        f"    <case>first-letter</case>\n    <namespaces>\n{names}\n    </namespaces>\n  </siteinfo>\n"
    )


def page(number: int, title: str, text: str) -> str:
    """Return one `<page>`; ids and times follow from its number."""
    prefix = title.split(":")[0] if ":" in title else ""
    redirect = re.match(r"#(?:REDIRECT|重定向) *\[\[(.+?)\]\]", text, flags=re.I)
    data = text.encode()
    return (
        f"  <page>\n    <title>{escape(title)}</title>\n    <ns>{NAMESPACES.get(prefix, 0)}</ns>\n"
        f"    <id>{number}</id>\n"
        + (f"    <redirect title={quoteattr(redirect[1])} />\n" if redirect else "")
        + f"    <revision>\n      <id>{1000 + number}</id>\n      <timestamp>2024-01-01T00:00:00Z</timestamp>\n"
        "      <contributor>\n        <username>Pedcorpus</username>\n        <id>1</id>\n      </contributor>\n"
        f"      <origin>{1000 + number}</origin>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
        f'      <text bytes="{len(data)}" sha1="{base36(sha1(data).hexdigest())}" xml:space="preserve">'
        f"{escape(text)}</text>\n      <sha1>{base36(sha1(data).hexdigest())}</sha1>\n    </revision>\n  </page>\n"
    )


def base36(digest: str) -> str:
    """Return a hexadecimal SHA-1 as MediaWiki writes it: base 36, 31 digits."""
    value, digits = int(digest, 16), ""
    while value:
        value, rest = divmod(value, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits.zfill(31)


def build_dump() -> bytes:
    """Return the dump: a stream with the head, streams of pages, a stream with the end."""
    pages = [page(number, *article) for number, article in enumerate(read_articles(SOURCE.read_text("utf-8")), start=1)]
    groups = ["".join(pages[at : at + PAGES_A_STREAM]) for at in range(0, len(pages), PAGES_A_STREAM)]
    return b"".join(bz2.compress(part.encode()) for part in [siteinfo(), *groups, "</mediawiki>\n"])


if __name__ == "__main__":
    DUMP.write_bytes(build_dump())
    print(f"{DUMP.name}: {len(DUMP.read_bytes()):,} bytes")
