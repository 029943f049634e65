"""Recognise people's names among medical terms.

Crawled graphs list doctors' names as symptoms (seen in QASystemOnMedicalKG exports and in symptom dictionaries). Such
a statement is false, and it is private.
"""

from __future__ import annotations

import re

from ingest.privacy.names.surnames import RARE_IN_TERMS, all_surnames
from ingest.vocabulary.jieba_words import flag_of, flags_of

_TERMS = frozenset(
    "痛热痒肿胀血炎症病疹斑麻木疸咳喘吐泻秘晕眩厥痉搐挛瘫痪瘦胖尿便汗渴饿食欲眠梦惊悸慌闷气短促难哑嘶疼酸软乏力疲倦冷寒颤抖烧烫裂溃疡烂脓"
    "痂癣疣痣瘤癌囊结节肌骨筋关脉管腺腔膜肝脾肺肾心胃肠脑脊髓颈胸腹腰背腿臂手足脚指趾眼耳鼻喉咽舌唇齿牙龈口面头颅发毛皮肤甲乳阴精卵宫经带"
    "胎孕产婴儿童老年妇男女性痰涕泪津液水音声杂鸣震颤视听嗅味觉感障碍失损伤折断脱落缺陷畸形异常增大缩小变硬弱低高速缓慢急亢减退亡死休克昏迷"
    "反射征阳阴红白黄黑紫绀青苍潮干燥湿浊臭腥苦甜涩暗浮沉滑弦细数虚实滞瘀阻塞梗栓漏瘘疝脱垂偏斜歪肥厚薄萎硬化纤维钙酶蛋白糖脂酮氮毒菌虫螨"
    "贫血压流动狭窄扩张粘连积聚穿孔坏死充盈囟门步态行为语言智力情绪躁狂抑郁焦虑恐惧幻妄想痴呆遗尿夜啼哭闹拒奶呃逆嗳反酸烧灼刺绞隐钝笑胶片丸"
    "散剂膏汤药素林胺酸钠钾钙锌铁检测验查术疗法刀镜线光超声影像图部位区尔蒙痈疮痘痹疝疳疖"
)
"""Characters that stand in terms and hardly in names."""
_ALSO_IN_NAMES = frozenset("青水红明白听为维甜男智力利")
"""Those of them that given names have, too: 魏红山, 何为明, 田力 stand among symptoms of public graphs."""
_STRONG = (_TERMS - _ALSO_IN_NAMES) | frozenset("风暑淫郁道医")
"""Characters that no given name of a list of doctors has."""
_SURNAMES = frozenset(all_surnames())
_ROLE = re.compile(r"(?:医|医师|医生|主任|教授|护士)$")
"""`驻站医` → `医`"""


def is_person_name(term: str) -> bool:
    """Return whether a term of two or three characters is a person's name or title, no term.

    It has no character of a term behind the first, and begins with a surname or is a name to jieba, which also knows
    rare surnames; or it begins with any surname, goes on with what given names have, and is no word to jieba (read on
    1,359 short symptoms of public lists: 61 names found, no term among them).
    """
    if len(term) not in (2, 3):
        return False
    if _ROLE.search(term):
        return True
    if any(char in _STRONG for char in term[1:]):
        return False
    is_unknown = flag_of(term) in (None, "nr")
    if is_unknown and term[0] in (_SURNAMES if len(term) == 3 else RARE_IN_TERMS):
        return True
    return not any(char in _TERMS for char in term[1:]) and flags_of(term) == ["nr"]


def has_term_character(term: str) -> bool:
    """Return whether a term has a character that names of symptoms have and people's names have not."""
    return any(char in _STRONG for char in term)
