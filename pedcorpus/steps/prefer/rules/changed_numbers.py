"""Rules that change a number: dose, frequency, temperature.

A new number has the form of the old one and is a slip that happens: a place of the decimal point, a multiple, a
neighbouring unit of the same kind. Packings, concentrations and laboratory values are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.rules.places import Place, put_all

_DIGITS, _HAN = r"\d+(?:\.\d+)?", "[一二两三四五六七八九十]{1,3}"
NUMBER_FORM = f"(?:{_DIGITS}|{_HAN})"
RANGE = rf"(?P<number>{NUMBER_FORM}(?:\s*(?:～|~|-|—|–|－|至|到)\s*{NUMBER_FORM})?)"
_NUMERALS = "零一二三四五六七八九"
NUMBER = re.compile(NUMBER_FORM)
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
    rf"(?:每日|每天|每晚|一日|一天|1天|1日|日|24小时)[一-龥，]{{0,6}}?(?<![两\d])(?:(?:分|服|口服|不超过|最多|滴|吃|喂|用){RANGE})次"
    rf"|(?:每日|每天|每晚|一日|一天|1天|1日)(?P<number2>{NUMBER_FORM}(?:\s*(?:～|~|-|—|至|到)\s*{NUMBER_FORM})?)\s*次"
    rf"|(?:间隔|每隔|每)(?:至少)?(?P<number3>(?:[4-9]|\d\d)(?:\s*(?:～|~|-|—|至|到)\s*{_DIGITS})?)\s*(?:个?小时)"
)
"""`每日2～3次` → `2～3`, `间隔6～8小时` → `6～8`"""
_NO_DRUG = re.compile(r"大便|排便|拉|尿|醒|咳|吐|哭|抽|正常|稀|便")
"""`一天大便8次` → `大便`"""
TEMPERATURE = re.compile(r"(?<![\d.])(?P<number>3[89](?:\.\d)?)\s*(?:℃|°C|摄氏度|度)")
"""`超过38.5℃` → `38.5`"""

FindPlaces = Callable[[str, str], list[Place]]
"""Answer and prompt → what may be changed in the answer."""
HALF, QUARTER = Decimal("0.5"), Decimal("0.25")
MOST_ML, MOST_PIECES, MOST_G = 60, 12, 5
"""Most of a dose in ml, pieces and g: a larger one has lost a mark, or is no slip that happens."""
_FROM = re.compile(r"(?<!没有)(?<!不)(?<!未)(?:超过|达到?|高于|大于|≥|>|在|到)\s*$")
"""`体温超过` → `超过`, `没有超过` → –"""
_SEE = re.compile(r"就医|就诊|医院|看医生|急诊")
"""`应就医` → `就医`"""
_COOLED = re.compile(r"退[烧热]药|布洛芬|对乙酰氨基酚|美林|泰诺林|退[烧热]")
"""`用退烧药` → `退烧药`"""
_TAKEN = re.compile(r"服|用|注|滴|片|袋|ml|毫升|丸|粒|支|剂|药|mg|毫克|涂|雾化|退热|退烧")
"""`每次1袋，` → `袋`"""
_ML = ("ml", "mL", "ML", "毫升")
_PIECES = ("片", "粒", "袋", "包", "滴", "支")


def dose_places(answer: str, prompt: str = "") -> list[Place]:
    """Return doses ten times and a tenth of what they were; four times, where they count pieces."""
    places = []
    for match in doses(answer):
        for factor in ("4",) if match["unit"] in _PIECES else ("10", "0.1"):
            if _is_likely(match, Decimal(factor)):
                places.append(scaled(match, "number", Decimal(factor)))
    return able(places)


def frequency_places(answer: str, prompt: str = "") -> list[Place]:
    """Return frequencies of drugs three times as high as they were, and intervals half as long."""
    places = []
    for match in FREQUENCY.finditer(answer):
        around = answer[max(0, match.start() - 20) : match.end() + 8]
        if _TAKEN.search(around) and not _NO_DRUG.search(answer[max(0, match.start() - 8) : match.end() + 1]):
            group = next(name for name in ("number3", "number2", "number") if match[name])
            places.append(scaled(match, group, HALF if group == "number3" else Decimal(3)))
    return able(places)


def temperature_places(answer: str, prompt: str = "") -> list[Place]:
    """Return temperatures one degree lower, from which a drug is given, and higher, from which a doctor is seen."""
    places = []
    for match in TEMPERATURE.finditer(answer):
        after = re.split(r"[。；\n]", answer[match.end() :])[0][:30]
        if match["number"] in prompt or not _FROM.search(answer[max(0, match.start() - 8) : match.start()]):
            continue
        step = 1 if _SEE.search(after) else -1 if _COOLED.search(after) else 0
        if step:
            places.append((*match.span("number"), str(Decimal(match["number"]) + step)))
    return places


def change_one(places: FindPlaces) -> Callable[[str, str, str], str | None]:
    """Return a rule that changes one of the places, chosen by hash; it gives None where there is none."""

    def change(answer: str, prompt: str, key: str) -> str | None:
        found = places(answer, prompt)
        return put_all(answer, [pick(found, key)]) if found else None

    return change


def is_one_changed(places: FindPlaces) -> Callable[[str, str], bool]:
    """Return what verifies that one of the places, and nothing else, differs between two answers."""
    return lambda chosen, rejected: any(put_all(chosen, [place]) == rejected for place in places(chosen, ""))


def _is_likely(match: re.Match[str], factor: Decimal) -> bool:
    """Return whether a dose is of a size that happens, and of one that may be read over after the change."""
    unit = match["unit"]
    value = max(Decimal(number) for number in NUMBER.findall(match["number"]))
    if unit in _ML:
        return value <= MOST_ML and value * factor <= MOST_ML * 5
    most = MOST_PIECES if unit in _PIECES else MOST_G if unit in ("g", "克") else None
    return most is None or value * factor <= most


def able(places: Iterable[Place | None]) -> list[Place]:
    """Return the places that there are."""
    return [place for place in places if place is not None]


def doses(answer: str) -> list[re.Match[str]]:
    """Return where a dose stands: an amount that is given, not a packing, a content or a laboratory value."""
    return [
        match
        for match in DOSE.finditer(answer)
        if not _NOT_A_DOSE.search(answer[max(0, match.start() - 8) : match.start()])
        and not _FORM.search(answer[max(0, match.start() - 60) : match.start()])
        and _GIVEN.search(answer[max(0, match.start() - 16) : match.end() + 6])
    ]


def scaled(match: re.Match[str], group: str, factor: Decimal) -> Place | None:
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
        if factor in (HALF, QUARTER):
            value = max(Decimal(1), value.to_integral_value(rounding="ROUND_DOWN"))
        text = f"{value.normalize():f}"
    else:
        was = _value(number)
        value = max(Decimal(1), (was * factor).to_integral_value(rounding="ROUND_DOWN"))
        text = _spelled(int(value)) if was > 0 and value < 100 else ""
    return text if text and text != number else None


def first_of(number: str) -> Decimal:
    """Return the value of the first number of a range."""
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
