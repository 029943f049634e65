"""TreRecom samples from the recommendations of a guideline, each with its grade.

A recommendation that says for whom it holds (`对于重症患儿，…`, `重度脱水伴循环不良者…`) is asked for by that. Those of
one kind of patient, and those of a section that name none, are answered together: asked for one by one, they would be
different answers to one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents.references import without_references
from pedcorpus.steps.instruct.of_documents.subject import Focus, focus_of
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, templates
from schemas.rejection import Reason

Row = dict[str, Any]

_NUMBER = r"(?:推荐(?:意见)?|建议|共识)?\s*[\d一二三四五六七八九十.]*\s*[:：.、）)]?\s*"
_LABEL = re.compile(
    r"^[【\[]?(?:推荐(?:意见)?|建议|共识(?:意见)?)\s*[\d一二三四五六七八九十]+(?:\.\d+)*\s*[】\]]?\s*[:：.、]?\s*"
)
"""推荐1：, 【推荐意见3】: the number of a recommendation in its guideline. `推荐1：首选口` → `推荐1：`"""
_CONDITION = re.compile(_NUMBER + r"(?P<topic>(?:对于?|针对|如果?|若|当)[^，。；：\n]{3,28})，")
"""`对于重症患儿，推荐静` → `对于重症患儿，`"""
_PATIENTS = re.compile(
    _NUMBER
    + r"(?P<topic>(?!推荐|建议|不|应|可)[^，、。；：\n]{2,24}(?:患儿|患者|新生儿|婴幼?儿|儿童|早产儿|者))(?=[^，。])"
)
"""`推荐3：肺炎患儿应评估` → `推荐3：肺炎患儿`"""
_ANYBODY = re.compile(r"^(?:对于?)?(?:所有|一般|每[名个])?的?|的?(?:患儿|患者|儿童|婴幼?儿|者)$")
"""A topic that names nobody in particular. `对于所有患儿` → `对于所有`"""
_QUESTION = re.compile(r"[?？]$|(?:是否|如何|怎样|哪些|什么|何时)")
"""`如何判断儿` → `如何`"""


def add_recommendations(rows: Sequence[Row], settings: Instruct, builder: SampleBuilder) -> None:
    """Add the samples of one section's recommendations."""
    focus = focus_of(rows[0]["title"], rows[0]["section"] or ()) if rows else None
    if focus is None:
        for row in rows:
            builder.reject(row, Reason.NO_TEMPLATE)
        return
    template = templates("document")["recommendation"]
    by_topic: dict[str, list[Row]] = {}
    for row in rows:
        if not graded(row):
            builder.note_reason([row["id"]], Reason.NOT_GROUNDED)
            continue
        topic = "" if _QUESTION.search(focus.subject) else _topic(row["text"], focus.subject)
        by_topic.setdefault(topic, []).append(row)
    for topic, same in by_topic.items():
        for number, group in enumerate(_fitting(same, settings.max_answer_chars)):
            if number < settings.samples_per_record:
                _add(builder, group, _asked(focus, topic, group[0]["id"], template), template, settings)
    for row in rows:
        builder.reject_unless_used(row, Reason.OVER_SHARE)


def _topic(text: str, subject: str) -> str:
    """Return for whom a recommendation holds, as it says itself; "" where it does not, or as much as its subject."""
    if (match := _CONDITION.match(text)) is not None:
        return match["topic"]
    match = _PATIENTS.match(text)
    if match is None or _ANYBODY.sub("", match["topic"]) in ("", subject):
        return ""
    return match["topic"] if match["topic"].startswith("对") else f"对{match['topic']}"


def _asked(focus: Focus, topic: str, key: str, template: Template) -> str:
    if _QUESTION.search(focus.subject):
        return f"{focus.subject.rstrip('?？')}？"
    if topic:
        return template.phrase("topic_questions", key, subject=focus.subject, topic=topic)
    if focus.topic and _QUESTION.search(focus.topic):
        return f"关于{focus.subject}：{focus.topic.rstrip('?？')}？"
    if focus.topic:
        return template.phrase("heading_questions", key, subject=focus.subject, topic=focus.topic)
    return template.phrase("questions", key, subject=focus.subject)


def _fitting(rows: Sequence[Row], max_chars: int) -> Iterator[list[Row]]:
    """Yield the rows in groups whose texts fit into an answer."""
    group: list[Row] = []
    for row in rows:
        if group and sum(len(graded(one)) + 1 for one in (*group, row)) > max_chars:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _add(builder: SampleBuilder, rows: Sequence[Row], question: str, template: Template, settings: Instruct) -> None:
    answer = "\n".join(graded(row) for row in rows)
    parents = [row["id"] for row in rows]
    if settings.min_answer_chars <= len(answer) <= settings.max_answer_chars:
        builder.add(rows[0], question, answer, template, parents)
    else:
        builder.note_reason(parents, Reason.TOO_SHORT if len(answer) < settings.min_answer_chars else Reason.TOO_LONG)


def graded(row: Row) -> str:
    """Return a recommendation without its number, with grade and evidence where its text does not end with them.

    One that only points at a table says nothing: "".
    """
    text = without_references(_LABEL.sub("", row["text"].strip(), count=1))
    told = [("推荐强度", row["grade"]), ("证据等级", row["evidence"])]
    facts = [f"{name}：{value}" for name, value in told if value and value not in text[-40:]]
    return f"{text}（{'；'.join(facts)}）" if facts and text else text
