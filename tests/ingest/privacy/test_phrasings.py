"""Forms of private data as people write them, one a line in private_phrasings.tsv (invented), and look-alikes that
stay.

The values stand between ⟦ and ⟧. The forms were written apart from the detectors, and their like must go as well.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from ingest.cleaning.normalise import normalise_series
from ingest.dialogue_formats.spoken_fillers import without_fillers
from ingest.privacy import IDENTIFIERS, deidentify, deidentify_column, residual

HERE = Path(__file__).parent
LINES = (HERE / "private_phrasings.tsv").read_text(encoding="utf-8").splitlines()
FORMS = [(kind, text.replace("\\n", "\n")) for kind, text in (line.split("\t") for line in LINES)]
HARMLESS = (HERE / "harmless_phrasings.txt").read_text(encoding="utf-8").splitlines()
CLASS_OF = {"landline": "phone", "record": "record_number"}


def plain(text: str) -> str:
    return str(normalise_series(pl.Series([re.sub("[⟦⟧]", "", text)]))[0])


def values(text: str) -> list[str]:
    return [plain(value) for value in re.findall("⟦(.*?)⟧", text, re.DOTALL)]


@pytest.mark.parametrize("mode", ["mask", "surrogate"])
@pytest.mark.parametrize("kind", sorted({kind for kind, _ in FORMS}))
def test_no_value_is_left_in_any_form(kind: str, mode: str) -> None:
    texts = [text for of, text in FORMS if of == kind]
    column = pl.Series([plain(text) for text in texts])
    keys = pl.Series([str(row) for row in range(len(texts))])
    masked, _ = deidentify_column(column, "strict", mode, keys)  # type: ignore[arg-type]
    left = [
        (value, after) for text, after in zip(texts, masked, strict=True) for value in values(text) if value in after
    ]
    assert not left
    assert residual(masked, "strict").is_empty()


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in FORMS if CLASS_OF.get(kind, kind) in IDENTIFIERS}))
def test_identifiers_go_in_every_source(kind: str) -> None:
    for text in (text for of, text in FORMS if of == kind):
        masked, _ = deidentify([plain(text)], level="identifiers", mode="mask", key="")
        assert not [value for value in values(text) if value in masked[0]], masked


@pytest.mark.parametrize("frame", ["{}", "{}。", "孩子两岁，{}，怎么办？"])
def test_medical_text_and_look_alikes_stay(frame: str) -> None:
    column = pl.Series([frame.format(plain(text)) for text in HARMLESS])
    masked, counts = deidentify_column(column, "strict", "mask", pl.Series([str(row) for row in range(len(column))]))
    assert masked.to_list() == column.to_list()
    assert not counts


def test_record_numbers_that_begin_with_noughts_go() -> None:
    """The form of an invented value must be one that no hospital uses."""
    once, counts = deidentify(["住院号：0001234567"], level="strict", mode="surrogate", key="")
    assert "0001234567" not in once[0]
    assert deidentify(once, level="strict", mode="surrogate", key="")[0] == once
    assert counts == {"record_number": 1}


def test_a_spoken_number_keeps_its_digits_until_it_is_masked() -> None:
    spoken = without_fillers("嗯，我电话是幺三九五八四七幺幺幺五，我家刘雨琪咳嗽。")
    assert "幺三九五八四七幺幺幺五" in spoken
    masked, _ = deidentify([spoken], level="strict", mode="mask", key="")
    assert masked == ["我电话是[电话]，我家[姓名]咳嗽。"]


@pytest.mark.parametrize("text", ["x13991901144", "微13991901144", "打13991901144x"])
def test_one_letter_before_a_number_hides_it_not(text: str) -> None:
    assert "13991901144" not in deidentify([text], level="identifiers", mode="mask", key="")[0][0]


def test_a_name_at_the_end_of_a_record_goes() -> None:
    assert deidentify(["您好", "我爱人杜娟"], level="strict", mode="mask", key="")[0] == ["您好", "我爱人[姓名]"]
