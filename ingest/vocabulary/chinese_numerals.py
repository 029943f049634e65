"""Numbers in Chinese numerals, read and written: 二十三, 两千零五, 二〇二一."""

from __future__ import annotations

DIGITS = "〇一二三四五六七八九"
_VALUES = {**{char: value for value, char in enumerate(DIGITS)}, "零": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def parse_number(text: str) -> int:
    """Return the value of a number below 10,000 in numerals, or digit by digit as years are (二〇二一, 2021).

    Of two digits before or after a unit the second counts: 十二三 is 13. Characters that are no numerals count 0.
    """
    text = text.replace("廿", "二十").replace("卅", "三十")
    has_units = not _UNITS.keys().isdisjoint(text)
    total = digit = 0
    for char in text:
        if char in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[char], 0
        else:
            value = int(char) if char.isdecimal() else _VALUES.get(char, 0)
            digit = value if has_units else 10 * digit + value
    return total + digit


def write_number(value: int) -> str:
    """Return a number from 0 to 9999 in numerals: 十二, 一百零五."""
    text, has_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if has_gap else "") + DIGITS[digit] + name
        has_gap = bool(text) and not digit
    return (text.removeprefix("一") if text.startswith("一十") else text) or DIGITS[0]


def write_digits(value: int) -> str:
    """Return a number digit by digit, as years are written: 二〇二一."""
    return "".join(DIGITS[int(digit)] for digit in str(value))
