"""The grammar of Turtle: tokens of a statement, and the facts it states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
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
"""`@prefix ow` → `@prefix`"""
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
r"""`a\u4e2d` → `\u4e2d`"""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}

Token = tuple[str, str]
Node = tuple[str, str]
"""`iri`, `blank` or `text`, and the IRI, label or value."""
Fact = tuple[Node, str, Node]


@dataclass(slots=True)
class State:
    """What Turtle carries from one statement to the next."""

    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""
    blanks: int = 0


def tokens_of(text: str) -> list[Token] | None:
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


class Parser:
    """Recursive descent over the tokens of one or more whole statements."""

    def __init__(self, tokens: list[Token], state: State) -> None:
        self._tokens, self._state, self._at = tokens, state, 0
        self._found: list[Fact] = []

    def facts(self) -> list[Fact]:
        """Return the facts. Raises `ValueError`, `IndexError` or `KeyError` for what is no Turtle."""
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
            predicate = TYPE if token == ("word", "a") else self._iri(token)
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
