"""What tells the header of a table of conversations: names of fields, and numbered turns of a wide row."""

from __future__ import annotations

from collections.abc import Collection

from ingest.conversation.wide_rows import turn_column_of
from ingest.records.field_names import rank
from ingest.records.header import HeaderWords, is_field_name
from ingest.source import SourceOptions

_PAIRS = (
    frozenset({"question", "answer"}),
    frozenset({"role", "text"}),
    frozenset({"complaint", "diagnosis"}),
    frozenset({"complaint", "treatment"}),
    frozenset({"present_illness", "diagnosis"}),
    frozenset({"present_illness", "treatment"}),
)
"""Fields that make a header among whatever other columns."""


def is_conversation_column(name: str, options: SourceOptions) -> bool:
    """Return whether a name is one of a field, or of a numbered turn: `question`, 医生回复, `A2`, 第1轮患者."""
    return is_field_name(name, options) or turn_column_of(name) is not None


def has_question_and_answer(names: Collection[str]) -> bool:
    """Return whether one name is a question's and one an answer's, or one a speaker's and one a text's."""
    fields = {field for name in names for pair in _PAIRS for field in pair if rank(field, name) is not None}
    sides = {place[1][0] for name in names if (place := turn_column_of(name))}
    return any(pair <= fields for pair in _PAIRS) or len(sides) == 2


CONVERSATION_WORDS = HeaderWords(is_conversation_column, has_question_and_answer, may_have_title=True)
