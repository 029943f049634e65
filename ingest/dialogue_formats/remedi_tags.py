"""Dialogues in the tagged text of ReMeDi: a record per line (`<|context|> <|user|> … <|response|> …`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE
from ingest.conversation.utterances import Utterance
from ingest.dialogue_formats.consultation import Consultation, Consultations
from ingest.files.decode import text_lines
from ingest.source import SourceFile, SourceOptions

TAG = "<|context|>"
_TURN = re.compile(r"<\|(user|system)\|>((?:(?!<\|(?:user|system)\|>).)*)", re.DOTALL)
"""`<|user|>发热` → `user`"""


def read_tagged(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the records of tagged text: the whole context so far, the user's words and the response."""
    for number, line in text_lines(file, options):
        if TAG in line:
            yield Consultation(f"line {number}", tuple(_utterances_of(line)))


def _utterances_of(line: str) -> Iterator[Utterance]:
    for who, text in _TURN.findall(_between(line, "context")):
        yield Utterance(text.strip(), PATIENT_SIDE if who == "user" else DOCTOR_SIDE)
    for tag, role in (("currentuser", PATIENT_SIDE), ("response", DOCTOR_SIDE)):
        if text := _between(line, tag).strip():
            yield Utterance(text, role)


def _between(line: str, tag: str) -> str:
    """Return what stands between a tag and its end, or ""."""
    _, opened, rest = line.partition(f"<|{tag}|>")
    inside, closed, _ = rest.partition(f"<|endof{tag}|>")
    return inside if opened and closed else ""
