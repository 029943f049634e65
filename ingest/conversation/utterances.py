"""From what was written or said to turns: roles named, boilerplate dropped, adjacent utterances of a side joined.

An `Utterance` is one line, message, row or segment as a source has it; a `Turn` is all one side said before the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ingest.conversation.platform_messages import clean_message
from ingest.conversation.roles import SpeakerRole, is_platform, role_of
from schemas.dialogue import Role, Speaker, Turn

_WHO = r"(?P<who>[一-龥](?:[ \u3000]?[一-龥]){0,11}[ \u3000]?\d{0,3}|[A-Za-z_]{1,12}[ _]?\d{0,3})"
PREFIX = re.compile(
    r"^\s*(?:[-•·>*#①-⑳]{1,3}\s*)?(?:[\[(【]?\d{1,4}[\d:：.,，\-/年月日 ]{0,24}[\])】]?\s*)?[\[【<(*]{0,2}"
    + _WHO
    + r"\s?[\]】>)*]{0,2}(?:[（(][^）)\n]{0,20}[）)])?\s*[:：]\*{0,2}\s*"
)
"""A speaker before an utterance, perhaps after a time: 医生：, [10:32] 患者（女）:, D:, **家长**：.
`Kind: cap` → `Kind: `"""
_NUMBERING = re.compile(r"[\d\s:,.\->]*")
"""What a subtitle has besides speech: empty lines, numbers, times. `10` → `10`"""
_MOST_NAME_CHARS = 6
"""Longest name of a speaker that is told by its recurring alone."""
_SET_OFF = re.compile(
    r"^\s*(?:[\[【]"
    + _WHO
    + r"[\]】]\s*|[（(]"
    + _WHO.replace("?P<who>", "?P<round>")
    + r"[）)]\s*|"
    + _WHO.replace("?P<who>", "?P<tabbed>")
    + r"(?:\t+|[ \u3000]{2,}))"
)
"""A speaker without a colon: 【医生】你好, or with a tab behind it; in round brackets a voice alone: （说话人1）.
`（发言人1）孩子怎` → `（发言人1）`"""
_VOICE = re.compile(
    r"(?:(?i:speaker|spk|channel)|(?:说话|发言|讲话)人|声道)[ _]?[\dA-Za-z一二三四五六]{0,3}|[A-H甲乙丙]"
)
"""Names that tell voices apart and say nothing of the role. `SPEAKER_01` → `SPEAKER_01`"""
_INSIDE = re.compile(
    r"(?:(?<=[\s。！？!?；;|…~～)）】\]])|^)(?P<who>[一-龥]{1,8}\d{0,2}|[A-Za-z]{1,12}[ _]?\d{0,2})\s?[:：]\s*"
    r"|[\[【](?P<set_off>[一-龥]{2,8}\d{0,2})[\]】]\s*[:：]?\s*"
    r"|<(?P<angle>user|bot|human|assistant)>\s*[:：]?\s*",
    re.IGNORECASE,
)
"""What may name the next speaker inside a string, behind the end of what was said before.
`【就诊科室】新生儿` → `【就诊科室】`"""
_LISTED = re.compile(r"[,，、]\s*(?P<who>[一-龥]{2,8}|[A-Za-z]{2,12})\s?[:：]\s*")
"""The same between commas, as a list of utterances printed in one line has it. `宝发烧,医生:几度,` → `,医生:`"""
_LETTERS = (frozenset("问答"), frozenset("医患"), frozenset("QA"), frozenset("PD"), frozenset("AB"))
"""Names of one character that go together: inside a string they count where it begins with one of the pair."""
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p>|\\n|\[SEP\]|<sep>|<eos>", re.IGNORECASE)
"""Ends of lines as they come through web pages, JSON in JSON, and tokenizers. `怎么办[SEP]有没有` → `[SEP]`"""
_ENDS_QUESTION = re.compile(r"(?:吗|么|呢|没有|有没|怎么办|怎么样|多少|多久|几天|几次|什么|是不是)$")
"""`发热吗` → `吗`"""
_ANSWERS_NO = frozenset(("没有", "还没有", "都没有", "也没有"))
"""Messages that answer a question though they end like one."""
_SIGN = re.compile(r"[，。！？；：、,.!?;:~～…\]）)】”\"\n]$")
"""`有点咳。` → `。`"""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One piece of a dialogue: `side` once known, `label` as the source calls the speaker, times in seconds."""

    text: str
    role: SpeakerRole | None = None
    label: str = ""
    start: float | None = None
    end: float | None = None


def prefix_of(
    line: str, letters: bool = True, names: Collection[str] = ()
) -> tuple[str, SpeakerRole | None, int] | None:
    """Return name, role and end of the speaker a line begins with; a voice (说话人1) and a platform have no role.

    Without `letters`, A and B are no voices: they number a list. `names` are further names of speakers.
    """
    if found := PREFIX.match(line):
        who = found["who"].strip()
        role = role_of(who)
        if role or who in names or is_platform(who) or (is_voice(who) and (letters or len(who) > 1)):
            return who, role, found.end()
    if found := _SET_OFF.match(line):
        who = (found["who"] or found["tabbed"] or found["round"]).strip()
        role = None if found["round"] else role_of(who)
        if role or (len(who) > 1 and is_voice(who)):
            return who, role, found.end()
    return None


def is_voice(who: str) -> bool:
    """Return whether a name only tells voices apart: SPEAKER_00, 说话人1, A."""
    return _VOICE.fullmatch(who) is not None


def is_name(line: str) -> bool:
    """Return whether a line is a speaker's name alone: 医生, [SPEAKER_00], 说话人1：."""
    who = line.strip().rstrip(":：").strip("[]【】()（） ")
    return 2 <= len(who) <= 12 and (role_of(who) is not None or is_voice(who))


def missing_name(lines: Iterable[str]) -> frozenset[str]:
    """Return the name of the side that lines never name by role: 王女士 where all others are a doctor's.

    It is the one other name that stands before a colon, several times or where most lines begin with a name; where
    both sides are named there is none.
    """
    roles: set[str] = set()
    others: Counter[str] = Counter()
    said = [line for line in lines if not _NUMBERING.fullmatch(line)]
    for line in said:
        if found := prefix_of(line, letters=False):
            roles |= {found[1][0]} if found[1] else set()
        elif (other := PREFIX.match(line)) and 2 <= len(other["who"].strip()) <= _MOST_NAME_CHARS:
            others[other["who"].strip()] += 1
    all_named = len(others) == 1 and sum(PREFIX.match(line) is not None for line in said) * 3 > 2 * len(said)
    found_names = [name for name, times in others.items() if times > 1 or all_named]
    return frozenset(found_names) if len(roles) == 1 and len(found_names) == 1 else frozenset()


def split_prefixes(text: str, letters: bool = False, names: Collection[str] = ()) -> Iterator[Utterance]:
    """Yield the utterances of a string that names its speakers (患者：… 医生：…); what comes first may have no side."""
    text = restore_line_breaks(text).strip()
    label, role, at = prefix_of(text, letters, names) or ("", None, 0)
    named = bool(label)
    is_set_off = text.startswith(("[", "【"))
    marks = [found for found in _INSIDE.finditer(text, at) if _names_next(found, label, is_set_off, names)]
    for found in marks or _speakers_between_commas(text, at):
        if text[at : found.start()].strip():
            yield Utterance(text[at : found.start()].strip(" |\u3000\t\n"), role, label)
        label = next(name for name in found.groups() if name)
        role, at, named = role_of(label), found.end(), True
    if text[at:].strip() or named:
        yield Utterance(text[at:].strip(" |\u3000\t\n"), role, label)


def restore_line_breaks(text: str) -> str:
    """Return a string with the marks that stand for the end of a line as line ends."""
    return _BREAK.sub("\n", text) if "<" in text or "\\n" in text or "[SEP]" in text else text


def _names_next(found: re.Match[str], first: str, is_set_off: bool, names: Collection[str]) -> bool:
    """Return whether words before a colon name a speaker; `first` is the name the string begins with.

    宝宝：3岁 is told of a child and no child's speech; a name in brackets counts where the first is in brackets.
    """
    if found["angle"]:
        return True
    who = found["who"] or found["set_off"]
    if found["set_off"] and not is_set_off:
        return False
    if len(who) == 1:
        return any({first.upper(), who.upper()} <= pair for pair in _LETTERS)
    role = role_of(who)
    return who in names or who == first or is_platform(who) or (role is not None and role[1] != "child")


def _speakers_between_commas(text: str, at: int) -> list[re.Match[str]]:
    """Return the names between commas, where both sides are named there."""
    found = [mark for mark in _LISTED.finditer(text, at) if role_of(mark["who"])] if at else []
    return found if len({role[0] for mark in found if (role := role_of(mark["who"]))}) == 2 else []


def join_turns(utterances: Iterable[Utterance]) -> tuple[Turn, ...]:
    """Return the turns of a dialogue: empty utterances dropped, adjacent ones of one role joined into one turn."""
    joined: list[tuple[Role, list[str], Speaker | None]] = []
    for utterance in utterances:
        text = clean_message(utterance.text)
        if not text or utterance.role is None:
            continue
        role, speaker = utterance.role
        if joined and joined[-1][0] == role:
            _, parts, last = joined[-1]
            parts += [_sign_after(parts[-1]), text]
            joined[-1] = (role, parts, last or speaker)
        else:
            joined.append((role, [text], speaker))
    return tuple(Turn(role, "".join(parts), speaker) for role, parts, speaker in joined)


def _sign_after(before: str) -> str:
    """Return the sign that was left out between two messages of one turn."""
    tail = before[-4:]
    if _SIGN.search(tail):
        return ""
    if before.strip() in _ANSWERS_NO:
        return "，"
    return "？" if _ENDS_QUESTION.search(tail) else "，"
