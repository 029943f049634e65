"""Numbers in Chinese numerals, read and written: 二十三, 两千零五, 二〇二一."""

from __future__ import annotations

DIGITS = "〇一二三四五六七八九"
_VALUES = {**{char: value for value, char in enumerate(DIGITS)}, "零": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def parse_number(text: str) -> int:
    """Return the value of numerals below 10,000, also digit by digit as in years (二〇二一); other characters are 0."""
    total = digit = 0
    for char in text.replace("廿", "二十").replace("卅", "三十"):
        if char in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[char], 0
        else:
            digit = digit * 10 + _VALUES.get(char, 0)
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
