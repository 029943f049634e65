"""Readers: one source kind, one file, one entry in `SOURCES`."""

from __future__ import annotations

from ingest import dialogue, distilled, guideline, knowledge_graph, textbook, wikipedia
from ingest.dialogue_formats.detect import FORMATS as DIALOGUE_FORMATS
from ingest.distilled_formats.detect import FORMATS as DISTILLED_FORMATS
from ingest.read_book import FORMATS as BOOK_FORMATS
from ingest.source import Parts, Source
from ingest.wikipedia_dump.multistream import part, ranges

SOURCES: dict[str, Source] = {
    "guideline": Source(
        guideline.read,
        "document",
        tuple(BOOK_FORMATS),
        "推荐1：无脱水的急性腹泻患儿在家口服补液（强推荐，1A）。",
        "guidelines: as textbooks, with graded recommendations as units",
        is_prose=True,
        plain_kind="textbook",
    ),
    "textbook": Source(
        textbook.read,
        "document",
        tuple(BOOK_FORMATS),
        "第一章 呼吸系统疾病 / 第一节 肺炎 / 肺炎是由不同病原体引起的肺部炎症……",
        "textbooks: columns, headings, tables, footnotes and captions told apart",
        is_prose=True,
    ),
    "knowledge_graph": Source(
        knowledge_graph.read,
        "triple",
        tuple(knowledge_graph.FORMATS),
        "肺炎\t症状\t咳嗽",
        "triples: long and wide tables, neo4j-admin CSV, disease records, entity and relation lists, RDF",
        needs_siblings=True,
        is_merged=True,
    ),
    "dialogue": Source(
        dialogue.read,
        "dialogue",
        tuple(DIALOGUE_FORMATS),
        '{"dialogue": [{"speaker": "患者", "sentence": "发热一天"}, {"speaker": "医生", "sentence": "精神好吗"}]}',
        "consultations, online and voice: one a file, a record or a block of lines",
        privacy="strict",
        is_speech=True,
    ),
    "distilled": Source(
        distilled.read,
        "sample",
        tuple(DISTILLED_FORMATS),
        '{"instruction": "婴儿何时添加辅食？", "input": "", "output": "满6月龄起……"}',
        "instruction sets: Alpaca, ShareGPT, messages, prompt and response, decided per record",
        is_speech=True,
    ),
    "wikipedia": Source(
        wikipedia.read,
        "document",
        ("xml",),
        "zhwiki-20261101-pages-articles-multistream.xml.bz2",
        "pages-articles dumps: wikitext to text, traditional to simplified",
        is_encyclopedia=True,
        parts=Parts(".xml.bz2", ranges, part),
    ),
}
"""All kinds, the most trustworthy first: of near-duplicates the first kind survives (`dedup.prefer`).

A probe tries them from the last to the first."""
