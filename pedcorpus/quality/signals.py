"""The list of signals. Each is measured once per row; `[quality]` says from which value on it speaks against a row.

A signal that does not apply to a row (what is asked, where nobody asks) is null there, and speaks against nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from pedcorpus.quality.answered import answered
from pedcorpus.quality.asks import asks
from pedcorpus.quality.conversation import conversation_parts, text_parts
from pedcorpus.quality.courtesy import courtesy_share
from pedcorpus.quality.cut_off import cut_off, cut_off_evidence
from pedcorpus.quality.marks.advertising import advertising, advertising_evidence
from pedcorpus.quality.marks.folk_cure import folk_cure, folk_cure_evidence
from pedcorpus.quality.marks.forum_talk import forum_talk, forum_talk_evidence
from pedcorpus.quality.marks.found import where
from pedcorpus.quality.marks.gaps import gaps, gaps_evidence
from pedcorpus.quality.marks.graphs.graph_dump import graph_dump, graph_dump_evidence
from pedcorpus.quality.marks.misheard import misheard, misheard_evidence
from pedcorpus.quality.marks.profanity import profanity, profanity_evidence
from pedcorpus.quality.marks.self_naming import self_naming, self_naming_evidence
from pedcorpus.quality.marks.serialised import serialised, serialised_evidence
from pedcorpus.quality.marks.spun import spun, spun_evidence
from pedcorpus.quality.marks.unpunctuated import unpunctuated, unpunctuated_evidence
from pedcorpus.quality.marks.unsafe_for_children import unsafe_for_children, unsafe_for_children_evidence
from pedcorpus.quality.other_language import other_language
from pedcorpus.quality.own_words import own_words
from pedcorpus.quality.term_scores import medical, pediatric, terms_shown, with_scores
from schemas.rejection import Reason

Measure = Callable[[pl.DataFrame], pl.Series]
"""Parts of rows (`pedcorpus.quality.conversation`) → a number per row, null where the signal does not apply."""
Evidence = Callable[[pl.DataFrame], pl.Series]
"""Parts of rows → a short text per row: what the measure found; "" for nothing."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What is measured, and how it speaks against a row: by `most` (a value above the threshold) or by `least`."""

    name: str
    measure: Measure
    reason: Reason
    bound: Literal["most", "least"] = "most"
    evidence: Evidence | None = None


def answer_chars(parts: pl.DataFrame) -> pl.Series:
    """Return the characters of all answers; null for general tasks, which may ask for one word, and running text."""
    return where((parts["task"] != "general").fill_null(False), parts["answers"].str.len_chars())


def broken_characters(parts: pl.DataFrame) -> pl.Series:
    """Return how many characters of a row cannot be read: U+FFFD, in talks also □.

    In a book □ is a box to tick, or a glyph that ingest has counted.
    """
    words = pl.concat_str("asked", "answers", ignore_nulls=True)
    boxes = pl.when(pl.col("question").is_not_null()).then(words.str.count_matches("□")).otherwise(0)
    return parts.select(words.str.count_matches("\ufffd") + boxes).to_series()


SIGNALS: tuple[Signal, ...] = (
    Signal("broken_characters", broken_characters, Reason.GARBLED),
    Signal("misheard", misheard, Reason.GARBLED, evidence=misheard_evidence),
    Signal("gaps", gaps, Reason.GARBLED, evidence=gaps_evidence),
    Signal("serialised", serialised, Reason.SERIALISED, evidence=serialised_evidence),
    Signal("self_naming", self_naming, Reason.SELF_NAMING, evidence=self_naming_evidence),
    Signal("spun", spun, Reason.SPUN, evidence=spun_evidence),
    Signal("asks", asks, Reason.NO_QUESTION, "least"),
    Signal("advertising", advertising, Reason.ADVERTISEMENT, evidence=advertising_evidence),
    Signal("folk_cure", folk_cure, Reason.FOLK_CURE, evidence=folk_cure_evidence),
    Signal("profanity", profanity, Reason.PROFANITY, evidence=profanity_evidence),
    Signal("forum_talk", forum_talk, Reason.FORUM_TALK, evidence=forum_talk_evidence),
    Signal("graph_dump", graph_dump, Reason.GRAPH_DUMP, evidence=graph_dump_evidence),
    Signal("unsafe_for_children", unsafe_for_children, Reason.UNSAFE, evidence=unsafe_for_children_evidence),
    Signal("unpunctuated", unpunctuated, Reason.GARBLED, evidence=unpunctuated_evidence),
    Signal("cut_off", cut_off, Reason.UNFINISHED, evidence=cut_off_evidence),
    Signal("answered", answered, Reason.NOT_ANSWERING, "least"),
    Signal("own_words", own_words, Reason.NOT_ANSWERING, "least"),
    Signal("other_language", other_language, Reason.NOT_ANSWERING),
    Signal("answer_chars", answer_chars, Reason.TOO_SHORT, "least"),
    Signal("courtesy", courtesy_share, Reason.COURTESY),
    Signal("medical", medical, Reason.OFF_TOPIC, "least", terms_shown),
    Signal("pediatric", pediatric, Reason.OFF_TOPIC, "least", terms_shown),
)
"""In the order in which they speak: the first that does gives the reason."""


def measure_signals(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return `id`, `source` and each signal of rows of a table (instruction, document or pretrain), in their order."""
    parts = with_scores(conversation_parts(rows) if table == "instruction" else text_parts(rows))
    values = [signal.measure(parts).cast(pl.Float32).alias(signal.name) for signal in SIGNALS]
    return rows.select("id", "source").with_columns(values)


def evidence_of(name: str, parts: pl.DataFrame) -> pl.Series:
    """Return what a signal found in each row, in a few words; "" where nothing, or where its value says all."""
    found = next(signal.evidence for signal in SIGNALS if signal.name == name)
    return pl.Series([""] * parts.height, dtype=pl.String) if found is None else found(parts)


def speaks_against(signal: Signal, threshold: float | str) -> pl.Expr:
    """Return where a signal speaks against a row; nowhere where its threshold is "off"."""
    if threshold == "off":
        return pl.lit(False)
    value = pl.col(signal.name)
    return (value > threshold if signal.bound == "most" else value < threshold).fill_null(False)


def reasons_of(signals: pl.DataFrame, thresholds: Mapping[str, Any]) -> pl.Series:
    """Return the reason (a value of `Reason`) against each row, null for none; `thresholds` are `[quality]`."""
    found = (
        pl.when(speaks_against(signal, thresholds[signal.name])).then(pl.lit(signal.reason.value)) for signal in SIGNALS
    )
    return signals.with_columns(reason=pl.coalesce(found))["reason"]
