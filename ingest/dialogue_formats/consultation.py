"""What the reader of each format gives: a consultation as its file has it, before roles are assigned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.conversation.utterances import Utterance
from schemas.rejection import Rejection


@dataclass(frozen=True, slots=True)
class Consultation:
    """Where a consultation stands, its utterances in order, and department and diagnosis where given.

    Those of a recording are segments; behind its `locator` ("" for a whole file) the door puts their times.
    """

    locator: str
    utterances: tuple[Utterance, ...]
    department: str = ""
    diagnosis: str | None = None
    is_recording: bool = False


Consultations = Iterator[Consultation | Rejection]
