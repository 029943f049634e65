"""The plan: one list of steps, from which their order, their inputs and what lineage shows are derived."""

from __future__ import annotations

from pathlib import Path

import pytest

from pedcorpus.build_plan import INGEST, LATER_STEPS, STEP_NAMES, make_plan, order_of
from pedcorpus.config.load import SAMPLE, load
from pedcorpus.engine.step import Step
from schemas.errors import PedCorpusError

STEPS = Path(__file__).parents[2] / "pedcorpus" / "steps"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    return make_plan(load(SAMPLE), SAMPLE.parent, tmp_path_factory.mktemp("out"))


def test_every_folder_of_steps_has_a_line_in_the_plan() -> None:
    folders = {path.parent.name for path in STEPS.glob("*/step.py")}
    assert folders == {"ingest", *(step.module.__name__.split(".")[2] for step in LATER_STEPS)}


def test_a_step_comes_after_its_inputs(plan: list[Step]) -> None:
    before: set[str] = set()
    for step in plan:
        assert set(step.inputs) <= before, step.name
        before.add(step.name)


def test_the_order_of_the_list_is_the_order_of_a_build(plan: list[Step]) -> None:
    names = [step.name for step in plan]
    assert names == sorted(names, key=order_of)
    assert names[-len(STEP_NAMES) :] == list(STEP_NAMES)


def test_the_card_stands_on_every_step_before_it(plan: list[Step]) -> None:
    *before, card = plan
    assert card.inputs == tuple(step.name for step in before)
    assert INGEST not in card.inputs


def test_an_unknown_step_has_no_place() -> None:
    with pytest.raises(PedCorpusError, match="steps/polish: no step of this program"):
        order_of("polish")
