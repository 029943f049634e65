"""Label conversations with their task, by the definitions of the corpus and on the whole talk.

- general: nothing of medicine. Where a source is mostly medical, only what is clearly of another trade.
- evidiag: a talk in which the doctor asks back, or a complaint without a diagnosis is brought, and the doctor names
  what it is or may be. One question and its answer only where findings are weighed: a case of a third person with
  several findings whose answer names a disease and its tests, or a complaint that is answered by a diagnosis alone.
- trerecom: what to do, or a case whose answer says what to do.
- medkqa: the rest: facts, asked for without a patient in need of a diagnosis.

The words are in `talk_aspects.toml`.
"""

from __future__ import annotations

import polars as pl

from pedcorpus.task_labels.medical_words import is_medical
from pedcorpus.task_labels.talk_aspects import asks, counted
from pedcorpus.task_labels.talk_parts import talk_parts

MANY_FINDINGS = 3
"""Complaints and findings of a case that leave something to weigh."""
MANY_PAPERS = 3
"""Words of research from which on a conversation is about papers, not about a patient."""


def label_tasks(messages: pl.Series, *, is_consultation: bool, mostly_medical: bool) -> pl.Series:
    """Return the task of each conversation, given as lists of role and content.

    Consultations are never general; `mostly_medical` is told of the source (`medical_words.is_mostly_medical`).
    """
    parts = talk_parts(messages)
    medical = pl.repeat(True, len(parts), eager=True) if is_consultation else is_medical(parts, mostly_medical)
    label = pl.when(pl.col("rounds") > 1).then(_of_talks(is_consultation)).otherwise(_of_single_questions())
    general = pl.lit("general")
    return parts.with_columns(medical=medical).select(task=pl.when("medical").then(label).otherwise(general))["task"]


def _of_single_questions() -> pl.Expr:
    """Label one question and its answer."""
    finding, knowledge, case = asks("finding_out"), asks("knowledge"), _is_case()
    vignette = asks("vignette") & ~asks("first_person")
    undecided = case & (finding | ~knowledge)
    findings = (counted("complaint") >= MANY_FINDINGS) & ~asks("diagnosed")
    weighs = asks("asks_disease") & findings & asks("names_a_disease", "answer") & asks("tests", "answer")
    only_names = ~asks("advises", "answer") & (asks("names_a_disease", "answer") | asks("asks_back", "answer"))
    return (
        pl.when(asks("drug_leaflet") & ~case | _is_of_papers() & ~vignette)
        .then(pl.lit("medkqa"))
        .when(asks("treatment"))
        .then(pl.lit("trerecom"))
        .when(vignette & undecided & weighs)
        .then(pl.lit("evidiag"))
        .when(vignette & (finding | knowledge) | asks("asks_tests"))
        .then(pl.lit("medkqa"))
        .when(undecided & ~vignette & only_names)
        .then(pl.lit("evidiag"))
        .when(undecided)
        .then(pl.lit("trerecom"))
        .otherwise(pl.lit("medkqa"))
    )


def _of_talks(is_consultation: bool) -> pl.Expr:
    """Label a talk of two and more rounds."""
    wanted, given = counted("treatment"), counted("treats", "answers")
    verdicts, back = counted("names_a_disease", "answers"), pl.col("asks_back")
    case = pl.lit(True) if is_consultation else _is_case()
    wants_care = asks("treatment", "first")
    is_about_finding = (back + 2 * verdicts >= wanted + given) | (back > 1) & ~wants_care
    brings = case & ~wants_care & ~asks("diagnosed", "first") & asks("complaint", "first")
    return (
        pl.when((back == 0) & _is_of_papers() & ~pl.lit(is_consultation))
        .then(pl.lit("medkqa"))
        .when((back > 0) & case & ((verdicts > 0) & is_about_finding | (wanted + given == 0)))
        .then(pl.lit("evidiag"))
        .when((back == 0) & brings & (verdicts > 0))
        .then(pl.lit("evidiag"))
        .when((back == 0) & ~case & (2 * wanted < pl.col("rounds")))
        .then(pl.lit("medkqa"))
        .otherwise(pl.lit("trerecom"))
    )


def _is_case() -> pl.Expr:
    """Return whether somebody is ill: a person with a complaint, or one of them told without any question."""
    person, complaint = asks("patient") | asks("own_question"), asks("complaint")
    no_question = ~(asks("treatment") | asks("finding_out") | asks("knowledge") | asks("question"))
    return complaint & (person | no_question) | person & no_question


def _is_of_papers() -> pl.Expr:
    return counted("research") + counted("research", "answers") >= MANY_PAPERS
