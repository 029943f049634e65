"""Rules that change a number or its unit: dose, frequency, duration, age, temperature.

A new number has the form of the old one and is a slip that happens: a place of the decimal point, a multiple, a
neighbouring unit of the same kind. Packings, concentrations and laboratory values are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from pedcorpus.steps.instruct.templates import pick

_DIGITS, _HAN = r"\d+(?:\.\d+)?", "[一二两三四五六七八九十]{1,3}"
_NUMBER = f"(?:{_DIGITS}|{_HAN})"
_RANGE = rf"(?P<number>{_NUMBER}(?:\s*(?:～|~|-|—|–|－|至|到)\s*{_NUMBER})?)"
_NUMERALS = "零一二三四五六七八九"
NUMBER = re.compile(_NUMBER)
"""`每次0.5片` → `0.5`"""
UNITS = "mg|ug|μg|µg|ml|mL|ML|g|毫克|微克|毫升|克|片|粒|袋|包|滴|支|万?单位|万?IU|万?U"
DOSE = re.compile(
    rf"(?<![\d./A-Za-z])(?<!每)(?P<number>{_DIGITS}(?:\s*(?:～|~|-|—|–|－|至|到)\s*{_DIGITS})?)\s*(?P<unit>{UNITS})"
    r"(?![A-Za-z]|\s*/\s*(?:[dm]?[Ll]|支|袋|粒|瓶|片|块)|[装水])"
)
"""`每次10～15 mg/kg` → `10～15`, `血红蛋白低于110 g/L` → –, `规格10ml/支` → –"""
_NOT_A_DOSE = re.compile(
    r"(?:装|含|上升|下降|增[长加]|体重|低于|高于|大于|小于|超过|规格|相当于|每[毫片袋支粒瓶]|[<>≥≤≈=(（])\s*\S{0,3}$"
)
"""`每毫升含` → `每毫升含`"""
_FORM = re.compile(r"(?:剂型|片剂|注射[剂液]|胶囊|颗粒|规格|糖浆|溶液|滴剂)[:：][^。；\n]*$")
"""`剂型：片剂：0.3g，` → `剂型：片剂：0.3g，`"""
_GIVEN = re.compile(r"每次|一次|每日|每天|一日|一天|剂量|用量|服|注|滴|雾化|吸入|补|给予|输|用|喂|喝|kg|公斤")
"""`每次10～15 mg/kg` → `每次`"""
FREQUENCY = re.compile(
    rf"(?:每日|每天|每晚|一日|一天|1天|1日|日|24小时)[一-龥，]{{0,6}}?(?<![两\d])(?:(?:分|服|口服|不超过|最多|滴|吃|喂|用){_RANGE})次"
    rf"|(?:每日|每天|每晚|一日|一天|1天|1日)(?P<number2>{_NUMBER}(?:\s*(?:～|~|-|—|至|到)\s*{_NUMBER})?)\s*次"
    rf"|(?:间隔|每隔|每)(?:至少)?(?P<number3>(?:[4-9]|\d\d)(?:\s*(?:～|~|-|—|至|到)\s*{_DIGITS})?)\s*(?:个?小时)"
)
"""`每日2～3次` → `2～3`, `间隔6～8小时` → `6～8`"""
_NO_DRUG = re.compile(r"大便|排便|拉|尿|醒|咳|吐|哭|抽|正常|稀|便")
"""`一天大便8次` → `大便`"""
DURATION = re.compile(
    rf"(?<![\d.A-Za-z每第隔一二两三四五六七八九十生前到至～~—–－-])(?P<number>{_NUMBER}(?:\s*(?:～|~|-|—|–|－|至|到)\s*{_NUMBER})?)\s*"
    r"(?P<unit>个?小时|分钟|天|日(?![龄间常一二三\d])|周(?!岁)|个月(?!龄|大)|年)(?!一次|1次|[两二三四五六\d]+次|四季|[级轻龄])"
)
"""`疗程10天` → `10`, `每天3次` → –"""
_LASTS = re.compile(
    r"疗程|连用|连服|连续|服用|口服|坚持|持续|超过|至少|不超过|以内|之内|以上|左右|观察|恢复|痊愈|消退|病程|复查|复诊|复发|隔离|治疗|潜伏|约|大概|一般|内|需要|补"
)
"""`疗程10天` → `疗程`"""
AGE = re.compile(
    rf"(?<![\d.A-Za-z至到～~—–－-]){_RANGE}\s*(?P<unit>个?月龄|周?岁|个月(?=以[上下内前]|大|的?婴|龄))(?=以|之|前|后|左右|时|的?[婴幼儿小患]|者|[，,：；;]?(?:一|每)次|[一-龥]{{0,4}}(?:多见|常见|好发|高发))"
)
"""`5岁以下儿童` → `5`, `6月龄以下` → `6`, `孩子3岁了` → –"""
_NOT_AN_AGE = re.compile(r"(?:持续|连续|病程|超过|至少|妊娠|孕|已达)\S{0,3}\n|\n.*(?:婴|幼儿)")
"""Around a band of months: how long something lasts, or infants, who are not years old. `持续\n以上` → `持续\n`"""
AGES = {"婴幼儿": "青少年", "婴儿": "学龄儿童", "新生儿": "学龄儿童", "学龄儿童": "新生儿", "青少年": "婴幼儿"}
_AGE_WORD = re.compile(
    rf"(?:多见于|好发于|常见于|多发生于|发生于|以)(?P<word>{'|'.join(AGES)})(?!期)|(?P<word2>{'|'.join(AGES)})(?:时期)?(?:多见|最?常见|好发|高发|特有)"
)
"""`本病多见于婴幼儿` → `婴幼儿`"""
TEMPERATURE = re.compile(r"(?<![\d.])(?P<number>3[89](?:\.\d)?)\s*(?:℃|°C|摄氏度|度)")
"""`超过38.5℃` → `38.5`"""
_LARGER = {"mg": "g", "毫克": "克", "μg": "mg", "ug": "mg", "µg": "mg", "微克": "毫克", "g": "mg", "克": "毫克"}
_LATER = {"分钟": "小时", "小时": "天", "个小时": "天", "天": "周", "日": "周", "周": "个月", "个月": "年"}

Place = tuple[int, int, str]
"""Start and stop of a stretch of a text, and what stands there afterwards."""
FindPlaces = Callable[[str, str], list[Place]]
"""Answer and prompt → what may be changed in the answer."""
ADULT = 18
"""Years from which an age is no band of children."""
_HALF, _QUARTER = Decimal("0.5"), Decimal("0.25")
_PIECES = ("片", "粒", "袋", "包", "滴", "支")


def dose_places(answer: str, prompt: str = "") -> list[Place]:
    """Return doses ten times and a tenth of what they were; four times, where they count pieces."""
    places = []
    for match in _doses(answer):
        for factor in ("4",) if match["unit"] in _PIECES else ("10", "0.1"):
            places.append(_scaled(match, "number", Decimal(factor)))
    return _able(places)


def unit_places(answer: str, prompt: str = "") -> list[Place]:
    """Return units of doses and durations exchanged for neighbouring ones of their kind."""
    doses = [(*match.span("unit"), _LARGER[match["unit"]]) for match in _doses(answer) if match["unit"] in _LARGER]
    lasts = [(*match.span("unit"), _LATER[match["unit"]]) for match in _durations(answer) if match["unit"] in _LATER]
    return [*doses, *lasts]


def frequency_places(answer: str, prompt: str = "") -> list[Place]:
    """Return frequencies of drugs three times as high as they were, and intervals half as long."""
    places = []
    for match in FREQUENCY.finditer(answer):
        if not _NO_DRUG.search(answer[max(0, match.start() - 8) : match.end() + 1]):
            group = next(name for name in ("number3", "number2", "number") if match[name])
            places.append(_scaled(match, group, _HALF if group == "number3" else Decimal(3)))
    return _able(places)


def duration_places(answer: str, prompt: str = "") -> list[Place]:
    """Return durations four times as long; a quarter, from 12 on; not those that the prompt brings."""
    return _able(
        _scaled(match, "number", _QUARTER if _first(match["number"]) >= 12 else Decimal(4))
        for match in _durations(answer)
        if match["number"] not in prompt
    )


def age_places(answer: str, prompt: str = "") -> list[Place]:
    """Return age bands moved: months for years, years for months (to 3 years), a quarter of the years, other groups."""
    places: list[Place | None] = []
    for match in AGE.finditer(answer):
        first = _first(match["number"])
        is_month = "月" in match["unit"]
        about = answer[max(0, match.start() - 4) : match.start()], answer[match.end() : match.end() + 6]
        if match["number"] in prompt or first >= ADULT or (is_month and _NOT_AN_AGE.search("\n".join(about))):
            continue
        if is_month or first <= 3:
            places.append((*match.span("unit"), "岁" if is_month else "月龄"))
        else:
            places.append(_scaled(match, "number", _QUARTER))
    for match in _AGE_WORD.finditer(answer):
        name = "word" if match["word"] else "word2"
        if match[name] not in prompt:
            places.append((*match.span(name), AGES[match[name]]))
    return _able(places)


def temperature_places(answer: str, prompt: str = "") -> list[Place]:
    """Return temperatures, from which something is done, one degree lower and higher."""
    found = [match for match in TEMPERATURE.finditer(answer) if match["number"] not in prompt]
    return [(*match.span("number"), str(Decimal(match["number"]) + step)) for match in found for step in (-1, 1)]


def change_one(places: FindPlaces) -> Callable[[str, str, str], str | None]:
    """Return a rule that changes one of the places, chosen by hash; it gives None where there is none."""

    def change(answer: str, prompt: str, key: str) -> str | None:
        found = places(answer, prompt)
        return put_all(answer, [pick(found, key)]) if found else None

    return change


def is_one_changed(places: FindPlaces) -> Callable[[str, str], bool]:
    """Return what verifies that one of the places, and nothing else, differs between two answers."""
    return lambda chosen, rejected: any(put_all(chosen, [place]) == rejected for place in places(chosen, ""))


def put_all(text: str, places: list[Place]) -> str:
    """Return a text with all places changed."""
    for start, stop, new in sorted(places, reverse=True):
        text = text[:start] + new + text[stop:]
    return text


def _able(places: Iterable[Place | None]) -> list[Place]:
    return [place for place in places if place is not None]


def _doses(answer: str) -> list[re.Match[str]]:
    """Return where a dose stands: an amount that is given, not a packing, a content or a laboratory value."""
    return [
        match
        for match in DOSE.finditer(answer)
        if not _NOT_A_DOSE.search(answer[max(0, match.start() - 8) : match.start()])
        and not _FORM.search(answer[max(0, match.start() - 60) : match.start()])
        and _GIVEN.search(answer[max(0, match.start() - 16) : match.end() + 6])
    ]


def _durations(answer: str) -> list[re.Match[str]]:
    return [
        match
        for match in DURATION.finditer(answer)
        if _LASTS.search(answer[max(0, match.start() - 10) : match.end() + 4])
    ]


def _scaled(match: re.Match[str], group: str, factor: Decimal) -> Place | None:
    """Return the place of a number or range, each end times the factor; None where that has no such form."""
    ends = [_times(number, factor) for number in NUMBER.findall(match[group])]
    if None in ends or (len(ends) > 1 and ends[0] == ends[1]):
        return None
    values = iter(ends)
    return (*match.span(group), NUMBER.sub(lambda _: str(next(values)), match[group]))


def _times(number: str, factor: Decimal) -> str | None:
    """Return a number times the factor in the same form (digits or Chinese numerals up to 99)."""
    if number[0].isdigit():
        value = Decimal(number) * factor
        if factor in (_HALF, _QUARTER):
            value = max(Decimal(1), value.to_integral_value(rounding="ROUND_DOWN"))
        text = f"{value.normalize():f}"
    else:
        was = _value(number)
        value = max(Decimal(1), (was * factor).to_integral_value(rounding="ROUND_DOWN"))
        text = _spelled(int(value)) if was > 0 and value < 100 else ""
    return text if text and text != number else None


def _first(number: str) -> Decimal:
    first = NUMBER.findall(number)[0]
    return Decimal(first) if first[0].isdigit() else _value(first)


def _value(numeral: str) -> Decimal:
    """Return the value of a numeral up to 99; 0 for what is none."""
    tens, ten, ones = numeral.replace("两", "二").rpartition("十")
    if len(ones) > 1:  # 三四 is a range
        return Decimal(0)
    one = _NUMERALS.find(ones) if ones else 0
    return Decimal((max(_NUMERALS.find(tens), 0) if tens else 1) * 10 + one if ten else max(one, 0))


def _spelled(value: int) -> str:
    tens, one = divmod(value, 10)
    if not tens:
        return "两" if value == 2 else _NUMERALS[value]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[one] if one else "")
