"""TreRecom samples from the recommendations of a guideline, each with its grade.

A recommendation that says for whom it holds (`对于重症患儿，…`, `重度脱水伴循环不良者…`) is asked for by that. Those of
one kind of patient, and those of a section that name none, are answered together: asked for one by one, they would be
different answers to one question. Each is followed by its own evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingest.vocabulary.any_of import any_of
from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.drug_names import is_dose_without_drug
from pedcorpus.steps.instruct.of_documents.evidence import is_statement
from pedcorpus.steps.instruct.of_documents.passages import whole_sentences
from pedcorpus.steps.instruct.of_documents.references import without_references
from pedcorpus.steps.instruct.of_documents.section_questions import QUESTION, asked_by_heading, name_of
from pedcorpus.steps.instruct.of_documents.subject import Focus, focus_of
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import templates
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
_CHECKS = re.compile(
    any_of("检查 检测 监测 化验 摄片 胸片 腰穿 腰椎穿刺 培养 测定 超声 CT MRI 脑电图 心电图 影像 血气 筛查 复查 评估")
)
"""`不需要常规做血电解质检查` → `检查`"""
_HANDLES = re.compile(
    any_of(
        "治疗 用药 补液 补充 给予 口服 静脉输 静脉应用 静脉滴注 静脉注射 注射 使用 应用 首选 手术 吸氧 吸入 "
        "处理 喂 停用 输入 输注 抗菌药物 激素 退热 "
        "mg/kg ml/kg 疗程 氧疗 通气 接种 饮食 休息 住院 转诊 灌肠"
    )
)
"""`立即静脉补液` → `补液`"""


def add_recommendations(
    rows: Sequence[Row], evidence: Mapping[str, Sequence[Row]], settings: Instruct, builder: SampleBuilder
) -> None:
    """Add the samples of one section's recommendations; `evidence` of each, by its id, stays behind it."""
    focus = focus_of(rows[0]["title"], rows[0]["section"] or ()) if rows else None
    behind = [one for row in rows for one in evidence.get(row["id"], ())]
    if focus is None:
        for row in (*rows, *behind):
            builder.reject(row, Reason.NO_TEMPLATE)
        return
    by_topic: dict[str, list[Row]] = {}
    for row in rows:
        if not graded(row):
            builder.note_reason([row["id"]], Reason.NOT_GROUNDED)
            continue
        topic = "" if QUESTION.search(focus.subject) else _topic(row["text"], focus.subject)
        by_topic.setdefault(topic, []).append(row)
    for topic, same in by_topic.items():
        _add(builder, same, evidence, focus, topic, settings)
    for row in (*rows, *behind):
        builder.reject_unless_used(row, Reason.OVER_SHARE)


def _topic(text: str, subject: str) -> str:
    """Return for whom a recommendation holds, as it says itself; "" where it does not, or as much as its subject."""
    if (match := _CONDITION.match(text)) is not None:
        return match["topic"]
    match = _PATIENTS.match(text)
    if match is None or _ANYBODY.sub("", match["topic"]) in ("", subject):
        return ""
    return match["topic"] if match["topic"].startswith("对") else f"对{match['topic']}"


def _asked(focus: Focus, topic: str, text: str, key: str) -> str:
    template = templates("document")["recommendation"]
    if (asked := asked_by_heading(focus)) is not None and (not topic or QUESTION.search(focus.subject)):
        return asked
    if topic:
        return template.phrase(_part_for(topic, focus.subject, text), key, subject=focus.subject, topic=topic)
    if focus.topic and not headings.is_made_of_aspects(focus.topic):
        return template.phrase("heading_questions", key, name=name_of(focus.subject, focus.topic))
    noun = focus.topic or templates("document")[focus.aspect].noun
    part = "questions" if focus.aspect == "overview" else "aspect_questions"
    return template.phrase(part, key, subject=focus.subject, noun=noun)


def _part_for(topic: str, subject: str, text: str) -> str:
    """Return which phrasings fit what a recommendation for some patients says: tests, what to do, or either."""
    if subject in topic:
        return "patients_questions"
    if _CHECKS.search(text):
        return "topic_questions" if _HANDLES.search(text) else "checking_questions"
    return "handling_questions" if _HANDLES.search(text) else "topic_questions"


def _add(
    builder: SampleBuilder,
    rows: Sequence[Row],
    evidence: Mapping[str, Sequence[Row]],
    focus: Focus,
    topic: str,
    settings: Instruct,
) -> None:
    """Add the recommendations of one topic as one answer: with their evidence where it fits, else the first of them."""
    told = [[row, *evidence.get(row["id"], ())] for row in rows]
    if _size(told) > settings.max_answer_chars:
        told = list(_first_fitting([[row] for row in rows], settings.max_answer_chars))
    parents = [row["id"] for units in told for row in units]
    answer = "\n".join(text for units in told for row in units if (text := _said(row)))
    if not settings.min_answer_chars <= len(answer) <= settings.max_answer_chars:
        reason = Reason.TOO_SHORT if len(answer) < settings.min_answer_chars else Reason.TOO_LONG
        builder.note_reason([row["id"] for row in rows], reason)
        return
    question = _asked(focus, topic, answer, rows[0]["id"])
    if is_dose_without_drug(question, answer):
        builder.note_reason(parents, Reason.NOT_GROUNDED)
    else:
        builder.add(rows[0], question, answer, templates("document")["recommendation"], parents)


def _first_fitting(told: Sequence[list[Row]], max_chars: int) -> Iterator[list[Row]]:
    """Yield the first units that fit into an answer, one at least."""
    size = 0
    for number, units in enumerate(told):
        size += _size([units])
        if number and size > max_chars:
            return
        yield units


def _size(told: Sequence[Sequence[Row]]) -> int:
    return sum(len(_said(row)) + 1 for units in told for row in units)


def _said(row: Row) -> str:
    """Return what a unit says in an answer: a recommendation with its grade, evidence in whole sentences."""
    if is_statement(row):
        return graded(row)
    start, end = whole_sentences(row["text"], len(row["text"]))
    return without_references(row["text"][start:end].strip())


def graded(row: Row) -> str:
    """Return a recommendation without its number, with grade and evidence where its text does not end with them.

    One that only points at a table says nothing: "".
    """
    text = without_references(_LABEL.sub("", row["text"].strip(), count=1))
    told = [("推荐强度", row["grade"]), ("证据等级", row["evidence"])]
    facts = [f"{name}：{value}" for name, value in told if value and value not in text[-40:]]
    return f"{text}（{'；'.join(facts)}）" if facts and text else text
