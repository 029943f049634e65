"""EviDiag conversations from the graph: from symptoms to a suspected disease, examinations, and what to watch for."""

from __future__ import annotations

from collections.abc import Sequence

from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_graphs.neighbourhood import Fact, Neighbourhood, joined
from pedcorpus.steps.instruct.templates import templates
from schemas.sample import Message

MIN_SYMPTOMS = 3
"""Fewer symptoms fit too many diseases to name one."""
MAX_SYMPTOMS = 5
"""As many as a history is opened with; others follow in the answer."""
MAX_ITEMS = 8


def evidiag_conversation(
    neighbourhood: Neighbourhood, department: str
) -> tuple[tuple[Message, ...], tuple[str, ...]] | None:
    """Return messages and parents; None where the graph knows too few symptoms of the subject.

    Turns beyond the first are those the graph has examinations and complications for.
    """
    symptoms = _names(neighbourhood, "symptoms", MAX_SYMPTOMS)
    if len(symptoms) < MIN_SYMPTOMS or neighbourhood.subject_type not in ("disease", "unknown"):
        return None
    say = _Speaker(neighbourhood.subject, department)
    more = _names(neighbourhood, "symptoms", MAX_SYMPTOMS + MAX_ITEMS)[MAX_SYMPTOMS:]
    suspect = say("suspect", symptoms=_list(symptoms)) + (say("further", items=_list(more)) if more else "")
    messages = [Message("user", say("present", symptoms=_list(symptoms))), Message("assistant", suspect)]
    used = [*symptoms, *more]
    if checks := _names(neighbourhood, "check", MAX_ITEMS):
        others = _names(neighbourhood, "differential", MAX_ITEMS)
        differs = say("differential", items=joined(neighbourhood, "differential", others)) if others else ""
        answer = say("checks", items=_list(checks)) + differs
        messages += [Message("user", say("ask_checks")), Message("assistant", answer)]
        used += [*checks, *others]
    if checks and (watch := _names(neighbourhood, "complication", MAX_ITEMS)):
        departments = _names(neighbourhood, "department", 2)
        told = say("complications", items=joined(neighbourhood, "complication", watch))
        told += say("department", items=_list(departments)) if departments else ""
        messages += [Message("user", say("ask_result")), Message("assistant", told)]
        used += [*watch, *departments]
    return tuple(messages), tuple(dict.fromkeys(triple for fact in used for triple in fact.ids))


class _Speaker:
    """Phrase the parts of one talk with its subject and patient."""

    def __init__(self, subject: str, department: str) -> None:
        self._words = {"subject": subject, **patient_words(department, subject)}

    def __call__(self, part: str, **values: str) -> str:
        return templates("graph")["talk"].phrase(part, self._words["subject"], **self._words, **values)


def _names(neighbourhood: Neighbourhood, aspect: str, most: int) -> list[Fact]:
    return [fact for fact in neighbourhood.facts.get(aspect, ()) if not fact.is_text][:most]


def _list(facts: Sequence[Fact]) -> str:
    return "、".join(fact.tail.rstrip("。；;，,、 ") for fact in facts)
