import pytest

from ingest.vocabulary.chinese_numerals import parse_number, write_digits, write_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("〇", 0),
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿一", 21),
        ("卅", 30),
        ("一百零五", 105),
        ("两千零二十", 2020),
        ("二〇二一", 2021),
        ("二○二一", 2021),
        ("２０２１", 2021),
        ("05", 5),
        ("十二三", 13),
        ("二三十", 30),
    ],
)
def test_numerals_are_read(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "〇"),
        (9, "九"),
        (10, "十"),
        (21, "二十一"),
        (105, "一百零五"),
        (110, "一百一十"),
        (2001, "二千零一"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_written(value: int, text: str) -> None:
    assert write_number(value) == text


def test_what_is_written_is_read() -> None:
    for value in range(10_000):
        assert parse_number(write_number(value)) == parse_number(write_digits(value)) == value
