"""The question of a passage: by aspect where the headings name one, by the kind of its topic where they say more."""

from __future__ import annotations

import re

from ingest.vocabulary.any_of import any_of
from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.drug_names import names_drug
from pedcorpus.steps.instruct.of_documents.subject import Focus
from pedcorpus.steps.instruct.of_documents.topics import frame_of_name, kind_of
from pedcorpus.steps.instruct.templates import Template, frames, pick, templates

QUESTION = re.compile(r"[?？]$|(?:是否|如何|怎样|哪些|什么|何时)")
"""A heading that asks. `如何判断儿` → `如何`"""
_DEFINING = re.compile(
    r"\s*(?:[（(][^）)]*[)）])?\s*[，,]?\s*(?:(?:又称|又名|亦称|简称|俗称)[^，。]*[，,])?(?:是|系|指|为)"
)
"""`（Kawasaki disease）是一种全` → `（Kawasaki disease）是`"""
_CHILDREN = re.compile("^" + any_of("小儿 儿童 婴幼儿 患儿"))
"""`儿童急性腹泻病` → `儿童`"""
_NEWBORN = re.compile("^" + any_of("新生儿 早产儿 足月儿"))
"""`新生儿黄疸` → `新生儿`"""
_HAD = re.compile(
    "(?:"
    + any_of(
        "病 炎 癌 瘤 麻疹 风疹 水痘 哮喘 癫痫 结核 贫血 综合征 综合症 湿疹 流感 感冒 紫癜 百日咳 猩红热 畸形 "
        "缺损 未闭 疝 肥胖 脑瘫 孤独症 自闭症 近视 "
        "龋齿 包茎 隐睾 鼻窦炎 血友病 白血病 过敏症 缺乏症 增生症 尿症 减退症 亢进症"
    )
    + ")$"
)
"""What one has; all else occurs (出现发热, 发生休克). `支气管哮喘` → `哮喘`"""
_CLAUSES = {
    "分期": "怎样分期",
    "分级": "怎样分级",
    "分度": "怎样分度",
    "处理": "应怎样处理",
    "处置": "应怎样处置",
    "急救": "应怎样急救",
    "管理": "怎样管理",
    "症状": "有哪些症状",
    "体征": "有哪些体征",
}
"""Words of joined headings that ask for more than their aspect does."""
_BY_HEADING = (
    ("出院", "discharge_questions"),
    ("传播", "spread_questions"),
    ("易感", "prone_questions"),
    ("传染源", "source_questions"),
    ("发病率", "rate_questions"),
    ("患病率", "rate_questions"),
    ("长期", "long_questions"),
    ("标准", "standard_questions"),
    ("急救", "rescue_questions"),
    ("抢救", "rescue_questions"),
    ("处理", "handling_questions"),
    ("处置", "handling_questions"),
    ("分级", "grade_questions"),
    ("分度", "grade_questions"),
    ("分期", "stage_questions"),
    ("教育", "education_questions"),
    ("宣教", "education_questions"),
)
"""Word of the heading → the phrasings that ask for just that, where an aspect has them."""


def ask(focus: Focus, answer: str, department: str, key: str) -> tuple[Template, str]:
    """Return the template and the question of an answer; `key` chooses the phrasing."""
    found = templates("document")
    template = found[focus.aspect]
    if (asked := asked_by_heading(focus)) is not None:
        return template, asked
    places = {"subject": focus.subject, "topic": focus.topic, **patient_words(department, focus.subject)}
    if focus.topic and defines(focus.topic, answer):
        return found["definition"], found["definition"].phrase("questions", key, subject=focus.topic)
    if focus.topic:
        return template, _of_topic(focus, template, key, places)
    if focus.aspect == "overview":
        if (frame := frame_of_name(focus.subject)) and not headings.names_subject(focus.subject):
            return template, pick(frames(frame), key).format(name=focus.subject)
        template = found["definition"] if defines(focus.subject, answer) else template
    marks = template.phrasings.get("takes_up", ())
    if marks and not any(mark in answer for mark in marks):
        return template, pick(frames("neutral"), key).format(**places, noun=focus.heading or template.noun)
    line = pick(phrasings_for(template, focus), key)
    return template, line.format(**(_of_patient(places) if "{patient}" in line else places))


def asked_by_heading(focus: Focus) -> str | None:
    """Return the question that the headings ask themselves, None where they do not."""
    if QUESTION.search(focus.subject):
        asked = focus.topic if QUESTION.search(focus.topic) else focus.subject
        return f"{asked.rstrip('?？')}？"
    if not QUESTION.search(focus.topic):
        return None
    topic = focus.topic.rstrip("?？")
    return f"{topic}？" if focus.subject in topic else f"关于{focus.subject}：{topic}？"


def phrasings_for(template: Template, focus: Focus) -> list[str]:
    """Return the phrasings of an aspect that fit the subject and the heading's own word."""
    parts = template.phrasings
    if names_drug(focus.subject) and "drug_questions" in parts:
        return list(parts["drug_questions"])
    part = next((part for mark, part in _BY_HEADING if mark in focus.heading and part in parts), "questions")
    lines = list(parts[part])
    if _HAD.search(focus.subject):
        return lines
    fitting = [line for line in lines if "患有" not in line and "得了" not in line]
    return [*fitting, *(parts.get("symptom_questions", ()) if part == "questions" else ())]


def defines(subject: str, text: str) -> bool:
    """Return whether the text begins `subject（…）又称…，是/系/指…`, with 小儿 before it or without."""
    text = text if text.startswith(subject) else _CHILDREN.sub("", text)
    return text.startswith(subject) and _DEFINING.match(text.removeprefix(subject)) is not None


def name_of(subject: str, topic: str) -> str:
    """Return subject and topic as one name: `肺炎的氧疗`; a topic that has a 的 or its subject in it needs none."""
    if subject in topic:
        return topic
    if "的" not in topic:
        return f"{subject}的{topic}"
    return f"{subject}中{topic}" if topic[0].isascii() else f"{subject}{topic}"


def _of_topic(focus: Focus, template: Template, key: str, places: dict[str, str]) -> str:
    """Ask for a topic: two aspects by both, others by their kind."""
    name = name_of(focus.subject, focus.topic)
    if headings.is_made_of_aspects(focus.topic):
        return _of_aspects(focus.topic, key, places)
    if lines := template.phrasings.get("topic_questions"):
        return pick(lines, key).format(**places, name=name)
    kind = kind_of(focus.topic, focus.aspect, template.clause, is_answered=focus.is_of_topic)
    if kind.frame == "people":
        places = {**places, "subject": _CHILDREN.sub("", focus.subject) or focus.subject}
    return pick(frames(kind.frame), key).format(**{**places, "name": name, **kind.values})


def _of_aspects(topic: str, key: str, places: dict[str, str]) -> str:
    """Ask for each of the aspects that a heading joins: 诊断与处理 → 怎样诊断，应怎样处理."""
    *before, second = _clauses(topic)
    if not before:
        return f"{places['subject']}{second}？"
    return pick(frames("pair"), key).format(**places, first="、".join(before), second=second)


def asked_of_aspects(topic: str) -> str:
    """Return what asks for all aspects of a heading behind a subject: 诊断与治疗 → 怎样诊断，应怎样治疗."""
    return "，".join(_clauses(topic))


def _clauses(topic: str) -> list[str]:
    found = templates("document")
    return list(dict.fromkeys(_CLAUSES.get(w, found[name].clause) for w, name in headings.joined_aspects(topic)))


def _of_patient(places: dict[str, str]) -> dict[str, str]:
    """Return the places with the patient named once: 孩子患有急性腹泻病, not 孩子患有儿童急性腹泻病; 新生儿出现黄疸."""
    subject = places["subject"]
    newborn = _NEWBORN.match(subject)
    shorter = _CHILDREN.sub("", subject) if newborn is None else subject[newborn.end() :]
    if len(shorter) < 2:
        return places
    return {**places, "subject": shorter} | ({"patient": newborn[0]} if newborn else {})
