"""Samples from tables: asked for by their caption, else by heading and columns; long ones by groups of rows.

Doses are TreRecom. A table of counts by year or study says nothing without its text and is left out, and so is one of
which neither caption nor columns tell what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.children import is_pediatric
from pedcorpus.config.sections import Instruct
from pedcorpus.pediatric.patients import patient_words
from pedcorpus.rows.table_captions import caption_words, captions_of_tables
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.drug_names import is_dose_without_drug
from pedcorpus.steps.instruct.of_documents.section_questions import QUESTION, name_of
from pedcorpus.steps.instruct.of_documents.subject import Focus, focus_of
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, frames, pick, templates
from schemas.rejection import Reason

Row = dict[str, Any]

_DOSE = re.compile(
    r"剂量|用量|用法|给药|(?:mg|μg|ug|g|ml|mL|IU|U|万U|单位)\s*/\s*[(（]?\s*(?:kg|d|次|日)", re.IGNORECASE
)
"""`匹林；剂量：30` → `剂量`"""
_COUNTS = re.compile(
    any_of(
        "年份 年代 例数 人数 样本 文献 作者 研究 发表 页码 序号 构成比 检出率 发生率 纳入 检索 数据库 版本 "
        "单价 价格 P值 OR值 RR值 95%CI"
    )
)
"""Columns of what was counted, found or cited. `年份` → `年份`"""
_OF_ANYTHING = re.compile(
    "^"
    + any_of(
        "项目 指标 表现 体征 症状 特点 特征 鉴别要点 鉴别点 鉴别项目 临床表现 临床特点 检查 内容 要点 观察项目 评估项目"
    )
    + "$"
)
"""A first column whose rows are what the other columns are compared by. `鉴别要点` → `鉴别要点`"""
_JUDGED = re.compile(any_of("判断 鉴别 区别 比较 诊断 评估 识别 鉴别诊断 对比 鉴别要点 诊断要点 判定") + "$")
"""`脱水程度的临床判断` → `判断`"""
_FIRST_CELL = re.compile(r"^[^：；。]{1,20}：([^：；。]{1,20})[；。]")
"""`年龄：小于2月龄；呼吸` → `小于2月龄`"""
MOST_NAMED = 3
"""Rows that a question for a part of a table names."""
MOST_COLUMNS, COLUMN_CHARS = 4, 14
"""Columns that a question names, and the longest name of one."""


def add_tables(run: Sequence[Row], settings: Instruct, builder: SampleBuilder) -> None:
    """Add the samples of one section's tables; captions go with their tables."""
    captions = captions_of_tables([(row["kind"], row["text"]) for row in run])
    for place, row in enumerate(run):
        if row["kind"] != "table":
            continue
        caption = run[captions[place]] if place in captions else None
        reason = _add_table(row, caption, settings, builder)
        if reason is not None:
            builder.reject(row, reason)
            builder.note_reason([caption["id"]] if caption else [], reason)


def _add_table(row: Row, caption: Row | None, settings: Instruct, builder: SampleBuilder) -> Reason | None:
    focus = focus_of(row["title"], row["section"] or ())
    text = row["text"].strip()
    name = _name(caption_words(caption["text"]) if caption else "", focus)
    if _COUNTS.search(" ".join(_columns(row))) or (focus is None and not name):
        return Reason.NO_TEMPLATE
    parts = list(_parts(text, settings.max_answer_chars))
    if not parts or len(text) < settings.min_answer_chars:
        return Reason.TOO_LONG if len(text) > settings.max_answer_chars else Reason.TOO_SHORT
    is_dose = _DOSE.search(text) is not None
    template = templates("document")["dose" if is_dose else "table"]
    parents = [one["id"] for one in (caption, row) if one is not None]
    whole = _question(row, name, focus, template)
    if whole is None:
        return Reason.NO_TEMPLATE
    asked = [(whole, text)] if len(parts) == 1 else [(_of_rows(row, name, focus, part), part) for part in parts]
    if any(is_dose and is_dose_without_drug(question, answer) for question, answer in asked):
        return Reason.NOT_GROUNDED
    for question, answer in asked:
        builder.add(row, question, answer, template, parents)
    return None


def _name(caption: str, focus: Focus | None) -> str:
    """Return what the caption calls the table, with the subject where it does not name one itself."""
    if len(caption) < 3 or QUESTION.search(caption):
        return ""
    head = caption.split("的")[0]
    says_all = is_pediatric(caption) or headings.names_subject(head) or headings.names_subject(caption)
    if focus is None:
        return caption if says_all or len(caption) >= 8 else ""
    says_all = says_all or focus.subject in caption or any(word in caption for word in _cores(focus.subject))
    return caption if says_all else name_of(focus.subject, caption)


def _cores(subject: str) -> list[str]:
    """Return what a caption may call a subject: without the word for children before it or 病 behind it."""
    short = re.sub(r"^(?:小儿|儿童|婴幼儿|新生儿)", "", subject).removesuffix("病")
    return [short] if len(short) > 1 else []


def _question(row: Row, name: str, focus: Focus | None, template: Template) -> str | None:
    """Return the question for a whole table; None where nothing tells what it is."""
    key = row["id"]
    if name:
        return pick(frames("judged" if _JUDGED.search(name) else "tabled"), key).format(name=name)
    if focus is None or QUESTION.search(focus.subject + focus.topic):
        return None
    places = {"subject": focus.subject, "topic": focus.topic, **patient_words(row["department"], focus.subject)}
    if template.name == "document-dose":
        if not focus.topic:
            return template.phrase("questions", key, **places)
        return template.phrase("list_questions", key, **places, name=name_of(focus.subject, focus.topic))
    return _by_columns(row, focus, key)


def _by_columns(row: Row, focus: Focus, key: str) -> str | None:
    first, *others = _columns(row) or [""]
    is_short = all(0 < len(name) <= COLUMN_CHARS for name in others)
    if not others or len(others) > MOST_COLUMNS or not is_short:
        return None
    name = _heading(focus)
    listed = "、".join(others[:-1]) + ("和" if len(others) > 1 else "") + others[-1]
    if _OF_ANYTHING.match(first):
        return pick(frames("compared"), key).format(name=name, others=listed) if len(others) > 1 else None
    return pick(frames("columns"), key).format(name=name, first=first, others=listed) if first else None


def _heading(focus: Focus) -> str:
    if focus.topic:
        return name_of(focus.subject, focus.topic)
    noun = templates("document")[focus.aspect].phrasings.get("noun", ("",))[0]
    return focus.subject if focus.aspect == "overview" or not noun else name_of(focus.subject, noun)


def _of_rows(row: Row, name: str, focus: Focus | None, part: str) -> str:
    """Ask for a part of a long table by the first of its rows."""
    cells = _first_cells(part)
    rows = "、".join(cells[:MOST_NAMED]) + ("等" if len(cells) > MOST_NAMED else "")
    called = name or (_heading(focus) if focus else "")
    return pick(frames("rows"), row["id"]).format(name=called, rows=rows)


def _parts(text: str, max_chars: int) -> Iterator[str]:
    """Yield the table in parts of at most `max_chars` characters; none where its rows do not stand alone."""
    if len(text) <= max_chars:
        yield text
        return
    lines = text.split("\n")
    cells = _first_cells(text)
    if len(set(cells)) < len(lines) or max(map(len, lines)) > max_chars:
        return
    part: list[str] = []
    for line in lines:
        if part and sum(len(one) + 1 for one in part) + len(line) > max_chars:
            yield "\n".join(part)
            part = []
        part.append(line)
    yield "\n".join(part)


def _first_cells(text: str) -> list[str]:
    """Return the first cell of each line that names its column and its cell."""
    return [match[1] for line in text.split("\n") if (match := _FIRST_CELL.match(line)) is not None]


def _columns(row: Mapping[str, Any]) -> list[str]:
    """Return the names of a table's columns: its first row."""
    cells = row.get("table") or [[]]
    return [str(cell).strip() for cell in cells[0]]
