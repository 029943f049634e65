"""Who is a child: the same for the reader of instruction sets, the weigher of samples and the graph."""

import re

import polars as pl
import pytest

from ingest.distilled_formats.topic import department_of
from ingest.vocabulary import children
from ingest.vocabulary.medical_terms import bundled
from pedcorpus.pediatric.about_children import about_children
from schemas.sample import Message


def words_of(group: str) -> set[str]:
    return set(group.removeprefix("(?:").removesuffix(")").split("|"))


def is_child_to_both(question: str) -> list[bool]:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": "答案。"}]
    rows = pl.DataFrame({"department": [""], "messages": [[*messages]]})
    read = department_of({}, (Message("user", question),), "") == children.PEDIATRICS
    return [read, bool(about_children(rows)[0])]


def test_no_word_is_for_children_and_for_grown_ups() -> None:
    young = words_of(children.CHILD) | words_of(children.CHILD_IN_A_NAME)
    old = words_of(children.GROWN_UP) | words_of(children.PERHAPS_GROWN_UP) | words_of(children.GROWN_UP_SUBJECT)
    assert not young & old
    pediatric = {term for term, kind in bundled().items() if kind == "pediatric"}
    assert not pediatric & old


@pytest.mark.parametrize("word", sorted(words_of(children.CHILD)))
def test_a_word_for_children_is_one_to_the_reader_and_to_the_weigher(word: str) -> None:
    assert is_child_to_both(f"{word}咳嗽发热怎么治疗？") == [True, True]


@pytest.mark.parametrize("word", sorted(words_of(children.GROWN_UP) | words_of(children.PREGNANT)))
def test_a_word_for_grown_ups_is_one_to_the_reader_and_to_the_weigher(word: str) -> None:
    assert is_child_to_both(f"{word}的病人咳嗽发热怎么治疗，小儿？")[0] is False
    assert is_child_to_both(f"{word}的病人咳嗽发热怎么治疗？")[1] is False


@pytest.mark.parametrize(("age", "is_child"), [(3, True), (14, True), (15, True), (17, True), (18, False), (60, False)])
def test_the_reader_and_the_weigher_know_one_age_of_grown_ups(age: int, is_child: bool) -> None:
    assert is_child_to_both(f"男，{age}岁，反复腹痛，应做哪些检查？") == [is_child, is_child]


@pytest.mark.parametrize("name", ["儿科", "新生儿科", "小儿外科", "Pediatrics", "paediatric surgery"])
def test_departments_for_children(name: str) -> None:
    assert children.is_pediatric(name)
    assert department_of({"department": name}, (Message("user", "咳嗽"),), "") == children.PEDIATRICS


def test_departments_for_others() -> None:
    assert not any(map(children.is_pediatric, ("内科", "妇产科", "", "Podiatry")))
    assert re.search(children.CHILD_IN_A_NAME, "先天性心脏病")
