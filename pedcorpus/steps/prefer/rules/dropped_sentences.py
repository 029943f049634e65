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
LOST_SHARE = 0.4
"""Share of an answer that goes at least with explanations, or when it is cut to a clause."""
_ASKS_WHY = re.compile(r"为什么|为啥|原因|怎么回事|咋回事|怎么引起|什么引起|怎么会|病因|机制|如何发生|因为什么")
"""`孩子咳嗽怎么回事` → `怎么回事`"""
_ASKS_WHAT_TO_DO = re.compile(
    r"怎么[办治做护处用吃给]|怎样|如何|治疗|吃什么|什么药|注意|护理|处理|要不要|饮食|预防|咋办|怎办|办法|方法|用药|措施|检查什么|建议|调理|缓解"
)
"""`孩子咳嗽怎么办` → `怎么办`"""
ADVICE = re.compile(r"应|需|建议|可以|因为|由于|如果|注意|避免|检查|服用|治疗|不要|禁")
"""`建议休息` → `建议`"""
_NO_SENTENCE = re.compile(
    r"(?:期间|时候?|之?后|之?前|的话|情况下|方面|等|的|同时|下)$|^(?:平时|日常|注意|多|少|不|请|要)"
)
"""`治疗扁桃体炎期间` → `期间`"""
_VERB = re.compile(r"是|有|会|为|属于|出现|引起|导致|多见|表现|发生|常|分为|包括|存在|取决于")
"""`孩子是感冒` → `是`"""
LEAST_SHARED = 2
"""2-grams of the question in the clause at least: what stays is about it."""
MOST_ADVICE_KEPT, LEAST_ADVICE_LOST = 0, 3
"""Words of advice in the clause that stays at most, and in what goes at least, for a clause to be no answer."""
CLAUSE_CHARS = (12, 48)
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
_ENDS_OPEN = re.compile(r"(?:建议|推荐|提醒)[^，。]{0,6}$|(?:所以|因此|但是?|而且)$")
"""`所以建议家长` → `建议家长`"""
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
        if first > 0 and _warns("".join(parts[first:])) and not _ENDS_OPEN.search(bare(parts[first - 1])):
            if WARNING.search("".join(parts[:first])):
                continue
            kept.append(closed("".join(parts[:first])))
    return _shortened(answer, kept)


def remove_explanation(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer without what says why, where that was asked and is much of it."""
    if not _ASKS_WHY.search(prompt.split("\n")[-1]):
        return None
    kept: list[str] = []
    is_gone = False
    for sentence in sentences(answer):
        hangs = _DANGLING.match(bare(sentence)) is not None
        is_gone = (WHY.search(sentence) is not None and ":" not in sentence) or (is_gone and hangs)
        if not is_gone:
            kept.append(sentence)
    made = _shortened(answer, kept, int(LOST_SHARE * len(answer)))
    return made if made and not WHY.search(made) and ADVICE.search(made) and not _starts_open(made) else None


def cut_to_clause(answer: str, prompt: str, key: str) -> str | None:
    """Return one clause of the answer as a sentence, where it is no answer: what to do was asked, and it says none.

    Of those that share most with the prompt, one by hash.
    """
    question = prompt.split("\n")[-1]
    if not _ASKS_WHAT_TO_DO.search(question):
        return None
    able = [
        clause
        for clause in _able_clauses(answer)
        if _says_little(answer, clause) and shared_grams(question, clause) >= LEAST_SHARED
    ]
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


def _says_little(answer: str, clause: str) -> bool:
    """Return whether a clause is a small part of an answer, a sentence, and without its advice."""
    lost = set(ADVICE.findall(answer.replace(clause, "")))
    has_verb = _VERB.search(clause) is not None and not _NO_SENTENCE.search(clause)
    is_small = len(clause) <= CLAUSE_SHARE * len(answer)
    return is_small and has_verb and len(ADVICE.findall(clause)) <= MOST_ADVICE_KEPT and len(lost) >= LEAST_ADVICE_LOST


def _starts_open(text: str) -> bool:
    return is_courtesy(text) or _NO_SENTENCE.search(bare(text)) is not None


def _warns(sentence: str) -> bool:
    return bool(WARNING.search(sentence) and SIGN.search(sentence)) and not any(
        word in sentence for word in ("即便", "想要", "吗？", "了？")
    )


def _shortened(answer: str, kept: list[str], least: int = LOST_CHARS) -> str | None:
    """Return the sentences kept as an answer; None where too little is kept or too little lost."""
    text = "".join(kept).strip()
    enough = len(text) >= max(LEFT_SHARE * len(answer), CLAUSE_CHARS[0]) and len(answer) - len(text) >= least
    return closed(text) if enough and not _DANGLING.match(bare(text)) else None


def _able_clauses(answer: str) -> list[str]:
    """Return the sentences that can stand alone."""
    able = []
    for sentence in sentences(_GREETING.sub("", answer)):
        text = bare(sentence)
        fits = CLAUSE_CHARS[0] <= len(text) <= CLAUSE_CHARS[1] and not text.endswith(("吗", "呢", "么", "吧"))
        is_open = _DANGLING.match(text) or _OPEN.match(text) or is_courtesy(text)
        if fits and not is_open and "：" not in text and ":" not in text:
            able.append(text)
    return able
