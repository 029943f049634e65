"""Dialogues in running text: lines with a speaker before them.

Plain text, one dialogue after the other, apart by a separator or an empty line:

    患者：宝宝咳嗽三天了。
    医生：有没有发热？
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, SpeakerRole
from ingest.conversation.utterances import Utterance, is_name, is_voice, missing_name, prefix_of, split_prefixes
from ingest.dialogue_formats.consultation import Consultation, Consultations
from ingest.files.decode import lines_or_none
from ingest.records.field_names import rank
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason

Lines = Iterable[tuple[int, str]]
Part = list[tuple[int, str]]


_SEPARATOR = re.compile(
    (
        r"\s*(?:[-=*_#~—]{3,}|[#【\[]{0,3}\s*(?:对话|会话|案例|病例|问诊|dialogue|dialog|case|conversation|"
        r"id)\s*[#:：=.]?\s*\d+\s*[:：.】\]]?)\s*"
    ),
    re.IGNORECASE,
)
"""`id=1` → `id=1`"""
_HEADINGS: dict[str, SpeakerRole | None] = {
    "Doctor faculty": None, "Description": PATIENT_SIDE, "Dialogue": None, "Conversation": None,
    "Diagnosis and suggestions": DOCTOR_SIDE, "对话内容": None, "问诊记录": None, "病情描述": PATIENT_SIDE,
}  # fmt: skip
"""Headings of the parts of a record (MedDialog), and whose words follow."""
_HEADING = re.compile(rf"\s*(?P<name>{'|'.join(_HEADINGS)}|https?://\S+|第\s*\d+\s*轮)\s*[:：]?\s*", re.IGNORECASE)
"""`Description` → `Description`"""
_FACT = re.compile(
    r"(?:^|[\s|;；])[【\[]?(?P<name>[一-龥]{2,8}|[A-Za-z]{4,12})[】\]]?\s?[:：]\s?(?P<value>[^|;；\t]{1,300}?)(?=$|[|;；\t]|\s+[一-龥]{2,6}[:：])"
    r"|^\s*[【\[](?P<set_off>[一-龥]{2,8})[】\]]\s?(?P<given>.{1,300})$"
)
"""What stands above a dialogue: a name, a colon and a value, or a name in brackets before it.
`【就诊科室】新生儿科` → `【就诊科室】新生儿科`"""
_ABOVE = ("department", "diagnosis", "self_report", "title", "question")
_ASKED = frozenset({"title", "self_report", "question"})
_SAMPLE_LINES = 20_000
"""Lines looked at to tell what ends a dialogue."""
_AROUND = " :：[]【】()（）\t"
_RAREST = 10
"""A speaker's name stands on at least one of so many lines of names."""
_MOST_NAMES = 1000
"""Names on lines that follow each other held at once."""
_NAMED_LINES = 200
"""Lines looked at to tell whether speakers stand on lines of their own."""
_BOTH_SIDES_SHARE = 0.5
"""Share of blank-line blocks with both sides from which a blank line ends a dialogue and not just a turn."""


def read_text(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the consultations of text; those of which all speakers are voices (SPEAKER_00) are recordings."""
    too_long: list[int] = []
    for consultation in prefixed_dialogues(_short_lines(file, options, too_long)):
        utterances = consultation.utterances
        are_voices = all(len(utterance.label) > 1 and is_voice(utterance.label) for utterance in utterances)
        yield replace(consultation, is_recording=bool(utterances) and are_voices)
    yield from (file.reject(options, Reason.TOO_LARGE, f"line {number}") for number in too_long)


def _short_lines(file: SourceFile, options: SourceOptions, too_long: list[int]) -> Iterator[tuple[int, str]]:
    """Yield the lines, and note the numbers of those that are too long."""
    for number, line in lines_or_none(file, options):
        if line is None:
            too_long.append(number)
        else:
            yield number, line


def prefixed_dialogues(lines: Lines) -> Iterator[Consultation]:
    """Yield the dialogues of text whose lines name the speaker; a line without a name goes on with the one before.

    What ends a dialogue and who speaks is told by the first lines; no more than a dialogue is held after them.
    """
    parts = _split_parts(_with_names(iter(lines)))
    sample: list[tuple[bool, Part]] = []
    size = 0
    while size < _SAMPLE_LINES and (found := next(parts, None)):
        sample.append(found)
        size += len(found[1])
    written = [line for _, part in sample for _, line in part]
    names = Names(not any(_names_side(line) for line in written), missing_name(written))
    counts = [len(_speakers(part, names)) for _, part in sample]
    blank_ends = sum(count > 1 for count in counts) >= _BOTH_SIDES_SHARE * sum(count > 0 for count in counts)
    for part in _join_parts(itertools.chain(sample, parts), names, blank_ends):
        yield from _consultations_of(part, names)


@dataclass(frozen=True, slots=True)
class Names:
    """What may name a speaker besides the words for the sides: letters (A, B), and names that recur (王女士)."""

    letters: bool
    others: frozenset[str]


def names_alone(lines: Sequence[str]) -> frozenset[str]:
    """Return the speakers that stand on lines of their own: two and more, on a quarter of the lines, none elsewhere.

    A name that hardly ever stands so is spoken (王医生 where all others are 医生).
    """
    written = [line for line in lines if line.strip()]
    alone = Counter(line.strip(_AROUND) for line in written if is_name(line))
    if len(alone) < 2 or alone.total() * 4 < len(written) or any(map(_names_side, written)):
        return frozenset()
    return frozenset(name for name, times in alone.items() if times * _RAREST >= alone.total())


def _with_names(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Put a colon behind names on lines of their own, so that what follows is theirs.

    Of names on lines that follow each other the last is a speaker's, and every second one before it; between them
    stands what was said, a name as well.
    """
    first = list(itertools.islice(lines, _NAMED_LINES))
    names = names_alone([line for _, line in first])
    by_kind = itertools.groupby(itertools.chain(first, lines), key=lambda line: line[1].strip(_AROUND) in names)
    for alone, group in by_kind:
        if not alone:
            yield from group
        while run := list(itertools.islice(group, _MOST_NAMES)):
            for i, (number, line) in enumerate(run):
                yield number, line if (len(run) - i) % 2 == 0 else f"{line.strip()}："


def _names_side(line: str) -> bool:
    found = prefix_of(line, letters=False)
    return found is not None and found[1] is not None and len(found[0]) > 1


def _split_parts(lines: Lines) -> Iterator[tuple[bool, Part]]:
    """Yield what stands between empty lines and separators, and whether a separator stands before it."""
    part: Part = []
    separated = False
    for number, line in lines:
        is_separator = bool(_SEPARATOR.fullmatch(line))
        if not is_separator and line.strip():
            part.append((number, line))
            continue
        if part:
            yield separated, part
            part, separated = [], False
        separated = separated or is_separator
    if part:
        yield separated, part


def _join_parts(parts: Iterable[tuple[bool, Part]], names: Names, blank_ends: bool) -> Iterator[Part]:
    """Yield the dialogues; a part that names no speaker belongs to the one before it, the first to the next."""
    joined: Part = []
    has_speaker = False
    for separated, part in parts:
        speaks = any(prefix_of(line, names.letters, names.others) for _, line in part)
        if joined and (separated or (blank_ends and has_speaker and speaks)):
            yield joined
            joined, has_speaker = [], False
        joined.extend(part)
        has_speaker = has_speaker or speaks
    if joined:
        yield joined


def _speakers(part: Part, names: Names) -> set[str]:
    """Return who speaks in a part: roles, and the names of voices."""
    found = [u for _, line in part for u in split_prefixes(line, names.letters, names.others) if u.role or u.label]
    return {u.role[0] if u.role else u.label for u in found}


def _consultations_of(part: Part, names: Names) -> Iterator[Consultation]:
    """Yield a part as one dialogue, or each of its lines where every line holds both sides."""
    if len(part) > 1 and all(len(_speakers([line], names)) > 1 for line in part):
        yield from (Consultation(f"line {line[0]}", tuple(_utterances_of([line], names))) for line in part)
    else:
        above = _facts_above(part, names)
        asked = tuple(Utterance(text, PATIENT_SIDE) for field, text in above if field in _ASKED)
        spoken = tuple(_drop_repeated_description(list(_utterances_of(part, names))))
        known = {field: text for field, text in above if field in ("department", "diagnosis")}
        yield Consultation(f"line {part[0][0]}", asked + spoken, known.get("department", ""), known.get("diagnosis"))


def _facts_above(part: Part, names: Names) -> list[tuple[str, str]]:
    """Return field and value of the lines above the first speaker (`科室：儿科`, `【诊断】支气管炎`)."""
    found: list[tuple[str, str]] = []
    before = ""
    for _, line in part:
        if prefix_of(line, names.letters, names.others):
            break
        if before.strip().lower() == "doctor faculty":  # of MedDialog: hospital and department on the next line
            found.append(("department", line.split()[-1]))
        for fact in _FACT.finditer(line):
            name = fact["name"] or fact["set_off"]
            field = next((field for field in _ABOVE if rank(field, name) is not None), None)
            if field and (value := (fact["value"] or fact["given"]).strip()):
                found.append((field, value))
        before = line
    return found


def _drop_repeated_description(spoken: list[Utterance]) -> list[Utterance]:
    """Leave out a first utterance that the description before it already holds."""
    described = len(spoken) > 1 and not spoken[0].label and spoken[1].role and spoken[1].role[0] == "patient"
    if described and "".join(spoken[1].text.split()) in "".join(spoken[0].text.split()):
        return [spoken[0], *spoken[2:]]
    return spoken


def _utterances_of(part: Part, names: Names) -> Iterator[Utterance]:
    current: Utterance | None = None
    for _, line in part:
        if prefix_of(line, names.letters, names.others):
            *before, last = split_prefixes(line, names.letters, names.others)
            yield from ([current] if current else []) + before
            current = last
        elif heading := _HEADING.fullmatch(line):
            if current:
                yield current
            role = _HEADINGS.get(heading["name"])
            current = Utterance("", role) if role else None
        elif current:
            current = replace(current, text=f"{current.text}\n{line.strip()}".strip())
    if current:
        yield current
