"""Lists of one fact agree: tasks, their titles, the benchmark's sizes."""

from __future__ import annotations

from typing import get_args

from pedcorpus.config.sections import Benchmark
from pedcorpus.steps.card.figures import TASK_TITLES
from schemas.sample import MEDICAL_TASKS, TASKS, Task


def test_every_medical_task_has_a_size_of_its_benchmark() -> None:
    assert tuple(Benchmark.model_fields)[: len(MEDICAL_TASKS)] == MEDICAL_TASKS


def test_the_tasks_are_those_of_their_type_and_each_has_a_title() -> None:
    assert get_args(Task) == TASKS == tuple(TASK_TITLES)
