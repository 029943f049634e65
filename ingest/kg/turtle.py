"""Statements of RDF in Turtle or N-Triples, streamed statement by statement.

An own parser of some hundred lines: the files we meet use prefixes, `a`, `;`, `,`, literals and blank nodes, and one
broken line must cost itself alone, while general RDF libraries stop at the first and hold the whole graph in memory.
IRIs are named by `rdfs:label` or `skos:prefLabel` where the file has one, else by their last part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from ingest.encoding import text_lines
from ingest.kg.statements import Statement, statement, stub
from ingest.relations import IS_A, TYPES
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

MAX_STATEMENT_LINES = 20_000
"""Lines after which a statement without its full stop is given up."""
_LONG = 100
"""Lines of a statement above which its quotes are counted before it is cut into tokens, which takes longer."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_LABELS = frozenset(
    {
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://schema.org/name",
    }
)
_TOKEN = re.compile(
    r"""\s+|\#[^\n]*
    |(?P<iri><(?:[^<>"{}|^`\\\t\r\n]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    |(?P<long>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3})
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<typed>\^\^)
    |(?P<blank>_:[\w.-]*\w)
    |(?P<number>[+-]?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![\w:]))
    |(?P<name>[\w.-]*:(?:[\w\-:%·（）()]|\\.|\.(?=[\w:%-]))*)
    |(?P<word>[A-Za-z]+)
    |(?P<mark>[.;,\[\]()])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}

Token = tuple[str, str]
Node = tuple[str, str]
"""`iri`, `blank` or `text`, and the IRI, label or value."""
Fact = tuple[Node, str, Node]


@dataclass(slots=True)
class _State:
    """What Turtle carries from one statement to the next."""

    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""
    blanks: int = 0


def turtle_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a Turtle or N-Triples file; the first of two passes gathers names and classes."""
    names: dict[str, str] = {}
    classes: dict[str, str] = {}
    for _, facts in _facts(file, options):
        for subject, predicate, value in [] if isinstance(facts, Rejection) else facts:
            if predicate in _LABELS and value[0] == "text":
                names.setdefault(subject[1], value[1])
            elif predicate == _TYPE and _local(value[1]).lower() in TYPES:
                classes[subject[1]] = _local(value[1])
    for locator, facts in _facts(file, options):
        if isinstance(facts, Rejection):
            yield facts
            continue
        for fact in facts:
            yield from _statement(fact, names, classes, locator, file, options)


def _statement(
    fact: Fact, names: dict[str, str], classes: dict[str, str], locator: str, file: SourceFile, options: SourceOptions
) -> Iterator[Statement]:
    subject, predicate, value = fact
    if predicate in _LABELS or (predicate == _TYPE and _local(value[1]).lower() in TYPES):
        return  # names and classes of entities, used in the statements about them
    if subject[0] == "blank" or value[0] == "blank":
        yield stub(file, options, locator, f"a node without a name: {_local(predicate)}")
        return
    relation = IS_A if predicate in (_TYPE, _SUBCLASS) else names.get(predicate) or _local(predicate)
    head = names.get(subject[1]) or _local(subject[1])
    tail = value[1] if value[0] == "text" else names.get(value[1]) or _local(value[1])
    types = classes.get(subject[1], ""), classes.get(value[1], "")
    yield statement(file, options, locator, (head, relation, tail), types)


def _local(iri: str) -> str:
    """Return the last part of an IRI, its percent signs and underscores resolved."""
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]).replace("_", " ")


def _facts(file: SourceFile, options: SourceOptions) -> Iterator[tuple[str, list[Fact] | Rejection]]:
    """Yield the facts of each statement with the line it begins on."""
    state, begin = _State(), 0
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
        tokens = _tokens(text)
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
    """Tell whether a statement ends here; what can be no statement ends too."""
    if tokens is None:
        return not _is_open(text)
    return bool(tokens) and tokens[-1] == ("mark", ".")


def _is_open(text: str) -> bool:
    return bool(text.count('"""') % 2 or text.count("'''") % 2)


def _parsed(
    tokens: list[Token] | None, text: str, state: _State, locator: str, file: SourceFile, options: SourceOptions
) -> list[Fact] | Rejection:
    try:
        if tokens is None:
            raise ValueError("not Turtle")
        return list(_Parser(tokens, state).facts())
    except (ValueError, IndexError, KeyError, RecursionError):
        return file.reject(options, Reason.MALFORMED, locator, text)


def _tokens(text: str) -> list[Token] | None:
    """Cut a statement into tokens; None where something is no token."""
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            return None
        if match.lastgroup:
            tokens.append((match.lastgroup, match[0]))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens of one or more whole statements."""

    def __init__(self, tokens: list[Token], state: _State) -> None:
        self._tokens, self._state, self._at = tokens, state, 0
        self._found: list[Fact] = []

    def facts(self) -> list[Fact]:
        while self._at < len(self._tokens):
            if self._directive():
                continue
            subject = self._node()
            if self._peek() != ("mark", "."):
                self._predicates(subject)
            self._expect(".")
        return self._found

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, mark: str) -> None:
        if self._next() != ("mark", mark):
            raise ValueError(f"expected {mark}")

    def _directive(self) -> bool:
        kind, text = self._peek()
        word = text.lstrip("@").lower()
        if kind not in ("lang", "word") or word not in ("prefix", "base"):
            return False
        self._at += 1
        if word == "prefix":
            name = self._next()[1]
            self._state.prefixes[name.removesuffix(":")] = self._iri(self._next())
        else:
            self._state.base = self._iri(self._next())
        if kind == "lang":
            self._expect(".")
        return True

    def _predicates(self, subject: Node) -> None:
        while True:
            token = self._next()
            predicate = _TYPE if token == ("word", "a") else self._iri(token)
            self._found.append((subject, predicate, self._node()))
            while self._peek() == ("mark", ","):
                self._at += 1
                self._found.append((subject, predicate, self._node()))
            while self._peek() == ("mark", ";"):
                self._at += 1
            if self._peek()[0] == "mark" or self._peek()[0] == "end":
                return

    def _node(self) -> Node:
        kind, text = token = self._next()
        if kind in ("text", "long"):
            return self._literal(text[3:-3] if kind == "long" else text[1:-1])
        if kind in ("number", "word"):
            return "text", text
        if kind == "blank":
            return "blank", text
        if token == ("mark", "["):
            return self._anonymous()
        if token == ("mark", "("):
            while self._peek() != ("mark", ")"):
                self._node()
            self._at += 1
            return self._blank()
        return "iri", self._iri(token)

    def _anonymous(self) -> Node:
        node = self._blank()
        if self._peek() != ("mark", "]"):
            self._predicates(node)
        self._expect("]")
        return node

    def _blank(self) -> Node:
        self._state.blanks += 1
        return "blank", f"_:anonymous{self._state.blanks}"

    def _literal(self, text: str) -> Node:
        if self._peek()[0] == "lang":
            self._at += 1
        elif self._peek()[0] == "typed":
            self._at += 1
            self._iri(self._next())
        return "text", _unescape(text)

    def _iri(self, token: Token) -> str:
        kind, text = token
        if kind == "iri":
            iri = _unescape(text[1:-1])
            return iri if ":" in iri else self._state.base + iri
        if kind != "name":
            raise ValueError(f"expected an IRI, found {text}")
        prefix, _, local = text.partition(":")
        return self._state.prefixes[prefix] + local.replace("\\", "")


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda m: chr(int(m[1][1:], 16)) if m[1][0] in "uU" and len(m[1]) > 1 else _ESCAPES.get(m[1], m[1]), text
    )
