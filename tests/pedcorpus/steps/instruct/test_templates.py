import re

from pedcorpus.steps.instruct.templates import pick, templates


def test_phrasings_hold_the_places_their_builder_fills() -> None:
    known = {
        "subject",
        "topic",
        "items",
        "patient",
        "child",
        "symptoms",
        "relation",
        "question",
        "answer",
        "text",
        "more",
        "signs",
        "checks",
        "who",
        "lead",
        "complaint",
        "evidence",
        "diagnosis",
    }
    for group in ("document", "graph", "dialogue", "distilled"):
        for template in templates(group).values():
            for line in (line for lines in template.phrasings.values() for line in lines):
                assert set(re.findall(r"{(\w*)}", line)) <= known, line


def test_a_choice_depends_on_its_key_alone() -> None:
    choices = ["一", "二", "三"]
    assert {pick(choices, str(key)) for key in range(30)} == set(choices)
    assert pick(choices, "doc-1") == pick(choices, "doc-1")
