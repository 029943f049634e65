"""Consultations stored as one wide row, a column per turn (`第1轮患者, 第1轮医生 …`, `Q1, A1, Q2, A2 …`)."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, SpeakerRole, role_of
from ingest.records.field_names import Record, rank
from ingest.vocabulary.chinese_numerals import parse_number

_NUMBER = re.compile(r"第?(?P<round>\d{1,3}|(?<=第)[一二三四五六七八九十])[轮次回]?")
"""`时间：2024-0` → `202`"""


@lru_cache(maxsize=1 << 12)
def turn_column_of(name: str) -> tuple[int, SpeakerRole] | None:
    """Return round and side of a column's name, None where it has none."""
    numbers = list(_NUMBER.finditer(name))
    if len(numbers) != 1 or len(name) > 40:
        return None
    number = numbers[0]["round"]
    bare = (name[: numbers[0].start()] + name[numbers[0].end() :]).strip(" _-.#：:")
    role = role_of(bare) or next(
        (s for field, s in (("question", PATIENT_SIDE), ("answer", DOCTOR_SIDE)) if rank(field, bare) is not None), None
    )
    return (parse_number(number), role) if role else None


def wide_row_turns(record: Record) -> list[tuple[object, SpeakerRole]]:
    """Return value and side of each cell of a wide row in order, nothing where no two rounds have both sides."""
    found: dict[int, list[tuple[object, SpeakerRole]]] = defaultdict(list)
    for key, value in record.items():
        if isinstance(key, str) and (place := turn_column_of(key)):
            found[place[0]].append((value, place[1]))
    whole = sum(len({role[0] for _, role in cells}) == 2 for cells in found.values())
    return [cell for number in sorted(found) for cell in found[number]] if whole > 1 else []
