"""Questions with options: the letters of an answer written out, so that it says something by itself.

`{"question": …, "option": {"A": "肺炎", "B": "哮喘"}, "answer": "A"}` becomes a question that lists its options and
the answer `A. 肺炎`, with the explanation behind it where the record has one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.records.field_names import Record

_OPTION_KEYS = ("option", "options", "choices", "选项")
_EXPLANATION_KEYS = ("explanation", "解析", "analysis", "rationale", "answer_explanation", "explain", "答案解析")
_LETTERS = "ABCDEFGH"
_ANSWER = re.compile(r"(?:答案|正确答案)?[:：\s]*([A-H](?:[,，、\s]?[A-H]){0,7})[.。、．]?")
"""`B` → `B`"""
_LISTED = re.compile(r"\s*[(（]?([A-H])[)）.、．:：]\s*")
"""`A. 肺炎` → `A. `"""


def write_out_choices(question: str, answer: str, record: Record) -> tuple[str, str]:
    """Return question and answer with the options written out; as they are where there are none."""
    found = _ANSWER.fullmatch(answer.strip())
    options = _options(record) if found else {}
    letters = [letter for letter in found[1] if letter in options] if found else []
    if len(options) < 2 or not letters:
        return question, answer
    listed = "\n".join(f"{letter}. {text}" for letter, text in options.items())
    told = "\n".join(f"{letter}. {options[letter]}" for letter in letters)
    explained = next((value.strip() for key in _EXPLANATION_KEYS if isinstance(value := record.get(key), str)), "")
    return f"{question}\n{listed}", "\n".join(part for part in (told, explained) if part)


def _options(record: Record) -> dict[str, str]:
    """Return letter and text of each option: of an object, a list, or columns of their own."""
    found = next((record[key] for key in _OPTION_KEYS if record.get(key)), None)
    if isinstance(found, list):
        texts = [str(option.get("text", "")) if isinstance(option, Mapping) else str(option) for option in found]
        return {letter: _LISTED.sub("", text, count=1).strip() for letter, text in zip(_LETTERS, texts, strict=False)}
    if isinstance(found, str):
        marks = list(_LISTED.finditer(found))
        ends = [mark.start() for mark in marks[1:]] + [len(found)]
        return {mark[1]: found[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}
    columns: Record = found if isinstance(found, Mapping) else record
    named = ((letter, _column(columns, letter)) for letter in _LETTERS)
    return {letter: text for letter, text in named if text}


def _column(columns: Record, letter: str) -> str:
    names = (
        letter,
        letter.lower(),
        f"option_{letter.lower()}",
        f"option{letter}",
        f"op{letter.lower()}",
        f"选项{letter}",
    )
    return next((value.strip() for name in names if isinstance(value := columns.get(name), str)), "")
