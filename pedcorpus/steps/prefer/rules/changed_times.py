"""Rules that change a time: how long something lasts, from which age it holds, and units of doses and times.

A time is changed where it has a part in the answer that makes the change plainly wrong: when to see a doctor, how long
a drug is given, how long a child is kept apart, from which age a dose holds.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ingest.vocabulary.any_of import any_of
from pedcorpus.steps.prefer.rules.changed_numbers import NUMBER_FORM, QUARTER, RANGE, able, doses, first_of, scaled
from pedcorpus.steps.prefer.rules.places import Place

DURATION = re.compile(
    rf"(?<![\d.A-Za-z每第隔一二两三四五六七八九十生前到至～~—–－-])(?P<number>{NUMBER_FORM}(?:\s*(?:～|~|-|—|–|－|至|到)\s*{NUMBER_FORM})?)\s*"
    r"(?P<unit>个?小时|分钟|天|日(?![龄间常一二三\d])|周(?!岁)|个月(?!龄|大)|年)(?!仍|还|了|一次|1次|[两二三四五六\d]+次|四季|[级轻龄])"
)
"""`疗程10天` → `10`, `每天3次` → –"""
_WAITS = re.compile(
    r"(?:超过|持续|观察|大于|[内后]|以上|不退|不缓解|未见|没有好转|无好转|仍)[^。；\n]{0,24}"
    r"(?:就医|就诊|医院|复查|复诊|看医生|急诊|面诊)"
)
"""`持续3天不退，要到医院` → `持续3天不退，要到医院`"""
_COURSE = re.compile(
    r"(?:疗程|连用|连服|连续服用|连续用|连续口服|服药)(?:应|要|需|一般|至少|为|是|共|约|不少于|大约)*$"
)
"""`疗程一般` → `疗程一般`"""
_KNOWN = re.compile(r"(?:潜伏期|隔离期?|病程)(?:一般|通常|大约|约|多|为|是|平均|至少|应|要|到|不少于)*$")
"""`潜伏期一般` → `潜伏期一般`"""
_TAKEN = re.compile(r"(?:服用?|口服|吃药?|用药?|先吃|先用|使用|雾化)[^，。；\n了]{0,6}$")
"""`先服用` → `服用`"""
_DAY_UNITS = ("天", "日")
LONG_COURSE = {"天": 7, "日": 7, "周": 2, "个月": 2}
"""From how long on a course is cut to a quarter: to stop it then is a mistake in any illness."""
MOST_TAKEN = 7
"""Most days of taking a drug that become weeks."""
AGE = re.compile(
    rf"(?<![\d.A-Za-z至到～~—–－-]){RANGE}\s*(?P<unit>个?月龄|周?岁|个月(?=以[上下内前]|大|的?婴|龄))(?=以|之|前|后|左右|时|的?[婴幼儿小患]|者|[，,：；;]?(?:一|每)次|[一-龥]{{0,4}}(?:多见|常见|好发|高发))"
)
"""`5岁以下儿童` → `5`, `6月龄以下` → `6`, `孩子3岁了` → –"""
_NOT_AN_AGE = re.compile(r"(?:持续|连续|病程|超过|至少|妊娠|孕|已达)\S{0,3}\n|\n.*(?:婴|幼儿)")
"""Around a band of months: how long something lasts, or infants, who are not years old. `持续\n以上` → `持续\n`"""
AGES = {"婴幼儿": "青少年", "婴儿": "学龄儿童", "新生儿": "学龄儿童", "学龄儿童": "新生儿", "青少年": "婴幼儿"}
_AGE_WORD = re.compile(
    rf"(?:多见于|好发于|常见于|多发生于|发生于|以)(?P<word>{'|'.join(AGES)})(?!期)|(?P<word2>{'|'.join(AGES)})(?:时期)?(?:多见|最?常见|好发|高发|特有)"
)
"""`本病多见于婴幼儿` → `婴幼儿`"""
_DOSED = re.compile(r"每次|一次|每日|每天|mg|毫克|毫升|ml|片|袋|包|禁|服|接种|剂|用量")
"""`3岁以下每次1片` → `每次`"""
_SEEN = re.compile(any_of("多见 好发 高发 常见 最多 多发"))
"""`多见于3岁以下` → `多见`"""
_LARGER = {"mg": "g", "毫克": "克", "μg": "mg", "ug": "mg", "µg": "mg", "微克": "毫克", "g": "mg", "克": "毫克"}
_LATER = {"分钟": "小时", "小时": "天", "个小时": "天", "天": "周", "日": "周", "周": "个月", "个月": "年"}
ADULT = 18
"""Years from which an age is no band of children."""


def unit_places(answer: str, prompt: str = "") -> list[Place]:
    """Return units of doses exchanged for neighbouring ones of their kind, and units of times for longer ones."""
    given = [(*match.span("unit"), _LARGER[match["unit"]]) for match in doses(answer) if match["unit"] in _LARGER]
    lasts = [
        (*match.span("unit"), _LATER[match["unit"]])
        for match in DURATION.finditer(answer)
        if match["unit"] in _LATER and _is_plainly_longer(answer, match)
    ]
    return [*given, *lasts]


def duration_places(answer: str, prompt: str = "") -> list[Place]:
    """Return times four times as long, long courses a quarter; not those that the prompt brings."""
    found = [(match, _factor(answer, match)) for match in DURATION.finditer(answer) if match["number"] not in prompt]
    return able(scaled(match, "number", factor) for match, factor in found if factor is not None)


def age_places(answer: str, prompt: str = "") -> list[Place]:
    """Return age bands moved: months for years, years for months (to 3 years), a quarter of the years, other groups."""
    places: list[Place | None] = []
    for match in AGE.finditer(answer):
        first = first_of(match["number"])
        is_month = "月" in match["unit"]
        about = answer[max(0, match.start() - 4) : match.start()], answer[match.end() : match.end() + 6]
        if match["number"] in prompt or first >= ADULT or (is_month and _NOT_AN_AGE.search("\n".join(about))):
            continue
        if not _has_part(answer, match):
            continue
        if is_month or first <= 3:
            places.append((*match.span("unit"), "岁" if is_month else "月龄"))
        else:
            places.append(scaled(match, "number", QUARTER))
    for match in _AGE_WORD.finditer(answer):
        name = "word" if match["word"] else "word2"
        if match[name] not in prompt:
            places.append((*match.span(name), AGES[match[name]]))
    return able(places)


def _has_part(answer: str, match: re.Match[str]) -> bool:
    """Return whether a dose, a vaccine or a frequency is told of an age band."""
    after = re.split(r"[。；\n]", answer[match.end() :])[0][:16]
    before = re.split(r"[。；\n]", answer[: match.start()])[-1][-8:]
    return _DOSED.search(after) is not None or _SEEN.search(before + after) is not None


def _factor(answer: str, match: re.Match[str]) -> Decimal | None:
    """Return by what a time is multiplied; None where it has no part."""
    before, sentence = answer[max(0, match.start() - 12) : match.start()], _around(answer, match)
    if _COURSE.search(before):
        least = LONG_COURSE.get(match["unit"])
        return QUARTER if least is not None and first_of(match["number"]) >= least else None
    return Decimal(4) if _WAITS.search(sentence) or _KNOWN.search(before) else None


def _is_plainly_longer(answer: str, match: re.Match[str]) -> bool:
    """Return whether the next longer unit is plainly wrong: of waiting, of drugs for some days, of what is known."""
    before, sentence = answer[max(0, match.start() - 12) : match.start()], _around(answer, match)
    is_taken = match["unit"] in _DAY_UNITS and _TAKEN.search(before) and first_of(match["number"]) <= MOST_TAKEN
    return bool(is_taken or _WAITS.search(sentence) or _KNOWN.search(before))


def _around(answer: str, match: re.Match[str]) -> str:
    """Return what stands near a time in its sentence."""
    before = re.split(r"[。；\n]", answer[: match.start()])[-1][-8:]
    return before + match.group() + re.split(r"[。；\n]", answer[match.end() :])[0][:30]
