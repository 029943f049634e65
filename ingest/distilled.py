"""Read distilled sets: conversations that models or people wrote, in any of the usual schemas.

Reads JSON in any layout, CSV, Excel, Parquet: Alpaca (also with lists and `history`), ShareGPT, message lists,
prompt and response, question and answer in English and Chinese, preference rows (the chosen answer), turns in one
string. A drug label (a string of lines such as `适应证:…`) becomes a question about the drug, the label its answer.

One row: `{"instruction": "儿童肺炎有哪些表现？", "input": "", "output": "发热、咳嗽、气促……"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.json_records import is_json, json_records, unwrapped
from ingest.source import SourceFile, SourceOptions
from ingest.tabular import csv_rows, excel_rows, parquet_rows
from ingest.topic import department_of, flaw_of, task_of
from ingest.turns import NoConversation, conversation
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample, Message, messages_id

FORMATS = ("json", "csv", "excel", "parquet")
"""What `format = "…"` may be: json (any layout), csv (any delimited text), excel, parquet."""
_BY_SUFFIX = {".xlsx": "excel", ".xlsm": "excel", ".parquet": "parquet", ".csv": "csv", ".tsv": "csv"}
_LABEL_KEYS = re.compile(
    r"^\s*[【\[]?(药品类型|英文名|剂型|规格|适应[证症]|禁忌[证症]?|注意事项|不良反应|用法用量|药物相互作用|成[份分]|性状|贮藏"
    r"|功能主治)[】\]]?\s*[:：]",
    re.MULTILINE,
)
LABEL_LINES = 3
"""Different headings of a drug label that make a string one."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[IngestedSample | Rejection]:
    """Yield the samples of a set. Raises `UnreadableFile`."""
    for locator, record in _records(file, options):
        yield record if isinstance(record, Rejection) else _sample(record, locator, file, options)


def _records(file: SourceFile, options: SourceOptions) -> Iterator[tuple[str, object]]:
    kind = options.format or _BY_SUFFIX.get(file.suffix) or ("json" if is_json(file, options) else "csv")
    if file.suffix == ".xls":
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, ".xls is not read: save it as .xlsx or CSV")
    match kind:
        case "json":
            yield from unwrapped(json_records(file, options))
        case "excel":
            yield from excel_rows(file, options)
        case "parquet":
            yield from parquet_rows(file, options)
        case _:
            yield from csv_rows(file, options)


def _sample(record: object, locator: str, file: SourceFile, options: SourceOptions) -> IngestedSample | Rejection:
    try:
        messages = _label(record) or conversation(record, options.columns)
        flaw = flaw_of(messages)
    except NoConversation as error:
        return file.reject(options, error.reason, locator, str(record))
    if flaw is not None:
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
