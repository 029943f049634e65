"""Who speaks like a doctor: voices and lines told apart by what they say, with a confidence.

Each utterance has a score, above 0 for the doctor: weights of its words (`role_words.txt`, fitted on public
consultations; jieba cuts the text) and of cues that are heard in a consulting room. Measured by
`tests/benchmarks/voices.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ingest.conversation.roles import CHILD, DOCTOR, NURSE, PARENT, SpeakerRole
from ingest.vocabulary.jieba_words import words_of

_DOCTOR_CUES: tuple[tuple[str, float], ...] = (
    (r"多久了|几天了|多长时间|什么时候开始|多大了?(?=[？?，。]|$)|几岁|几个月了|多重|多少斤|多高", 2.0),
    (r"哪里不舒服|哪儿不舒服|怎么不舒服|怎么[了啦](?=[？?，。]|$)|什么情况|有什么症状", 2.0),
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
    (
        (
            r"(?:咳|吐|喘|烧|发烧|发热|鼻涕|鼻塞|拉肚子|痰|喷嚏|肚子疼|痒|精神|吃饭|大便|小便|睡觉|睡得|胃口|食欲|吃奶|尿)"
            r"[^，。？?]{0,5}(?:吗|没有|怎么样|好不好|多不多|好吗)[？?]?$|([咳吐烧喘疼痛痒拉])不\1"
        ),
        1.6,
    ),
    (r"(?:几次|几度|多少度|多少毫升|间隔多|多长时间|哪天|什么颜色|什么样)[^，。]{0,4}[？?]", 1.6),
    (
        (
            r"来[，,]?(?:坐|躺|张|听|看)|坐(?:这儿|这边|这里|下)|衣服(?:掀|撩|拉|解)|深呼吸|吸气|啊[—~-]|别动|别怕|不打针|"
            r"真(?:棒|乖)|叫什么名字|带(?:病历|医保|卡)了"
        ),
        1.6,
    ),
    (
        (
            r"去(?:查|拍|做|验|抽|缴费|交费|拿药|药房|化验)|(?:查|验|抽)(?:个|一个|一下)?(?:血|尿|大便)|先(?:看结果|查|用|吃|观察)|"
            r"(?:回去|回家)[^，。]{0,4}(?:观察|多喝|注意|按时|吃)|(?:三十八|38)(?:度|\.|点)?[五5]?度?以上"
        ),
        1.6,
    ),
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
    (r"(?:烧|发烧|发热)到|最高(?:烧|是|有)|(?:医生|大夫)(?:啊|呀)?[？?。！!]?$", 1.6),
    (r"(?:给(?:他|她)|在家)?(?:吃|喂|喝|贴|塞)了[^，。？?]{1,12}(?:毫升|片|包|袋|粒|贴)", 1.6),
    (r"我不(?:要|想|怕)|阿姨|叔叔", 1.0),
)
_CHILD_CUES = re.compile(
    r"^(?:妈妈|爸爸|奶奶)|我(?:不要|不想|怕|疼|要妈妈|要回家|肚子疼|想吃|想回家|嗓子疼|不打针)|^(?:疼|"
    r"不疼|痛|不痛|好疼|痒|不要|怕|不怕)[啊呀了。！]?$|打针疼|^(?:叔叔|阿姨)好"
)
"""`阿姨我不要打针` → `我不要`"""
_NURSE_CUES = re.compile(
    r"量(?:个|一下)?(?:体温|身高|体重)|叫到?号|排队|缴费|签(?:个)?字|按住|按压|(?:来|先)打针|扎针|输液室|"
    r"下一位|[几\d]号(?:来|进)"
)
"""`先量个体温，叫到` → `量个体温`"""
_DOCTOR = [(re.compile(cue), weight) for cue, weight in _DOCTOR_CUES]
_PARENT = [(re.compile(cue), weight) for cue, weight in _PARENT_CUES]
_MOST = 4.0
_MOST_OF_A_LINE = 3.0
"""Greatest score of one utterance, and of a line judged by itself: many words of one kind are no surer than a few."""
_MOST_CHARS = 1000
"""Characters of an utterance that are looked at."""
_LEAD = 2.0
"""Lead of the doctor's score over the next voice for each step of the logistic."""
_SHARPNESS = 0.8
_TURNS_OVER = 0.5
_ANSWERS = 0.75
"""Chance that the next line is the other side's, and behind a question; with `_SHARPNESS` chosen so that lines of a
confidence of 0.9 are right in nine of ten characters (`tests/benchmarks/voices.py`)."""
_ASKS = re.compile(r"(?:[?？]|吗|呢|没有|多久了|几天了|几次|多少|什么|怎么样|哪里)[。]?$")
"""`有咳嗽？` → `？`"""


def doctor_score(text: str) -> float:
    """Return how much an utterance sounds like the doctor (above 0) or the family (below 0), from -4 to 4.

    What a cue has counted is not counted again word by word.
    """
    score, text = 0.0, text[:_MOST_CHARS]
    for cues, sign in ((_DOCTOR, 1), (_PARENT, -1)):
        for cue, weight in cues:
            rest = cue.sub(" ", text)
            if rest != text:
                score, text = score + sign * weight, rest
    weights = _weights()
    return max(-_MOST, min(_MOST, score + sum(weights.get(word, 0.0) for word in set(words_of(text)))))


@cache
def _weights() -> Mapping[str, float]:
    lines = Path(__file__).with_name("role_words.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, float] = {}
    for line in lines:
        weight, *words = line.split()
        found |= dict.fromkeys(words, float(weight)) if weight != "#" else {}
    return found


def roles_of_voices(voices: Mapping[str, Sequence[str]]) -> tuple[dict[str, SpeakerRole], float]:
    """Return who each voice is, and a confidence from 0 to 1.

    The voice that sounds most like the doctor is the doctor; the confidence is the logistic of its lead over the next.
    Of the others, one that speaks like a child is the child, one like a nurse and not a parent the nurse.
    """
    scores = {voice: sum(map(doctor_score, texts)) / math.sqrt(max(len(texts), 1)) for voice, texts in voices.items()}
    ranked = sorted(scores, key=lambda voice: (-scores[voice], voice))
    if len(ranked) < 2 or scores[ranked[0]] <= 0:
        return {}, 0.0
    doctor, rest = ranked[0], ranked[1:]
    sides: dict[str, SpeakerRole] = {doctor: DOCTOR} | {
        voice: _role_of_other(voices[voice], scores[voice]) for voice in rest
    }
    rivals = [scores[voice] for voice in rest if sides[voice][0] == "patient"]
    if not rivals:
        return {}, 0.0
    return sides, 1 / (1 + math.exp(-(scores[doctor] - max(rivals)) / _LEAD))


def _role_of_other(texts: Sequence[str], score: float) -> SpeakerRole:
    childlike = sum(bool(_CHILD_CUES.search(text)) for text in texts)
    if childlike and childlike * 3 >= len(texts) and sum(map(len, texts)) <= 15 * len(texts):
        return CHILD
    if score > 0 and any(_NURSE_CUES.search(text) for text in texts):
        return NURSE
    return PARENT


def roles_of_lines(lines: Sequence[str]) -> tuple[list[SpeakerRole], float]:
    """Return who says each line of a transcript without voices, and a confidence from 0 to 1.

    Lines are judged together (forward and backward): each by its score and by the lines around it. The confidence is
    the share of characters that are expected to stand on the right side.
    """
    scores = [max(-_MOST_OF_A_LINE, min(_MOST_OF_A_LINE, doctor_score(line))) for line in lines]
    doctor = _doctor_probabilities(scores, [bool(_ASKS.search(line.rstrip())) for line in lines])
    right = sum(max(chance, 1 - chance) * len(line) for chance, line in zip(doctor, lines, strict=True))
    total = sum(map(len, lines))
    return [DOCTOR if chance > 0.5 else PARENT for chance in doctor], right / total if total else 0.0


def _doctor_probabilities(scores: Sequence[float], asks: Sequence[bool]) -> list[float]:
    """Return the chance that each line is the doctor's."""
    seen = [1 / (1 + math.exp(-_SHARPNESS * score)) for score in scores]
    turns = [_ANSWERS if asked else _TURNS_OVER for asked in asks]
    forward = _forward_probabilities(seen, turns[:-1])
    backward = _forward_probabilities(seen[::-1], turns[:-1][::-1])[::-1]
    both = ((f * b / s, (1 - f) * (1 - b) / (1 - s)) for f, b, s in zip(forward, backward, seen, strict=True))
    return [doctor / (doctor + patient) for doctor, patient in both]


def _forward_probabilities(seen: Sequence[float], turns: Sequence[float]) -> list[float]:
    """Return, line by line, the chance of the doctor given this line and those before it."""
    found: list[float] = []
    for i, chance in enumerate(seen):
        before = 0.5 if not found else found[-1] * (1 - turns[i - 1]) + (1 - found[-1]) * turns[i - 1]
        doctor, patient = before * chance, (1 - before) * (1 - chance)
        found.append(doctor / (doctor + patient))
    return found
