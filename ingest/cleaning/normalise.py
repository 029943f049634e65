"""Normalise text column by column: one form for each character, Chinese punctuation unharmed, doses intact.

NFKC alone would turn ，into a comma, … into three dots, 10⁹ into 109 and 2½ into 21/2; so what must stay is set aside
in private-use characters first, and superscripts and fractions are written out.
"""

from __future__ import annotations

import polars as pl

from ingest.notation.radicals import RADICALS

PUNCTUATION = "，。；：？！（）“”《》、…"
"""Chinese punctuation that normalisation must not change; counted before and after."""

_KEEP = "，：；！？（）～［］…℃℉™" + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩" + "¨¯´¸˘˙˛˜˝゛゜"
_ASIDE = [chr(0xF0000 + i) for i in range(len(_KEEP))]

_SAME = {
    **RADICALS,
    **dict(zip("≦≧⩽⩾﹤﹥˚‐‑⁻−－﹣", "≤≥≤≥<>°------", strict=True)),
    **dict(
        zip("︐︑︒︓︔︕︖︗︘︙︵︶︻︼︽︾︿﹀﹁﹂﹃﹄", "，、。：；！？〖〗…（）【】《》〈〉「」『』", strict=True)
    ),
    **dict(zip("﹐﹑﹔﹕﹖﹗﹙﹚", "，、；：？！（）", strict=True)),
}

_INVISIBLE = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}"
    r"\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{3164}\x{fdd0}-\x{fdef}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}"
    r"\x{fff0}-\x{fffb}\x{fffe}\x{ffff}\x{e0000}-\x{10ffff}]"
)
"""Controls, zero-width and directional marks, variation selectors, non-characters, planes 14 to 16."""

_UNTOUCHED = (
    r"[^\n -~。、“”‘’《》〈〉【】「」『』〔〕〖〗—·×÷±≤≥≈→←↑↓①-⑳℃"
    r"α-ωΑ-Ω\x{4e00}-\x{9fff}\x{3400}-\x{4dbf}，：；！？（）～［］…]"
)
"""Matches any character that NFKC or a table here could touch; most texts hold none and skip that work."""

_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARKS = r"[，。；：？！（）《》、【】「」『』]"


def normalise(column: pl.Expr) -> pl.Expr:
    """Return the column in one form: NFKC with care, no invisible characters, folded white space. Idempotent.

    Full-width letters and digits become ASCII; Chinese punctuation stays full-width and ASCII punctuation ASCII;
    radicals become ideographs, 10⁹ becomes 10^9, 2½ becomes 2 1/2, °C becomes ℃; spaces between Han go; of empty lines
    one remains.
    """
    return column.map_batches(normalise_series, return_dtype=pl.String, is_elementwise=True)


def normalise_series(series: pl.Series) -> pl.Series:
    """Return a series of strings normalised; see `normalise`."""
    unusual = series.str.contains(_UNTOUCHED).fill_null(value=False)
    if unusual.any():
        changed = pl.select(_one_form(pl.lit(series.filter(unusual)))).to_series()
        series = series.scatter(unusual.arg_true(), changed)
    return pl.select(_fold_space(pl.lit(series))).to_series().alias(series.name)


def _one_form(column: pl.Expr) -> pl.Expr:
    """Replace every character that has a more common equal one."""
    column = column.str.replace_all(_INVISIBLE, "")
    column = column.str.replace_all(r"(\p{Nd})º", "$1°").str.replace_many(_SAME)
    column = column.str.replace_all(rf"([\p{{Nd}}\p{{Han}})）\]％%])([+-]?[{_SUPERSCRIPT}])", "$1^$2")
    column = column.str.replace_all(rf"(\p{{Han}})\^([{_SUPERSCRIPT}]+[A-Z])", "$1$2")  # isotopes: 行¹³C呼气试验
    column = column.str.replace_all(r"(\p{Nd})([¼-¾⅐-⅟])", "$1 $2")
    column = column.str.replace_many(list(_KEEP), _ASIDE).str.normalize("NFKC").str.replace_many(_ASIDE, list(_KEEP))
    return column.str.replace_many(["⁄", "−"], ["/", "-"])


def _fold_space(column: pl.Expr) -> pl.Expr:
    """Fold white space: single spaces, none between Han or beside Chinese punctuation, at most one empty line."""
    column = column.str.replace_all(r"\r\n?|[\x{b}\x{c}\x{85}\x{2028}\x{2029}]", "\n")
    column = column.str.replace_all(r"[ \t\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]+", " ")
    column = column.str.replace_all(r" ?\n ?", "\n").str.replace_all(r"\n{3,}", "\n\n")
    column = column.str.replace_all(rf" ?({_MARKS}) ?", "$1")
    for _ in range(2):  # a match takes both its neighbours: every second gap is left for the second round
        column = column.str.replace_all(r"(\p{Han}) (\p{Han})", "$1$2")
    return column.str.replace_all(r"[°˚] ?C\b", "℃").str.strip_chars()
