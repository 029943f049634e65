"""Instruction samples from books and guidelines: a question about the section's subject, its text as the answer.

Comes in: rows of the table `document`, in the order of the file. Goes out: samples, and why other rows gave none.
The answer is the passage itself; a template adds nothing but the question (and a recommendation's grade).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from ingest.vocabulary.children import PEDIATRICS, is_pediatric
from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.conversations import Told, add_told
from pedcorpus.steps.instruct.of_documents.drug_names import is_dose_without_drug
from pedcorpus.steps.instruct.of_documents.evidence import is_statement, part_evidence, with_sections_of_evidence
from pedcorpus.steps.instruct.of_documents.passages import passages, runs
from pedcorpus.steps.instruct.of_documents.recommendations import add_recommendations
from pedcorpus.steps.instruct.of_documents.section_questions import ask
from pedcorpus.steps.instruct.of_documents.subject import focus_of
from pedcorpus.steps.instruct.of_documents.table_samples import add_tables
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from schemas.rejection import Reason

Row = dict[str, Any]

MIN_SCORE = 0.3
"""Weight of medical terms per 300 characters from which a section is one of medicine. None of the 1,009 units of two
manuals of Debian reaches it, nor any of a quarterly report; of the 94 of the bundled books all but one do."""
USEFUL_FIRST = (
    "treatment",
    "dose",
    "diagnosis",
    "clinical",
    "assessment",
    "differential",
    "check",
    "care",
    "prevention",
    "contraindication",
    "caution",
    "adverse",
    "cause",
    "complication",
    "followup",
)
"""Aspects in the order in which a limit takes them; the others come last."""


def samples(rows: Sequence[Row], settings: Instruct) -> SampleBuilder:
    """Make the samples of document rows; every row is used or has a reason."""
    builder = SampleBuilder()
    sections = list(with_sections_of_evidence(runs(map(_with_department, rows))))
    told: list[Told] = []
    texts: list[Row] = []
    for run, is_medical in zip(sections, _are_medical(sections), strict=True):
        if not is_medical:
            for row in run:
                builder.reject(row, Reason.OFF_TOPIC)
            continue
        text, evidence = part_evidence(run)
        texts += text
        told += _of_section(text, settings, builder)
        add_recommendations([row for row in run if is_statement(row)], evidence, settings, builder)
        add_tables(run, settings, builder)
        for row in run:
            if row["kind"] in ("caption", "footnote"):
                builder.reject_unless_used(row, Reason.NO_TEMPLATE)
    add_told(told, builder)
    for row in texts:
        builder.reject_unless_used(row, Reason.UNFINISHED)
    return builder


def _are_medical(sections: Sequence[Sequence[Row]]) -> list[bool]:
    """Return for each section whether it is about medicine: by the terms in it, or a disease among its headings."""
    from ingest.vocabulary.medical_terms import bundled, scores

    paths = [[row["title"] or "", *(row["section"] or ())] for row, *_ in sections]
    texts = ["\n".join([*path, *(row["text"] for row in run)]) for path, run in zip(paths, sections, strict=True)]
    found = scores(pl.Series([""] * len(texts)), pl.Series(texts, dtype=pl.String), bundled())["score"]
    return [
        score >= MIN_SCORE or any(map(headings.names_subject, map(headings.words, path)))
        for score, path in zip(found, paths, strict=True)
    ]


def _with_department(row: Row) -> Row:
    """Return a row of a document for children (儿科学, 儿童肺炎诊疗规范) with its department where none is named."""
    return row if row["department"] or not is_pediatric(row["title"] or "") else {**row, "department": PEDIATRICS}


def _of_section(run: Sequence[Row], settings: Instruct, builder: SampleBuilder) -> list[Told]:
    """Return what the running text of a section tells; the most useful of it where a limit leaves some out."""
    told: list[Told] = []
    for passage in passages(run, settings.max_answer_chars) if run else ():
        focus = focus_of(passage.title, passage.section)
        if focus is None or len(passage.text) < settings.min_answer_chars:
            reason = Reason.NO_TEMPLATE if focus is None else Reason.TOO_SHORT
        elif passage.part > 0:
            reason = Reason.OVER_SHARE
        else:
            template, question = ask(focus, passage.text, run[0]["department"], passage.parents[0])
            if not is_dose_without_drug(question, passage.text):
                told.append(Told(run[0], focus, template, question, passage))
                continue
            reason = Reason.NOT_GROUNDED
        builder.note_reason(passage.parents, reason)
    kept = sorted(range(len(told)), key=lambda place: _rank(told[place].focus.aspect))[: settings.samples_per_record]
    for place in set(range(len(told))) - set(kept):
        builder.note_reason(told[place].passage.parents, Reason.OVER_SHARE)
    return [told[place] for place in sorted(kept)]


def _rank(aspect: str) -> int:
    return USEFUL_FIRST.index(aspect) if aspect in USEFUL_FIRST else len(USEFUL_FIRST)
