"""Words an answer says twice: the whole of itself, or what an earlier answer of the talk has said."""

from __future__ import annotations

from collections.abc import Sequence

HEAD_CHARS = 20
"""Characters at the head of an answer by which its second copy is found."""
MIN_CHARS = 40
"""A shorter answer said again is no copy."""


def without_second_copy(answer: str) -> str:
    """Return an answer once where all of it stands there twice."""
    if len(answer) < 2 * MIN_CHARS:
        return answer
    at = answer.find(answer[:HEAD_CHARS], MIN_CHARS)
    first = answer[:at].rstrip()
    return first if at > 0 and first.startswith(answer[at:].strip()[: len(first)]) else answer


def without_earlier(answer: str, earlier: Sequence[str]) -> str:
    """Return an answer without the earlier answers that it repeats word for word."""
    for said in earlier:
        if len(said) >= MIN_CHARS and said in answer and said != answer:
            answer = answer.replace(said, "")
    return answer.strip()
