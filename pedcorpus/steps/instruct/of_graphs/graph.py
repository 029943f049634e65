"""Samples and plain text from a knowledge graph: what it says of one subject, in sentences.

Comes in: rows of the table `triple`. Goes out: MedKQ&A and TreRecom samples by families of questions, an EviDiag talk
from complaints to the disease, and the whole neighbourhood as running text. All names and attributes are tails of the
parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ingest.vocabulary.children import is_pediatric
from pedcorpus.config.sections import Instruct
from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_documents.headings import names_subject
from pedcorpus.steps.instruct.of_graphs import tail_names as names
from pedcorpus.steps.instruct.of_graphs.evidiag_conversation import evidiag_conversation
from pedcorpus.steps.instruct.of_graphs.families import answers, question
from pedcorpus.steps.instruct.of_graphs.neighbourhood import TEXT_ITEMS, Fact, Neighbourhood, Row, neighbourhoods
from pedcorpus.steps.instruct.of_graphs.telling import attribute, enumerated, whole_statement
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import aspects, pick, templates
from schemas.origin import content_id
from schemas.rejection import Reason
from schemas.sample import PretrainSample


def samples(rows: Sequence[Row], department: str, settings: Instruct, context: Sequence[Row] = ()) -> SampleBuilder:
    """Make samples and plain texts of the triples of one source; `department` is that of the source.

    `context` are statements of other tasks that these may contradict.
    """
    builder = SampleBuilder()
    for neighbourhood, triples in neighbourhoods(rows, context):
        first = {**triples[0], "department": department_of(neighbourhood, department)}
        _questions(neighbourhood, first, settings, builder)
        if (sample := evidiag_conversation(neighbourhood, first["department"])) is not None:
            messages, told = sample
            parents = _parents(neighbourhood, told, "\n".join(message.content for message in messages))
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


def sentence(neighbourhood: Neighbourhood, aspect: str) -> str:
    """State all facts of one aspect: attributes as they are, names in one sentence for each relation it quotes."""
    subject, facts = neighbourhood.subject, neighbourhood.facts[aspect][:TEXT_ITEMS]
    wholes = [whole_statement(fact) for fact in facts if fact.is_text]
    stated = [attribute(subject, aspect, fact, {"subject": subject, "child": "患者"}) for fact in wholes if fact.tail]
    listed = {fact.tail: fact for fact in facts if not fact.is_text}
    kept = [listed[name] for name in names.without_repeats(list(listed))]
    phrasing = pick(aspects("graph")[aspect]["first"], f"{subject}{aspect}")
    groups = dict.fromkeys(fact.relation for fact in kept) if "{relation}" in phrasing else dict.fromkeys([""])
    for relation in groups if kept else ():
        items = enumerated([fact for fact in kept if relation in ("", fact.relation)])
        items += "等" if len(facts) < len(neighbourhood.facts[aspect]) else ""
        words = {**patient_words("", subject), "subject": subject, "relation": relation, "items": items}
        stated.append(phrasing.format(**words))
    return "\n".join(stated)


def _questions(neighbourhood: Neighbourhood, row: dict[str, Any], settings: Instruct, builder: SampleBuilder) -> None:
    words = {**patient_words(row["department"], neighbourhood.subject), "subject": neighbourhood.subject}
    is_illness = neighbourhood.subject_type == "disease" or names_subject(neighbourhood.subject)
    for answer in answers(neighbourhood, words):
        if settings.min_answer_chars <= len(answer.text) <= settings.max_answer_chars:
            asked = question(answer, neighbourhood.subject, words, is_illness)
            builder.add(row, asked, answer.text, answer.family, _parents(neighbourhood, answer.facts, answer.text))


def _parents(neighbourhood: Neighbourhood, told: Sequence[Fact], text: str) -> tuple[str, ...]:
    """Return the triples whose words stand in an answer: of what is told, and of what that holds (咳嗽 in 慢性咳嗽)."""
    held = (fact for aspect in neighbourhood.facts for fact in neighbourhood.named(aspect) if fact.tail in text)
    return _ids([*told, *held])


def _text(neighbourhood: Neighbourhood, row: dict[str, Any], builder: SampleBuilder) -> None:
    told = {aspect: text for aspect in neighbourhood.facts if (text := sentence(neighbourhood, aspect))}
    if not told:
        return
    text = "\n".join(told.values())
    parents = _ids(fact for aspect in told for fact in neighbourhood.facts[aspect][:TEXT_ITEMS])
    text_id = content_id("txt", (text, *parents))
    builder.texts.append(PretrainSample(text_id, text, "plain", row["source"], parents))
    builder.used.update(parents)


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(triple for fact in facts for triple in fact.ids))
