"""Instruction samples from books and guidelines: a question about the section's subject, its text as the answer.

Comes in: rows of the table `document`, in the order of the file. Goes out: samples, and why other rows gave none.
The answer is the passage itself; a template adds nothing but the question (and a recommendation's grade).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from ingest.vocabulary.children import PEDIATRICS, is_pediatric
from pedcorpus.config.sections import Instruct
from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.passages import Passage, passages, runs
from pedcorpus.steps.instruct.of_documents.recommendations import add_recommendations
from pedcorpus.steps.instruct.of_documents.subject import Focus, focus_of
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, templates
from schemas.rejection import Reason

MIN_SCORE = 0.3
"""Weight of medical terms per 300 characters from which a section is one of medicine. None of the 1,009 units of two
manuals of Debian reaches it, nor any of a quarterly report; of the 94 of the bundled books all but one do."""

_DOSE = re.compile(
    r"剂量|用量|用法|给药|(?:mg|μg|ug|g|ml|mL|IU|U|万U|单位)\s*/\s*[(（]?\s*(?:kg|d|次|日)", re.IGNORECASE
)
"""`匹林；剂量：30` → `剂量`"""
_DEFINING = re.compile(
    r"\s*(?:[（(][^）)]*[)）])?\s*[，,]?\s*(?:(?:又称|又名|亦称|简称|俗称)[^，。]*[，,])?(?:是|系|指|为)"
)
"""`（Kawasaki disease）是一种全` → `（Kawasaki disease）是`"""
_QUESTION = re.compile(r"[?？]$|^(?:如何|怎样|是否|哪些|什么|何时)|(?:是否|应如何|如何|怎样)")
"""`如何判断儿` → `如何`"""


def samples(rows: Sequence[dict[str, Any]], settings: Instruct) -> SampleBuilder:
    """Make the samples of document rows; every row is used or has a reason."""
    builder = SampleBuilder()
    sections = list(runs(map(_with_department, rows)))
    for run, is_medical in zip(sections, _are_medical(sections), strict=True):
        if not is_medical:
            for row in run:
                builder.reject(row, Reason.OFF_TOPIC)
            continue
        text = [row for row in run if row["kind"] == "text"]
        if text:
            _of_section(text, settings, builder)
        add_recommendations([row for row in run if row["kind"] == "recommendation"], settings, builder)
        for row in run:
            if row["kind"] == "table":
                _of_table(row, settings, builder)
            elif row["kind"] in ("caption", "footnote"):
                builder.reject(row, Reason.NO_TEMPLATE)
    return builder


def _are_medical(sections: Sequence[Sequence[dict[str, Any]]]) -> list[bool]:
    """Return for each section whether it is about medicine: by the terms in it, or a disease among its headings."""
    from ingest.vocabulary.medical_terms import bundled, scores

    paths = [[row["title"] or "", *(row["section"] or ())] for row, *_ in sections]
    texts = ["\n".join([*path, *(row["text"] for row in run)]) for path, run in zip(paths, sections, strict=True)]
    found = scores(pl.Series([""] * len(texts)), pl.Series(texts, dtype=pl.String), bundled())["score"]
    return [
        score >= MIN_SCORE or any(map(headings.names_subject, map(headings.words, path)))
        for score, path in zip(found, paths, strict=True)
    ]


def _with_department(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a document for children (儿科学, 儿童肺炎诊疗规范) with its department where none is named."""
    return row if row["department"] or not is_pediatric(row["title"] or "") else {**row, "department": PEDIATRICS}


def _of_section(run: Sequence[dict[str, Any]], settings: Instruct, builder: SampleBuilder) -> None:
    if focus_of(run[0]["title"], run[0]["section"] or ()) is None and "【" not in run[0]["text"]:
        for row in run:
            builder.reject(row, Reason.NO_TEMPLATE)
        return
    count = 0
    for passage in passages(run, settings.max_answer_chars):
        focus = focus_of(passage.title, passage.section)
        if focus is None or len(passage.text) < settings.min_answer_chars:
            reason = Reason.NO_TEMPLATE if focus is None else Reason.TOO_SHORT
        elif passage.part > 0 or count >= settings.samples_per_record:
            reason = Reason.OVER_SHARE
        else:
            count += 1
            template, question = _ask(focus, passage, run[0]["department"])
            builder.add(run[0], question, passage.text, template, passage.parents)
            continue
        builder.note_reason(passage.parents, reason)
    for row in run:
        builder.reject_unless_used(row, Reason.UNFINISHED)


def _ask(focus: Focus, passage: Passage, department: str) -> tuple[Template, str]:
    """Return the template and the question of a passage."""
    found, key = templates("document"), passage.parents[0]
    aspect = focus.aspect
    if aspect == "overview" and not focus.topic and _defines(focus.subject, passage.text):
        aspect = "definition"
    template = found[aspect]
    if _QUESTION.search(focus.subject):
        asked = focus.topic if _QUESTION.search(focus.topic) else focus.subject
        return template, f"{asked.rstrip('?？')}？"
    if not focus.topic:
        words = patient_words(department, focus.subject)
        return template, template.phrase("questions", key, subject=focus.subject, **words)
    if _QUESTION.search(focus.topic):
        topic = focus.topic.rstrip("?？")
        return template, f"{topic}？" if focus.subject in topic else f"关于{focus.subject}：{topic}？"
    asking = found["overview"] if headings.is_made_of_aspects(focus.topic) else template
    return template, asking.phrase("topic_questions", key, subject=focus.subject, topic=focus.topic)


def _defines(subject: str, text: str) -> bool:
    """Return whether the text begins `subject（…）又称…，是/系/指…`."""
    return text.startswith(subject) and _DEFINING.match(text.removeprefix(subject)) is not None


def _of_table(row: dict[str, Any], settings: Instruct, builder: SampleBuilder) -> None:
    """Only tables of doses are asked for: other tables say little without the text around them."""
    focus = focus_of(row["title"], row["section"] or ())
    text = row["text"].strip()
    if focus is None or not _DOSE.search(text):
        builder.reject(row, Reason.NO_TEMPLATE)
    elif not settings.min_answer_chars <= len(text) <= settings.max_answer_chars:
        builder.reject(row, Reason.TOO_LONG if len(text) > settings.max_answer_chars else Reason.TOO_SHORT)
    else:
        template = templates("document")["dose"]
        part = "topic_questions" if focus.topic else "questions"
        question = template.phrase(part, row["id"], subject=focus.subject, topic=focus.topic)
        builder.add(row, question, text, template, (row["id"],))
