"""Statements of RDF in Turtle or N-Triples, streamed statement by statement.

An own parser of some hundred lines: the files we meet use prefixes, `a`, `;`, `,`, literals and blank nodes, and one
broken line must cost itself alone, while general RDF libraries stop at the first and hold the whole graph in memory.
IRIs are named by `rdfs:label` or `skos:prefLabel` where the file has one, else by their last part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ingest.files.decode import text_lines
from ingest.graph_formats.relations import IS_A, TYPES
from ingest.graph_formats.statements import Statement, statement, stub
from ingest.graph_formats.turtle_parser import TYPE, Fact, Parser, State, Token, tokens_of
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

MAX_STATEMENT_LINES = 20_000
"""Lines after which a statement without its full stop is given up."""
_LONG = 100
"""Lines of a statement above which its quotes are counted before it is cut into tokens, which takes longer."""
_SCHEMA = "http://www.w3.org/"
"""Beginning of the classes of RDF, RDFS, OWL and SKOS: `疾病 a owl:Class` is no statement of medicine."""
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_HAN = re.compile(r"[\u4e00-\u9fff]")
"""Of labels in several languages the first with Chinese characters is the name. `肺炎` → `肺`"""
_LABELS = frozenset(
    {
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://schema.org/name",
    }
)


def turtle_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a Turtle or N-Triples file; the first of two passes gathers names and classes."""
    names: dict[str, str] = {}
    classes: dict[str, str] = {}
    for _, facts in read_facts(file, options):
        for subject, predicate, value in [] if isinstance(facts, Rejection) else facts:
            if predicate in _LABELS and value[0] == "text":
                known = names.get(subject[1], "")
                names[subject[1]] = (
                    value[1] if not known or (not _HAN.search(known) and _HAN.search(value[1])) else known
                )
            elif predicate == TYPE and _local(value[1]).lower() in TYPES:
                classes[subject[1]] = _local(value[1])
    for locator, facts in read_facts(file, options):
        if isinstance(facts, Rejection):
            yield facts
            continue
        for fact in facts:
            yield from _statement(fact, names, classes, locator, file, options)


def _statement(
    fact: Fact, names: dict[str, str], classes: dict[str, str], locator: str, file: SourceFile, options: SourceOptions
) -> Iterator[Statement]:
    subject, predicate, value = fact
    if predicate in _LABELS or (predicate == TYPE and _local(value[1]).lower() in TYPES):
        return  # names and classes of entities, used in the statements about them
    if predicate == TYPE and value[1].startswith(_SCHEMA):
        yield stub(file, options, locator, f"a class or property of the schema: {_local(subject[1])}")
        return
    if subject[0] == "blank" or value[0] == "blank":
        yield stub(file, options, locator, f"a node without a name: {_local(predicate)}")
        return
    relation = IS_A if predicate in (TYPE, _SUBCLASS) else names.get(predicate) or _local(predicate)
    head = names.get(subject[1]) or _local(subject[1])
    tail = value[1] if value[0] == "text" else names.get(value[1]) or _local(value[1])
    types = classes.get(subject[1], ""), classes.get(value[1], "")
    yield statement(file, options, locator, (head, relation, tail), types)


def _local(iri: str) -> str:
    """Return the last part of an IRI, its percent signs and underscores resolved."""
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]).replace("_", " ")


def read_facts(file: SourceFile, options: SourceOptions) -> Iterator[tuple[str, list[Fact] | Rejection]]:
    """Yield the facts of each statement with the line it begins on."""
    state, begin = State(), 0
    pending: list[str] = []
    for number, line in text_lines(file, options):
        if not pending:
            begin = number
        pending.append(line)
        if not line.rstrip().endswith(".") and not _is_directive(pending) and len(pending) < MAX_STATEMENT_LINES:
            if len(pending) == 1 and (not line.strip() or line.lstrip().startswith("#")):
                pending = []
            continue
        text = "\n".join(pending)
        if _LONG < len(pending) < MAX_STATEMENT_LINES and _is_open(text):
            continue
        tokens = tokens_of(text)
        if not _is_complete(tokens, text) and not _is_directive(pending) and len(pending) < MAX_STATEMENT_LINES:
            continue  # the full stop stands inside a long literal or a comment
        pending = []
        yield f"line {begin}", _parsed(tokens, text, state, f"line {begin}", file, options)
    if pending:
        locator = f"line {begin}"
        yield locator, file.reject(options, Reason.MALFORMED, locator, "\n".join(pending))


def _is_directive(pending: list[str]) -> bool:
    return len(pending) == 1 and pending[0].split(" ")[0].upper() in ("PREFIX", "BASE")


def _is_complete(tokens: list[Token] | None, text: str) -> bool:
    """Return whether a statement ends here; what can be no statement ends too."""
    if tokens is None:
        return not _is_open(text)
    return bool(tokens) and tokens[-1] == ("mark", ".")


def _is_open(text: str) -> bool:
    return bool(text.count('"""') % 2 or text.count("'''") % 2)


def _parsed(
    tokens: list[Token] | None, text: str, state: State, locator: str, file: SourceFile, options: SourceOptions
) -> list[Fact] | Rejection:
    try:
        if tokens is None:
            raise ValueError("not Turtle")
        return list(Parser(tokens, state).facts())
    except (ValueError, IndexError, KeyError, RecursionError):
        return file.reject(options, Reason.MALFORMED, locator, text)
