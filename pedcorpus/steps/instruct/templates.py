"""The templates: read once from `phrases/`, chosen by hash so that the same record always gets the same words."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from importlib.resources import files
from typing import Any, TypeVar, get_args

from schemas.sample import Builder, Task

Choice = TypeVar("Choice")
GROUPS = ("document", "graph", "dialogue")
"""Files of phrases, one for each way samples are made."""


@dataclass(frozen=True, slots=True)
class Template:
    """One way to make a sample: its task and the phrasings of each part, e.g. `questions`, `topic_questions`."""

    name: str
    version: str
    task: Task
    phrasings: dict[str, tuple[str, ...]]

    @property
    def noun(self) -> str:
        """What the aspect is called: 治疗."""
        return self.phrasings["noun"][0]

    @property
    def clause(self) -> str:
        """What asks for the aspect behind a subject: 应怎样治疗."""
        return self.phrasings["clause"][0]

    @property
    def builder(self) -> Builder:
        """What stands in the column `builder` of its samples."""
        return Builder("template", self.name, self.version)

    def phrase(self, part: str, key: str, **values: str) -> str:
        """Return one phrasing of `part`, chosen by `key`, with the values filled in."""
        return pick(self.phrasings[part], key).format(**values)


def pick(choices: Sequence[Choice], key: str) -> Choice:
    """Choose by hash: the same key takes the same choice on every machine."""
    return choices[int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % len(choices)]


def content_sha256() -> str:
    """Return the SHA-256 of all phrases, which the plan puts into the fingerprint of the step `instruct`."""
    return sha256("\n".join(map(content, GROUPS)).encode()).hexdigest()


@cache
def templates(group: str) -> dict[str, Template]:
    """Return the templates of a group (`document`, `graph`, …) by their short name, in the order of the file."""
    data = tomllib.loads(content(group))
    return {name: _template(f"{group}-{name}", data["version"], entry) for name, entry in data[group].items()}


@cache
def aspects(group: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return aspect → its lists of words and sentences (tables `[aspect.*]` of a file), in the order of the file."""
    data = tomllib.loads(content(group))
    return {name: {part: tuple(lines) for part, lines in entry.items()} for name, entry in data["aspect"].items()}


@cache
def frames(kind: str) -> tuple[str, ...]:
    """Return the questions about a topic of a kind (`phrases/document.toml`, `[frames]`)."""
    return tuple(tomllib.loads(content("document"))["frames"][kind])


def content(group: str) -> str:
    """Return the text of a file of phrases."""
    return files("pedcorpus.steps.instruct").joinpath("phrases", f"{group}.toml").read_text(encoding="utf-8")


def _template(name: str, version: str, entry: dict[str, Any]) -> Template:
    if entry["task"] not in get_args(Task):
        raise ValueError(f"phrases, {name}: task {entry['task']!r} is none of {get_args(Task)}.")
    phrasings = {part: tuple(lines) for part, lines in entry.items() if isinstance(lines, list)}
    return Template(name, version, entry["task"], phrasings)
