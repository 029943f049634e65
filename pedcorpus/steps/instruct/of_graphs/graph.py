"""Samples and plain text from a knowledge graph: what it says of one subject, in sentences.

Comes in: rows of the table `triple`. Goes out: MedKQ&A and TreRecom samples by aspect, an EviDiag talk from symptoms to
the disease, and the whole neighbourhood as running text. All names and attributes are tails of the parents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ingest.vocabulary.children import is_pediatric
from pedcorpus.config.sections import Instruct
from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_documents.passages import whole_sentences
from pedcorpus.steps.instruct.of_graphs.evidiag_conversation import evidiag_conversation
from pedcorpus.steps.instruct.of_graphs.neighbourhood import (
    LIST_ITEMS,
    TEXT_ITEMS,
    Fact,
    Neighbourhood,
    Row,
    joined,
    neighbourhoods,
)
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import templates
from schemas.origin import content_id
from schemas.rejection import Reason
from schemas.sample import PretrainSample

_TOGETHER = {"treatment": ("treatment", "drug"), "diet": ("diet", "avoid"), "indication": ("indication", "dose")}
"""Aspects that one answer tells together."""


_HEADING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、)[^，。；：:\n]{2,12}$\n?", re.MULTILINE
)
"""A line such as (一)发病原因: records keep the headings of the page they were taken from.
`（一）发病原因` → `（一）发病原因`"""
NAMED_WITHIN = 10
"""Characters from its beginning within which an attribute must name its subject to stand alone."""


def samples(rows: Sequence[Row], department: str, settings: Instruct, context: Sequence[Row] = ()) -> SampleBuilder:
    """Make samples and plain texts of the triples of one source; `department` is that of the source.

    `context` are statements of other tasks that these may contradict.
    """
    builder = SampleBuilder()
    for neighbourhood, triples in neighbourhoods(rows, context):
        first = {**triples[0], "department": department_of(neighbourhood, department)}
        _questions(neighbourhood, first, settings, builder)
        if (sample := evidiag_conversation(neighbourhood, first["department"])) is not None:
            messages, parents = sample
            builder.add_conversation(first, messages, templates("graph")["talk"], parents)
        _text(neighbourhood, first, builder)
        known = set(_ids(fact for facts in neighbourhood.facts.values() for fact in facts))
        for row in triples:
            reason = Reason.OVER_SHARE if row["id"] in known else Reason.NO_TEMPLATE
            builder.reject_unless_used(
                dict(row), Reason.NOT_GROUNDED if row["id"] in neighbourhood.contradicted else reason
            )
    return builder


def department_of(neighbourhood: Neighbourhood, default: str) -> str:
    """Return the department the graph names for a subject, a pediatric one if there is; else the source's.

    In a graph for children (by its source's department) a child with 急性中耳炎 is sent to 耳鼻喉科 and stays a child.
    """
    named = sorted(fact.tail for fact in neighbourhood.facts.get("department", ()) if not fact.is_text)
    other = default if is_pediatric(default) or not named else named[0]
    return next((name for name in named if is_pediatric(name)), other)


def sentence(neighbourhood: Neighbourhood, aspect: str, facts: Sequence[Fact]) -> str:
    """State facts of one aspect: attributes as they are, names joined in one sentence for each relation it quotes."""
    template = templates("graph")[aspect]
    stated = [_attribute(neighbourhood.subject, fact) for fact in facts if fact.is_text]
    phrasing = template.phrasings["sentences"][0]
    names = [fact for fact in facts if not fact.is_text]
    groups = dict.fromkeys(fact.relation for fact in names) if "{relation}" in phrasing else dict.fromkeys([""])
    for relation in groups if names else ():
        items = joined(neighbourhood, aspect, [fact for fact in names if relation in ("", fact.relation)], relation)
        stated.append(
            template.phrase(
                "sentences", neighbourhood.subject, subject=neighbourhood.subject, relation=relation, items=items
            )
        )
    return "\n".join(stated)


def _questions(neighbourhood: Neighbourhood, row: dict[str, Any], settings: Instruct, builder: SampleBuilder) -> None:
    done = {second for names in _TOGETHER.values() for second in names[1:] if names[0] in neighbourhood.facts}
    for aspect in neighbourhood.facts:
        if aspect in done:
            continue
        aspects = [name for name in _TOGETHER.get(aspect, (aspect,)) if name in neighbourhood.facts]
        told = _fitting(neighbourhood, aspects, settings.max_answer_chars)
        answer = "\n".join(sentence(neighbourhood, name, facts) for name, facts in told.items())
        too_few = aspect == "symptoms" and len(told.get(aspect, ())) < 2  # one symptom is no clinical picture
        if too_few or not settings.min_answer_chars <= len(answer) <= settings.max_answer_chars:
            continue
        template = templates("graph")[aspect]
        words = patient_words(row["department"], neighbourhood.subject)
        question = template.phrase("questions", neighbourhood.subject, subject=neighbourhood.subject, **words)
        builder.add(row, question, answer, template, _ids(fact for facts in told.values() for fact in facts))


def _fitting(neighbourhood: Neighbourhood, aspects: Sequence[str], max_chars: int) -> dict[str, list[Fact]]:
    """Return the facts of an answer: names up to a number, attributes up to a length, in whole sentences."""
    told: dict[str, list[Fact]] = {}
    room = max_chars
    for aspect in aspects:
        for fact in neighbourhood.facts[aspect][:LIST_ITEMS]:
            fact = _whole(fact, max_chars)
            if 0 < len(fact.tail) < room:
                told.setdefault(aspect, []).append(fact)
                room -= len(fact.tail)
    return told


def _whole(fact: Fact, max_chars: int = 1_000_000) -> Fact:
    """Return an attribute without headings and without what it holds of broken sentences."""
    if not fact.is_text:
        return fact
    bare = _HEADING.sub("", fact.tail).strip()
    text = bare if bare.endswith("。") or len(bare) > max_chars else f"{bare}。"
    start, end = whole_sentences(text, max_chars)
    return replace(fact, tail=text[start:end])


def _text(neighbourhood: Neighbourhood, row: dict[str, Any], builder: SampleBuilder) -> None:
    most = {aspect: facts[:TEXT_ITEMS] for aspect, facts in neighbourhood.facts.items()}
    told = {aspect: kept for aspect, facts in most.items() if (kept := [f for f in map(_whole, facts) if f.tail])}
    if not told:
        return
    text = "\n".join(sentence(neighbourhood, aspect, facts) for aspect, facts in told.items())
    parents = _ids(fact for facts in told.values() for fact in facts)
    text_id = content_id("txt", (text, *parents))
    builder.texts.append(PretrainSample(text_id, text, "plain", row["source"], parents))
    builder.used.update(parents)


def _attribute(subject: str, fact: Fact) -> str:
    """Return an attribute as a sentence that names its subject."""
    text = fact.tail
    if not text.endswith(("。", "！", "？", ".", "）", ")", "”")):
        text = f"{text.rstrip('，,；;：:、')}。"
    if subject in text[: len(subject) + NAMED_WITHIN]:
        return text
    words = {"subject": subject, "relation": fact.relation, "items": text}
    return templates("graph")["attribute"].phrase("attributes", subject, **words)


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(triple for fact in facts for triple in fact.ids))
