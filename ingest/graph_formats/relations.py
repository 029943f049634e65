"""The one vocabulary of relations and entity classes, and how the sources' own words map to it.

A relation the table does not know passes through as the source spells it: open graphs have thousands, and a word lost
is a fact lost. A user extends the table in the configuration: `relations = { "has_sx" = "症状" }` reads the source's
`has_sx` (a relation, a JSON key or a column of a wide table) as our 症状, or as a new word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.records.field_names import simplified_name


@dataclass(frozen=True, slots=True)
class Relation:
    """A word of the vocabulary. `is_text`: its tail is running text, so a cell with commas is one tail."""

    word: str
    head_type: str
    tail_type: str
    is_text: bool = False


IS_A = "是一种"
TREATED_BY = frozenset({"药物治疗", "治疗", "手术治疗"})
"""Disease → what treats it."""
TREATS = frozenset({"适应症", "功能主治"})
"""Drug → what it treats."""
CONTRAINDICATED = frozenset({"禁忌"})
"""Drug → where it must not be given."""
EAT = frozenset({"宜吃", "推荐食谱"})
AVOID = frozenset({"忌吃"})

_TABLE = """
简介       disease  text       + desc description definition 定义 描述 概述 概念 疾病简介 介绍 intro summary
           abstract
别名       disease  name         alias aliases 别称 又名 同义词 俗称 中文别名 synonym synonyms altname alt_label
           又称 其他名称
英文名     disease  name         english_name english 英文名称 外文名 外文名称
是一种     unknown  unknown      is_a isa subclassof sub_class_of instanceof type_of broader
           上位词 父类 subclass 病理分型
分类       disease  category     category categories 所属类别 疾病分类 类别
病因       disease  cause      + cause causes etiology 致病因素 病原体 病原 发病原因 caused_by 病因及发病机制
           常见病因 主要病因 主要致病因素
发病机制   disease  text       + pathogenesis mechanism 机制
危险因素   disease  factor       risk_factor riskfactor 高危因素 诱因 高危因素（疾病）
好发人群   disease  people     + easy_get susceptible 易感人群 多发群体 多发人群 发病人群 高发人群
传播途径   disease  text       + get_way transmission 传染方式 传染性 传播方式
发病率     disease  number     + get_prob incidence 患病率 发病概率
发病部位   disease  body         部位 body_part position site location 侵及部位 侵及的部位 身体部位 转移部位
           外侵部位 常见发病部位 主要发病部位 好发部位
症状       disease  symptom      symptom symptoms has_symptom has_symptoms 临床症状 相关症状（疾病） 典型症状
           主要症状 disease_symptom 常见症状 症状表现
体征       disease  sign         sign signs has_sign 临床症状及体征 体格检查
临床表现   disease  symptom      clinical_manifestation clinical_manifestations manifestation 表现 主要表现
           主要临床表现
临床所见   disease  finding      finding findings has_finding 检查所见
相关症状   unknown  symptom      related_symptom
检查       disease  check        check checks need_check test tests 诊断检查 辅助检查 检查项目 相关检查
           need_inspection examination
实验室检查 disease  check        laboratory lab_test 化验
影像学检查 disease  check        imaging 影像检查
诊断       disease  text       + diagnosis 诊断依据 诊断标准 diagnosis_basis
鉴别诊断   disease  disease      differential differential_diagnosis 鉴别 易混淆疾病
并发症     disease  disease      acompany accompany acompany_with accompany_with complication complications 合并症
           伴随疾病 伴发疾病
相关疾病   unknown  disease      related_disease 相关（导致） 相关（转化） 疾病相关 相关西医疾病
预防       disease  text       + prevent prevention 预防措施 预防方法
治疗       disease  treatment    cure_way treatment treatments treat therapy 治疗方法 治疗方式 治疗方案 辅助治疗
           cure cure_method treated_by treated_with
手术治疗   disease  treatment    surgery operation 手术
药物治疗   disease  drug         recommand_drug recommend_drug common_drug drug drugs medication 常用药品 推荐药品
           好评药品 推荐药物 常用药物 用药 治疗药物 相关药品 disease_drug
护理       disease  text       + nursing care 护理措施
治疗周期   disease  number     + cure_lasttime treatment_cycle 疗程
治愈率     disease  number     + cured_prob cure_rate 治愈概率
治疗费用   disease  number     + cost_money cost 费用
医保       disease  text       + yibao_status insurance 是否医保 是否属于医保 医保疾病
           是否进入医保
病程       disease  number     + course duration
预后       disease  text       + prognosis 预后状况 预后生存率 转归
就诊科室   disease  department   cure_department department departments belongs_to 所属科室 科室 挂号科室 就诊
           常见就诊科室 建议就诊科室
宜吃       disease  food         do_eat should_eat good_food 推荐食物 适宜食物
推荐食谱   disease  food         recommand_eat recommend_eat recommand_recipes recipe 食谱
忌吃       disease  food         not_eat no_eat should_not_eat avoid_eat bad_food 饮食禁忌 忌食
生产药品   product  drug         drugs_of produces 生产
成份       drug     substance    成分 ingredient ingredients component 主要成份 主要成分 composition
适应症     drug     disease      适应证 indication indications treats 主治 适用症 used_for
           may_treat 治疗疾病 主要适用症 主要适应症
功能主治   drug     disease      功能与主治
功效       drug     text       + function effect effects 作用 药理作用
用法用量   drug     text       + usage dosage dose 用法 用量 usage_and_dosage 剂量 用量用法
禁忌       drug     disease      禁忌症 禁忌证 contraindication contraindications contraindicated
           contraindicated_in contraindicated_for contraindicated_with has_contraindication 禁用 禁用于 禁忌疾病
           主要用药禁忌 用药禁忌
不良反应   drug     symptom      adverse_reaction adverse_reactions side_effect side_effects 副作用
           主要不良反应 常见不良反应
注意事项   drug     text       + caution precautions warning 注意
药物相互作用 drug   text       + interaction interactions drug_interaction 相互作用
性状       drug     text       + character characters
规格       drug     text       + specification spec
贮藏       drug     text       + storage 储藏 贮存 保存
有效期     drug     text       + shelf_life validity 保质期
性味       drug     text       + 性味归经
入药部位   drug     text         medicinal_part
"""


def _parse() -> tuple[dict[str, Relation], dict[str, str]]:
    relations: dict[str, Relation] = {}
    aliases: dict[str, str] = {}
    for line in _TABLE.strip().replace("\n  ", " ").splitlines():
        word, head_type, tail_type, *rest = line.split()
        relations[word] = Relation(word, head_type, tail_type, is_text="+" in rest)
        aliases |= {alias: word for alias in (word, *rest) if alias != "+"}
    return relations, aliases


RELATIONS, ALIASES = _parse()
"""Word → relation, and the sources' spelling (lower case, `_` between words) → word."""

TYPES: dict[str, str] = {
    "疾病": "disease", "disease": "disease", "diseases": "disease", "illness": "disease",
    "症状": "symptom", "symptom": "symptom", "symptoms": "symptom", "体征": "sign", "sign": "sign",
    "药物": "drug", "药品": "drug", "药": "drug", "drug": "drug", "drugs": "drug", "medicine": "drug",
    "检查": "check", "check": "check", "test": "check", "食物": "food", "food": "food", "foods": "food",
    "科室": "department", "department": "department", "治疗": "treatment", "cure": "treatment", "手术治疗": "treatment",
    "其他治疗": "treatment", "treatment": "treatment", "部位": "body", "body": "body", "producer": "product",
    "厂商": "product", "社会学": "social", "流行病学": "epidemiology", "预后": "prognosis", "其他": "other",
}  # fmt: skip
"""The sources' words for entity classes → ours."""

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s\-.]+")
"""`has symptom` → ` `"""


def spelling(name: str) -> str:
    """Return a relation's name as `ALIASES` spells it: `hasSymptom` and `has symptom` become `has_symptom`."""
    return simplified_name(_WORD_BREAK.sub("_", name.strip()).lower())


def known_relation(name: str, own: Mapping[str, str] | None = None) -> str | None:
    """Return our word for a relation, None where the table has none; `own` is the user's table (`own_words`)."""
    if own and (word := own.get(name) or own.get(spelling(name))):
        return ALIASES.get(spelling(word), word)
    return ALIASES.get(spelling(name))


_FIELDS = frozenset({"head", "relation", "tail", "head_type", "tail_type", "name", "id"})


def own_words(relations: Mapping[str, str], columns: Mapping[str, str | int]) -> dict[str, str]:
    """Return the user's table: the source's word → ours. `columns` may name a relation's column, our word first."""
    named = {str(theirs): word for word, theirs in columns.items() if word not in _FIELDS}
    given = named | dict(relations)
    return {spelling(theirs): word for theirs, word in given.items()} | given


def entity_type(name: str) -> str:
    """Return our class for a source's class name, the name itself in lower case where the table has none."""
    name = name.strip()
    return TYPES.get(name) or TYPES.get(name.lower()) or name.lower() or "unknown"
