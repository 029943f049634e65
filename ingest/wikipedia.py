"""Wikipedia: a pages-articles dump, of any age and compression → one document per article, in simplified Chinese.

Address: https://dumps.wikimedia.org/zhwiki/, licence CC BY-SA 4.0. Raw:
`<page><title>川崎病</title><ns>0</ns><id>123</id><revision><id>456</id><text>'''川崎病'''是…</text></revision></page>`.

Redirects, other namespaces, disambiguations, lists and stubs are rejected with their reason. Of a large dump only what
may be medical is parsed, and a fixed small share of the rest, from which the general articles of the corpus are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from zlib import crc32

import polars as pl

from ingest.source import SourceFile, SourceOptions
from ingest.vocabulary.medical_terms import may_be_medical
from ingest.vocabulary.simplified import to_simplified
from ingest.wikipedia_dump.pages import Page, pages
from ingest.wikipedia_dump.wikitext import read_article
from schemas.document import Document, document_id
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

UNGATED_CHARS = 2**24
"""Characters of wikitext (about 40 MB of a dump) up to which a file is parsed whole, gate or no gate: 30 s."""
GENERAL_EVERY = 20
"""Of this many articles the gate stops, one is parsed all the same, chosen by page id. The Chinese Wikipedia so gives
some 70,000 articles to draw the general share from, ten times what `general_share = 0.1` takes."""
BATCH_CHARS = 2**22
"""Characters of wikitext the gate sees at once."""
MIN_CHARS = 50
"""Shortest article; one that its authors call a stub needs four times as many."""

_REDIRECT = r"(?i)^\s*#\s*(?:redirect|重定向|重新導向|重新导向)"
_DISAMBIGUATION = (
    r"(?i)\{\{\s*(?:disambig(?:uation)?|disamb|dab|hndis|geodis|numberdis|letter-?(?:number)?\s?(?:combination)?\s?disambig"
    r"|[^{}|]{0,12}消歧[义義][^{}|]{0,6}|消含糊|歧义|歧義)\s*[|}]|__DISAMBIG__"
)
_DISAMBIGUATION_TITLE = r"[(（](?:消歧[义義]|disambiguation)[)）]\s*$"
_LIST_TITLE = r"(?i).(?:列表|名单|名單|一[览覽](?:表)?|年表)\s*(?:[(（].*[)）])?$|^list of "
_INDEX = re.compile(rb"\d{1,15}:\d{1,12}:.")
"""First line of the index beside a multistream dump: place, page, title. Streams are found without it.
`600:12:Main Page` → `600:12:M`"""
_STUB = r"(?i)\{\{[^{}|]{0,30}(?:stub|小作品|小條目|小条目)\s*[|}]"


def read(file: SourceFile, options: SourceOptions, *, gated: bool | None = None) -> Iterator[Document | Rejection]:
    """Yield each page as a document or a rejection; what follows a cut or damage is one rejection more.

    `gated` says whether only what may be medical is parsed; by default that is decided by the size of the file, and
    parts are parts of large files.
    """
    gated = True if gated is None and file.is_part else gated
    with file.open() as stream:
        if _INDEX.match(stream.read(64)):
            yield file.reject(options, Reason.EMPTY, "", "the index of a multistream dump, which holds no page")
            return
    with file.open() as stream:
        batches = _batches(pages(stream))
        pending: list[Sequence[Page | UnreadableFile]] = []
        size = 0
        while gated is None and (batch := next(batches, None)) is not None:
            pending.append(batch)
            size += sum(len(page.text) for page in batch if isinstance(page, Page))
            if size > UNGATED_CHARS:
                break
        is_gated = size > UNGATED_CHARS if gated is None else gated
        for batch in chain(pending, batches):
            yield from _read_batch(batch, is_gated, file, options)


def _batches(stream: Iterator[Page | UnreadableFile]) -> Iterator[Sequence[Page | UnreadableFile]]:
    batch: list[Page | UnreadableFile] = []
    size = 0
    for page in stream:
        batch.append(page)
        size += len(page.text) if isinstance(page, Page) else 0
        if size > BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read_batch(
    batch: Sequence[Page | UnreadableFile], is_gated: bool, file: SourceFile, options: SourceOptions
) -> Iterator[Document | Rejection]:
    articles = [page for page in batch if isinstance(page, Page)]
    reasons = iter(_reasons(articles, is_gated))
    last = ""
    for page in batch:
        if isinstance(page, UnreadableFile):
            yield file.reject(options, page.reason, f"after {last}" if last else "", str(page))
            continue
        last = page.locator
        reason = next(reasons)
        yield _article(page, file, options) if reason is None else _reject(page, reason, file, options)


def _reasons(articles: Sequence[Page], is_gated: bool) -> list[Reason | None]:
    """Return what speaks against each page before its wikitext is parsed, by column."""
    frame = pl.DataFrame(
        {
            "title": [page.title for page in articles],
            "other": [page.namespace != "0" for page in articles],
            "redirect": [page.is_redirect for page in articles],
            "text": ["" if page.namespace != "0" or page.is_redirect else page.text for page in articles],
        },
        schema={"title": pl.String, "other": pl.Boolean, "redirect": pl.Boolean, "text": pl.String},
    )
    title, text = pl.col("title"), pl.col("text")
    checks = {
        Reason.OTHER_NAMESPACE: pl.col("other"),
        Reason.REDIRECT: pl.col("redirect") | text.str.contains(_REDIRECT),
        Reason.EMPTY: text.str.strip_chars() == "",
        Reason.DISAMBIGUATION: title.str.contains(_DISAMBIGUATION_TITLE) | text.str.contains(_DISAMBIGUATION),
        Reason.LIST_PAGE: title.str.contains(_LIST_TITLE),
    }
    found = frame.select(pl.coalesce(pl.when(wrong).then(pl.lit(reason.value)) for reason, wrong in checks.items()))
    reasons = [None if value is None else Reason(value) for value in found.to_series()]
    if is_gated:
        medical = may_be_medical(frame["text"])
        for i, (page, passes) in enumerate(zip(articles, medical, strict=True)):
            if reasons[i] is None and not passes and not is_drawn(page.id):
                reasons[i] = Reason.OFF_TOPIC
    return reasons


def is_drawn(page_id: str) -> bool:
    """Return whether a page is in the fixed share that is parsed whatever the gate says."""
    return crc32(page_id.encode()) % GENERAL_EVERY == 0


def _article(page: Page, file: SourceFile, options: SourceOptions) -> Document | Rejection:
    try:
        text, title = read_article(page.text)
    except (ValueError, RecursionError):
        return _reject(page, Reason.MALFORMED, file, options)
    least = 4 * MIN_CHARS if pl.Series([page.text]).str.contains(_STUB)[0] else MIN_CHARS
    if len(text) < least:
        return _reject(page, Reason.STUB, file, options)
    origin = file.origin(page.locator)
    return Document(
        id=document_id(options.name, origin, text),
        source=options.name,
        origin=origin,
        kind="text",
        title=title or to_simplified(page.title),
        section=(),
        text=text,
        department=options.department,
        license=options.license,
    )


def _reject(page: Page, reason: Reason, file: SourceFile, options: SourceOptions) -> Rejection:
    return file.reject(options, reason, page.locator, f"{page.title}: {page.text[:120]}")
