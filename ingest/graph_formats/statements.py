"""Make one statement of a graph from what a source says: our relation word, our types, clean ends, or a rejection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from ingest.graph_formats.person_names import is_person_name
from ingest.graph_formats.relations import RELATIONS, entity_type, known_relation
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection
from schemas.triple import Triple, triple_id

Statement = Triple | Rejection

TEXT_CHARS = 60
"""A tail of more characters, or with a full stop inside, is running text and no name."""
_WORD = re.compile(r"[^\W\d_]")
"""A relation is a word; the numbers of a matrix are none. `就诊科室` → `就`"""
MAX_DEPTH = 20
"""Deepest nesting of lists and objects in a value that is followed."""
_NOTHING = frozenset({"", "nan", "none", "null", "n/a", "[]", "{}", "-", "--", "/", "\\n"})
_SENTENCE = re.compile(r"[。；！？;]|\n")
"""`：每日；次数：` → `；`"""
_SPACE = re.compile(r"\s+")
"""`发热 咳嗽` → ` `"""
_SEPARATOR = re.compile(r"[、，,；;|\n]\s*(?![^（(]*[）)])")
"""`发热、咳嗽（` → `、`"""
_QUOTED = re.compile(r"""['"](.+?)['"]\s*(?:,|\]$)""")
"""`['发热', '咳` → `'发热',`"""


def statement(
    file: SourceFile,
    options: SourceOptions,
    locator: str,
    ends: tuple[str, str, str],
    types: tuple[str, str] = ("", ""),
    qualifiers: Iterable[str] = (),
) -> Statement:
    """Return the triple of `ends` (head, relation, tail) and of the classes of head and tail, "" where not told."""
    (head, head_class), (tail, tail_class) = _classed(clean(ends[0])), _classed(clean(ends[2]))
    relation, types = clean(ends[1]), (types[0] or head_class, types[1] or tail_class)
    word = known_relation(relation, options.relations) or relation
    if not head or not tail or not _WORD.search(word):
        return file.reject(options, Reason.MISSING_FIELD, locator, " | ".join(ends))
    known = RELATIONS.get(word)
    head_type = entity_type(types[0] or (known.head_type if known else ""))
    tail_type = "text" if is_text(tail) else entity_type(types[1] or (known.tail_type if known else ""))
    if tail_type == "symptom" and is_person_name(tail):
        return file.reject(options, Reason.RESIDUAL_PRIVATE_DATA, locator, f"{head} | {word} | a person's name")
    if tail_type != "text" and tail.endswith(("...", "…")):
        return file.reject(options, Reason.UNFINISHED, locator, " | ".join((head, word, tail)))
    made = triple_id(options.name, head, word, tail)
    origin = file.origin(locator)
    facts = tuple(sorted(set(qualifiers)))
    return Triple(made, options.name, origin, head, head_type, word, tail, tail_type, options.license, facts)


def _classed(name: str) -> tuple[str, str]:
    """Return name and class of `肺炎@@疾病`, as CPubMed-KG writes them."""
    left, mark, right = name.rpartition("@@")
    return (left.strip(), right.strip()) if mark and left else (name, "")


def clean(text: str) -> str:
    """Return a name without white space around and inside, or a text without it around; "" for words for nothing."""
    text = text.strip().strip("\ufeff")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    elif text.count('"') == 1 and '"' in (text[:1], text[-1:]):
        text = text.strip('"').strip()
    if text.lower() in _NOTHING:
        return ""
    return text if is_text(text) else _SPACE.sub(" ", text)


def is_text(tail: str) -> bool:
    """Return whether a tail is running text, not a name."""
    return len(tail) > TEXT_CHARS or _SENTENCE.search(tail[:-1]) is not None


def tails(value: object, relation: str, depth: int = 0) -> Iterator[str]:
    """Yield the tails in a value: those of a list, the parts of a cell that lists names, or a text as it is.

    A cell is split at 、 ， and the like outside brackets, and only for relations between things.
    """
    if isinstance(value, list | tuple | dict) and depth > MAX_DEPTH:
        return
    if isinstance(value, list | tuple):
        for element in value:
            yield from tails(element, relation, depth + 1)
    elif isinstance(value, dict):
        yield from _of_object(value, relation, depth + 1)
    elif isinstance(value, bool) or value is None:
        yield from () if value is None else ("是" if value else "否",)
    elif text := str(value).strip():
        known = RELATIONS.get(known_relation(relation) or relation)
        if text.startswith("[") and text.endswith("]"):
            yield from _listed(text)
        elif known is not None and not known.is_text and "。" not in text:
            yield from (part for part in _SEPARATOR.split(text) if part.strip())
        else:
            yield text


def _of_object(value: Mapping[object, object], relation: str, depth: int) -> Iterator[str]:
    """Yield the name in an object, or all it says as one text: its values are no names each."""
    named = next((value[key] for key in _NAMED if value.get(key)), None)
    if named is not None or len(value) < 2:
        yield from tails(list(value.values()) if named is None else named, relation, depth)
        return
    told = [(key, inner) for key, inner in value.items() if isinstance(inner, str | int | float) and inner != ""]
    yield "；".join(f"{key}：{inner}" for key, inner in told)


_NAMED = ("name", "@value", "名称", "药名", "药品名称", "药物名称", "症状名称", "疾病名称", "检查名称", "text", "label")


def _listed(text: str) -> Iterator[str]:
    """Yield the strings of a list written as JSON or as Python writes it."""
    try:
        yield from (str(element) for element in orjson.loads(text) if element)
    except (orjson.JSONDecodeError, TypeError):
        yield from _QUOTED.findall(text) or [part for part in _SEPARATOR.split(text[1:-1]) if part.strip()]


def stub(file: SourceFile, options: SourceOptions, locator: str, name: str) -> Rejection:
    """Return the rejection of an entity about which nothing is stated: lists of terms, nodes without properties."""
    return file.reject(options, Reason.STUB, locator, name)


def entity_statements(
    file: SourceFile,
    options: SourceOptions,
    locator: str,
    head: str,
    head_type: str,
    facts: Sequence[tuple[str, object]],
) -> Iterator[Statement]:
    """Yield what is stated of one entity, each statement once; nothing stated at all is a stub."""
    seen: set[tuple[str, str]] = set()
    for relation, value in facts:
        for tail in tails(value, known_relation(relation, options.relations) or relation):
            key = (known_relation(relation, options.relations) or relation, clean(tail))
            if key[1] and key not in seen:
                seen.add(key)
                yield statement(file, options, locator, (head, relation, tail), (head_type, ""))
    if not seen:
        yield stub(file, options, locator, head)
