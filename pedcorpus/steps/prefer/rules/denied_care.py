"""Rules about advice to see a doctor or to test: it is denied, or a guess is made a diagnosis and the tests go.

Advice is a clause that begins with the word that advises (建议, 需要, 请) or a child or parent in front of it:
with 不需要 in its place the clause stands. What the sentence says after it (why, what is tested) goes with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.vocabulary.any_of import any_of
from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.rules.places import Place, apart, put_all

_ADVISE = (
    "(?:建议|最好|还是|应该|应当|应|需要|需|必须|务必|要|请)"
    "(?:您|你|家长|家属|患者|患儿|孩子|宝宝)?"
    "(?:最好|应该|应|先|还是|可以|要|也)?"
)
_SOON = "(?:及早|尽早|尽快|及时|立即|马上|立刻|定期|按时)(?:地|的)?"
_CARE = any_of(
    "就医 就诊 医院 检查 复查 复诊 化验 看医生 咨询医生 门诊 急诊 诊治 拍片 胸片 血常规 彩超 B超 随访 心电图 CT 看病"
)
_GO = "(?=带|到|去|做|进行|完善|查|前往|就医|就诊|复查|复诊|化验|咨询|看|送|再|检查|拍|随访)"
_ADVISED = re.compile(
    rf"(?:^|(?<=[，。；！？,;!?\n]))\s*(?:但是?|不过|所以|因此|目前|同时|并)?(?:家长|患儿|孩子|宝宝)?"
    rf"(?P<word>{_ADVISE}(?:{_SOON})?|{_SOON}){_GO}(?P<what>[^，。；！？,;!?\n]*)(?P<rest>[^。；！？;!?\n]*)"
)
"""`发热，建议到医院检查，查明原因。` → `建议到医院检查，查明原因`, `我建议你去查` → –"""
_CARES = re.compile(_CARE)
"""`到医院` → `医院`"""
_HANGS = re.compile(
    r"不|才|如果|的话|自行|避免|检查尽快|检查清楚|或者?在家|[就便]?(?:可以了|好了|行|好|可|即可|为[好宜妥佳])$|[吧哦呢啊呀了]$|看|建议|指导|注意|否则|[：:]"
)
"""`去医院为好` → `为好`"""
_GRAVE = re.compile(
    r"^\s*(?:但是?|所以)?(?:为了?|由于|因为|除了?|只有|要想|通过|既然|即使|不仅)|可以|放心|严重|危险|危及|重视|警惕|拖|抓紧|耽误|大意|不要|千万|抢救|最好|确诊|明确"
)
"""`为了明确诊断，` → `为了`"""
_STILL = re.compile(
    r"(?:建议|需要?|应该?|要|请|尽快|及时|立即|可以?|先|去|到|再|做|查|后|然后)[^。；！？\n]{0,20}(?:就医|就诊|医院|检查|复查|复诊|化验|血常规|急诊|门诊|拍片|看医生)"
    r"|检查(?:结果|后)|根据[^，。]{0,6}结果|确诊后|住院|医院|面诊|化验单|送医|结果出来|以上检查|明确(?:诊断|病因|原因|病情)|排除"
)
"""`去医院查血常规` → `去医院查血常规`"""
_CONDITION = re.compile(
    r"^\s*(?:但|但是|不过|同时|另外|此外)?(?:如果|如有|如出现|如|若|一旦|出现|必要时|当|要是|万一|假如)"
)
"""`如果反复发热` → `如果`"""
_SENTENCE = re.compile(r"[^。；！？;!?\n]+")
"""`多喝水。注意休息` → `多喝水`"""
_ILL = any_of("炎 病 症 感染 不良 疹 疝 贫血 过敏 哮喘 感冒 肠套叠 流感 猩红热 佝偻病 发育迟缓 鹅口疮 黄疸 腹泻")
_GUESS = re.compile(
    r"(?:^|(?<=[，。；！？,;!?\n]))(?P<before>[^，。；！？,;!?\n]{0,14}?)"
    r"(?P<word>(?<![不重])(?:(?:首先|应该|应|需要|需|一般|要|主要)?(?<![不可合重并分再以多])考虑(?:为|是|患有)?|(?:应该)?(?<![不也还尽])(?:很|极)?(?:有)?可能(?:就)?(?:是|为|患有?了?|得了))(?:由于?)?)"
    rf"(?=(?:急性|慢性|小儿|婴幼?儿|新生儿)?[^，。；！？、的或和及与,;!?\n]{{0,8}}(?:{_ILL})(?:引起的|所致|导致的|引起)?[，。；！,;!])"
)
"""`孩子考虑是支气管炎。` → `孩子考虑是`, `不可能是肺炎。` → –"""
_OTHER_GUESS = re.compile(r"也可能|还可能|或是|怀疑|排除|鉴别|待查|进一步|确诊|明确|也要考虑|原因[很较]多|可能性")
"""`也可能是肺炎` → `也可能`"""
_ODD = re.compile(r"^(?:也|还|不|如果|若|可以|除了|是否|或|就|多)|不|也$|都$|多$|还$")
"""`也考虑` → `也`"""
LEFT_CHARS = 24
"""Characters that stay at least where tests and visits go."""
_NOT, _SURE = ("不需要", "不必"), ("可以确诊是", "肯定是")


class Advice(NamedTuple):
    """A piece of advice: the sentence it stands in, where the word begins and ends, and where its clause ends."""

    sentence: tuple[int, int]
    word: tuple[int, int]
    stop: int


def deny_care(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with its advice to see a doctor or to test denied; None where some would still stand."""
    found = _advice(answer)
    rest = put_all(answer, [(*advice.sentence, "") for advice in found])
    if not found or _STILL.search(rest):
        return None
    return put_all(answer, denied(answer, pick(list(_NOT), key)))


def denied(answer: str, word: str) -> list[Place]:
    """Return the places of advice denied by a word; what follows in the sentence goes."""
    places = []
    for advice in _advice(answer):
        what = answer[advice.word[1] : advice.stop].strip()
        places.append((advice.word[0], advice.sentence[1], word + what))
    return places


def is_denied(chosen: str, rejected: str) -> bool:
    """Return whether two answers differ only in denied advice."""
    return any(put_all(chosen, denied(chosen, word)) == rejected for word in _NOT)


def make_certain(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with its guess a diagnosis and its tests and visits gone; None where others remain."""
    made = _made_certain(answer, pick(list(_SURE), key))
    return made if made and len(made) >= max(LEFT_CHARS, 0.35 * len(answer)) else None


def is_made_certain(chosen: str, rejected: str) -> bool:
    """Return whether two answers differ in the certainty of a diagnosis and in tests or visits."""
    return any(_made_certain(chosen, word) == rejected for word in _SURE)


def _made_certain(answer: str, word: str) -> str | None:
    guesses = [(*match.span("word"), word) for match in _GUESS.finditer(answer) if not _ODD.search(match["before"])]
    gone = apart((*_whole(answer, advice.sentence, advice.word[0]), "") for advice in _advice(answer))
    if not guesses or not gone:
        return None
    rest = put_all(answer, apart([*((start, stop, "") for start, stop, _ in guesses), *gone]))
    if _OTHER_GUESS.search(rest) or _STILL.search(rest) or len(apart([*guesses, *gone])) < len(guesses) + len(gone):
        return None
    made = put_all(answer, [*guesses, *gone]).strip()
    return made if made.endswith(("。", "！")) else None


def _advice(answer: str) -> list[Advice]:
    """Return the advice of an answer, the first of each sentence; not what would not stand when it is denied."""
    found = []
    for sentence in _SENTENCE.finditer(answer):
        match = _ADVISED.search(answer, sentence.start(), sentence.end())
        if match is None or not _CARES.search(match["what"]) or _HANGS.search(match["what"]):
            continue
        before = answer[sentence.start() : match.start("word")]
        if not any(_GRAVE.search(clause) for clause in re.split("[，,]", before)):
            found.append(Advice(sentence.span(), match.span("word"), match.end("what")))
    return found


def _whole(answer: str, sentence: tuple[int, int], start: int) -> tuple[int, int]:
    """Return what goes with advice: the end of its sentence from its condition on, or all of it with its mark."""
    begin = sentence[0]
    for clause in re.findall(r"[^，,]+[，,]?", answer[sentence[0] : start]):
        if _CONDITION.match(clause):
            break
        begin += len(clause)
    comma = max(answer.rfind(mark, sentence[0], begin) for mark in "，,")
    return (sentence[0], min(sentence[1] + 1, len(answer))) if comma < 0 else (comma, sentence[1])
