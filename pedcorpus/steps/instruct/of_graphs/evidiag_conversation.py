"""EviDiag conversations from the graph: complaints, what the doctor asks for, what it may be, the proof, what then.

Always two rounds or more. Whoever speaks for the patient tells only what one sees or feels without a doctor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.vocabulary.children import GROWN_UP_SUBJECT, PREGNANT, is_pediatric
from pedcorpus.steps.instruct.of_graphs.complaints import kind_of
from pedcorpus.steps.instruct.of_graphs.neighbourhood import Fact, Neighbourhood
from pedcorpus.steps.instruct.of_graphs.remedies import is_general
from pedcorpus.steps.instruct.of_graphs.telling import LIST_ITEMS, enumerated, told_names
from pedcorpus.steps.instruct.templates import pick, templates
from schemas.sample import Message

MIN_SYMPTOMS = 3
"""Fewer symptoms fit too many diseases to name one."""
MAX_OPENING, MAX_MORE = 4, 3
"""Complaints a talk is opened with, and those the doctor asks for."""
MAX_ITEMS, MAX_COMPLAINTS = 5, 12
_OLD = re.compile("老年|老人")
"""`老年人风湿性` → `老年`"""
_PREGNANT = re.compile(PREGNANT)
"""`妊娠期心脏病` → `妊娠`"""
_GROWN_UP = re.compile(GROWN_UP_SUBJECT)
"""`产后抑郁` → `产后`"""


def evidiag_conversation(
    neighbourhood: Neighbourhood, department: str
) -> tuple[tuple[Message, ...], tuple[Fact, ...]] | None:
    """Return messages and the facts they state; None where the graph knows too few complaints for two rounds."""
    complaints = _complaints(neighbourhood)
    checks = _told(neighbourhood, "check", MAX_ITEMS)
    if len(complaints) < MIN_SYMPTOMS or neighbourhood.subject_type not in ("disease", "unknown"):
        return None
    first, more = _divided(complaints)
    talk = _Talk(neighbourhood, department, first, more)
    talk.open()
    talk.suspect(checks)
    talk.conclude(checks)
    return tuple(talk.messages), tuple(talk.used)


def _complaints(neighbourhood: Neighbourhood) -> list[Fact]:
    """Return what a patient tells: of a long list, as crawled pages have, only what surely is a complaint."""
    symptoms = _told(neighbourhood, "symptoms", MAX_COMPLAINTS)
    is_short = len(neighbourhood.named("symptoms")) <= LIST_ITEMS
    return [fact for fact in symptoms if is_short or kind_of(fact.tail) == "told"]


def _divided(complaints: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return complaints told at first and those the doctor asks for: one at least of each."""
    opening = min(MAX_OPENING, max(2, len(complaints) - 2)) if len(complaints) > MIN_SYMPTOMS else 2
    return list(complaints[:opening]), list(complaints[opening : opening + MAX_MORE])


class _Talk:
    """The messages of one talk, and the facts they state."""

    def __init__(self, neighbourhood: Neighbourhood, department: str, first: list[Fact], more: list[Fact]) -> None:
        self.messages: list[Message] = []
        self.used: list[Fact] = [*first, *more]
        self._about = neighbourhood
        self._parts = templates("graph")["talk"].phrasings
        words = {"symptoms": enumerated(first), "more": enumerated(more), "subject": neighbourhood.subject}
        self._words = {**words, "who": self._pick(_who(neighbourhood.subject, department)), "lead": self._pick("lead")}

    def open(self) -> None:
        """Complaints, and what the doctor asks for."""
        self._say("user", self._phrase("present"))
        self._say("assistant", self._phrase("ask_more"))

    def suspect(self, checks: Sequence[Fact]) -> None:
        """Tell the further complaints; the doctor says what it may be and what else, what to look for and test."""
        self._say("user", self._phrase("answer_more"))
        parts = [self._phrase("suspect")]
        if signs := _told(self._about, "signs", MAX_ITEMS):
            parts.append(self._listed("examine", signs, "signs"))
        if others := _told(self._about, "differential", MAX_ITEMS):
            parts.append(self._listed("differs", others))
        parts.append(self._listed("checks", checks, "checks") if checks else self._phrase("unproven"))
        self._say("assistant", "".join(parts))

    def conclude(self, checks: Sequence[Fact]) -> None:
        """Tell the result; the doctor names the disease, what is done and what to watch for."""
        shown = {
            "cures": [fact for fact in _told(self._about, "treatment", MAX_ITEMS) if not is_general(fact.tail)],
            "watch": _told(self._about, "complication", MAX_ITEMS),
            "visit": _told(self._about, "department", 2),
        }
        parts = [self._listed(part, facts) for part, facts in shown.items() if facts]
        if not (shown["cures"] or shown["watch"]):
            return
        asked = self._listed("report", checks, "checks") if checks else self._phrase("ask_next")
        self._say("user", asked)
        self._say("assistant", "".join([self._phrase("confirm") if checks else "", *parts, self._phrase("return")]))

    def _say(self, role: str, text: str) -> None:
        self.messages.append(Message("user" if role == "user" else "assistant", text))

    def _pick(self, part: str) -> str:
        return pick(self._parts[part], f"{part} {self._about.subject}")

    def _phrase(self, part: str, **values: str) -> str:
        return self._pick(part).format(**{**self._words, **values})

    def _listed(self, part: str, facts: Sequence[Fact], place: str = "items") -> str:
        self.used += facts
        return self._phrase(part, **{place: enumerated(facts)})


def _who(subject: str, department: str) -> str:
    """Return which list of `who` speaks of the patient."""
    if _PREGNANT.search(subject):
        return "who_pregnant"
    if _OLD.search(subject):
        return "who_old"
    is_child = is_pediatric(department or subject) and not _GROWN_UP.search(subject)
    return "who_child" if is_child else "who_grown_up"


def _told(neighbourhood: Neighbourhood, aspect: str, most: int) -> list[Fact]:
    return told_names(neighbourhood, aspect, most) if aspect in neighbourhood.facts else []
