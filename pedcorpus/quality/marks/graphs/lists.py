"""Lists inside answers: runs of names joined by 、."""

from __future__ import annotations

import re

LEAST_ITEMS = 4
"""Three names are an enumeration in any sentence."""

_RUN = re.compile(r"[^，。；：:！？?、\n]{1,30}(?:、[^，。；：:！？?、\n]{1,24}){3,}")
"""`可出现发热、咳嗽、气促、乏力等。` → `可出现发热、咳嗽、气促、乏力等`"""
_LEAD = re.compile(
    r"^.*(?:包括有|主要有|包括|例如|比如|使用|采用|应用|选用|进行|出现|表现为|有关|如|有|为|是|做|行|予|用|服|的)"
)
"""`治疗方案包括青霉素` → `治疗方案包括`"""
_TAIL = re.compile(r"等.*$")
"""`红霉素等药物` → `等药物`"""
_AND = re.compile(r"以及|[和及或与]")
"""`红霉素和青霉素` → `和`"""


def lists_in(answer: str) -> list[list[str]]:
    """Return the names of each list of four and more in an answer, what leads to it and follows it taken off."""
    return [names for run in _RUN.findall(answer) if len(names := _names(run)) >= LEAST_ITEMS]


def _names(run: str) -> list[str]:
    first, *middle, last = run.split("、")
    names = [_LEAD.sub("", first), *middle, *_AND.split(_TAIL.sub("", last))]
    return [name.strip() for name in names if name.strip()]
