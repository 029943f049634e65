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
    parts = talk_parts(messages).with_row_index("row")
    if not is_consultation:
        parts = parts.filter(is_medical(parts, mostly_medical))
    talks = _of_talks(parts.filter(pl.col("rounds") > 1), is_consultation)
    labels = pl.concat([talks, _of_single_questions(parts.filter(pl.col("rounds") <= 1))])
    rows = pl.DataFrame({"row": pl.int_range(len(messages), dtype=pl.get_index_type(), eager=True)})
    return rows.join(labels, on="row", how="left", maintain_order="left")["task"].fill_null("general")


def _of_single_questions(parts: pl.DataFrame) -> pl.DataFrame:
    """Label one question and its answer: `row` and `task`."""
    vignette, treatment, undecided = pl.col("vignette"), pl.col("treatment"), pl.col("undecided")
    label = (
        pl.when(pl.col("drug_leaflet") & ~pl.col("case") | pl.col("papers") & ~vignette)
        .then(pl.lit("medkqa"))
        .when(treatment)
        .then(pl.lit("trerecom"))
        .when(vignette & undecided & pl.col("weighs") & pl.col("names"))
        .then(pl.lit("evidiag"))
        .when(vignette & (pl.col("finding_out") | pl.col("knowledge")) | pl.col("asks_tests"))
        .then(pl.lit("medkqa"))
        .when(undecided & ~vignette & ~pl.col("advises") & (pl.col("names") | asks("asks_back", "answer")))
        .then(pl.lit("evidiag"))
        .when(undecided)
        .then(pl.lit("trerecom"))
        .otherwise(pl.lit("medkqa"))
    )
    return _marked_questions(parts).select("row", task=label)


def _marked_questions(parts: pl.DataFrame) -> pl.DataFrame:
    """Add to single questions what they ask for; whether the answer names a disease only where that may decide."""
    asked = ("treatment", "finding_out", "knowledge", "asks_disease", "asks_tests", "diagnosed", "drug_leaflet")
    looked_for = {aspect: asks(aspect) for aspect in asked}
    vignette = asks("vignette") & ~asks("first_person")
    marks = _marked(parts, **looked_for, case=_is_case(), vignette=vignette, papers=_is_of_papers())
    findings = (counted("complaint") >= MANY_FINDINGS) & ~pl.col("diagnosed")
    weighs = pl.col("asks_disease") & findings & asks("tests", "answer")
    undecided = pl.col("case") & (pl.col("finding_out") | ~pl.col("knowledge"))
    marks = _marked(marks, undecided=undecided, weighs=weighs, advises=asks("advises", "answer"))
    may_name = pl.col("undecided") & pl.when("vignette").then("weighs").otherwise(~pl.col("advises"))
    return _marked(marks, names=asks("names_a_disease", "answer", where=may_name & ~pl.col("treatment")))


def _of_talks(parts: pl.DataFrame, is_consultation: bool) -> pl.DataFrame:
    """Label talks of two and more rounds: `row` and `task`."""
    back, case, verdicts = pl.col("asks_back"), pl.col("case"), pl.col("verdicts")
    care = pl.col("wanted") + pl.col("given")
    is_about_finding = (back + 2 * verdicts >= care) | (back > 1) & ~pl.col("wants_care")
    label = (
        pl.when((back == 0) & pl.col("papers"))
        .then(pl.lit("medkqa"))
        .when((back > 0) & case & ((verdicts > 0) & is_about_finding | (care == 0)))
        .then(pl.lit("evidiag"))
        .when((back == 0) & case & pl.col("brings") & (verdicts > 0))
        .then(pl.lit("evidiag"))
        .when((back == 0) & ~case & (2 * pl.col("wanted") < pl.col("rounds")))
        .then(pl.lit("medkqa"))
        .otherwise(pl.lit("trerecom"))
    )
    return _marked_talks(parts, is_consultation).select("row", task=label)


def _marked_talks(parts: pl.DataFrame, is_consultation: bool) -> pl.DataFrame:
    """Add to talks what is wanted and given, and how many verdicts the doctor gives where they may decide."""
    wants_care = asks("treatment", "first")
    marks = _marked(
        parts,
        case=pl.lit(True) if is_consultation else _is_case(),
        papers=pl.lit(False) if is_consultation else _is_of_papers(),
        wants_care=wants_care,
        brings=~wants_care & ~asks("diagnosed", "first") & asks("complaint", "first"),
        wanted=counted("treatment"),
        given=counted("treats", "answers"),
    )
    may_decide = pl.col("case") & ((pl.col("asks_back") > 0) | pl.col("brings"))
    return _marked(marks, verdicts=counted("names_a_disease", "answers", where=may_decide))


def _marked(parts: pl.DataFrame, **marks: pl.Expr) -> pl.DataFrame:
    """Add marks to the parts of talks. Lazily, so that a pattern that two of them need is looked for once."""
    return parts.lazy().with_columns(**marks).collect()


def _is_case() -> pl.Expr:
    """Return whether somebody is ill: a person with a complaint, or one of them told without any question."""
    person, complaint = asks("patient") | asks("own_question"), asks("complaint")
    no_question = ~(asks("treatment") | asks("finding_out") | asks("knowledge") | asks("question"))
    return complaint & (person | no_question) | person & no_question


def _is_of_papers() -> pl.Expr:
    return counted("research") + counted("research", "answers") >= MANY_PAPERS
