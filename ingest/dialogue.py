"""Read consultations between a patient's side and a doctor, written online or transcribed from voice.

In: JSON in the schemas of public sets (CMDD, DialMed, Toyhom, Zhongjing, ShareGPT …), tables, tagged and plain text,
transcripts; each format is a line of `dialogue_formats/detect.py`.
Out: `Dialogue`s of alternating turns. A row, as a user sees it:

    department,title,ask,answer
    儿科,宝宝咳嗽,宝宝咳嗽三天了怎么办,先看看有没有发热…
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.conversation.merge_snapshots import merge_snapshots
from ingest.conversation.utterances import Utterance, join_turns
from ingest.dialogue_formats import transcript
from ingest.dialogue_formats.assign_roles import assign_by_name_or_words
from ingest.dialogue_formats.consultation import Consultation
from ingest.dialogue_formats.detect import find_format
from ingest.source import SourceFile, SourceOptions
from schemas.dialogue import Dialogue, dialogue_id
from schemas.errors import UnusableRecord
from schemas.rejection import Reason, Rejection

_EXCERPT_TURNS = 3
_MASKED = re.compile(r"\[MASK\]|<mask>|\[UNK\]|<unk>|\{\{\s*\w+\s*\}\}", re.IGNORECASE)
"""What a set puts for a word it hides. `以口服[MASK]` → `[MASK]`"""


def read(file: SourceFile, options: SourceOptions) -> Iterator[Dialogue | Rejection]:
    """Yield the dialogues of a file; what is none comes as a rejection. Raises `UnreadableFile`."""
    dialogues = (
        item if isinstance(item, Rejection) else _dialogue(item, file, options)
        for item in find_format(file, options).read(file, options)
    )
    yield from merge_snapshots(dialogues, lambda item: [(turn.role, turn.text) for turn in item.turns])


def _dialogue(consultation: Consultation, file: SourceFile, options: SourceOptions) -> Dialogue | Rejection:
    """Return the dialogue of a consultation, or its rejection: EMPTY, ONE_SPEAKER, UNCERTAIN_ROLES, PLACEHOLDER.

    It ends before the first utterance that hides a word behind [MASK]: what follows speaks of what nobody knows.
    """
    locator, utterances = consultation.locator, consultation.utterances
    if consultation.is_recording:
        locator += transcript.span(utterances)
    try:
        if consultation.is_recording:
            utterances = tuple(transcript.assign_roles(utterances))
        whole = list(itertools.takewhile(lambda utterance: not _MASKED.search(utterance.text), utterances))
        turns = join_turns(assign_by_name_or_words([utterance for utterance in whole if utterance.text.strip()]))
    except UnusableRecord as problem:
        return file.reject(options, problem.reason, locator, _excerpt(utterances))
    if len(turns) < 2:
        reason = Reason.ONE_SPEAKER if turns else Reason.EMPTY
        if len(whole) < len(utterances):
            reason = Reason.PLACEHOLDER
        return file.reject(options, reason, locator, _excerpt(utterances))
    origin = file.origin(locator)
    return Dialogue(
        id=dialogue_id(options.name, origin, turns),
        source=options.name,
        origin=origin,
        turns=turns,
        department=consultation.department or options.department,
        license=options.license,
        channel="voice" if consultation.is_recording else "online",
        diagnosis=consultation.diagnosis,
    )


def _excerpt(utterances: Sequence[Utterance]) -> str:
    return " ".join(utterance.text for utterance in utterances[:_EXCERPT_TURNS])
