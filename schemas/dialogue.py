"""A consultation between a patient's side and a doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.origin import Origin, content_id

Role = Literal["patient", "doctor"]
Speaker = Literal["doctor", "nurse", "parent", "child", "patient"]
Channel = Literal["online", "voice"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said before the other spoke. `speaker` says who of that side, where known."""

    role: Role
    text: str
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One consultation: at least one turn of each side, adjacent turns of different roles."""

    id: str
    source: str
    origin: Origin
    turns: tuple[Turn, ...]
    department: str
    license: str
    channel: Channel = "online"
    diagnosis: str | None = None


def dialogue_id(source: str, origin: Origin, turns: tuple[Turn, ...]) -> str:
    """Id of a dialogue: source, content hash of its file, place and turns."""
    words = (word for turn in turns for word in (turn.role, turn.text))
    return content_id("dlg", (source, origin.sha256, origin.locator, *words))
