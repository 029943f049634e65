"""Measure the reading of generated books: pages per CPU-second, fidelity, and the ratio against pdfplumber.

Run: python tests/benchmarks/pdf_books.py [chapters]. The peer is pdfplumber's `extract_text` on every page of the same
file in the same run; its text has no reading order of columns, no headings and no tables.
"""

from __future__ import annotations

import difflib
import io
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from ingest import textbook  # noqa: E402
from ingest.source import SourceFile, SourceOptions  # noqa: E402
from schemas.document import Document  # noqa: E402
from tests.support import pdf_writer  # noqa: E402

SEEDS = range(5)


def plain(text: str) -> str:
    return "".join(text.split())


def matched(found: list[str], truth: list[str]) -> tuple[int, int]:
    """Return the characters found in order and those of the truth."""
    a, b = "".join(map(plain, truth)), "".join(map(plain, found))
    if a == b:
        return len(a), len(a)
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), len(a)


def our_reading(data: bytes) -> tuple[list[Document], float]:
    file = SourceFile.from_bytes("book.pdf", data)
    start = time.process_time()
    records = list(textbook.read(file, SourceOptions("books", "textbook")))
    return [r for r in records if isinstance(r, Document)], time.process_time() - start


def peer_seconds(data: bytes) -> float:
    import pdfplumber

    start = time.process_time()
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()
    return time.process_time() - start


def main(chapters: int) -> None:
    our_reading(pdf_writer.make_book(1, 0, 1)[0])  # imports and first calls are not measured
    print("columns  pages  pages/CPU-s  pdfplumber  ratio  text %  headings F1  tables exact")
    for columns in (1, 2, 3):
        pages, ours, peer, good, chars, tables, exact = 0, 0.0, 0.0, 0, 0, 0, 0
        right = wrong = missed = 0
        for seed in SEEDS:
            data, truth = pdf_writer.make_book(columns, seed, chapters)
            documents, seconds = our_reading(data)
            pages, ours, peer = pages + truth.pages, ours + seconds, peer + peer_seconds(data)
            found = [line for d in documents if d.kind == "text" for line in d.text.split("\n")]
            same, total = matched(found, truth.paragraphs)
            good, chars = good + same, chars + total
            paths = {d.section[:i] for d in documents for i in range(1, len(d.section) + 1)}
            right += len(paths & set(truth.headings))
            wrong += len(paths - set(truth.headings))
            missed += len(set(truth.headings) - paths)
            rows = [[list(row) for row in d.table or ()] for d in documents if d.kind == "table"]
            tables += len(truth.tables)
            exact += sum(table in rows for table in truth.tables)
        f1 = 2 * right / (2 * right + wrong + missed)
        print(
            f"{columns:7} {pages:6} {pages / ours:12.1f} {pages / peer:11.1f} {peer / ours:6.1f} "
            f"{100 * good / chars:7.2f} {f1:12.3f} {exact:6}/{tables}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
