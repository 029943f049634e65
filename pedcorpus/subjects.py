"""Which disease a question is about, as far as its words tell: read back from the template, else by endings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pedcorpus.instruct.templates import templates

_ENDINGS = (
    "炎|病|症(?!状)|征(?![象兆])|癌|瘤|癣|疝|疟|痢|哮喘|贫血|佝偻病|癫痫|川崎病|感冒|流感|麻疹|湿疹|水痘|百日咳|黄疸|脑瘫|肥胖|白血病|"
    "先天性心脏病|休克|败血症|腮腺炎|遗尿|早熟|中毒|过敏"
)
_NOT_AFTER = "的是有种该本此患得什么类何疾生看治发百各因旧"
_NOT_BEFORE = "因人情史状床房程变理原毒菌灶机历例后假危重区友根痛"
_MENTION = re.compile(rf"[\u3400-\u9fff]?(?:(?<=[^{_NOT_AFTER}])(?:{_ENDINGS}))(?![{_NOT_BEFORE}])")
_PARTS = ("questions", "topic_questions", "heading_questions", "ask_result")


def subjects_of(question: str, builder: str) -> set[str]:
    """Return what a question is about: its template's subject, and the last two characters of each disease it names.

    `支原体肺炎` and `支气管肺炎` both give 肺炎: what is said of one may well be true of the other.
    """
    found = {mention[-2:] for mention in _MENTION.findall(question)}
    for pattern in _patterns(builder):
        if (match := pattern.search(question)) is not None:
            found.add(match["subject"])
            break
    return found


@cache
def _patterns(builder: str) -> tuple[re.Pattern[str], ...]:
    group, _, name = builder.partition("-")
    if group not in ("document", "graph") or name not in templates(group):
        return ()
    phrasings = templates(group)[name].phrasings
    lines: Iterable[str] = (line for part in _PARTS for line in phrasings.get(part, ()) if "{subject}" in line)
    return tuple(_backwards(line) for line in sorted(lines, key=len, reverse=True))


def _backwards(phrasing: str) -> re.Pattern[str]:
    """Return a pattern that reads the subject back from a question made by `phrasing`."""
    pattern = re.escape(phrasing)
    for name in ("subject", "topic", "patient", "child", "items", "symptoms"):
        pattern = pattern.replace(re.escape("{" + name + "}"), f"(?P<{name}>.+?)", 1)
    return re.compile(pattern + "$", re.MULTILINE)
