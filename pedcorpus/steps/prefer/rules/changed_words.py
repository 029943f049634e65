"""Rules that put other words: a hedge made certain, care denied, advice reversed, a finding turned round.

Each is a list of swaps: what stands there (with what must stand around it) and what is put. The length stays about the
same, and so does what the answer shares with the question: only who knows medicine can tell them apart.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.vocabulary.any_of import any_of
from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.rules.changed_numbers import Place, put_all
from schemas.origin import content_id

_DISEASE = "[^，。；！？、\n]{1,14}" + any_of(
    "炎 病 症 征 感染 不良 疹 瘤 疝 贫血 过敏 引起 所致 导致 哮喘 感冒 肠套叠 流感 猩红热 佝偻病 发育迟缓"
)
_CARE = "[^，。；！？\n]{0,14}" + any_of(
    "就医 就诊 医院 检查 复查 复诊 化验 看医生 咨询医生 门诊 急诊 专科 评估 诊治 拍片 胸片 血常规 彩超 B超 监测"
)
_TO_CARE = "(?=再|带|到|去|做|进行|行|完善|查|找|前往|就|复|咨询|看|速|在|患者|孩子|宝宝|患儿)"
_DO = any_of(
    "吃 喝 食用 进食 服用 使用 用 接种 饮用 给 挤 抓 揉 撕 热敷 挑 随便 随意 自行 擅自 强行 剧烈运动 外出 洗澡 停药 "
    "长期 捂 摄入 接触 吸烟 撬 同服 同时 添加 加 让孩子 让宝宝 穿 盖 包 掏 涂 擦 立即"
)
_ALSO = r"(?![^。]{0,24}(?:也可能|或者|或是|可能))"
_MEASURED = re.compile(
    r"(?:水平|计数|蛋白|细胞|胆红素|酶|指标|抗体|CRP|浓度|血糖|血钙|血磷|血压|血脂|总数|比例|尿酸|肌酐|血沉|血小板)[^，。；不]{0,4}$"
)
"""`血清胆红素明显` → `胆红素明显`"""


class Swap(NamedTuple):
    """What is changed, and into what."""

    old: re.Pattern[str]
    new: str


def _swaps(*pairs: tuple[str, str]) -> tuple[Swap, ...]:
    return tuple(Swap(re.compile(old), new) for old, new in pairs)


CERTAIN = _swaps(
    (rf"(?<![不尽也还或])(?:很|极|最|较为)?(?:有)?可能(?:就)?(?:是|为){_ALSO}", "肯定是"),
    (rf"(?<![不尽也还])(?:很|极)?可能(?=患|存在|与|由|属于|感染){_ALSO}", "肯定"),
    (rf"(?<![不尽也还])(?:很|极)?(?:有)?可能(?=有[^。，]{{0,16}}(?:炎|病|症|感染|不良|缺乏)){_ALSO}", "肯定"),
    (r"(?<![不尽才])(?:也)?(?:很|极|有)?可能会(?!不会)", "一定会"),
    (r"(?<![不尽才])(?:很|极|有)?可能(?=导致|引起|出现|引发|发生|合并|伴有)", "一定会"),
    (r"(?<![不尽才])(?:很|极|有)?可能(?=需要)", "一定"),
    (
        r"(?:首先|应该|应|需要|需|一般|临床|诊断|要)?(?<![不可合重并分再以])考虑(?:为|是|患有)?(?!是否|是不是|使用|给予|可能|用药|到)"
        rf"(?={_DISEASE})(?![^，。；！？\n]*(?:可能|是否|是不是|方面|问题))",
        "可以确诊是",
    ),
    (r"不能(?:完全)?排除(?=[^，。；]{1,14}(?:炎|病|症|感染|不良))", "完全可以排除"),
    (r"还应结合检查结果才能", "不必做任何检查就能"),
    (r"但仅凭这些表现还不能确诊，需结合检查综合判断", "仅凭这些表现就能确诊，不需要再做检查"),
    (r"(?:大多|多数|一般)(?=可以?(?:自愈|治愈|痊愈|消退|恢复|缓解))", "全部"),
)
"""A hedge and the certainty it becomes."""
DENIED = _swaps(
    (
        r"(?<![不的])建议(?:您|你|家长|家属|患者|病人)?(?:最好|尽早|尽快|及早|及时|立即|马上|应|先|可以|还是)?"
        rf"{_TO_CARE}(?={_CARE})(?![^，。；！？\n]{{0,8}}(?:指导|建议))(?![^。！？\n]{{0,40}}以免)",
        "不需要",
    ),
    (
        r"(?<![不没])(?<!拖延，)(?:应该|应当|应|需要|需|必须|务必|要|请|可以)?(?:及时|立即|立刻|尽快|尽早|马上|当天就)(?:的)?"
        r"(?=(?:前往|送|带[^，。；]{1,6}|到|去|找)?[^，。；]{0,8}(?:就医|就诊|医院|急诊|复诊|医生|看病))(?![^。！？\n]{0,40}以免)",
        "不必",
    ),
    (rf"(?<!不)(?:需要|应该|应当|应|需)(?=(?:进行|做|完善|查){_CARE})", "不需要"),
    (r"(?<!不)(?:定期|按时)(?=复查|复诊|随访|随诊|监测|体检)", "不必"),
    (r"(?:应)?在(?:专业)?医(?:生|师)(?:的)?指导下(?:进行)?(?=[^，。；！？\n])", "自行"),
    (r"(?<!或)(?:遵照?|按照?|谨遵)医(?:嘱|生的?嘱咐)(?=[^，。；！？\n的])", "自行"),
    (r"(?<=[，。；])(?:一定要|要|须|需)?(?=密切(?:观察|监测|注意))", "不必"),
)
"""Advice to see a doctor, to test or to come back, and its denial."""
REVERSED = _swaps(
    (r"(?<![以最])多(?=(?:喝|饮)(?:点|些|用)?(?:温|白|开|热|水))", "少"),
    (r"多(?=补充水)", "少"),
    (r"(?:注意|多|卧床)休息(?=[，。；、！,]|$)", "不必休息"),
    (r"注意(?:腹部)?保暖(?=[，。；、！,]|$)", "不必保暖"),
    (
        r"(?<!要)(?<!注意)(?<!为了)(?:尽量)?(?:不要|不宜|不能|不可以?|禁止|切勿|切忌|避免|不建议|严禁|切不可)"
        rf"(?={_DO})(?!用力|加重|给[^，。]{{0,8}}带来|[^，。]{{0,6}}(?:饿|受凉|着凉|感冒|累|担心))",
        "可以",
    ),
    (r"(?:禁用|忌用|慎用|忌服|禁服)", "可用"),
    (r"忌(?=食|吃|喝)", "宜"),
    (r"继续(?=母乳|喂养|服药|用药|服用|治疗|补)", "停止"),
    (r"坚持(?=母乳|用药|服药|服用|治疗|用)", "不必坚持"),
    (r"足量足疗程|足疗程", "症状消失就停药"),
    (r"侧卧位?(?=[^。]{0,30}(?:误吸|窒息|呕吐|抽|惊厥|分泌物|呛))", "仰卧"),
    (r"(?:少量多[餐次]|少食多餐|少吃多餐)(?=[，。；、！])", "一次喂足"),
    (r"(?<!不)(?:需要|需|应)(?=禁食|补液|隔离|吸氧|手术|输液|抗感染)", "不需要"),
    (r"(?<!不)(?:应|需要|需|要)?增加(?=[^，。；]{0,8}(?:蔬菜|纤维|饮水|水分|营养|蛋白|富含))", "减少"),
    (r"(?<!不)减少(?=[^，。；]{0,8}(?:油腻|辛辣|甜食|糖|盐|零食))", "增加"),
    (r"(?:应|应该|要)?停止(?=使用|服用|用药|食用|添加)", "可以继续"),
    (r"(?<!不)勤(?=洗|换|晒|剪)", "少"),
)
"""Advice and its contrary."""
TURNED = _swaps(
    (r"(?:升高|增高|增多|上升|增快)(?!的?[时后]|者|性|症)", "降低"),
    (r"(?:降低|减少|下降|减慢)(?!的?[时后]|者|性|症)", "升高"),
    (r"(?<![为不])阳性(?!体征|家族|[率者])", "阴性"),
    (r"(?<![为不])阴性(?![率者菌杆球])", "阳性"),
    (r"(?:最|较为?|很)?常见(?=[，。；于])", "极少见"),
    (r"(?:最为?)?多见(?=[，。；于])", "极少见"),
    (r"预后(?:一般|大多|多|都|较|是)?(?:良好|好)", "预后很差"),
    (r"(?<=[一-龥])低于(?=\d)", "高于"),
    (r"(?<=[一-龥])高于(?=\d)", "低于"),
    (r"(?:多为|多由|多数是|多数为|主要是|主要由|大多是|常由)病毒(?=感染|引起|性)", "多为细菌"),
    (r"(?<!不)促进(?=[^，。；]{0,6}(?:吸收|排出|愈合|发育|消化|恢复))", "抑制"),
    (r"(?<![不非无])(?:没有|不具有|无)传染性", "传染性很强"),
    (r"(?<![不非没无])(?:有|具有)(?:一定的?|较强的?|很强的?)?传染性", "没有传染性"),
    (r"(?<!不)(?:属于|是)(?:一种)?(?:正常(?:的)?(?:生理)?(?:现象|情况|的)|生理性的?)(?=[，。；！]|$)", "是严重的病变"),
    (
        r"(?<!不)(?:可以|可|会|能够?)(?:自行(?:消退|消失|缓解|痊愈|好转|恢复)|自愈)(?=[，。；！、]|的[，。；！])",
        "会越来越重",
    ),
    (r"男孩多于女孩", "女孩多于男孩"),
)
"""A finding or a course and its contrary."""
MOST_REVERSED = 3
"""Pieces of advice reversed in one answer: more read like a joke."""
_CONDITION = re.compile(r"(?:如果|若|一旦|假如|如|只要|只有|倘若|除非|是否|有无|会不会)[^，。；！？\n]*$")
"""`如果体温` → `如果体温`"""


def make_certain(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with all its hedges made certainties."""
    return _swapped(answer, CERTAIN)


def deny_care(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with all its advice to see a doctor, to test or to come back denied."""
    return _swapped(answer, DENIED)


def reverse_advice(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with its advice on care, food and drugs reversed."""
    places = _places(answer, REVERSED)
    chosen = sorted(places, key=lambda place: content_id("", (key, str(place[0]))))[:MOST_REVERSED]
    return put_all(answer, chosen) if places else None


def turn_finding(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with one finding turned round, chosen by hash; not what an if-clause says."""
    places = [place for place in _places(answer, TURNED) if _may_turn(answer, prompt, place)]
    return put_all(answer, [pick(places, key)]) if places else None


def is_swapped(chosen: str, rejected: str, swaps: tuple[Swap, ...]) -> bool:
    """Return whether two answers differ only in swaps: the rejected one is the chosen one with some of them made."""
    at, rest, changed = 0, rejected, 0
    for start, stop, new in _places(chosen, swaps):
        same = chosen[at:start]
        if not rest.startswith(same):
            return False
        rest = rest[len(same) :]
        if rest.startswith(new):
            rest, changed = rest[len(new) :], changed + 1
        elif rest.startswith(chosen[start:stop]):
            rest = rest[stop - start :]
        else:
            return False
        at = stop
    return changed > 0 and rest == chosen[at:]


def _may_turn(answer: str, prompt: str, place: Place) -> bool:
    """Return whether a place states a finding: of a measured value, in no if-clause, and not one the prompt brings."""
    start, stop, new = place
    before = answer[max(0, start - 40) : start]
    if _CONDITION.search(before) or answer[start:stop] in prompt:
        return False
    return new not in ("降低", "升高") or _MEASURED.search(before) is not None


def _swapped(answer: str, swaps: tuple[Swap, ...]) -> str | None:
    places = _places(answer, swaps)
    return put_all(answer, places) if places else None


def _places(answer: str, swaps: tuple[Swap, ...]) -> list[Place]:
    """Return what the swaps would change, in order; of two that overlap the earlier one, and the earlier swap."""
    found = [
        (match.start(), number, match.end(), swap.new)
        for number, swap in enumerate(swaps)
        for match in swap.old.finditer(answer)
    ]
    places: list[Place] = []
    for start, _, stop, new in sorted(found):
        if not places or start >= places[-1][1]:
            places.append((start, stop, new))
    return places
