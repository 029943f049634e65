"""The EviDiag talk of the graph: from symptoms to a suspected disease, then examinations, then what to watch for."""

from __future__ import annotations

from collections.abc import Sequence

from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.neighbourhood import Fact, Neighbourhood, joined
from pedcorpus.steps.instruct.templates import templates
from schemas.sample import Message

MIN_SYMPTOMS = 3
"""Fewer symptoms fit too many diseases to name one."""
MAX_SYMPTOMS = 5
"""As many as a history is opened with; others follow in the answer."""
MAX_ITEMS = 8


def talk(hood: Neighbourhood, department: str) -> tuple[tuple[Message, ...], tuple[str, ...]] | None:
    """Return messages and parents; None where the graph knows too few symptoms of the subject.

    Turns beyond the first are those the graph has examinations and complications for.
    """
    symptoms = _names(hood, "symptoms", MAX_SYMPTOMS)
    if len(symptoms) < MIN_SYMPTOMS or hood.subject_type not in ("disease", "unknown"):
        return None
    say = _Speaker(hood.subject, department)
    more = _names(hood, "symptoms", MAX_SYMPTOMS + MAX_ITEMS)[MAX_SYMPTOMS:]
    suspect = say("suspect", symptoms=_list(symptoms)) + (say("further", items=_list(more)) if more else "")
    messages = [Message("user", say("present", symptoms=_list(symptoms))), Message("assistant", suspect)]
    used = [*symptoms, *more]
    if checks := _names(hood, "check", MAX_ITEMS):
        others = _names(hood, "differential", MAX_ITEMS)
        differs = say("differential", items=joined(hood, "differential", others)) if others else ""
        answer = say("checks", items=_list(checks)) + differs
        messages += [Message("user", say("ask_checks")), Message("assistant", answer)]
        used += [*checks, *others]
    if checks and (watch := _names(hood, "complication", MAX_ITEMS)):
        rooms = _names(hood, "department", 2)
        told = say("complications", items=joined(hood, "complication", watch))
        told += say("department", items=_list(rooms)) if rooms else ""
        messages += [Message("user", say("ask_result")), Message("assistant", told)]
        used += [*watch, *rooms]
    return tuple(messages), tuple(dict.fromkeys(triple for fact in used for triple in fact.ids))


class _Speaker:
    """Phrase the parts of one talk with its subject and patient."""

    def __init__(self, subject: str, department: str) -> None:
        self._words = {"subject": subject, **patient_words(department, subject)}

    def __call__(self, part: str, **values: str) -> str:
        return templates("graph")["talk"].phrase(part, self._words["subject"], **self._words, **values)


def _names(hood: Neighbourhood, aspect: str, most: int) -> list[Fact]:
    return [fact for fact in hood.facts.get(aspect, ()) if not fact.is_text][:most]


def _list(facts: Sequence[Fact]) -> str:
    return "、".join(fact.tail.rstrip("。；;，,、 ") for fact in facts)
