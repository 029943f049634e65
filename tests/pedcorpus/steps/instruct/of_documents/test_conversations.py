from typing import Any

from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import documents
from schemas.sample import InstructionSample

SECTIONS = {
    "病因": "多由病毒感染引起，少数由细菌引起。",
    "临床表现": "先有发热和流涕，以后出现咳嗽和气促。",
    "诊断": "根据病史、体征和胸部影像可以诊断。",
    "治疗": "以休息和对症治疗为主，细菌感染时使用抗菌药物。",
}


def book(number: int, subject: str, names: list[str]) -> list[dict[str, Any]]:
    rows = []
    for place, name in enumerate(names):
        row = {"id": f"doc-{number}-{place}", "source": "book", "kind": "text", "title": "儿科学", "department": "儿科"}
        row |= {"origin": {"file": "a.pdf", "locator": "p.1", "sha256": ""}, "section": [subject, name]}
        rows.append(row | {"text": SECTIONS[name], "license": "x", "grade": None, "evidence": None})
    return rows


def made(number: int, subject: str, names: list[str]) -> list[InstructionSample]:
    return documents.samples(book(number, subject, names), Instruct()).samples


def test_neighbouring_sections_become_a_conversation_and_no_text_stands_twice() -> None:
    talks = 0
    for number in range(40):
        samples = made(number, "急性支气管炎", list(SECTIONS))
        answers = [m.content for sample in samples for m in sample.messages if m.role == "assistant"]
        assert sorted(answers) == sorted(SECTIONS.values())
        for talk in (sample for sample in samples if len(sample.messages) > 2):
            talks += 1
            assert (talk.task, talk.builder.name) == ("medkqa", "document-conversation")
            first, *others = [m.content for m in talk.messages if m.role == "user"]
            assert 1 <= len(others) <= 3
            assert "支气管炎" in first
            assert not any("支气管炎" in other for other in others)
            places = [int(parent.split("-")[2]) for parent in talk.parents]
            assert places == list(range(places[0], places[0] + len(places)))
    assert 15 < talks < 40


def test_two_sections_and_a_subject_that_is_no_disease_stay_single() -> None:
    for number in range(12):
        assert all(len(sample.messages) == 2 for sample in made(number, "急性支气管炎", ["病因", "治疗"]))
        assert all(len(sample.messages) == 2 for sample in made(number, "腰椎穿刺术", list(SECTIONS)))
