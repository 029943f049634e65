"""Dialogues in running text: lines with a speaker before them, and the tagged text of ReMeDi.

Plain text, one dialogue after the other, apart by a separator or an empty line:

    患者：宝宝咳嗽三天了。
    医生：有没有发热？
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from ingest.sides import ANSWERING, ASKING, side_of
from ingest.utterances import PREFIX, Utterance

Lines = Iterable[tuple[int, str]]
Located = tuple[int, tuple[Utterance, ...]]
"""Line on which a dialogue begins, and its utterances (none where a block has no speaker)."""

_SEPARATOR = re.compile(
    (
        r"\s*(?:[-=*_#~—]{3,}|(?:对话|会话|案例|病例|问诊|dialogue|dialog|case|conversation|"
        r"id)\s*[#:：=.]?\s*\d+\s*[:：.]?)\s*"
    ),
    re.IGNORECASE,
)
_HEADING = re.compile(
    (
        r"\s*(?:Doctor faculty|Description|Dialogue|Conversation|Diagnosis and suggestions|https?://\S+|对话内容|"
        r"问诊记录)\s*[:：]?\s*"
    ),
    re.IGNORECASE,
)
_BOTH_SIDES_SHARE = 0.5
"""Share of blank-line blocks with both sides from which a blank line ends a dialogue and not just a turn."""

TAG = "<|context|>"
_TURN = re.compile(r"<\|(user|system)\|>((?:(?!<\|(?:user|system)\|>).)*)", re.DOTALL)


def prefixed_dialogues(lines: Lines) -> Iterator[Located]:
    """Yield the dialogues of text whose lines name the speaker; a line without a name goes on with the one before."""
    blocks = list(_blocks(lines))
    parts = [part for block in blocks for part in block]
    with_both = sum(_sides(part) == 2 for part in parts)
    blank_ends = not parts or with_both >= _BOTH_SIDES_SHARE * sum(_sides(part) > 0 for part in parts)
    for block in blocks:
        for part in block if blank_ends else [list(itertools.chain.from_iterable(block))]:
            yield part[0][0], tuple(_spoken(part))


def _blocks(lines: Lines) -> Iterator[list[list[tuple[int, str]]]]:
    """Yield what stands between separators, each as its parts between empty lines."""
    block: list[list[tuple[int, str]]] = []
    part: list[tuple[int, str]] = []
    for number, line in lines:
        is_separator = bool(_SEPARATOR.fullmatch(line))
        if (is_separator or not line.strip()) and part:
            block.append(part)
            part = []
        if is_separator and block:
            yield block
            block = []
        if line.strip() and not is_separator:
            part.append((number, line))
    if part:
        block.append(part)
    if block:
        yield block


def _sides(part: list[tuple[int, str]]) -> int:
    roles = {side[0] for _, line in part if (found := PREFIX.match(line)) and (side := side_of(found["who"]))}
    return len(roles)


def _spoken(part: list[tuple[int, str]]) -> Iterator[Utterance]:
    current: Utterance | None = None
    for _, line in part:
        found = PREFIX.match(line)
        side = side_of(found["who"]) if found else None
        if found and side:
            if current:
                yield current
            current = Utterance(line[found.end() :].strip(), side, found["who"].strip())
        elif _HEADING.fullmatch(line):
            if current:
                yield current
            current = None
        elif current:
            current = Utterance(f"{current.text}\n{line.strip()}".strip(), current.side, current.label)
    if current:
        yield current


def tagged_dialogues(lines: Lines) -> Iterator[Located]:
    """Yield the dialogues of tagged text; records that repeat and extend the one before are one dialogue.

    Each record has the whole context so far, the user's words and the response; the longest of a run is kept, at the
    line of that record.
    """
    held: Located | None = None
    for number, line in lines:
        if TAG not in line:
            continue
        spoken = tuple(_tagged(line))
        if held and _texts(spoken)[: len(held[1])] != _texts(held[1]):
            yield held
        held = (number, spoken)
    if held:
        yield held


def _tagged(line: str) -> Iterator[Utterance]:
    for who, text in _TURN.findall(_between(line, "context")):
        yield Utterance(text.strip(), ASKING if who == "user" else ANSWERING)
    for tag, side in (("currentuser", ASKING), ("response", ANSWERING)):
        if text := _between(line, tag).strip():
            yield Utterance(text, side)


def _between(line: str, tag: str) -> str:
    """Return what stands between a tag and its end, or ""."""
    _, opened, rest = line.partition(f"<|{tag}|>")
    inside, closed, _ = rest.partition(f"<|endof{tag}|>")
    return inside if opened and closed else ""


def _texts(spoken: tuple[Utterance, ...]) -> list[str]:
    return [utterance.text for utterance in spoken]
