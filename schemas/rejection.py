"""Why a row is not in the corpus: one closed list of reasons, one record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.origin import Origin

EXCERPT_CHARS = 160
"""Length of the excerpt kept with a rejection: enough to recognise a row, too little to republish it."""


class Reason(StrEnum):
    """All reasons for which a row or file may be left out."""

    # the file
    UNREADABLE_FILE = "unreadable_file"
    UNKNOWN_FORMAT = "unknown_format"
    UNKNOWN_ENCODING = "unknown_encoding"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    UNSAFE_ARCHIVE = "unsafe_archive"
    # the record
    MALFORMED = "malformed"
    MISSING_FIELD = "missing_field"
    EMPTY = "empty"
    NO_TEXT_LAYER = "no_text_layer"
    GARBLED = "garbled"
    UNCERTAIN_ROLES = "uncertain_roles"
    ONE_SPEAKER = "one_speaker"
    # recognised, and not material
    RUNNING_HEAD = "running_head"
    TABLE_OF_CONTENTS = "table_of_contents"
    REDIRECT = "redirect"
    OTHER_NAMESPACE = "other_namespace"
    DISAMBIGUATION = "disambiguation"
    LIST_PAGE = "list_page"
    STUB = "stub"
    # clean
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_CHINESE = "not_chinese"
    REPETITIVE = "repetitive"
    SYMBOLS = "symbols"
    BOILERPLATE = "boilerplate"
    ADVERTISEMENT = "advertisement"
    REFUSAL = "refusal"
    PLACEHOLDER = "placeholder"
    UNFINISHED = "unfinished"
    RESIDUAL_PRIVATE_DATA = "residual_private_data"
    # dedup
    DUPLICATE_EXACT = "duplicate_exact"
    DUPLICATE_NEAR = "duplicate_near"
    DUPLICATE_QUESTION = "duplicate_question"
    DUPLICATE_ANSWER = "duplicate_answer"
    DUPLICATE_PAIR = "duplicate_pair"
    # quality
    SPUN = "spun"
    NO_QUESTION = "no_question"
    NOT_ANSWERING = "not_answering"
    SERIALISED = "serialised"
    SELF_NAMING = "self_naming"
    FORUM_TALK = "forum_talk"
    PROFANITY = "profanity"
    FOLK_CURE = "folk_cure"
    COURTESY = "courtesy"
    GRAPH_DUMP = "graph_dump"
    UNSAFE = "unsafe"
    # filter, instruct, prefer
    OFF_TOPIC = "off_topic"
    OVER_SHARE = "over_share"
    NO_TEMPLATE = "no_template"
    NO_COUNTERPART = "no_counterpart"
    NOT_GROUNDED = "not_grounded"
    # decontaminate, split
    CONTAMINATED = "contaminated"
    PARENT_OF_TEST = "parent_of_test"
    TWIN_OF_TEST = "twin_of_test"
    DETACHED = "detached"
    OVER_TARGET = "over_target"


BROKEN = frozenset(
    {
        Reason.UNREADABLE_FILE,
        Reason.UNKNOWN_FORMAT,
        Reason.UNKNOWN_ENCODING,
        Reason.ENCRYPTED,
        Reason.TRUNCATED,
        Reason.TOO_LARGE,
        Reason.UNSAFE_ARCHIVE,
        Reason.MALFORMED,
        Reason.MISSING_FIELD,
        Reason.GARBLED,
    }
)
"""Reasons that count towards a source's `max_rejected_share`: the row is broken, not merely unwanted."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row left out. `record_id` is the row's id, or that of the file or line where no record came to be."""

    record_id: str
    step: str
    reason: Reason
    excerpt: str
    origin: Origin
