"""Invented values of the form of real ones, a maker for each class: folded value and seed in, invented value out.

None can belong to anybody, and all are recognisable, so that a second run and `residual` pass over them: telephone
numbers begin with 10 or 00, ID numbers with 99 (no province), bank cards and QQ numbers with 0, passports with X00,
record numbers with XX00, accounts are `example_` and digits, domains example.invalid (reserved, RFC 2606), number
plates have the letter I (never issued), names end in two signs of the calendar that never stand together (甲丑).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b

Maker = Callable[[str, int], str]
"""How a class invents a value: from the folded private value (for its form) and a seed."""

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许吕张孔曹严华金魏陶姜"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_NEVER_TOGETHER = [a + b for i, a in enumerate(_STEMS) for k, b in enumerate(_BRANCHES) if (i + k) % 2]
INVENTED_NAME = re.compile(rf"[{_SURNAMES}](?:{'|'.join(_NEVER_TOGETHER)})")
"""A name that we invented. `,谢谢陈己戌医生,` → `陈己戌`"""
_COUNTRY_CODE = re.compile(r"^\(?(?:\+|00)?86\)?[ \-]?(?=1)|^\+\d{1,3}[ \-]?")
"""What stands before a number when one calls from abroad. `+86 13800138000` → `+86 `"""


def seed_of(kind: str, value: str, key: str) -> int:
    """Return a number of 39 digits at most for a value of a class in the record called `key`."""
    return int.from_bytes(blake2b(f"{key}\x1f{kind}\x1f{value}".encode(), digest_size=16).digest(), "big")


def invent_name(value: str, seed: int) -> str:
    """Return a name, `陈己戌`."""
    return _SURNAMES[seed % len(_SURNAMES)] + _NEVER_TOGETHER[seed // 64 % len(_NEVER_TOGETHER)]


def invent_phone(value: str, seed: int) -> str:
    """Return a telephone number of the same form without the country's code, `100-2918-4423`."""
    return _fill_digits(_COUNTRY_CODE.sub("", value), seed, "00" if value[0] in "(0" else "10")


def invent_id_card(value: str, seed: int) -> str:
    """Return an ID number of the same form, `991827…`."""
    return _fill_digits(value, seed, "99")


def invent_bank_card(value: str, seed: int) -> str:
    """Return a card number of the same form, `0018 2736 …`."""
    return _fill_digits(value, seed, "00")


def invent_passport(value: str, seed: int) -> str:
    """Return a passport number, `X00182736`."""
    return "X00" + str(seed)[:6]


def invent_email(value: str, seed: int) -> str:
    """Return an address, `user182736@example.invalid`."""
    return f"user{str(seed)[:6]}@example.invalid"


def invent_account(value: str, seed: int) -> str:
    """Return a handle, `example_182736`."""
    return f"example_{str(seed)[:6]}"


def invent_qq(value: str, seed: int) -> str:
    """Return a QQ number of the same length, from five digits on: `018273`."""
    return "0" + str(seed)[: max(4, len(value) - 1)]


def invent_record_number(value: str, seed: int) -> str:
    """Return a number of the same length, from seven characters on: `XX00182`."""
    return "XX00" + str(seed)[: max(3, len(value) - 4)]


def invent_plate(value: str, seed: int) -> str:
    """Return a plate of the same province, `京I18273`."""
    return f"{value[0]}I{str(seed)[:5]}"


def invent_address(value: str, seed: int) -> str:
    """Return an address, `某市某区某路丙号`."""
    return f"某市某区某路{_STEMS[seed % 8]}号"


def invent_hospital(value: str, seed: int) -> str:
    """Return a hospital, `某市第丙医院`."""
    return f"某市第{_STEMS[seed % 8]}医院"


def invent_ward(value: str, seed: int) -> str:
    """Return a ward, `丙病区`."""
    return f"{_STEMS[seed % 8]}病区"


def invent_bed(value: str, seed: int) -> str:
    """Return bed 0, with 床 where the value has it."""
    return "0床" if value.endswith("床") else "0"


def invent_url(value: str, seed: int) -> str:
    """Return an address, `https://example.invalid/182736`."""
    return f"https://example.invalid/{str(seed)[:6]}"


def invent_no_date(value: str, seed: int) -> str:
    """Return the label: a date that cannot be moved is masked."""
    return "[日期]"


def _fill_digits(value: str, seed: int, prefix: str) -> str:
    """Return `value` with its digits replaced: first `prefix`, then digits drawn from the seed; signs stay."""
    drawn = iter(prefix + str(seed).zfill(40))
    return "".join(next(drawn) if char.isdigit() or char in "Xx*" else char for char in value)
