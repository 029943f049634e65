"""Statements written one a line: `肺炎 -[症状]-> 咳嗽`, `肺炎→症状→咳嗽`, `(肺炎, 症状, 咳嗽)`, `肺炎 症状 咳嗽`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.files.decode import first_lines, lines_or_none
from ingest.graph_formats.relations import known_relation
from ingest.graph_formats.statements import Statement, statement
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_SAMPLE_LINES = 200
_MOST_CHARS = 1000
"""Longest line that may be a statement."""
_ARROW = re.compile(
    r"(?P<head>[^\[\]>→|]{1,120}?)\s*[-—–=]{1,3}\s*[\[【(（:]?\s*(?P<relation>[^\[\]【】()（）>→\-—–=]{1,60}?)\s*[\]】)）]?\s*"
    r"[-—–=]{0,3}[>→]\s*(?P<tail>.+)"
)
"""`肺炎-[症状]->咳嗽` → `肺炎-[症状]->咳嗽`"""
_ARROWS = re.compile(
    r"(?P<head>[^→>]{1,120}?)\s*-{0,2}[→>]\s*(?P<relation>[^→>]{1,60}?)\s*-{0,2}[→>]\s*(?P<tail>[^→>]+)"
)
"""`肺炎->症状->咳嗽` → `肺炎->症状->咳嗽`"""
_BRACKETS = re.compile(
    r"[(（\[<《]\s*(?P<head>[^,，<>]{1,120}?)\s*(?:[,，]|>\s*<)\s*(?P<relation>[^,，<>]{1,60}?)\s*(?:[,，]|>\s*<)\s*"
    r"(?P<tail>[^<>]+?)\s*[)）\]>》]"
)
"""`（肺炎，症状，咳嗽）` → `（肺炎，症状，咳嗽）`"""
_WORDS = re.compile(r"(?P<head>[^\s,，;；|]+)[ \u3000]+(?P<relation>[^\s,，;；|]+)[ \u3000]+(?P<tail>[^,，;；|\t]+)")
"""`肺炎 症状 咳嗽` → `肺炎 症状 咳嗽`"""
_PATTERNS = (_ARROW, _ARROWS, _BRACKETS, _WORDS)


def pattern_of(file: SourceFile, options: SourceOptions) -> re.Pattern[str] | None:
    """Return the way in which most lines of a file write a statement, None where they do not.

    Three words are a statement only where the second is mostly a relation that we know.
    """
    lines = [line.strip() for line in first_lines(file, options, _SAMPLE_LINES) if len(line) <= _MOST_CHARS]
    lines = [line for line in lines if line]
    for pattern in _PATTERNS:
        found = [match for line in lines if (match := pattern.fullmatch(line))]
        if pattern is _WORDS:
            found = [match for match in found if known_relation(match["relation"], options.relations)]
        if len(found) * 2 > len(lines):
            return pattern
    return None


def line_triple(text: str) -> tuple[str, str, str] | None:
    """Return head, relation and tail of one statement written as a line, None for any other text."""
    patterns = _PATTERNS[:-1] if len(text) <= _MOST_CHARS else ()
    found = next((match for pattern in patterns if (match := pattern.fullmatch(text.strip()))), None)
    return (found["head"], found["relation"], found["tail"]) if found else None


def line_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statement of each line that is not blank; a line written otherwise is MALFORMED.

    Raises `UnreadableFile` where most lines are no statements.
    """
    pattern = pattern_of(file, options)
    if pattern is None:
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, "expected lines like 肺炎 -[症状]-> 发热 or (肺炎, 症状, 发热)")
    for number, line in lines_or_none(file, options):
        locator = f"line {number}"
        if line is None:
            yield file.reject(options, Reason.TOO_LARGE, locator)
            continue
        if not (text := line.strip()):
            continue
        found = pattern.fullmatch(text) if len(text) <= _MOST_CHARS else None
        if found is None:
            yield file.reject(options, Reason.MALFORMED, locator, text)
        else:
            yield statement(file, options, locator, (found["head"], found["relation"], found["tail"]))
