"""Rules that leave something out: when to come back, why, or all but one clause."""

from __future__ import annotations

import re

from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.overlap import shared_grams
from pedcorpus.steps.prefer.rules.sentences import bare, clauses, closed, sentences

LEFT_SHARE = 0.4
"""Share of an answer that stays at least when warnings or explanations go."""
LOST_CHARS = 12
"""Characters that go at least with a warning: less is no difference."""
LOST_REASON_CHARS = 18
"""The same with explanations."""
_TALK = re.compile(r"^(?:是的|对|哦|嗯|好的|可以|不是|没有|会的)|[？?]$")
"""`是的，要化验` → `是的`"""
CLAUSE_CHARS = (10, 48)
"""Fewest and most characters of the clause that an answer is cut to."""
CLAUSE_SHARE = 0.35
"""Most of an answer that the clause may be."""

WARNING = re.compile(r"就医|就诊|急诊|医院|120|警惕|复诊|复查|送医|密切观察|随访|随诊|看医生|危险|紧急|抢救|窒息")
"""`请立刻就诊` → `就诊`"""
SIGN = re.compile(
    "如果|如有|如出现|如再|若|一旦|出现|超过|持续|不退|加重|警惕|反复|不缓解|无改善|必要时|仍|观察|严重|不好|效果不|复查|复诊"
    "|没有好转|不见好|无效"
)
"""`若高热不退` → `若`"""
_CONDITION = re.compile(
    r"^(?:但|但是|不过|同时|另外|此外)?(?:如果|如有|如出现|如|若|一旦|出现|必要时|当|要是|万一|假如)"
)
"""`如果反复发热` → `如果`"""
WHY = re.compile(
    r"因为|由于|因此|这是因|原因|机制|机理|所致|有助于|目的是|是指|从而|引起(?!注意|重视|警惕|家长)|导致|这样可以|才能|有利于|造成"
    r"|可以(?:减轻|缩短|促进|预防|减少|降低|帮助|提高|避免|改善)"
)
"""`因为脱水` → `因为`"""
_REASON = re.compile(
    r"(?:^|(?<=[，,。；！？\n]))(?:因为|由于)[^，。；！？\n]{4,}，(?:所以|因此|故|因而)?"
    r"|[，,](?:这是)?(?:因为|由于|这样可以|以便|从而|有助于|有利于|目的是|因此可以|所以可以|以(?:减轻|缩短|促进|预防|减少|降低|帮助|提高|避免|改善|防|明确|确定|排除|保证|确保))[^，。；！？\n]{3,}"
)
"""`多喝水，以防止脱水。` → `，以防止脱水`"""
_DANGLING = re.compile(
    r"^(?:因此|所以|但|而|此外|另外|同时|其|这|该|它|故|即|还|也|并|再|否则|或|且|然后|接着|其次|以上|那|不过|至于|此|则|又|均|都|后者|前者|等|包括|如|从而|第[二三四五]|[二三四五]是|[2-9][.、]|[②-⑩])"
)
"""`因此要补液` → `因此`"""
_OPEN = re.compile(
    r"^(?:如果|若|一旦|当|虽然|尽管|因为|由于|除了|为了|对于|关于|根据|除|您好|你好|针对|从|在|经|考虑到|随着|通过|按照|只要|只有|无论|不管|即使|问题分析|病情分析|指导意见|意见建议|建议：|结合)"
)
"""`如果反复发热` → `如果`"""
_GREETING = re.compile(r"^(?:您好|你好|亲爱的[^，。]{0,6}|家长您?好|好的|嗯+|哦|是的)[，,。！!：:\s]*")
"""`您好，多喝水` → `您好，`"""


def drop_warnings(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer without the sentences, or ends of sentences, that say when to see a doctor."""
    kept = []
    for sentence in sentences(answer):
        parts = clauses(sentence)
        if not _warns(sentence):
            kept.append(sentence)
            continue
        first = next((at for at, part in enumerate(parts) if _CONDITION.match(part.strip())), 0)
        if first > 0 and _warns("".join(parts[first:])) and not WARNING.search("".join(parts[:first])):
            kept.append(closed("".join(parts[:first])))
    return _shortened(answer, kept)


def remove_explanation(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer without sentences and clauses that say why; what stays begins and ends as sentences do."""
    cut = _REASON.sub("", answer)
    found = sentences(cut)
    kept: list[str] = []
    is_gone = False
    for sentence in found:
        explains = WHY.search(sentence) is not None and ":" not in sentence
        hangs = _DANGLING.match(bare(sentence)) is not None
        goes = explains and len(found) > 1 and not hangs and not _TALK.search(sentence.strip())
        if goes or (is_gone and hangs):
            is_gone = True
            continue
        kept.append(sentence)
        is_gone = False
    made = _shortened(answer, kept, LOST_REASON_CHARS)
    return made or (_shortened(answer, found, LOST_REASON_CHARS) if cut != answer else None)


def cut_to_clause(answer: str, prompt: str, key: str) -> str | None:
    """Return one clause of the answer as a sentence: of those that share most with the prompt, one by hash."""
    able = [clause for clause in _able_clauses(answer) if len(clause) <= CLAUSE_SHARE * len(answer)]
    if not able:
        return None
    shared = [shared_grams(prompt, clause) for clause in able]
    return closed(pick([clause for clause, n in zip(able, shared, strict=True) if n == max(shared)], key))


def is_part(chosen: str, rejected: str) -> bool:
    """Return whether all sentences of the rejected answer stand in the chosen one, in their order, and not all do."""
    at = 0
    for part in (bare(clause) for sentence in sentences(rejected) for clause in clauses(sentence)):
        found = chosen.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(rejected) < len(chosen)


def lost(chosen: str, rejected: str) -> str:
    """Return the clauses of the chosen answer that the rejected one lacks."""
    return "".join(c for sentence in sentences(chosen) for c in clauses(sentence) if bare(c) not in rejected)


def _warns(sentence: str) -> bool:
    return bool(WARNING.search(sentence) and SIGN.search(sentence)) and "即便" not in sentence


def _shortened(answer: str, kept: list[str], least: int = LOST_CHARS) -> str | None:
    """Return the sentences kept as an answer; None where too little is kept or too little lost."""
    text = "".join(kept).strip()
    enough = len(text) >= max(LEFT_SHARE * len(answer), CLAUSE_CHARS[0]) and len(answer) - len(text) >= least
    return closed(text) if enough and not _DANGLING.match(bare(text)) else None


def _able_clauses(answer: str) -> list[str]:
    """Return the sentences and first clauses that can stand alone."""
    able = []
    for sentence in sentences(_GREETING.sub("", answer)):
        whole = bare(sentence)
        for text in (whole, bare(clauses(sentence)[0])):
            fits = CLAUSE_CHARS[0] <= len(text) <= CLAUSE_CHARS[1] and not text.endswith(("吗", "呢", "么", "吧"))
            if fits and "：" not in text and ":" not in text and not _DANGLING.match(text) and not is_courtesy(text):
                if not _OPEN.match(text):
                    able.append(text)
                break
    return able
