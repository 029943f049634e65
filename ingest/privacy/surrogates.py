"""Invented values of the form of real ones.

None can belong to anybody, and all are recognisable, so that a second run and `residual` pass over them: telephone
numbers begin with 10 or 00, ID numbers with 99 (no province), bank cards and QQ numbers with 0, passports with X00,
record numbers with XX00,
accounts are `example_` and digits, domains example.invalid (reserved, RFC 2606), number plates have the letter I (never
issued), names end in two signs of the calendar that never stand together (甲丑).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许吕张孔曹严华金魏陶姜"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_NEVER_TOGETHER = [a + b for i, a in enumerate(_STEMS) for k, b in enumerate(_BRANCHES) if (i + k) % 2]
INVENTED_NAME = re.compile(rf"[{_SURNAMES}](?:{'|'.join(_NEVER_TOGETHER)})")
"""A name that we invented. `,谢谢陈己戌医生,` → `陈己戌`"""


def surrogate(kind: str, value: str, key: str) -> str:
    """Return the invented value for a folded private value: the same for the same value and key."""
    seed = int.from_bytes(blake2b(f"{key}\x1f{kind}\x1f{_bare(kind, value)}".encode(), digest_size=16).digest(), "big")
    return _MAKERS[kind](value, seed)


def _bare(kind: str, value: str) -> str:
    return re.sub(r"[ \-._()+]", "", value) if kind in {"phone", "id_card", "bank_card"} else value


def _digits(value: str, seed: int, prefix: str) -> str:
    """Return `value` with its digits replaced: first `prefix`, then digits drawn from the seed; signs stay."""
    drawn = iter(prefix + str(seed).zfill(40))
    return "".join(next(drawn) if char.isdigit() or char in "Xx*" else char for char in value)


def _phone(value: str, seed: int) -> str:
    return _digits(
        re.sub(r"^\(?(?:\+|00)?86\)?[ \-]?(?=1)|^\+\d{1,3}[ \-]?", "", value), seed, "00" if value[0] in "(0" else "10"
    )


def _name(value: str, seed: int) -> str:
    return _SURNAMES[seed % len(_SURNAMES)] + _NEVER_TOGETHER[seed // 64 % len(_NEVER_TOGETHER)]


_MAKERS: dict[str, Callable[[str, int], str]] = {
    "name": _name,
    "phone": _phone,
    "id_card": lambda value, seed: _digits(value, seed, "99"),
    "bank_card": lambda value, seed: _digits(value, seed, "00"),
    "passport": lambda value, seed: "X00" + str(seed)[:6],
    "email": lambda value, seed: f"user{str(seed)[:6]}@example.invalid",
    "wechat": lambda value, seed: f"example_{str(seed)[:6]}",
    "qq": lambda value, seed: "0" + str(seed)[: max(4, len(value) - 1)],
    "account": lambda value, seed: f"example_{str(seed)[:6]}",
    "record_number": lambda value, seed: "XX00" + str(seed)[: max(3, len(value) - 4)],
    "plate": lambda value, seed: f"{value[0]}I{str(seed)[:5]}",
    "address": lambda value, seed: f"某市某区某路{'甲乙丙丁戊己庚辛'[seed % 8]}号",
    "hospital": lambda value, seed: f"某市第{'甲乙丙丁戊己庚辛'[seed % 8]}医院",
    "ward": lambda value, seed: f"{'甲乙丙丁戊己庚辛'[seed % 8]}病区",
    "bed": lambda value, seed: "0床" if value.endswith("床") else "0",
    "url": lambda value, seed: f"https://example.invalid/{str(seed)[:6]}",
}
