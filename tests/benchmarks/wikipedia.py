"""Measure reading a dump: XML alone, the gate, full parsing, and a plain ElementTree loop as the peer, in one run.

    python tests/benchmarks/wikipedia.py DUMP.xml.bz2 [COPIES]

The pages are repeated COPIES times (default 40). CPU seconds of one process, decompression apart.
"""

from __future__ import annotations

import bz2
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

os.environ.setdefault("POLARS_MAX_THREADS", "1")

from ingest import wikipedia
from ingest.source import SourceFile, SourceOptions
from ingest.vocabulary import medical_terms
from ingest.wikipedia_dump import pages

OPTIONS = SourceOptions("bench", "wikipedia")


def peer(data: bytes) -> None:
    """Read the texts with the standard library and look for each term in turn, as one would first write it."""
    terms = [term for term, kind in medical_terms.bundled().items() if kind in ("medical", "pediatric")]
    for _, element in ElementTree.iterparse(io.BytesIO(data)):
        if element.tag.endswith("}text"):
            sum(term in (element.text or "") for term in terms)
        elif element.tag.endswith("}page"):
            element.clear()


def rate(name: str, data: bytes, work: Callable[[bytes], object]) -> float:
    start = time.process_time()
    work(data)
    speed = len(data) / 1e6 / (time.process_time() - start)
    print(f"{name:44} {speed:8.1f} MB/CPU-s")
    return speed


def repeated(data: bytes, copies: int) -> bytes:
    first, last = data.index(b"<page>"), data.rindex(b"</mediawiki>")
    return data[:first] + data[first:last] * copies + data[last:]


def gate_path(data: bytes) -> None:
    """Read, gate and reject, without parsing what passes: what a page outside medicine costs."""
    for batch in wikipedia._batches(pages.pages(io.BytesIO(data))):
        wikipedia._reasons([page for page in batch if isinstance(page, pages.Page)], True)


def main() -> None:
    data = bz2.decompress(Path(sys.argv[1]).read_bytes())
    large = repeated(data, int(sys.argv[2]) if len(sys.argv) > 2 else 40)
    rate("warm-up", data, gate_path)
    xml = rate("XML events alone", large, lambda d: sum(1 for _ in pages.pages(io.BytesIO(d))))
    gate = rate("XML and gate", large, gate_path)
    full = rate("every article parsed", data, lambda d: list(wikipedia.read(SourceFile.from_bytes("a", d), OPTIONS)))
    plain = rate("peer: ElementTree, `term in text`", data, peer)
    print(f"gate over XML {gate / xml:.2f}, over full parsing {gate / full:.1f}, over the peer {gate / plain:.1f}")


if __name__ == "__main__":
    main()
