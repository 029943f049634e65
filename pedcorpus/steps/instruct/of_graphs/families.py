"""Questions and answers of a subject: one answer joins the aspects of a family of questions, as a teacher would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pedcorpus.steps.instruct.of_graphs.neighbourhood import Fact, Neighbourhood
from pedcorpus.steps.instruct.of_graphs.telling import Told, tell
from pedcorpus.steps.instruct.templates import Template, aspects, pick, templates

MIN_CHARS = 60
"""A shorter answer is lengthened by the aspects its family may be filled with, then by another short family."""
WORTH_CHARS = 40
"""What stays shorter is one fact torn out, and is left to the plain text."""
MAX_TEXT_CHARS = 600
"""Characters of whole sentences that an answer takes of attributes: a page of a textbook is no answer."""
PARAGRAPH_CHARS = 120
"""A longer part of an answer stands in a paragraph of its own."""
_DEFINES = re.compile(r"^.{0,40}?(?:是指|(?<![只但若可就还也])是(?!否|什么)|[系指为])[^。]{10,}")
"""A definition says in its first sentence what its subject is. `川崎病是一种急性全身性血管炎` → all of it
`输卵管叫附件` → –"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is asked and told of a family. `told` → what is said of each aspect, in order."""

    family: Template
    told: dict[str, Told]

    @property
    def text(self) -> str:
        """Return the answer: sentences run on, long attributes are paragraphs."""
        text = ""
        for part in self.told.values():
            is_long = len(part.text) > PARAGRAPH_CHARS or "\n" in part.text or "\n" in text[-PARAGRAPH_CHARS:]
            text += "\n" + part.text if text and is_long else part.text
        return text

    @property
    def facts(self) -> list[Fact]:
        """Return the facts the answer states."""
        return [fact for part in self.told.values() for fact in part.facts]


def answers(neighbourhood: Neighbourhood, words: dict[str, str]) -> Iterator[Answer]:
    """Yield the answers that a subject's facts give; short ones of the same task are joined."""
    short: dict[str, Answer] = {}
    told: set[str] = set()
    for name, family in templates("graph").items():
        core = [aspect for aspect in family.phrasings.get("core", ()) if aspect in neighbourhood.facts]
        if name == "talk" or not core or told.issuperset(core):
            continue
        answer = _filled(neighbourhood, _answer(neighbourhood, family, _order(neighbourhood, family), words), words)
        if not any(aspect in answer.told for aspect in core) or _is_one_sign(answer):
            continue
        if len(answer.text) < MIN_CHARS and (before := short.pop(family.task, None)) is not None:
            answer = _answer(neighbourhood, before.family, [*before.told, *answer.told], words)
        if len(answer.text) < MIN_CHARS:
            short[family.task] = answer
            continue
        told |= answer.told.keys()
        yield answer
    yield from (answer for answer in short.values() if len(answer.text) >= WORTH_CHARS)


def question(answer: Answer, subject: str, words: dict[str, str], is_illness: bool = True) -> str:
    """Return a question that asks for what the answer tells; of what is no illness none speaks of 病."""
    parts, key = answer.family.phrasings, f"{subject}{answer.family.name}"
    leads, asks = ([line for line in parts[part] if is_illness or "病" not in line] for part in ("leads", "questions"))
    asked = pick(leads, f"lead {key}") + pick(asks, f"question {key}").format(**words)
    is_asked = {*parts["core"][:1], *(["signs"] if "体征" in asked or "临床" in asked else [])}
    beside = [name for name in answer.told if name not in is_asked and "also" in aspects("graph")[name]]
    return asked + "".join(pick(aspects("graph")[name]["also"], f"also {key}{name}") for name in beside[:2])


def _is_one_sign(answer: Answer) -> bool:
    """Return whether an answer on symptoms tells one name alone, which is no clinical picture."""
    shown = [fact for name in ("symptoms", "signs") if name in answer.told for fact in answer.told[name].facts]
    return "symptoms" in answer.family.phrasings["core"] and len(shown) == 1 and not shown[0].is_text


def _order(neighbourhood: Neighbourhood, family: Template) -> list[str]:
    return pick(family.phrasings["orders"], f"order {neighbourhood.subject}{family.name}").split()


def _answer(neighbourhood: Neighbourhood, family: Template, order: Sequence[str], words: dict[str, str]) -> Answer:
    """Tell aspects in order, as far as there is room."""
    told: dict[str, Told] = {}
    for name in dict.fromkeys(order):
        room = MAX_TEXT_CHARS - sum(len(part.text) for part in told.values())
        if name not in neighbourhood.facts or room < PARAGRAPH_CHARS:
            continue
        part = tell(neighbourhood, name, words, room, "".join(some.text for some in told.values()))
        if part.text and (name != "definition" or _is_definition(part.text, neighbourhood.subject)):
            told[name] = part
    return Answer(family, told)


def _filled(neighbourhood: Neighbourhood, answer: Answer, words: dict[str, str]) -> Answer:
    """Return an answer, a short one with further aspects of its subject."""
    told = dict(answer.told)
    for name in answer.family.phrasings.get("fill", ()) if told else ():
        if sum(len(part.text) for part in told.values()) >= MIN_CHARS or name not in neighbourhood.facts:
            continue
        before = "".join(part.text for part in told.values())
        if name not in told and (part := tell(neighbourhood, name, words, MAX_TEXT_CHARS, before)).text:
            told[name] = part
    return Answer(answer.family, told)


def _is_definition(text: str, subject: str) -> bool:
    """Return whether a text says what the subject is, and begins with it."""
    first = text.split("。", 1)[0]
    return subject[:2] in first[: len(subject) + 12] and _DEFINES.match(first) is not None
