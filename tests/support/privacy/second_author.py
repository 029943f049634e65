"""Plant private data as a second author would: other phrasings, values and typing habits than `planted.py` has.

Phrasings are in second_author.toml, values in second_values.py. Everything is invented. They were
written before the detectors were mended by them.
"""

from __future__ import annotations

import random
import re

from tests.support.privacy import second_author_values as values
from tests.support.privacy.plant import Maker, Planted
from tests.support.privacy.second_author_values import data, from_list

_LISTS: dict[str, str] = data()["templates"] | data()["harmless"]
_EACH = {kind: re.split(r"[|\n]+", text.strip()) for kind, text in _LISTS.items()}
HARMLESS = _EACH.pop("lines")
TEMPLATES: dict[str, list[str]] = _EACH
MAKERS: dict[str, Maker] = {
    "name": values.name,
    "surname": lambda rng: rng.choice(values.words("surnames") + values.words("compound")),
    "pet": from_list("pets"),
    "mobile": values.mobile,
    "landline": values.landline,
    "id_card": values.id_card,
    "bank_card": values.bank_card,
    "passport": values.passport,
    "email": values.email,
    "wechat": values.wechat,
    "qq": values.qq,
    "record": values.record,
    "plate": values.plate,
    "address": values.address,
    "hospital": from_list("hospitals"),
    "ward": values.ward,
    "bed": values.bed,
    "bed_number": values.bed_number,
    "url": values.url,
    "date": values.date,
}
"""Place in a phrasing → how to make its value."""
CLASSES: dict[str, tuple[str, ...]] = {
    "surname": ("name",),
    "pet": ("name",),
    "mobile": ("phone", "wechat"),
    "landline": ("phone",),
    "wechat": ("wechat", "phone"),
    "record": ("record_number",),
    "bed_number": ("bed",),
}
"""Place → the classes that may stand for its value, where they are not called the same."""
_JOINTS = ("：", "：", ":", ": ", " ", "", "是", "为", "﹕", " ：", "=", "→", "；", "，", "~")
_TAILS = ("，", "。", "，", " ", "\n", "！", "～", "😭", "🙏", ",", ".", "…", "；", ")", "")
_OTHER_SIGNS = str.maketrans({":": "：", ",": "，", "(": "（", ")": "）"})
_BREAKS = "，。！？；\n"


def plant_second(rng: random.Random, carrier: list[str], kind: str) -> Planted:
    """Return the turns of `carrier` with one phrasing of `kind`, and one harmless piece; `values` go by place."""
    result = Planted(list(carrier))
    piece = "".join(_part(rng, part, result) for part in re.split(r"(\{\w+\})", rng.choice(TEMPLATES[kind])))
    _insert(rng, result.texts, (piece.translate(_OTHER_SIGNS) if rng.random() < 0.5 else piece) + rng.choice(_TAILS))
    result.harmless.append(rng.choice(HARMLESS))
    _insert(rng, result.texts, result.harmless[0] + "，")
    return result


def _part(rng: random.Random, part: str, result: Planted) -> str:
    """Return what stands in a phrasing for one of its parts, and note planted values."""
    if part[:1] != "{":
        return part
    match part[1:-1]:
        case "s":
            return rng.choice(_JOINTS)
        case "sex":
            return rng.choice("男女")
        case "age":
            return rng.choice(("3岁", "2岁5个月", "8个月", "十岁"))
        case place:
            result.values.append((place, MAKERS[place](rng)))
            return result.values[-1][1]


def _insert(rng: random.Random, texts: list[str], piece: str) -> None:
    """Make a piece a turn of its own, or put it at the beginning, the end or after a sign of one."""
    at = rng.randrange(len(texts))
    if rng.random() < 0.2:
        texts.insert(at, piece)
        return
    text = texts[at]
    place = rng.choice([0, *(i + 1 for i, char in enumerate(text) if char in _BREAKS), len(text)])
    before = text[:place]
    texts[at] = before + ("，" if before and before[-1] not in _BREAKS else "") + piece + text[place:]
