"""What a heading says: its words without numbering, the aspect it announces, whether it names a subject.

Book and guideline headings come as `第三节 急性支气管炎`, `（一）临床表现`, `2.1 抗菌药物的选择`, `【病因】`.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.vocabulary.any_of import any_of
from pedcorpus.steps.instruct.templates import templates

_NUMBERINGS = (
    r"(?:临床|关键)?问题\s*[\d一二三四五六七八九十]+",
    r"推荐意见\s*[\d一二三四五六七八九十]*",
    r"第\s*[〇零一二三四五六七八九十百\d]+\s*[篇章节部分条]+",
    r"附录?\s*[一二三四五六七八九十\dA-Z]+",
    r"[（(【\[]\s*(?:[一二三四五六七八九十]+|\d{1,2}|[a-zA-Z])\s*[)）】\]]",
    r"[一二三四五六七八九十]+\s*[、.．]",
    r"\d{1,2}(?:\s*[.．]\s*\d{1,2})+",
    r"\d{1,2}\s*[.．、)）](?!\d)",
    r"\d{1,2}\s+(?=[\u3400-\u9fff])(?![岁月天日周年小时次级个种型期度例])",
    r"[①-⑳]",
    r"[a-zA-Z][.．、)）]",
    r"[★☆●■◆▲※§#*•]+",
)
_NUMBER = re.compile(rf"^(?:{'|'.join(_NUMBERINGS)})[\s:：、.．]*")
"""`第十章 呼吸系` → `第十章 `"""
_LATIN_GLOSS = re.compile(r"\s*[（(][^（）()\u3400-\u9fff]*[)）]\s*$")
"""`川崎病（Kawasaki disease）` → `（Kawasaki disease）`"""
_EDGES = " \t\u3000:：。，,、;；《》【】[]「」"
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
"""`病 因` → ` `"""
_JOINERS = re.compile(r"以及|[、与和及/]")
"""`诊断与鉴别诊` → `与`"""

GENERIC = re.compile(
    r"^(?:前言|引言|导言|序言?|绪论|目录|目次|索引|参考文献|致谢|附录.*|附件.*|附表.*|正文|总则|总论|概论|其他|其它|小结|总结|结语|要点|"
    r"思考题|复习题|学习目标|本章.*|.*编写(?:组|委员会|人员).*|.*专家组.*|.*执笔.*|.*利益冲突.*|.*基金.*|.*声明|.*作者.*|.*免责.*)$"
)
"""Headings that name nothing one could ask about. `总论` → `总论`"""

FRONT_MATTER = re.compile(
    any_of(
        "前言 引言 摘要 关键词 序言 目录 目次 索引 参考文献 致谢 编写 编委 执笔 专家组 工作组 利益冲突 基金 "
        "作者 声明 免责 思考题 复习题 学习目标 证据检索 文献检索 检索策略 检索式 推荐强度 方法学 目标人群 "
        "适用范围 使用者 注册 传播与实施 更新计划 局限性 版权 缩略语 缩写 术语表"
    )
    + r"|^序$|证据(?:质量|级别|等级|分级|水平)|制[定订](?:方法|过程|背景|流程)"
)
"""Parts of a book or guideline that are about the book or guideline itself. `参考文献` → `参考文献`"""

_ACTING = re.compile("^" + any_of("抗 退 止 降 镇 控制 预防 防治 原发 继发 合并 伴 其他 一般 对症"))
"""抗感染, 退热, 原发病: what is done about an illness, or which one is not said. `抗菌药物` → `抗`"""

_FIELD = re.compile(r"(?:[科学]|系统|系统疾病|疾病|急症|急诊|危重症)$")
"""Departments, subjects of study, chapter names: fields, no diseases. `童呼吸系统疾病` → `系统疾病`"""

_DISEASE = re.compile(
    "(?:"
    + any_of(
        "病 症 炎 癌 瘤 疹 痘 疮 癣 疝 疟 痢 疸 喘 热 痛 癫痫 惊厥 抽搐 休克 昏迷 感染 中毒 损伤 烧伤 烫伤 "
        "创伤 外伤 骨折 脱位 畸形 缺陷 缺损 未闭 障碍 衰竭 贫血 血症 尿症 腹泻 便秘 呕吐 出血 血尿 蛋白尿 "
        "水肿 不良 缺乏 肥胖 消瘦 早熟 矮小 迟缓 落后 梗阻 穿孔 套叠 结石 囊肿 积液 脓肿 气胸 狭窄 闭锁 反流 "
        "窒息 骤停 停搏 心律失常 早搏 脱水 紊乱 过敏 哮喘 麻疹 流感 感冒 咳嗽 发热 湿疹 麻痹 瘫痪 瘫 脑瘫 "
        "孤独症 多动 抽动 紫癜 结核 百日咳 猩红热 水痘 龋齿 近视 弱视 斜视 隐睾 包茎 脑积水 脊柱裂 唇裂 腭裂 "
        "斜颈 巨结肠 硬化 肥大 "
        "肿大 萎缩 栓塞 中暑 发绀 厌食 夜啼 腹胀 便血 呕血 咯血 头晕 晕厥 鼻衄 气促 呼吸困难 呼吸暂停 猝死 "
        "溢奶 遗尿 早产儿 低体重儿 巨大儿 异物 溺水 咬伤 硬肿 溶血 坏死 肺不张 肺气肿 过敏反应 "
        "输血反应"
    )
    + "|(?<![指体特象])征)$"
)
"""`儿童肥胖` → `肥胖`"""


def words(heading: str) -> str:
    """Return a heading without numbering, brackets around it, Latin glosses and gaps between Han characters."""
    text = heading.strip()
    while True:
        shorter = _LATIN_GLOSS.sub("", _NUMBER.sub("", text.strip(_EDGES)))
        if shorter == text:
            return _HAN_GAP.sub("", text)
        text = shorter


def aspect_of(heading: str) -> tuple[str, bool] | None:
    """Return the aspect a heading (as `words` leaves it) announces, and whether it says nothing else.

    `诊断和鉴别诊断` → (differential, False), `治疗` → (treatment, True), `抗菌药物的选择` → (treatment, False).
    """
    exact, marks = _vocabulary()
    if heading in exact:
        return exact[heading], True
    if is_made_of_aspects(heading):
        parts = [exact[part] for part in _JOINERS.split(heading) if part]
        return "treatment" if "treatment" in parts else parts[0], False
    for mark, aspect in marks:
        if mark in heading:
            return aspect, False
    return None


def is_about_itself(heading: str) -> bool:
    """Return whether a part is about the book or guideline, not about medicine."""
    return FRONT_MATTER.search(heading) is not None


def names_subject(heading: str) -> bool:
    """Return whether a heading names a disease or a symptom: no aspect, no field of medicine."""
    if is_made_of_aspects(heading) or _ACTING.match(heading) or names_field(heading):
        return False
    return _DISEASE.search(heading) is not None


def names_field(heading: str) -> bool:
    """Return whether a heading names a department, a subject of study or a chapter such as 呼吸系统疾病."""
    return _FIELD.search(heading) is not None


def split_subject(heading: str) -> tuple[str, str] | None:
    """Split `哮喘的治疗`, `肺炎诊断标准` into a disease and an aspect heading; None where it is not so made."""
    for aspect in sorted(_vocabulary()[0], key=len, reverse=True):
        subject = heading.removesuffix(aspect).removesuffix("的")
        if subject != heading and not is_made_of_aspects(heading) and names_subject(subject):
            return subject, aspect
    return None


def is_made_of_aspects(heading: str) -> bool:
    """Return whether a heading is aspects and nothing else: 病因, 病因和发病机制."""
    exact = _vocabulary()[0]
    return heading in exact or all(part in exact for part in _JOINERS.split(heading) if part)


def joined_aspects(heading: str) -> list[tuple[str, str]]:
    """Return words and aspects of a heading made of aspects: 病因和发病机制 → 病因, cause; 发病机制, mechanism."""
    exact = _vocabulary()[0]
    parts = [heading] if heading in exact else _JOINERS.split(heading)
    return [(part, exact[part]) for part in parts if part]


@cache
def _vocabulary() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return heading → aspect, and (mark, aspect) in the order of the template file."""
    found = templates("document")
    exact = {word: name for name, template in found.items() for word in template.phrasings.get("headings", ())}
    marks = [(mark, name) for name, template in found.items() for mark in template.phrasings.get("marks", ())]
    return exact, marks
