"""A copy of a text in which digits, letters and separators have one form; places stay the same.

Detectors look at the folded copy and cut the original, so folding replaces each character by exactly one.
"""

from __future__ import annotations

import re

import polars as pl

_DASHES = "‐‑‒–—―−－﹣﹘─"
_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u202f\u3000\t"
_COLONS = "：﹕∶︰"
_HAN_DIGITS = str.maketrans("零〇○Ｏ一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "000012345678912123456789")
_CIRCLED = str.maketrans("①②③④⑤⑥⑦⑧⑨⓪❶❷❸❹❺❻❼❽❾", "1234567890123456789")

_TABLE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _COLONS), ":"),
    **{ord("﹫"): "@", **dict.fromkeys(map(ord, "【〖"), "("), **dict.fromkeys(map(ord, "】〗"), ")")},
}

_DIGIT = "[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖0-9]"
_HAN_DIGIT = "[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
_SPELLED = re.compile(rf"{_DIGIT}(?:{_DIGIT}|(?<=\d)[ \-.](?=\d)|(?<={_HAN_DIGIT})[ \-.,、](?={_HAN_DIGIT})){{5,}}")
"""`打一三八零零一三八零零零找我` → `一三八零零一三八零零零`"""
_CIRCLES = re.compile(r"[①②③④⑤⑥⑦⑧⑨⓪❶❷❸❹❺❻❼❽❾]{6,}")
"""`电话①③⑧①②③④⑤⑥⑦⑧` → `①③⑧①②③④⑤⑥⑦⑧`"""
_MAY_BE_SPELLED = rf"(?:{_DIGIT}[ \-.,、]?){{5}}{_DIGIT}|{_CIRCLES.pattern}"
"""What `_SPELLED` and `_CIRCLES` find holds a match of this; for an engine without look-around."""
_COUNTING = re.compile(r"一二三四|二三四五|三四五六|四五六七|五六七八|六七八九")
"""Runs that count on (一二三四五六七) are lists, not numbers, unless they are mobile numbers all the same.
`一二三四五六七` → `一二三四`"""


def fold(text: str) -> str:
    """Return `text` with full-width signs, spelled-out numbers of seven digits or more and dashes made plain.

    The result has the same length: character i of it stands for character i of `text`.
    """
    plain = text.translate(_TABLE)
    if _SPELLED.search(plain):
        plain = _SPELLED.sub(_digits, plain)
    if _CIRCLES.search(plain):
        plain = _CIRCLES.sub(lambda match: match[0].translate(_CIRCLED), plain)
    return plain


def fold_series(texts: pl.Series) -> pl.Series:
    """Return a series of texts folded: the signs in Polars' engine, Python only where numbers are spelled out."""
    signs = {chr(code): chr(sign) if isinstance(sign, int) else sign for code, sign in _TABLE.items()}
    plain = pl.select(pl.lit(texts).str.replace_many(signs)).to_series()
    spelled = plain.str.contains(_MAY_BE_SPELLED).fill_null(value=False)
    return plain.scatter(spelled.arg_true(), [fold(text) for text in texts.filter(spelled)]) if spelled.any() else plain


def _digits(match: re.Match[str]) -> str:
    run = match[0]
    if run.isascii() or (_COUNTING.match(run) and len(run) < 11):
        return run
    return run.translate(_HAN_DIGITS).replace(",", "-").replace("、", "-")
