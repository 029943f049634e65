"""Who is who among speakers: by their names, by elimination, or from what they say, with a confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, SpeakerRole, is_platform
from ingest.conversation.utterances import Utterance
from ingest.dialogue_formats.role_classifier import roles_of_voices
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

MIN_CONFIDENCE = 0.9
"""Below this a recording is left out: swapped roles teach a model to play the parent."""


def assign_by_name_or_words(spoken: Sequence[Utterance]) -> list[Utterance]:
    """Return the utterances, each with its role; those of a platform are left out.

    Speakers named by role keep it. One whose name says nothing (张三, A beside Q) is the side that is missing; where no
    name says anything, what they say tells. Raises `UnusableRecord` (UNCERTAIN_ROLES).
    """
    spoken = _without_platform(spoken)
    if _are_letters({u.label for u in spoken}):
        spoken = [replace(u, role=None) for u in spoken]
    unknown = sorted({u.label for u in spoken if u.role is None})
    if not unknown:
        return list(spoken)
    known = {u.role[0] for u in spoken if u.role}
    if len(known) == 1 and len(unknown) == 1 and unknown[0]:
        sides: dict[str, SpeakerRole] = {unknown[0]: PATIENT_SIDE if known == {"doctor"} else DOCTOR_SIDE}
    elif not known and len(unknown) > 1:
        sides, confidence = roles_of_voices({v: [u.text for u in spoken if u.label == v] for v in unknown})
        if confidence < MIN_CONFIDENCE:
            raise UnusableRecord(Reason.UNCERTAIN_ROLES)
    else:
        raise UnusableRecord(Reason.UNCERTAIN_ROLES)
    if not sides.keys() >= set(unknown):
        raise UnusableRecord(Reason.UNCERTAIN_ROLES)
    return [replace(u, role=u.role or sides[u.label]) for u in spoken]


def _without_platform(spoken: Sequence[Utterance]) -> list[Utterance]:
    """Leave out what a platform says; `system` is the doctor's side where it answers and nobody else does."""
    people = [u for u in spoken if u.role or not is_platform(u.label)]
    if len(people) == len(spoken):
        return people
    others = {u.label.lower() for u in spoken if u.role is None and is_platform(u.label)}
    if others == {"system"} and all(u.role and u.role[0] == "patient" for u in people) and spoken[0].role:
        return [u if u.role else replace(u, role=DOCTOR_SIDE) for u in spoken]
    return people


def _are_letters(labels: set[str]) -> bool:
    """Return whether speakers are named A, B, C …, of whom D is no doctor and C no child."""
    return {"A", "B"} <= {label.upper() for label in labels} and all(len(label) == 1 for label in labels)
