"""What must agree about the classes of private data: rows, surrogates, detectors, prefilters, and the tests' planters.

And adding a class is a row, a finder and the finder's line among the detectors.
"""

from __future__ import annotations

import inspect
import random
import re
import shutil
import subprocess
import sys
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


ROW = '    PrivateClass("student_number", "[学号]", surrogates.invent_account, is_identifier=True),\n'
FINDER = '''"""Numbers that schools give to pupils."""

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span

_STUDENT_NUMBER = re.compile(r"学号[:是为 ]{0,2}(?P<value>\\d{6,12})")
"""`学号:20230117` → `20230117`"""


def student_numbers(folded: str) -> Iterator[Span]:
    """Yield the numbers of pupils."""
    for match in _STUDENT_NUMBER.finditer(folded):
        yield Span(*match.span("value"), "student_number")
'''
LINE = '    _detector(student_numbers.student_numbers, "student_number", Prefilter.RECORD, "学号"),\n'
USE = """
import polars as pl
from ingest.privacy import deidentify, deidentify_column, residual
text = "孩子学号：20230117，发烧三天"
for mode in ("mask", "surrogate"):
    for level in ("strict", "identifiers"):
        print(*deidentify([text], level=level, mode=mode, key="k"))
column, counts = deidentify_column(pl.Series([text]), "identifiers", "mask", pl.Series(["k"]))
print(column[0], residual(column, "strict").height)
"""


def test_a_class_is_a_row_a_finder_and_a_line(tmp_path: Path) -> None:
    for package in ("schemas", "ingest"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "ingest/privacy"
    (folder / "numbers/student_numbers.py").write_text(FINDER, encoding="utf-8")
    edits = (
        ("classes.py", "_ROWS = (\n", "_ROWS = (\n" + ROW),
        ("detectors.py", "DETECTORS = (\n", "DETECTORS = (\n" + LINE),
        ("detectors.py", "hospital_numbers, identity", "hospital_numbers, student_numbers, identity"),
    )
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    result = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    masked, _, invented, _, column = result.stdout.splitlines()
    assert masked == "['孩子学号：[学号]，发烧三天'] Counter({'student_number': 1})"
    assert re.match(r"\['孩子学号：example_\d+，发烧三天'\]", invented)
    assert column == "孩子学号：[学号]，发烧三天 0"
