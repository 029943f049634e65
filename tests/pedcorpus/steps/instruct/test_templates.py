import re

from pedcorpus.steps.instruct.templates import GROUPS, pick, templates


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
        "name",
        "noun",
    }
    for group in GROUPS:
        for template in templates(group).values():
            for line in (line for lines in template.phrasings.values() for line in lines):
                assert set(re.findall(r"{(\w*)}", line)) <= known, line


def test_a_choice_depends_on_its_key_alone() -> None:
    choices = ["一", "二", "三"]
    assert {pick(choices, str(key)) for key in range(30)} == set(choices)
    assert pick(choices, "doc-1") == pick(choices, "doc-1")


def test_a_book_asks_for_an_aspect_in_six_ways_and_quotes_no_heading() -> None:
    for name, template in templates("document").items():
        for part, lines in template.phrasings.items():
            if part.endswith("questions") and part != "symptom_questions":
                assert len(set(lines)) >= 3, (name, part)
                assert not any("“" in line for line in lines)
        if "questions" in template.phrasings:
            assert len(set(template.phrasings["questions"])) >= 6, name
