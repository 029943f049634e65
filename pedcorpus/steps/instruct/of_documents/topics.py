"""What kind of topic a heading below a subject is, and so by which frame it is asked for without being quoted.

`住院与转诊指征` is listed, `家庭补液步骤` described, `重症病例的早期识别` an act (怎样早期识别),
`糖皮质激素` a drug, `口服补液` a measure, `普通病例` a group of patients, `肺结核` another disease.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.vocabulary.any_of import any_of
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.drug_names import names_drug

_LISTED = re.compile(
    any_of(
        "指征 适应证 适应症 禁忌证 禁忌症 原则 目标 目的 依据 要点 误区 不良反应 信号 因素 措施 方法 特点 "
        "特征 表现 症状 体征 类型 种类 情况 "
        "知识 建议 事项 问题 内容 策略 并发症 后遗症 危害 意义 优点 缺点 作用 指标 项目 病因 原因 病种 "
        "人群 对象 优势 检查 条件"
    )
    + "$"
)
"""`住院与转诊指征` → `指征`"""
_DESCRIBED = re.compile(
    any_of("标准 步骤 流程 方案 时机 程序 途径 疗程 剂量 用量 时间 过程 机制 进展 现状 关系 概述 分布 病程") + "$"
)
"""`家庭补液步骤` → `步骤`"""
_EDUCATION = re.compile(any_of("教育 宣教 指导 告知 咨询") + "$")
"""`家长的教育` → `教育`"""
_OF_PARENTS = re.compile(r"^对?(?:患儿|患者)?(?:的)?(?:家长|父母|家属)(?:及患儿|和患儿)?的?")
"""`家长的健康教育` → `家长的`"""
_ACT = re.compile(
    r"^(?P<topic>.*?)的?(?P<act>(?:早期|合理|正确|规范|动态|综合|紧急|急诊|现场|院前|初步|进一步)?"
    r"(?:选择|选用|应用|使用|处理|处置|评估|识别|判断|监测|预防|筛查|诊断|鉴别|调整|纠正|控制|急救|抢救|转运|停用))$"
)
"""`抗菌药物的选择` → `抗菌药物`, `初步评估` → `初步评估`"""
_ACT_ALONE = re.compile(r"^(?:早期|合理|正确|规范|动态|综合|紧急|急诊|现场|院前|初步|进一步)")
"""What makes an act without an object one that can be asked for: `紧急处理` → `紧急`"""
_LEANS = re.compile(
    r"^(?:其[他它]|一般|对症|支持|特殊|日常|家庭|基本|有关|相关|[主常]要?[见用]?|药物|病情|[上下]述|液体|营养|合理|早期|.{2}性)$"
)
"""No object an act could be asked of. `一般` → `一般`"""
_OF_ACT = re.compile(r"^(?P<topic>.{2,})的(?P<act>治疗|护理|用药|给药|喂养|补液|管理|诊治)$")
"""`3岁以下儿童的用药` → `3岁以下儿童`"""
_MEASURE = re.compile(
    any_of(
        "治疗 疗法 补液 输液 输血 氧疗 吸氧 给氧 通气 手术 支持 护理 管理 康复 喂养 饮食 营养 透析 换血 光疗 "
        "复苏 降温 雾化 吸入 灌肠 引流 吸引 "
        "置管 隔离 消毒 锻炼 训练 接种 干预 洗胃 导泻 止血 镇静 利尿 降压 预防 减压 灌洗 移植 放疗 化疗 按摩 "
        "保暖 禁食 调节"
    )
    + "$"
)
"""`口服补液` → `补液`"""
_PEOPLE = re.compile(
    "^(?:小|大|较大)?" + any_of("新生儿 婴儿 婴幼儿 幼儿 儿童 早产儿 年长儿 学龄儿童 青少年 学龄前儿童") + "$"
)
"""`新生儿` → `新生儿`, `普通病例` → –"""
_GROUP = re.compile(
    any_of("者 患儿 患者 病例 新生儿 婴儿 婴幼儿 儿童 早产儿 小婴儿 青少年") + "$|^[轻中重]?(?:度|型|症)$|[型期度]$"
)
"""`普通病例` → `病例`"""
_ASPECT_OF_GROUP = frozenset(
    {"clinical", "treatment", "diagnosis", "check", "prevention", "care", "prognosis", "cause", "overview"}
)
"""Aspects whose clause is asked of a group of patients."""


_OF_DISEASE = {
    "differential": "told_apart",
    "treatment": "accompanied",
    "care": "accompanied",
    "complication": "occurring",
    "clinical": "occurring",
    "cause": "causing",
}
"""Aspect of the subject → the frame for another disease below it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The frame of a topic, and what its places hold besides subject, topic and name."""

    frame: str
    values: dict[str, str] = field(default_factory=dict)


def kind_of(topic: str, aspect: str, clause: str, is_answered: bool = False) -> Kind:
    """Return the kind of a topic below a subject; `clause` asks for the aspect of whatever stands before it.

    Where the aspect stands below the topic (换血疗法 / 并发症: `is_answered`), it is the aspect that is asked for.
    """
    if is_answered and not (headings.names_subject(topic) and aspect in ("treatment", "care")):
        return Kind("of_topic", {"clause": clause})
    if _EDUCATION.search(topic):
        return Kind("education", {"topic": _OF_PARENTS.sub("", topic)})
    if (match := _OF_ACT.match(topic)) is not None:
        return Kind("acting", match.groupdict())
    if (match := _ACT.match(topic)) is not None and (kind := _acting(match["topic"], match["act"])):
        return kind
    if names_drug(topic):
        return Kind("drug") if aspect in ("treatment", "dose", "overview", "caution") else Kind("described")
    return _named(topic, aspect, clause)


def frame_of_name(name: str) -> str:
    """Return the frame of a name that says itself what is asked of it (辅食添加的原则: listed), else ""."""
    found = (frame for frame, pattern in (("listed", _LISTED), ("described", _DESCRIBED)) if pattern.search(name))
    return next(found, "")


def _acting(topic: str, act: str) -> Kind | None:
    if not topic:
        return Kind("acting_alone", {"act": act}) if _ACT_ALONE.match(act) else None
    if len(topic) < 2 or _LEANS.match(topic) or headings.is_made_of_aspects(topic):
        return None
    return Kind("acting", {"topic": topic, "act": act})


def _named(topic: str, aspect: str, clause: str) -> Kind:
    if aspect == "check":
        return Kind("finding")
    for frame, pattern in (("measure", _MEASURE), ("listed", _LISTED), ("described", _DESCRIBED)):
        if pattern.search(topic):
            return Kind(frame)
    for frame, pattern in (("people", _PEOPLE), ("group", _GROUP)):
        if aspect in _ASPECT_OF_GROUP and pattern.search(topic):
            return Kind(frame, {"clause": clause})
    if aspect == "differential" or headings.names_subject(topic):
        return Kind(_OF_DISEASE.get(aspect, "general"), {"clause": clause})
    return Kind("general")
