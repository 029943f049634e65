"""Who is who among speakers: by their names, by elimination, or from what they say, with a confidence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.sides import ANSWERING, ASKING, CHILD, DOCTOR, NURSE, PARENT, Side, is_platform
from ingest.utterances import Utterance

MIN_CONFIDENCE = 0.9
"""Below this a recording is left out: swapped roles teach a model to play the parent."""

_DOCTOR_CUES: tuple[tuple[str, float], ...] = (
    (r"多久了|几天了|多长时间|什么时候开始|多大了?[？?]?$|几岁|几个月了|多重|多少斤|多高", 2.0),
    (r"哪里不舒服|哪儿不舒服|怎么不舒服|怎么了[？?]?$|什么情况|有什么症状", 2.0),
    (r"(?:有没有|有无|是否|会不会)[^，。？]{0,10}(?:发热|发烧|咳嗽|吐|拉|流涕|喘|过敏|惊厥|皮疹|痰|精神)", 1.8),
    (r"(?:吃|用|喝)过什么药|吃了什么药|打过.{0,4}疫苗|过敏史|家族史|出生.{0,6}(?:怎么样|情况|体重)|足月|顺产还是", 2.0),
    (r"(?:给你|给他|给她|给宝宝|给孩子|我)?(?:开点|开个|开一|开了|开些|再开)", 2.0),
    (
        (
            r"一天[一二两三四\d]+次|每天[一二两三四\d]+次|每次[一二两三四半\d]|[一二三\d]+(?:毫克|毫升|片|袋|"
            r"粒|包|滴)|饭前|饭后|口服|雾化|静脉|疗程"
        ),
        1.8,
    ),
    (
        (
            r"建议|考虑(?:是|为|一下)?|诊断|初步|属于|不用担心|问题不大|要注意|注意(?:观察|休息|饮食|保暖)|"
            r"复查|复诊|随诊|如果.{0,12}(?:来医院|就诊|及时)"
        ),
        1.2,
    ),
    (
        (
            r"张(?:开)?嘴|听一下|听听|看一下(?:嗓子|喉咙|耳朵)|躺(?:下|好)|量(?:个|一下)体温|查个血|拍个片|"
            r"化验|做个(?:检查|B超|血)|抽个?血|我看看"
        ),
        1.8,
    ),
    (r"扁桃体|咽部|双肺|呼吸音|啰音|罗音|心率|血常规|白细胞|支原体|炎症|细菌|病毒", 0.7),
)
_PARENT_CUES: tuple[tuple[str, float], ...] = (
    (r"^(?:医生|大夫|主任)[，,]?(?:您|你)?好|谢谢(?:医生|大夫|您|主任)|麻烦您", 2.2),
    (r"(?:医生|大夫|主任)[，,]", 1.2),
    (r"(?:我家|我们家|我儿子|我女儿|我家宝宝|我家孩子|我孙子|我孙女|我们宝宝|我们孩子)", 1.8),
    (r"(?:他|她|孩子|宝宝|娃)(?:从|昨天|今天|前天|昨晚|这两天|最近|就|一直|老是|总是|又|现在|晚上)", 1.2),
    (
        (
            r"怎么办|要不要紧|严重吗|严不严重|能不能|可不可以|可以吃|需不需要|要不要|用不用|会不会(?:有事|"
            r"影响|传染|严重)|是不是(?:要|得|可以)"
        ),
        1.5,
    ),
    (r"(?:昨天|前天|昨晚|今早|早上|半夜)[^，。]{0,10}(?:烧|咳|吐|拉|哭|疼|痒|起)", 1.3),
    (r"(?:在家|给他|给她)(?:吃|喂|用|量|贴)(?:了|过)", 1.3),
    (r"我们?(?:在|去|是|都|也|就)", 0.5),
)
_CHILD_CUES = re.compile(
    r"^(?:妈妈|爸爸|奶奶)|我(?:不要|不想|怕|疼|要妈妈|要回家|肚子疼|想吃|想回家|嗓子疼|不打针)|^(?:疼|"
    r"不疼|痛|不痛|好疼|痒|不要|怕|不怕)[啊呀了。！]?$|打针疼|^(?:叔叔|阿姨)好"
)
_NURSE_CUES = re.compile(
    r"量(?:个|一下)?(?:体温|身高|体重)|叫到?号|排队|缴费|签(?:个)?字|按住|按压|(?:来|先)打针|扎针|输液室|"
    r"下一位|[几\d]号(?:来|进)"
)
_DOCTOR = [(re.compile(cue), weight) for cue, weight in _DOCTOR_CUES]
_PARENT = [(re.compile(cue), weight) for cue, weight in _PARENT_CUES]
_MOST_PER_CUE = 3
"""Times one cue counts for a speaker: a long recording is no surer than its variety of cues."""


class UncertainRoles(Exception):
    """The speakers cannot be told apart with enough confidence."""


def with_sides(spoken: Sequence[Utterance]) -> list[Utterance]:
    """Return the utterances, each with its side; those of a platform are left out.

    Speakers named by role keep it. One whose name says nothing (张三, A beside Q) is the side that is missing; where no
    name says anything, what they say tells. Raises `UncertainRoles`.
    """
    spoken = _without_platform(spoken)
    if _are_letters({u.label for u in spoken}):
        spoken = [replace(u, side=None) for u in spoken]
    unknown = sorted({u.label for u in spoken if u.side is None})
    if not unknown:
        return list(spoken)
    known = {u.side[0] for u in spoken if u.side}
    if len(known) == 1 and len(unknown) == 1 and unknown[0]:
        sides: dict[str, Side] = {unknown[0]: ASKING if known == {"doctor"} else ANSWERING}
    elif not known and len(unknown) > 1:
        sides, confidence = sides_of_voices({v: [u.text for u in spoken if u.label == v] for v in unknown})
        if confidence < MIN_CONFIDENCE:
            raise UncertainRoles
    else:
        raise UncertainRoles
    if not sides.keys() >= set(unknown):
        raise UncertainRoles
    return [replace(u, side=u.side or sides[u.label]) for u in spoken]


def _without_platform(spoken: Sequence[Utterance]) -> list[Utterance]:
    """Leave out what a platform says; `system` is the doctor's side where it answers and nobody else does."""
    people = [u for u in spoken if u.side or not is_platform(u.label)]
    if len(people) == len(spoken):
        return people
    others = {u.label.lower() for u in spoken if u.side is None and is_platform(u.label)}
    if others == {"system"} and all(u.side and u.side[0] == "patient" for u in people) and spoken[0].side:
        return [u if u.side else replace(u, side=ANSWERING) for u in spoken]
    return people


def _are_letters(labels: set[str]) -> bool:
    """Tell speakers named A, B, C …, of whom D is no doctor and C no child."""
    return {"A", "B"} <= {label.upper() for label in labels} and all(len(label) == 1 for label in labels)


def evidence(texts: Sequence[str]) -> float:
    """Return how much a voice sounds like the doctor (above 0) or the family (below 0): summed weights of cues."""
    joined = "\n".join(texts)
    lines = joined.split("\n")

    def total(cues: list[tuple[re.Pattern[str], float]]) -> float:
        return sum(weight * min(_MOST_PER_CUE, sum(bool(cue.search(line)) for line in lines)) for cue, weight in cues)

    return total(_DOCTOR) - total(_PARENT)


def sides_of_voices(voices: Mapping[str, Sequence[str]]) -> tuple[dict[str, Side], float]:
    """Return who each voice is, and a confidence from 0 to 1.

    The voice with most signs of a doctor is the doctor; the confidence is the logistic of its lead over the next. Of
    the others, one that speaks like a child is the child, one like a nurse and not a parent the nurse.
    """
    scores = {voice: evidence(texts) for voice, texts in voices.items()}
    ranked = sorted(scores, key=lambda voice: (-scores[voice], voice))
    if len(ranked) < 2 or scores[ranked[0]] <= 0:
        return {}, 0.0
    doctor, rest = ranked[0], ranked[1:]
    sides: dict[str, Side] = {doctor: DOCTOR}
    rivals = []
    for voice in rest:
        sides[voice] = _other(voices[voice], scores[voice])
        if sides[voice][0] == "patient":
            rivals.append(scores[voice])
    if not rivals:
        return {}, 0.0
    return sides, 1 / (1 + math.exp(-(scores[doctor] - max(rivals)) / 2))


def _other(texts: Sequence[str], score: float) -> Side:
    childlike = sum(bool(_CHILD_CUES.search(text)) for text in texts)
    if childlike and childlike * 3 >= len(texts) and sum(map(len, texts)) <= 15 * len(texts):
        return CHILD
    if score > 0 and any(_NURSE_CUES.search(text) for text in texts):
        return NURSE
    return PARENT


def sides_of_lines(lines: Sequence[Utterance]) -> tuple[list[Side], float]:
    """Return who says each line of a transcript without voices, and a confidence from 0 to 1.

    Each line is judged alone; one without a sign goes to the other side after a question, else stays with the line
    before. The confidence is the share of characters in lines with a clear sign.
    """
    sides: list[Side] = []
    clear = total = 0
    for line in lines:
        score = evidence([line.text])
        total += len(line.text)
        clear += len(line.text) if abs(score) >= 1 else 0
        if score:
            sides.append(DOCTOR if score > 0 else PARENT)
        elif sides:
            asked = lines[len(sides) - 1].text.rstrip().endswith(("?", "？", "吗", "呢", "没有", "多久了", "几天了"))
            other: Side = PARENT if sides[-1][0] == "doctor" else DOCTOR
            sides.append(other if asked else sides[-1])
        else:
            sides.append(PARENT)
    return sides, clear / total if total else 0.0
