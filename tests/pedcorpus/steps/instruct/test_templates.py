import re
import tomllib
from hashlib import sha256

from pedcorpus.steps.instruct.templates import content, pick, templates

VERSION, HASH = "2", "0bdddf775abecfea"


def test_a_changed_phrase_raises_the_version() -> None:
    """Raise `version` in templates.toml and VERSION in steps/instruct.py, then write both here."""
    assert (tomllib.loads(content())["version"], sha256(content().encode()).hexdigest()[:16]) == (VERSION, HASH)


def test_phrasings_hold_the_places_their_builder_fills() -> None:
    known = {"subject", "topic", "items", "patient", "child", "symptoms", "relation", "question", "answer"}
    for group in ("document", "graph", "dialogue", "distilled"):
        for template in templates(group).values():
            for line in (line for lines in template.phrasings.values() for line in lines):
                assert set(re.findall(r"{(\w*)}", line)) <= known, line


def test_a_choice_depends_on_its_key_alone() -> None:
    choices = ["一", "二", "三"]
    assert {pick(choices, str(key)) for key in range(30)} == set(choices)
    assert pick(choices, "doc-1") == pick(choices, "doc-1")
