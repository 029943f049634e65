"""What a passage is about: subject, aspect and topic, read from its title and heading path.

`儿科学 / 第十章 呼吸系统疾病 / 第三节 急性支气管炎 / 【治疗】` is about 急性支气管炎, aspect treatment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.drug_names import names_drug

MAX_SUBJECT_CHARS = 30
"""A longer heading is a sentence, no name."""

_YEAR = re.compile(
    r"[（(][^（）()]*(?:\d{4}|版|试行|解读|草案|征求意见|修订|全文|摘要)[^（）()]*[)）]|(?:19|20)\d{2}\s*年?版?|第[一二三四五六七八九十\d]+版"
)
"""`疗规范（2019年版）` → `（2019年版）`"""
_OF_A_TITLE = re.compile(
    r"(?:诊疗|诊治|防治|防控|管理|临床|实践|循证|专家|多学科|国际|全国|应用|技术|工作|基层|合理用药|快速)*"
    r"(?:指南|共识|规范|方案|建议|路径|标准|推荐|意见|声明|解读|要点|手册|流程|指引|规程|说明书)(?:解读|要点|更新|节选|摘译)?$"
)
"""`评估与管理专家共识` → `管理专家共识`"""
_ACTION = re.compile(
    r"[、与和及的]*(?:鉴别诊断|诊断|治疗|诊治|诊疗|评估|管理|液体疗法|补液|预防|防治|防控|控制|护理|应用|处理|处置|用药|康复|临床)"
)
"""`川崎病诊断和急性` → `诊断`"""
_BOOK = re.compile(
    r"(?:[科]?学|处方集|药典|药品集|用药目录|药物目录|药品目录|用药手册|手册|教程|教材|大全|图谱|百科|全书|丛书|文集|汇编|纲要|讲义|年鉴|读本|词典)$"
)
"""`实用儿科学` → `科学`"""
_OPENING = re.compile(r"^(?:中国|国家|我国|欧洲|美国|WHO|世界卫生组织|基层医疗机构|基层)+")
"""`中国儿童肥` → `中国`"""
_NOBODY_ILL = re.compile(
    r"^(?:小儿|儿童|新生儿|婴幼儿|患儿|药物|药品|用药|及|和|与|的|合理|常用|常见|临床)+$|(?:医院|中心|集团|协会|学会|委员会)$"
)
"""A title that names people, drugs at large or an institution, no subject. `儿童合理用药` → `儿童合理用药`"""
_LEANS = re.compile(r"根据|按照?|依|关于|对|其他|其它|常用|一般|特殊|主要|有关|上述")
"""What leans on the heading above it. `其他治疗` → `其他`"""
_VAGUE = re.compile(
    r"(?:基本)?(?:原则|要点|方法|目的|指征|适应[证症]|禁忌[证症]?|注意事项|剂量|用量|疗程|用法|步骤|目标|时机|途径|种类|选择|意义)"
)
"""`原则` → `原则`"""
_HAN = re.compile(r"[\u3400-\u9fff]")
"""`儿童社区` → `儿`"""


MIN_ALONE_CHARS = 6
"""A shorter heading with an aspect in it (检查方法) needs a subject."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What a passage is about. `topic` is a heading below the subject, "" where the aspect says it all.

    `heading` is the word that announced the aspect: 治疗, 急救 and 处理 are one aspect and asked for differently. The
    aspect `is_of_topic` where it stands below the topic: 换血疗法 / 并发症.
    """

    subject: str
    aspect: str
    topic: str = ""
    heading: str = field(default="", compare=False)
    is_of_topic: bool = field(default=False, compare=False)


def focus_of(title: str, section: Sequence[str]) -> Focus | None:
    """Return what a passage under `title` and `section` is about; None where they name nothing to ask about."""
    path = [word for heading in section if (word := headings.words(heading))]
    if any(headings.is_about_itself(word) for word in path[-2:]):
        return None
    named = headings.words(title)
    path = [word for word in path if word != named and (not headings.GENERIC.match(word) or headings.aspect_of(word))]
    subject, below = _subject(subject_of_title(title), path)
    if not subject:
        return None
    return _focus(subject, below)


def subject_of_title(title: str) -> str:
    """Return what a document as a whole is about, "" for a book: 儿童肺炎诊疗规范（2019年版） → 儿童肺炎."""
    text = _YEAR.sub("", headings.words(title)).strip(" 《》—-_")
    if _BOOK.search(text):
        return ""
    text = _OPENING.sub("", text)
    while (shorter := _OF_A_TITLE.sub("", text).strip(" 《》、：:的与和及")) != text:
        text = shorter
    for action in _ACTION.finditer(text):
        if headings.names_subject(text[: action.start()]) or action.end() == len(text):
            text = text[: action.start()]
            break
    usable = len(_HAN.findall(text)) >= 2 and len(text) <= MAX_SUBJECT_CHARS and not headings.names_field(text)
    usable = usable and _NOBODY_ILL.search(text) is None
    return text if usable else ""


def _subject(title: str, path: list[str]) -> tuple[str, list[str]]:
    """Return the subject and the headings below it: the deepest disease, else the title, else the deepest heading.

    In a book of drugs, whose title names none, a drug is a subject: `布洛芬 / 【用法与用量】` is about 布洛芬.
    """
    for index in range(len(path) - 1, -1, -1):
        name, *below = headings.split_subject(path[index]) or (path[index],)
        if headings.names_subject(name) and _usable(name):
            return _under_aspect(title, path[:index], name, [*below, *path[index + 1 :]])
    if not (headings.names_subject(title) or names_drug(title)):
        for index in range(len(path) - 1, -1, -1):
            if names_drug(path[index]) and (drug := _usable(path[index])):
                return drug, path[index + 1 :]
    if title:
        return title, path
    named = [i for i, word in enumerate(path) if _stands_alone(word)]
    return (_usable(path[named[-1]]), path[named[-1] + 1 :]) if named else ("", [])


def _stands_alone(heading: str) -> bool:
    """Return whether a heading says by itself what it is about: 儿童药物剂量计算 does, 检查方法 does not."""
    if headings.aspect_of(heading) is None:
        return not headings.names_field(heading)
    is_long = len(heading) >= MIN_ALONE_CHARS and _LEANS.match(heading) is None
    return is_long and not headings.is_made_of_aspects(heading) and not headings.names_field(heading)


def _under_aspect(title: str, above: list[str], name: str, below: list[str]) -> tuple[str, list[str]]:
    """Tell subject and topic apart: `肾病综合征 / 并发症 / 感染` is about 肾病综合征, and so is its 治疗.

    `肺炎 / 临床表现 / 轻症肺炎` names the upper subject again: it is about 轻症肺炎, aspect 临床表现.
    """
    aspects = [i for i, word in enumerate(above) if headings.is_made_of_aspects(word)]
    if not aspects:
        return name, below
    upper, between = _subject(title, above[: aspects[-1]])
    if not upper or upper in name:
        return name, [above[aspects[-1]], *below]
    return upper, [*between, *above[aspects[-1] :], name, *below]


def _usable(subject: str) -> str:
    return subject if 2 <= len(subject) <= MAX_SUBJECT_CHARS and _HAN.search(subject) else ""


def _focus(subject: str, below: list[str]) -> Focus:
    """Read aspect and topic: the deepest heading that is more than an aspect is the topic."""
    named = [(found[0], word) for word in below if (found := headings.aspect_of(word)) is not None]
    aspects = [aspect for aspect, _ in named]
    topics = [word for word in below if not headings.is_made_of_aspects(word)]
    if below and headings.is_made_of_aspects(below[-1]) and headings.aspect_of(below[-1]) == (aspects[-1], False):
        topics = [below[-1]]
    topic = topics[-1] if topics and topics[-1] != subject else ""
    if len(topics) > 1 and _VAGUE.fullmatch(topic):
        topic = f"{topics[-2]}的{topic}"
    aspect, heading = named[-1] if named else ("overview", "")
    is_of_topic = bool(topic) and heading == below[-1] and headings.is_made_of_aspects(heading) and topic != heading
    return Focus(subject, aspect, topic, heading, is_of_topic)
