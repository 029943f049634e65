"""What must agree about the classes of private data: rows, surrogates, detectors, prefilters, and the tests' planters.

And adding a class is a row, a finder and the finder's line among the detectors.
"""

from __future__ import annotations

import inspect
import random
import re
from pathlib import Path

from ingest.privacy import surrogates
from ingest.privacy.classes import CLASSES, IDENTIFIERS, LABELS, NUMERIC
from ingest.privacy.detectors import DETECTORS
from ingest.privacy.folded_text import fold
from ingest.privacy.prefilter import ALL_PREFILTERS, Prefilter, pattern_groups
from tests.support.privacy.plant import TEMPLATES, plant
from tests.support.privacy.second_author import CLASSES as OF_PLACE
from tests.support.privacy.second_author import MAKERS

ROOT = Path(__file__).parents[2]
OF_TEMPLATE = {"title": "name", "nickname": "name", "landline": "phone"}
"""Template of the first author → class, where they are not called the same."""


def test_every_class_has_a_label_of_its_own_and_identifiers_are_some_of_them() -> None:
    assert len(set(LABELS.values())) == len(CLASSES)
    assert all(re.fullmatch(r"\[[^\[\]]+\]", label) for label in LABELS.values())
    assert set(LABELS) > IDENTIFIERS
    assert set(LABELS) > NUMERIC


def test_every_class_has_detectors_and_every_detector_finds_classes_there_are() -> None:
    assert frozenset[str]().union(*(detector.classes for detector in DETECTORS)) == set(CLASSES)


def test_detectors_find_only_the_classes_of_their_line() -> None:
    rng = random.Random(5)
    texts = [fold(text) for kind in sorted(TEMPLATES) for _ in range(30) for text in plant(rng, ["嗯。"], [kind]).texts]
    for detector in DETECTORS:
        kinds = {span.kind for span in detector.find("\n".join(texts))}
        assert kinds <= detector.classes, detector


def test_every_maker_of_invented_values_belongs_to_a_class() -> None:
    makers = {maker for name, maker in inspect.getmembers(surrogates, inspect.isfunction) if name.startswith("invent_")}
    assert makers == {row.surrogate for row in CLASSES.values()}


def test_every_prefilter_has_one_pattern_and_serves_a_detector() -> None:
    groups = pattern_groups("strict")
    assert sum(map(len, groups)) == len(Prefilter)
    assert {prefilter for group in groups for prefilter in group} == set(Prefilter)
    used = 0
    for detector in DETECTORS:
        used |= detector.prefilters
    assert used == ALL_PREFILTERS


def test_identifiers_pass_the_prefilters_of_their_level() -> None:
    known = sum(prefilter for group in pattern_groups("identifiers") for prefilter in group)
    for detector in DETECTORS:
        assert not detector.classes & IDENTIFIERS or detector.prefilters & known, detector


def test_every_class_is_planted_and_nothing_but_classes() -> None:
    first = {OF_TEMPLATE.get(template, template) for template in TEMPLATES}
    second = {name for place in MAKERS for name in OF_PLACE.get(place, (place,))}
    lines = (ROOT / "tests/ingest/privacy/private_phrasings.tsv").read_text(encoding="utf-8").splitlines()
    phrased = {
        OF_TEMPLATE.get(kind, OF_PLACE.get(kind, (kind,))[0]) for kind in (line.split("\t")[0] for line in lines)
    }
    assert first | second | phrased == set(CLASSES)
