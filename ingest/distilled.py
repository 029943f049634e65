"""Read distilled sets: conversations that models or people wrote, in any of the usual schemas.

Reads JSON in any layout, CSV, Excel, Parquet: Alpaca (also with lists and `history`), ShareGPT, message lists,
prompt and response, question and answer in English and Chinese, preference rows (the chosen answer), turns in one
string. A drug label (a string of lines such as `适应证:…`) becomes a question about the drug, the label its answer.

Each format is a line of `distilled_formats/detect.py`. A row, as a user sees it:

    {"instruction": "儿童肺炎有哪些表现？", "input": "", "output": "发热、咳嗽、气促……"}
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ingest.conversation.merge_snapshots import merge_snapshots
from ingest.distilled_formats.detect import find_format
from ingest.distilled_formats.record import messages_of_record
from ingest.distilled_formats.topic import department_of, task_of
from ingest.distilled_formats.unusable_answers import drop_unusable_answers, is_cut_at, length_cap
from ingest.records.table_files import unnamed
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample, Message, messages_id

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
LABEL_LINES = 3
"""Different headings of a drug label that make a string one."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[IngestedSample | Rejection]:
    """Yield the samples of a set. Raises `UnreadableFile`."""
    found = (
        record if isinstance(record, Rejection) else _sample(record, locator, file, options)
        for locator, record in find_format(file, options).read(file, options)
    )
    whole = _reject_truncated(found, file, options)
    yield from merge_snapshots(whole, lambda one: [(message.role, message.content) for message in one.messages])


def _reject_truncated(
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


def _sample(record: object, locator: str, file: SourceFile, options: SourceOptions) -> IngestedSample | Rejection:
    try:
        messages = _drug_label_messages(record) or messages_of_record(record, options.columns)
        messages, flaw = drop_unusable_answers(messages)
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
        task_of(record),
        department_of(record, messages, options.department),
        options.license,
    )


def _drug_label_messages(record: object) -> tuple[Message, ...] | None:
    """Return a drug label as question and answer, None where the record is none."""
    if not isinstance(record, str) or len(set(_LABEL_KEYS.findall(record))) < LABEL_LINES:
        return None
    name, _, label = record.strip().partition("\n")
    if not name.strip() or len(name) > 60 or _LABEL_KEYS.match(name):
        return None
    question = f"请介绍{name.strip()}的适应证、用法用量、禁忌证和注意事项。"
    return Message("user", question), Message("assistant", label.strip())
