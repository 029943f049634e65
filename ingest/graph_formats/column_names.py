"""Which column or key of a graph holds the head, the relation, the tail, and the classes of both ends.

Known by their parts, in Chinese and English: 头实体, 头节点名称, start, subject_name, x_name, em1Text, …
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.graph_formats.relations import spelling
from ingest.records.field_names import simplified_name

_THING = r"(?:实体|节点|结点|概念|名词|词|端)"
_NAMED = r"(?:(?:的)?(?:名称|名字|文本|名))?"
_HEAD = (
    rf"(?:(?:头|首|主|起始|开始|起点|源|前){_THING}|{_THING}(?:1|一|a|甲)|主体|主语|起点|首端){_NAMED}|头|实体",
    r"head|subj(?:ect)?|start|source|src|from|left|x|h|s|e_?1|ent(?:ity)?_?1|node_?1|arg_?1|em_?1|term_?1|entity",
)
_TAIL = (
    rf"(?:(?:尾|末|客|终止|结束|终点|目标|后){_THING}|{_THING}(?:2|二|b|乙)|客体|宾语|对象|终点|末端){_NAMED}|属性值|尾|值",
    r"tail|obj(?:ect)?|end|target|tgt|dest(?:ination)?|to|right|y|t|o|e_?2|ent(?:ity)?_?2|node_?2|arg_?2|em_?2|term_?2|value",
)
_SUFFIX = r"(?:_?(?:entity|node|name|text|value|concept|term|mention))*"
_CLASS = r"(?:_?(?:type|types|class|category|label|labels|kind))"
_FIELDS = {
    "head": re.compile(rf"{_HEAD[0]}|(?:{_HEAD[1]}){_SUFFIX}"),
    "relation": re.compile(
        r"(?:关系|谓词|谓语|属性|联系)(?:的)?(?:名称|类型|类别|名|词)?|r|p"
        r"|(?:relation(?:ship)?|rel|pred(?:icate)?|property|edge|verb)(?:_?(?:type|name|label|text|value))*"
    ),
    "tail": re.compile(rf"{_TAIL[0]}|(?:{_TAIL[1]}){_SUFFIX}"),
    "head_type": re.compile(
        rf"(?:(?:头|首|主|起始|源){_THING}?|{_THING}1|主体|主语|起点)(?:的)?(?:类型|类别|标签|类)"
        rf"|(?:{_HEAD[1]})(?:_?(?:entity|node))?{_CLASS}"
    ),
    "tail_type": re.compile(
        rf"(?:(?:尾|末|客|终止|目标){_THING}?|{_THING}2|客体|宾语|终点)(?:的)?(?:类型|类别|标签|类)"
        rf"|(?:{_TAIL[1]})(?:_?(?:entity|node))?{_CLASS}"
    ),
}
_LAST = frozenset({"source", "from", "to", "value", "值", "s", "e"})
"""Names that also mean other things: they are taken where no other column is that end."""
_WEAK_RELATION = frozenset({"type", "label", "name", "rel_name", "value", "link", "类型", "标签", "名称"})
"""What names the relation only beside both ends."""
FIELDS = tuple(_FIELDS)
_ID = re.compile(r"(.+?)_?(?:id|编号|序号)")
"""`entity_id` → `entity_id`"""


def field_of(name: str) -> str | None:
    """Return what a column or key holds: head, relation, tail, head_type, tail_type; None for any other name."""
    word = simplified_name(spelling(name))
    return next((field for field, shape in _FIELDS.items() if shape.fullmatch(word)), None)


def id_ends(names: Iterable[str]) -> dict[str, str]:
    """Return head and tail → the columns that hold their ids (`start_id`, 头实体编号); {} where not both have one."""
    found = {field: name for name in names if (field := id_field_of(name))}
    return found if len(found) == 2 else {}


def id_field_of(name: str) -> str | None:
    """Return head or tail for a column that holds the id of one, None for any other."""
    match = _ID.fullmatch(spelling(name))
    field = field_of(match[1]) if match else None
    return field if field in ("head", "tail") else None


def fields_of(names: Iterable[str]) -> dict[str, str]:
    """Return field → name, the first of each field; with both ends, a type, label or name is the relation."""
    names = sorted(names, key=lambda name: spelling(name) in _LAST)
    found: dict[str, str] = {}
    for name in names:
        if field := field_of(name):
            found.setdefault(field, name)
    if "relation" not in found and all(len(found.get(end, "")) > 1 for end in ("head", "tail")):
        weak = next((name for name in names if spelling(name) in _WEAK_RELATION and name not in found.values()), None)
        found |= {"relation": weak} if weak is not None else {}
    return found
