"""Wikitext → plain simplified Chinese: what a reader of the article would read, headings as lines of their own.

References, files, categories, infoboxes, navigation and the lists of literature at the end go; tables become lines of
cells, list items lines. Bulky markup is cut before the parser sees it: the parser makes 1.5 MB/s.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.notation.tex import tex_as_text
from ingest.vocabulary.any_of import any_of
from ingest.wikipedia_dump import language_variants
from ingest.wikipedia_dump.wiki_templates import read_declarations, render

_NOT_RUNNING_TEXT = any_of(
    "ref gallery timeline imagemap score templatestyles syntaxhighlight source mapframe maplink graph hiero math chem"
    " ce del s strike rt rp style script noinclude includeonly inputbox section indicator categorytree references"
)
_PAIRED = re.compile(rf"<(/?)({_NOT_RUNNING_TEXT})\b([^<>]{{0,2000}}?)(/?)>", re.IGNORECASE)
"""Tags whose content is not running text. The order in which they open decides, as in the wiki.
`甲<ref name=a>乙</ref>` → `ref`"""
_NOWIKI = re.compile(r"<nowiki>([^<]{0,20000}(?:<(?!/?nowiki)[^<]{0,20000}){0,200})</nowiki>", re.IGNORECASE)
"""`甲<nowiki>[[乙]]</nowiki>` → `[[乙]]`"""
_FORMULA = re.compile(r"<(math|chem|ce)\b[^<>/]{0,200}>((?:[^<]|<(?![/a-z])){0,2000})</\1>", re.IGNORECASE)
"""`<math>10^9</math>` → `10^9`"""
_CAPTION = re.compile(r"^[ \t]*\|\+[ \t]*(.*)$", re.MULTILINE)
"""Title of a table: made a row, as the parser takes it for the first cell of the first one.
`|+ 儿童剂量` → `儿童剂量`"""
_SUP = re.compile(r"<sup>\s*([-+−]?\d{1,6}[-+−]?|[-+−])\s*</sup>", re.IGNORECASE)
"""`10<sup>9</sup>/L` → `9`"""
_LINE_TAG = re.compile(
    rf"</?{any_of('br p div center blockquote poem li ul ol dl dd dt tr table')}\b[^<>]{{0,2000}}>", re.IGNORECASE
)
"""`甲<br />乙` → `<br />`, `H<sub>2` → –"""
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9]{0,20}\b[^<>]{0,2000}>", re.IGNORECASE)
"""`H<sub>2</sub>O` → `<sub>`, `<5 mg` → –"""
_MAX_UNCLOSED = 20
"""Tables, templates or links left open above which they are plain text: the parser's time grows with the square of
their number (20 s for 20,000 tables)."""
_NAMESPACES = any_of("file image media category template 檔案 档案 文件 圖像 图像 圖片 图片 媒体 媒體 分类 分類 模板")
_NAMESPACE = re.compile(rf"\s*{_NAMESPACES}\s*:", re.IGNORECASE)
"""`Category:儿科` → `Category:`, `川崎病` → –"""
_FOREIGN_WIKI = re.compile(r"\s*[a-z]{2,3}(?:-[a-z]{2,8}){0,2}\s*:", re.IGNORECASE)
"""`en:Kawasaki disease` → `en:`"""
_PREFIX = re.compile(r"^:?(?:[a-z-]{1,12}:){0,2}", re.IGNORECASE)
"""`:en:Kawasaki disease` → `:en:`"""
_TAIL = re.compile(
    "参考(?:文献|资料|来源|书目|数据)?|注释|注解|脚注|备注|附注|(?:资料)?来源|引用|引文|(?:外部|相关)(?:链接|连接|连结)|参见|参看|另见|书目"
    "|相关(?:条目|主题)|(?:延伸|扩展|深入|进一步)阅读|图集|图片|画廊|注释[与和及]参考(?:文献|资料)|参考(?:文献|资料)[与和及]注释"
    "|references|externallinks|seealso|notes|furtherreading"
)
"""Headings (simplified, without spaces) whose sections hold no running text. `参考文献` → `参考文献`"""
_LEVELS = "\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8"
"""Marks in front of headings, by level; stripped from the input with the others."""
_LEVEL_OF = {mark: level for level, mark in enumerate(_LEVELS)}
_BOXES = re.compile(
    any_of("infobox navbox metadata ambox vertical-navbox toccolours noprint mbox sidebar taxobox"), re.IGNORECASE
)
"""`class=wikitable infobox` → `infobox`"""
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MAGIC = re.compile(r"__[A-Z]{3,20}__|'{2,5}")
"""`__NOTOC__` → `__NOTOC__`, `'''川崎病'''` → `'''`"""
_CONTENT = len(_LEVELS)
_BULLETS = re.compile(r"^(?:- ?)+(?=\D)")
"""`- - 高热` → `- - `"""
_WORD = re.compile(r"\w")
"""`（热）` → `热`, `（）` → –"""
_HOLLOW = re.compile(r"[（(][ \xa0，,、；;：:/·]{0,20}[）)]")
"""`川崎病（，）是` → `（，）`"""
_LEADING = re.compile(r"([（(])[ \xa0，,、；;：:]{1,20}")
"""`（ ，Kawasaki）` → `（ ，`"""
_TRAILING = re.compile(r"[ \xa0，,、；;：:]{1,20}([）)])")
"""`（川崎病；）` → `；）`"""


def plain(wikitext: str) -> str:
    """Return the article's text in simplified characters, paragraphs separated by line ends."""
    return read_article(wikitext)[0]


def read_article(wikitext: str) -> tuple[str, str]:
    """Return the article's text and the title it declares for our variant, "" where it declares none.

    Raises ValueError where the parser gives up.
    """
    import mwparserfromhell
    from mwparserfromhell.parser import ParserError

    slim = _without_bulk(language_variants.strip_marks(wikitext))
    text, rules = language_variants.resolve(slim)
    try:
        code = mwparserfromhell.parse(text, skip_style_tags=True)
    except ParserError as error:
        raise ValueError(f"wikitext cannot be parsed: {error}") from error
    more, title = read_declarations(code)
    shown = language_variants.simplify_page("".join(_body(code.nodes)), {**more, **rules})
    return _tidy(shown), language_variants.simplify_page(language_variants.declared_title(slim) or title, {})


def _without_bulk(text: str) -> str:
    """Cut comments, the tags of `_PAIRED` with what they enclose, the marks of all other tags; in linear time.

    No HTML reaches the parser: 50,000 open <div> cost it two minutes.
    """
    text = _NOWIKI.sub(_literal, _without_comments(text))
    text = _FORMULA.sub(lambda match: tex_as_text(match[2]), text)
    text = _CAPTION.sub(r"|-\n| \1\n|-", text)
    text = _SUP.sub(lambda match: match[1].translate(_SUPERSCRIPT), text)
    kept, last, inside = [], 0, ""
    for tag in _PAIRED.finditer(text):
        is_end, name, empty = tag[1] == "/", tag[2].lower(), tag[4] == "/"
        if not inside:
            kept.append(text[last : tag.start()])
            last = tag.end()
            inside = "" if is_end or empty else name
        elif is_end and name == inside:
            last, inside = tag.end(), ""
    text = "".join([*kept, text[last:]])
    for opening, closing in (("{|", "|}"), ("{{", "}}"), ("[[", "]]")):
        if text.count(opening) > text.count(closing) + _MAX_UNCLOSED:
            text = text.replace(opening, "")
    return _ANY_TAG.sub("", _LINE_TAG.sub("\n", text)).replace("<", "&lt;")


def _literal(match: re.Match[str]) -> str:
    """Return what stands between <nowiki> tags with all that could be markup as entities."""
    return re.sub(r"[\[\]{}'|<>=*#:;~_-]", lambda mark: f"&#{ord(mark[0])};", match[1])


def _without_comments(text: str) -> str:
    kept, last = [], 0
    while (start := text.find("<!--", last)) >= 0:
        end = text.find("-->", start)
        kept.append(text[last:start])
        last = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[last:]])


def _body(nodes: Iterable[Any]) -> Iterator[str]:
    """Yield the text of an article's nodes, without the sections that `_TAIL` names. Headings carry a level mark."""
    from mwparserfromhell.nodes import Heading

    skipped = 0
    for node in nodes:
        if isinstance(node, Heading):
            title = _show(node.title).strip()
            key = language_variants.simplify_page(title, {}).replace(" ", "").lower()
            skipped = 0 if node.level <= skipped else skipped
            skipped = skipped or (node.level if _TAIL.fullmatch(key) else 0)
            if not skipped:
                yield f"\n{_LEVELS[node.level]}{title}\n"
        elif not skipped:
            yield _node(node)


def _show(code: Any) -> str:
    return "".join(map(_node, code.nodes))


def _node(node: Any) -> str:
    """Return the text of one node of the parse tree."""
    from mwparserfromhell import nodes

    if isinstance(node, nodes.Text):
        return str(node.value)
    if isinstance(node, nodes.Wikilink):
        return _link(node)
    if isinstance(node, nodes.Template):
        return render(node, _show)
    if isinstance(node, nodes.Tag):
        return _tag(node)
    if isinstance(node, nodes.ExternalLink):
        return _show(node.title) if node.brackets and node.title is not None else ""
    if isinstance(node, nodes.HTMLEntity):
        return html.unescape(str(node))
    return _show(node.title) if isinstance(node, nodes.Heading) else ""


def _link(node: Any) -> str:
    target = str(node.title)
    if _NAMESPACE.match(target) or (node.text is None and _FOREIGN_WIKI.match(target)):
        return ""
    return _show(node.text) if node.text is not None else _PREFIX.sub("", target).partition("#")[0].strip()


def _tag(node: Any) -> str:
    """Return the text of what the parser calls tags: lists and tables."""
    name = str(node.tag).strip().lower()
    if name == "table":
        return _table(node)
    if node.wiki_markup and name in ("li", "dt", "dd"):
        return "- " if node.wiki_markup in "*#" else ""
    return "" if node.contents is None else _show(node.contents)


def _table(node: Any) -> str:
    """Return a table as lines of cells; infoboxes and navigation give nothing."""
    if node.contents is None or any(_BOXES.search(str(attribute)) for attribute in node.attributes):
        return ""
    rows = [_cells(node)] + [_cells(row) for row in _tags(node) if str(row.tag) == "tr"]
    return "\n" + "\n".join(" | ".join(cells) for cells in rows if cells) + "\n"


def _cells(row: Any) -> list[str]:
    """Return the cells that stand directly in a row; the first row of a table may lack its own mark."""
    cells = (" ".join(_show(cell.contents).split()) for cell in _tags(row) if str(cell.tag) in ("td", "th"))
    return [cell for cell in cells if cell]


def _tags(node: Any) -> list[Any]:
    return [child for child in node.contents.nodes if hasattr(child, "tag") and child.contents is not None]


def _tidy(text: str) -> str:
    """Drop style marks, hollow brackets, empty lines, and headings with nothing below them."""
    text = _LEADING.sub(r"\1", _HOLLOW.sub("", _MAGIC.sub("", html.unescape(text))))
    text = _TRAILING.sub(r"\1", text)
    lines: list[str] = []
    next_level = 0
    for line in reversed(text.split("\n")):
        level = _LEVEL_OF.get(line[:1], _CONTENT)
        clean = _BULLETS.sub("- ", " ".join(line.lstrip(_LEVELS).split()))
        if (level == _CONTENT or next_level > level) and _WORD.search(clean):
            lines.append(clean)
            next_level = level
    return "\n".join(reversed(lines))
