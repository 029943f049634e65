"""Read distilled sets: conversations that models or people wrote, in any of the usual schemas.

Reads JSON in any layout, CSV, Excel, Parquet: Alpaca (also with lists and `history`), ShareGPT, message lists,
prompt and response, question and answer in English and Chinese, preference rows (the chosen answer), turns in one
string. A drug label (a string of lines such as `适应证:…`) becomes a question about the drug, the label its answer.

One row: `{"instruction": "儿童肺炎有哪些表现？", "input": "", "output": "发热、咳嗽、气促……"}`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.conversation.merge_snapshots import merge_snapshots
from ingest.conversation.utterances import prefix_of
from ingest.dialogue_formats.plain_text import prefixed_dialogues
from ingest.distilled_formats.record import conversation
from ingest.distilled_formats.topic import department_of, task_of
from ingest.distilled_formats.unusable_answers import is_cut_at, length_cap, sound
from ingest.files.decode import first_lines, text_lines
from ingest.records.field_names import has
from ingest.records.json_records import is_json, json_records, unwrapped
from ingest.records.table_files import csv_rows, excel_rows, parquet_rows, table_kind, unnamed
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample, Message, messages_id

FORMATS = ("json", "csv", "excel", "parquet", "text")
"""What `format = "…"` may be: json (any layout), csv (delimited text), excel, parquet, text (lines 问：…, 答：…)."""
_SAMPLE_LINES = 60
"""Lines looked at to tell a text from a table."""
_LABEL_KEYS = re.compile(
    r"^\s*[【\[]?(药品类型|英文名|剂型|规格|适应[证症]|禁忌[证症]?|注意事项|不良反应|用法用量|药物相互作用|成[份分]|性状|贮藏"
    r"|功能主治)[】\]]?\s*[:：]",
    re.MULTILINE,
)
"""`药品类型:` → `药品类型:`"""
_CAP_SAMPLES = 3000
_CAP_CHARS = 8 * 2**20
"""Samples, and characters of them, looked at to tell at what length a set's answers were cut off."""
_PREFERRED = ("label", "kto_tag")
"""Keys that are false where an answer is the worse one of a preference (KTO)."""
_OWN = ("question", "answer", "dialogue")
LABEL_LINES = 3
"""Different headings of a drug label that make a string one."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[IngestedSample | Rejection]:
    """Yield the samples of a set. Raises `UnreadableFile`."""
    found = (
        record if isinstance(record, Rejection) else _sample(record, locator, file, options)
        for locator, record in _records(file, options)
    )
    whole = _uncut(found, file, options)
    yield from merge_snapshots(whole, lambda one: [(message.role, message.content) for message in one.messages])


def _uncut(
    found: Iterator[IngestedSample | Rejection], file: SourceFile, options: SourceOptions
) -> Iterator[IngestedSample | Rejection]:
    """Reject answers that end in the middle at the greatest length of the first ones: a set made with a limit."""
    first: list[IngestedSample | Rejection] = []
    chars = 0
    while len(first) < _CAP_SAMPLES and chars < _CAP_CHARS and (item := next(found, None)):
        first.append(item)
        chars += 0 if isinstance(item, Rejection) else sum(len(message.content) for message in item.messages)
    cap = length_cap(item.messages[-1].content for item in first if not isinstance(item, Rejection))
    for item in itertools.chain(first, found):
        if not isinstance(item, Rejection) and is_cut_at(item.messages[-1].content, cap):
            locator = item.origin.locator.removeprefix(f"{file.member}: " if file.member else "")
            yield file.reject(options, Reason.UNFINISHED, locator, item.messages[-1].content)
        else:
            yield item


def _records(file: SourceFile, options: SourceOptions) -> Iterator[tuple[str, object]]:
    match options.format or table_kind(file) or _kind(file, options):
        case "json":
            for locator, record in unwrapped(json_records(file, options)):
                yield from _numbered(locator, record, options)
        case "excel":
            yield from excel_rows(file, options, CONVERSATION_WORDS)
        case "parquet":
            yield from parquet_rows(file, options)
        case "text":
            yield from _texts(file, options)
        case _:
            yield from csv_rows(file, options, CONVERSATION_WORDS)


def _kind(file: SourceFile, options: SourceOptions) -> str:
    if is_json(file, options):
        return "json"
    lines = [line for line in first_lines(file, options, _SAMPLE_LINES) if line.strip()]
    return (
        "text"
        if lines and prefix_of(lines[0]) and len({at[0] for line in lines if (at := prefix_of(line))}) > 1
        else "csv"
    )


def _numbered(locator: str, record: object, options: SourceOptions) -> Iterator[tuple[str, object]]:
    """Yield a record, or the records of an object that holds them by number."""
    if isinstance(record, dict) and record and not any(has(record, field, options.columns) for field in _OWN):
        inner = list(record.values())
        if all(
            isinstance(value, dict) and any(has(value, field, options.columns) for field in _OWN) for value in inner
        ):
            yield from ((f"{locator}.{name}", value) for name, value in record.items())
            return
    yield locator, record


def _texts(file: SourceFile, options: SourceOptions) -> Iterator[tuple[str, object]]:
    """Yield the conversations of text whose lines name who speaks."""
    for found in prefixed_dialogues(text_lines(file, options)):
        yield f"line {found.line}", [{"role": u.label or "user", "content": u.text} for u in found.spoken]


def _sample(record: object, locator: str, file: SourceFile, options: SourceOptions) -> IngestedSample | Rejection:
    try:
        messages = _label(record) or conversation(record, options.columns)
        messages, flaw = sound(messages)
    except UnusableRecord as error:
        excerpt = "" if options.columns else unnamed(record, "question and answer")
        return file.reject(options, error.reason, locator, excerpt or str(record))
    if isinstance(record, dict) and any(record.get(key) is False for key in _PREFERRED):
        return file.reject(options, Reason.NO_COUNTERPART, locator, messages[-1].content if messages else "")
    if flaw is not None and not messages:
        return file.reject(options, flaw[0], locator, flaw[1])
    origin = file.origin(locator)
    return IngestedSample(
        messages_id("smp", messages, (options.name, origin.sha256, origin.locator)),
        options.name,
        origin,
        messages,
        task_of(record, messages),
        department_of(record, messages, options.department),
        options.license,
    )


def _label(record: object) -> tuple[Message, ...] | None:
    """Return a drug label as question and answer, None where the record is none."""
    if not isinstance(record, str) or len(set(_LABEL_KEYS.findall(record))) < LABEL_LINES:
        return None
    name, _, label = record.strip().partition("\n")
    if not name.strip() or len(name) > 60 or _LABEL_KEYS.match(name):
        return None
    question = f"请介绍{name.strip()}的适应证、用法用量、禁忌证和注意事项。"
    return Message("user", question), Message("assistant", label.strip())
