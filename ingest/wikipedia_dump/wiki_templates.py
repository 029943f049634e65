"""What a template shows, for the few whose text belongs to the sentence they stand in. All others show nothing.

Names are those of the Chinese Wikipedia. Quantities matter most: {{convert|5|kg}} lost is a dose lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ingest.vocabulary.any_of import any_of
from ingest.wikipedia_dump.language_variants import Rules, preferred, rules_of, variants

Show = Callable[[Any], str]
"""Renders wikicode as text."""

_FIRST = re.compile(
    any_of(
        "nowrap nobr nobold small big smaller larger tooltip abbr abbrlink hover nihongo nihongo2 ja lj lk ko-hhrm"
        " unicode trad math mvar quote cquote quotation blockquote 引文 引言 sub smallsub bracket green red blue center"
        " mono code strong em link illm 僻字 僻 kai text"
    )
    + "|ruby(-[a-z]{2})?|zh-han[st]|lang-[a-z-]{2,12}"
)
"""`lang-en` → `lang-en`, `infobox` → –"""
_DISPLAY = re.compile(r"le|internal link helper(/.*)?|link-[a-z-]+|ilh|li")
"""`link-en` → `link-en`"""
_NOTES = {"noteta", "noteta-lite", "全文字詞轉換", "全文字词转换"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8})?")
"""`en` → `en`, `川崎病` → –"""
_LIST = re.compile("(un)?bulleted ?list|ubl|ordered list|columns-list|col-list|multicol|plain ?list|flatlist|hlist")
"""`plainlist` → `plainlist`"""
_SECOND = {"lang", "langx", "color", "transl", "transliteration", "語言", "语言"}
_THIRD = {"tsl", "translink", "illtsl"}
MAX_ITEMS = 100
"""Most items of a list that is written as a template."""
_WIDTH = re.compile(r"\d{1,3}(em|px|%)?")
"""Columns of a list and how wide they are: no item. `20em` → `20em`, `高热` → –"""
_SIGNS = {
    "!": "|",
    "=": "=",
    "·": "·",
    "•": "·",
    "-": "-",
    "--": "——",
    "——": "——",
    "nbsp": " ",
    "spaces": " ",
    "'": "'",
}
_RANGE = {"-", "–", "to", "~", "～", "至", "and", "x", "by"}
_UNITS = {"c": "℃", "f": "℉", "sqkm": "平方公里", "sqm": "平方米", "m2": "平方米", "km2": "平方公里"}


def render(template: Any, show: Show) -> str:
    """Return the text of a template node; "" where it shows none that belongs to the running text."""
    name = " ".join(str(template.name).replace("_", " ").split()).lower()
    if name in _SIGNS:
        return _SIGNS[name]

    def value(key: str) -> str:
        return show(template.get(key).value).strip() if template.has(key) else ""

    for names, make in _MAKERS:
        if names(name):
            return make(value)
    if _FIRST.fullmatch(name):
        return value("1") or value("text")
    if _DISPLAY.fullmatch(name):
        return value("3") or value("1")
    if _LIST.fullmatch(name):
        items = [
            item for place in range(1, MAX_ITEMS + 1) if (item := value(str(place))) and not _WIDTH.fullmatch(item)
        ]
        return "、".join(items) if name == "hlist" else "\n" + "\n".join(items) + "\n"
    if name in _SECOND:
        return value("2") or value("text")
    return (value("4") or value("3")) if name in _THIRD else ""


def read_declarations(code: Any) -> tuple[Rules, str]:
    """Return the conversion rules and the title of the page's noteTA templates (groups they name lie elsewhere)."""
    rules: Rules = {}
    title = ""
    for template in code.filter_templates(recursive=False):
        if str(template.name).strip().lower().replace(" ", "") not in _NOTES:
            continue
        for parameter in template.params:
            name, body = str(parameter.name).strip(), str(parameter.value)
            if name.isdigit():
                rules.update(rules_of(variants(body), body))
            elif name == "T":
                title = preferred(variants(body))
    return rules, title


def _with_unit(number: str, unit: str) -> str:
    """Return a quantity; units in Latin letters stand apart from the number, as the wiki sets them."""
    unit = _UNITS.get(unit.lower(), unit)
    return f"{number} {unit}" if unit[:1].isascii() and unit[:1].isalpha() else f"{number}{unit}"


def _quantity(value: Show) -> str:
    first, second, third, fourth = (value(key) for key in "1234")
    if second.lower() in _RANGE:
        return _with_unit(f"{first}～{third}", fourth)
    return _with_unit(first, second)


def _number(value: Show) -> str:
    power = f"×10^{value('e')}" if value("e") else ""
    return _with_unit(f"{value('1')}{power}", value("u") or value("ul"))


def _link(value: Show) -> str:
    """Return what {{ill}} shows: in old pages the language comes first, then the article's name."""
    return value("2") if _LANGUAGE.fullmatch(value("1")) else value("1")


def _fraction(value: Show) -> str:
    parts = [part for part in (value(key) for key in "123") if part]
    if len(parts) == 3:
        return f"{parts[0]} {parts[1]}/{parts[2]}"
    return "/".join(parts if len(parts) == 2 else ["1", *parts])


def _formula(value: Show) -> str:
    return "".join(value(str(place)) for place in range(1, 21))


def _life(value: Show) -> str:
    return f"{value('1')}{value('2')}－{value('3')}{value('4')}".strip("－")


_MAKERS: tuple[tuple[Callable[[str], bool], Callable[[Show], str]], ...] = (
    ({"ill"}.__contains__, _link),
    ({"convert", "cvt", "换算", "換算"}.__contains__, _quantity),
    ({"val", "gaps", "num"}.__contains__, _number),
    ({"frac", "fraction", "sfrac", "分数", "分數"}.__contains__, _fraction),
    ({"chem", "chem2", "化学式", "化學式"}.__contains__, _formula),
    ({"bd", "生卒", "生卒年"}.__contains__, _life),
    ({"lang-zh", "zh", "zh-full", "jpn"}.__contains__, lambda value: value("s") or value("c") or value("j")),
    ({"font color", "fontcolor"}.__contains__, lambda value: value("3") or value("2")),
    ({"e", "e-sp", "×10^"}.__contains__, lambda value: f"×10^{value('1')}"),
    ({"sup", "smallsup"}.__contains__, lambda value: f"^{value('1')}"),
    ({"as of", "截至"}.__contains__, lambda value: f"截至{value('1')}年"),
)
