"""Rules that put other words: advice reversed, a finding turned round.

Each is a list of swaps: the word that is changed and what is put. Only whole clauses that begin with the word are
changed, and none whose reason stands beside it: the answer stays well-formed, and only who knows medicine tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.vocabulary.any_of import any_of
from pedcorpus.quality.marks.unsafe_for_children import youngest_age
from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.rules.places import Place, apart, is_put, put_all
from schemas.origin import content_id

_DO = any_of(
    "吃 喝 食用 进食 服用 使用 接种 饮用 抓 挠 搔抓 揉 挤 挑 热敷 自行 擅自 随意 随便 剧烈运动 洗澡 捂 接触 同服 "
    "吸烟 添加 食 长期 穿 掏 停药 盲目 滥用 强行 去人多 去公共 涂 外出"
)
_FORBID = (
    "(?:(?:一定|绝对|应当|应该?|要|尽量|需要?|注意|必须|还是|建议)*"
    "(?:不要|不宜|不能|不可以?|禁止|切勿|切忌|避免|不建议|严禁|切不可|忌)(?:再)?)"
)
_START = (
    "(?:^|(?<=[，。；！？,;!?：:\\n]))\\s*"
    "(?:同时|平时|日常|饮食上?|期间|家长|宝宝|孩子|患儿|患者|另外|此外|并|注意|治疗期间)*"
)


class Swap(NamedTuple):
    """What is changed (the group `word`), and into what."""

    old: re.Pattern[str]
    new: str


def _swaps(start: str, *pairs: tuple[str, str]) -> tuple[Swap, ...]:
    return tuple(Swap(re.compile(start + old), new) for old, new in pairs)


REVERSED = _swaps(
    _START,
    (
        r"(?:要|应|应该|建议|需要?|可以|尽量)?(?P<word>多)(?=(?:喝|饮)(?:点|些)?(?:温|白|开|热|水)|饮用?水|补充水)",
        "少",
    ),
    (rf"(?P<word>{_FORBID}(?:擅自|随意|随便|盲目|强行|滥用))(?!使?用)", "可以自行"),
    (rf"(?P<word>{_FORBID}(?:擅自|随意|随便|盲目|强行|滥用))(?=使?用)", "可以自行使用"),
    (rf"(?P<word>{_FORBID})(?={_DO})(?!用力|加重)", "可以"),
    (r"[^，。；！？,;!?\n]{0,16}?(?P<word>禁用|忌用|忌服|禁服)(?=[，。；！]|$)", "可用"),
    (r"(?:要|应|应该|建议|需要|需|可以)?(?P<word>继续|坚持)(?=母乳|喂养|服药|用药|服用|治疗)", "停止"),
    (r"[^，。；！？,;!?\n]{0,10}?(?P<word>足量、?足疗程|足疗程)(?=[，。；！]|用药|治疗|使用|服用)", "见好就停地"),
    (r"(?:饮食|喂养|要|应|建议|注意|可以)*(?P<word>少量多[餐次]|少食多餐|少吃多餐)(?=[，。；！])", "一次喂足"),
    (
        r"(?P<word>(?:应该?|需要?|要|建议)(?:立即|及时|尽快|尽早)?)(?=禁食|隔离|吸氧|住院)",
        "不需要",
    ),
    (r"(?:应|需要?|要|可以|适当|建议)*(?P<word>增加)(?=[^，。；]{0,8}(?:蔬菜|纤维|饮水|水分))", "减少"),
    (r"(?P<word>(?:应该?|要|需要?|建议|必须)?(?:立即|马上|及时)?停止)(?=使用|服用|用药|食用)", "可以继续"),
    (r"(?:要|应|应该|建议|需要)?(?P<word>勤)(?=洗|换|剪)", "少"),
)
"""Advice and its contrary."""
_VALUE = "(?:水平|计数|蛋白|细胞|酶|浓度|血糖|血钙|血磷|血沉|血小板)(?:明显|显著|均|可|常)?"
_TEST = "(?:试验|抗体|抗原|核酸|PCR|培养|反应|检测|DNA|RNA|OT|PPD|IgM|IgG|征)"
TURNED = _swaps(
    "",
    (
        r"(?:水平|计数|蛋白|细胞|酶|浓度|血糖|血钙|血磷|血沉|肌酐|血小板)(?:明显|显著|均|可|常)?(?P<word>升高|增高|增多)(?=[，。；、])",
        "降低",
    ),
    (
        r"(?:水平|计数|蛋白|细胞|酶|浓度|血糖|血钙|血磷|血小板)(?:明显|显著|均|可|常)?(?P<word>降低|减少|下降)(?=[，。；、])",
        "升高",
    ),
    (rf"{_TEST}[^，。；不]{{0,4}}(?P<word>阳性)(?=[，。；、]|表示|说明|提示|可)", "阴性"),
    (rf"{_TEST}[^，。；不]{{0,4}}(?P<word>阴性)(?=[，。；、]|表示|说明|提示|可)", "阳性"),
    (r"(?<=[一-龥])(?P<word>低于)(?=\d)", "高于"),
    (r"(?<=[一-龥])(?P<word>高于)(?=\d)", "低于"),
    (r"(?P<word>(?<![不非无])(?:没有|不具有|无)传染性)(?=[，。；])", "传染性很强"),
    (r"(?P<word>(?<![不非没无])(?:有|具有)(?:一定的?|较强的?|很强的?)?传染性)(?=[，。；])", "没有传染性"),
)
"""A finding and its contrary."""
MOST_REVERSED = 3
"""Pieces of advice reversed in one answer: more read like a joke."""
WATER_MONTHS = 6.0
"""Age in months before which no water is given beside milk: there the contrary is right."""
_CLAUSE = re.compile(r"[^，。；！？,;!?\n]+[，。；！？,;!?\n]*")
"""`多喝水，不要急` → `多喝水，`"""
_SPEECH = re.compile(
    r"我|也|就|倒是|太多|过多|过于|过度|太|一次|的建议|只能|都不|更|除非|或|是否|[吗呢吧]|能不能|可不可以|急|担心|紧张|水果|肉|海产|鱼|虾|蛋|牛奶|发物"
)
"""`也不要喂太多` → `也`"""
_WHY = re.compile(
    r"千万|以免|以防|否则|不然|才|越来越|[为就][佳宜好]|因|由于|防|预防|避免|促进|有利|有助|有益|帮助|^\s*[以会使让]|这样|容易|刺激|反而|利于|补充|保证"
    r"|保持|增强|减轻|缓解|引起|导致|加重|影响|损伤|恶化|反复|危险|不良|[毒尿痰]|风险|降温|退热"
)
"""`以免腹泻` → `以免`"""
_MOTHER = re.compile(r"妈妈|母亲|产妇|大人|乳母|孕|哺乳期")
"""`妈妈不要吃` → `妈妈`"""
_CONDITION = re.compile(r"(?:如果|若|一旦|假如|如|只要|只有|倘若|除非|是否|有无|会不会)[^，。；！？\n]*$")
"""`如果体温` → `如果体温`"""
_WEAK = ("少", "减少")
"""Contraries that alone say little."""


def reverse_advice(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with its advice on care, food and drugs reversed."""
    age = youngest_age(prompt)
    is_milk_only = "新生儿" in prompt or "满月" in prompt or (age is not None and age < WATER_MONTHS)
    places = [place for place in advice_places(answer) if not (is_milk_only and place[2] == "少")]
    chosen = sorted(places, key=lambda place: content_id("", (key, str(place[0]))))[:MOST_REVERSED]
    is_plain = any(place[2] not in _WEAK for place in chosen) or len(chosen) > 1
    return put_all(answer, chosen) if is_plain else None


def turn_finding(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with one finding turned round, chosen by hash; none that the prompt brings."""
    places = [place for place in finding_places(answer) if answer[place[0] : place[1]] not in prompt]
    return put_all(answer, [pick(places, key)]) if places else None


def is_reversed(chosen: str, rejected: str) -> bool:
    """Return whether two answers differ only in reversed advice."""
    return is_put(chosen, rejected, advice_places(chosen))


def is_turned(chosen: str, rejected: str) -> bool:
    """Return whether two answers differ only in findings turned round."""
    return is_put(chosen, rejected, finding_places(chosen))


def advice_places(answer: str) -> list[Place]:
    """Return the advice that may be reversed: of a whole clause, without a reason beside it, and not to a mother."""
    places = []
    clauses = list(_CLAUSE.finditer(answer))
    for place in _places(answer, REVERSED):
        at = next(number for number, clause in enumerate(clauses) if place[0] < clause.end())
        own, after = clauses[at].group(), "".join(clause.group() for clause in clauses[at + 1 : at + 2])
        sentence = re.split(r"[。！？\n]", answer[: place[0]])[-1] + own
        rest = answer[place[1] : clauses[at].end()]
        if not (_SPEECH.search(own) or _WHY.search(after) or _MOTHER.search(sentence) or _WHY.search(rest)):
            places.append(place)
    return places


def finding_places(answer: str) -> list[Place]:
    """Return the findings that may be turned round: none in an if-clause."""
    places = _places(answer, TURNED)
    return [place for place in places if not _CONDITION.search(answer[max(0, place[0] - 40) : place[0]])]


def _places(answer: str, swaps: tuple[Swap, ...]) -> list[Place]:
    """Return what the swaps would change, in order; of two that overlap the earlier one, and the earlier swap."""
    return apart(_found(answer, swaps))


def _found(answer: str, swaps: tuple[Swap, ...]) -> Iterator[Place]:
    taken: set[int] = set()
    for swap in swaps:
        for match in swap.old.finditer(answer):
            if match.start("word") not in taken:
                taken.add(match.start("word"))
                yield (*match.span("word"), swap.new)
