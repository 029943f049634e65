"""State facts of one aspect in a sentence: which names of a list are told, and in which of its phrasings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.vocabulary.medical_terms import parse
from pedcorpus.steps.instruct.of_documents.passages import whole_sentences
from pedcorpus.steps.instruct.of_graphs import tail_names as names
from pedcorpus.steps.instruct.of_graphs.complaints import kind_of
from pedcorpus.steps.instruct.of_graphs.neighbourhood import Fact, Neighbourhood
from pedcorpus.steps.instruct.of_graphs.remedies import is_general, told_drugs
from pedcorpus.steps.instruct.templates import aspects, pick

LIST_ITEMS = 8
"""Most names in one sentence of an answer: a longer list is no answer a reader remembers; 等 says there are more."""
DEFINITION_CHARS = 300
"""Characters of a definition; what follows is treatment and history."""
NAMED_WITHIN = 4
"""Characters from its beginning within which an attribute must name its subject to stand alone."""
_HEADING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+[、.．]|\d{1,2}[.、．])?[^，。；;：:\n]{2,12}[：:]?\s*$\n?",
    re.MULTILINE,
)
"""A line such as (一)发病原因: records keep the headings of the page they were taken from.
`（一）发病原因` → `（一）发病原因`"""
_BEGINS = re.compile(
    r"^(?:专业指导|预防措施|预防方法|预防|病因|发病原因|治疗|致病因素为|概述)[：:]\s*|^(?:主要)?表现为[：:]?"
)
"""`预防：\n1.在进入高原` → `预防：\n`"""
_GRADE = re.compile(r"^\s*(?:\d{1,2}[.、．])?\s*([一二三]级预防)[^，。：:\n]{0,10}[：:]?\s*\n", re.MULTILINE)
"""A heading that its paragraph needs. `1.一级预防\n通过` → `1.一级预防\n`"""
_BROKEN_LINE = re.compile(r"(?<=[A-Za-z])\n(?=[A-Za-z])")
"""`heart\ndisease` → `\n`"""
_ENUMERATED = re.compile(r"^(?:[(（]?\d{1,2}[)）.、．]|①|第一|一、)")
"""`1.早期治疗` → `1.`"""
_NEXT_ITEM = re.compile(r"\n\s*(?:[(（]?\d{1,2}[)）.、．]|①|[一二三四五六七八九十]{1,2}、)")
"""Where a definition goes on with a list. `总称。\n1.可能` → `\n1.`"""
_ENDS = ("。", "！", "？", "”", "）", ")")
_BARE_FIGURE = re.compile(
    r"^[约大至少于≥≤<>]*(?:[\d.,\-—~～至到%％‰、（）() ]+(?:年|个?月|周|天|日|小时|次)*)+(?:左右|以内|以上)?$"
)
"""A period or share that a page gives of any disease, without its words: `1-3个月` → `1-3个月`"""
_VOUCHED = frozenset({"病程", "预后"})
"""Relations of a course whose bare figures are told; nobody vouches for crawled ones (先天性心脏病 治愈率 40%)."""
_WAY = re.compile(r"传播|接触|粪|飞沫|空气|血液|母婴|虫|蚊|蜱|蚤|性行为|水源|食物|垂直|输血|唾液|呼吸道|消化道")
"""`飞沫传播` → `飞沫`"""
MOST = {"department": 2, "course": 1, "outlook": 1, "caution": 4, "people": 3, "alias": 3, "signs": 6, "drug": 6}
"""Names told of an aspect, where fewer than `LIST_ITEMS`."""
_VAGUE = frozenset(parse("充血 出血 坏死 肿胀 结节 溃疡 囊肿 丘疹 斑疹 啰音 震颤 浊音 紧张 劳动 停经"))
"""Words of a long list that say too little by themselves."""
_POINTS = re.compile(
    r"(?:，(?:由于|因)[^，。]*)?，?本[节文章][^。]*|[（(]?(?:见|详见|如)(?:上|下)?[图表][^。，）)]*[)）]?"
)
"""What speaks of the page it was taken from. `心脏病，本节仅加以阐述` → `，本节仅加以阐述`"""
_KIND_OF_FOOD = re.compile(r"食物|饮食|流质|膳食|食品|水果|蔬菜|辅食|米粉|辛辣|油腻|生冷|清淡")
"""Words of diets. Lists of dishes beside a disease (栗子, 白菜饺) come from a draw. `温凉流质饮食` → `流质`"""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence or more, and the facts it states."""

    text: str
    facts: tuple[Fact, ...]


def tell(neighbourhood: Neighbourhood, aspect: str, words: dict[str, str], most_chars: int, before: str = "") -> Told:
    """State what an answer tells of one aspect; an empty text where it has nothing worth telling.

    `words` fill the places of the phrasings besides {items} and {text}; attributes are told up to `most_chars`;
    `before` is the answer so far: what it has told is not told again.
    """
    stated = _stated(neighbourhood, aspect, words, most_chars)
    parts, facts = [stated.text] if stated.text else [], list(stated.facts)
    most = 0 if aspect == "definition" else MOST.get(aspect, LIST_ITEMS)
    said_before = before + neighbourhood.subject
    known = [fact for fact in told_names(neighbourhood, aspect, most + 1) if fact.tail not in said_before]
    listed = known[:most]
    if listed and (aspect != "symptoms" or len(listed) > 1 or before):
        phrasings, key = aspects("graph")[aspect], f"{neighbourhood.subject}{aspect}"
        items = enumerated(listed, "；" if aspect == "caution" else "、") + ("等" if len(known) > most > 2 else "")
        values = {**words, "items": items, "relation": listed[0].relation}
        part = "first" if not (parts or before) else "one" if len(listed) == 1 and "one" in phrasings else "later"
        parts.append(pick(phrasings[part], key).format(**values))
        parts[-1] += pick(phrasings["closing"], key) if "closing" in phrasings else ""
        facts += listed
    return Told("\n".join(parts), tuple(facts))


def _stated(neighbourhood: Neighbourhood, aspect: str, words: dict[str, str], most_chars: int) -> Told:
    """State the attributes of an aspect; a definition ends where a list of kinds or treatments begins."""
    is_definition = aspect == "definition"
    texts = neighbourhood.facts[aspect] if is_definition else neighbourhood.texts(aspect)
    room = min(most_chars, DEFINITION_CHARS) if is_definition else most_chars
    wholes: list[Fact] = []
    for fact in _worth(neighbourhood, aspect, texts):
        whole = whole_statement(fact, room)
        kept = _NEXT_ITEM.split(whole.tail)[0].strip() if is_definition else whole.tail
        wholes += [replace(whole, tail=kept)] if kept else []
        room -= len(kept)
    return Told("\n".join(attribute(neighbourhood.subject, aspect, fact, words) for fact in wholes), tuple(wholes))


def enumerated(facts: Sequence[Fact], mark: str = "、") -> str:
    """Return names joined by a mark."""
    return mark.join(fact.tail.rstrip(names.EDGES) for fact in facts)


def told_names(neighbourhood: Neighbourhood, aspect: str, most: int = LIST_ITEMS) -> list[Fact]:
    """Return the names of an aspect that an answer lists."""
    facts = _worth(neighbourhood, aspect, neighbourhood.named(aspect))
    by_name = {fact.tail: fact for fact in facts}
    found = list(by_name)
    if aspect in ("symptoms", "signs"):
        found = _typical(neighbourhood, found, most)
    elif aspect == "drug":
        found = told_drugs(names.without_repeats(found))
    else:
        found = names.without_repeats(found)
    return [by_name[name] for name in names.chosen(found, most)]


def _typical(neighbourhood: Neighbourhood, found: Sequence[str], most: int) -> list[str]:
    """Return the symptoms to tell: of a long list those stated of most diseases, as leading complaints are."""
    pressures = sum("血压" in name for name in found)  # 低血压 beside 高血压: in which stage, no graph says
    found = [name for name in found if pressures < 2 or "血压" not in name]
    if len(found) <= most:
        return found
    fit = [name for name in found if name not in _VAGUE]
    told = [name for name in fit if kind_of(name) != "other"] or fit
    return sorted(told, key=lambda name: -neighbourhood.commonness.get(name, 0))


def _worth(neighbourhood: Neighbourhood, aspect: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts of an aspect that teach something."""
    if aspect in ("diet", "avoid"):
        return list(facts) if any(_KIND_OF_FOOD.search(fact.tail) for fact in facts) else []
    if aspect == "people":
        denials = aspects("graph")["people"]["denials"]
        return [fact for fact in facts if not any(denial in fact.tail for denial in denials)]
    if aspect == "treatment" and all(is_general(fact.tail) for fact in facts):
        return list(facts) if told_names(neighbourhood, "drug") else []
    if aspect == "spread":
        return [fact for fact in facts if _WAY.search(fact.tail)]
    if aspect in ("course", "outlook"):
        return [fact for fact in facts if fact.relation in _VOUCHED or not _BARE_FIGURE.match(fact.tail)][:1]
    return list(facts)


def whole_statement(fact: Fact, most_chars: int = 1_000_000) -> Fact:
    """Return an attribute without headings and without what it holds of broken sentences."""
    if not fact.is_text:
        return fact
    joined = _GRADE.sub(r"\1：", _BROKEN_LINE.sub(" ", fact.tail))
    bare = _POINTS.sub("", _BEGINS.sub("", _HEADING.sub("", joined).strip())).strip()
    text = bare if bare.endswith(_ENDS) or len(bare) > most_chars else f"{bare.rstrip(names.EDGES)}。"
    start, end = whole_sentences(text, most_chars)
    return replace(fact, tail=text[start:end].strip())


def attribute(subject: str, aspect: str, fact: Fact, words: dict[str, str]) -> str:
    """Return an attribute as a statement that names its subject."""
    text = fact.tail
    if not text.endswith(_ENDS):
        text = f"{text.rstrip('，,；;：:、')}。"
    if subject in text[: len(subject) + NAMED_WITHIN]:
        return text
    text = f"\n{text}" if _ENUMERATED.match(text) else text
    phrasings = aspects("graph")[aspect].get("texts", ("{subject}的{relation}：{text}",))
    return pick(phrasings, f"{subject}{aspect}").format(**{**words, "text": text, "relation": fact.relation})
