"""What sources call the fields of a consultation or a question and its answer: the one vocabulary of columns and keys.

A name is looked up as `spelled`: without case, spaces and brackets, in simplified characters. Names of the list win in
their order; behind them come names that a pattern knows (`患者问题描述`, `doctor_reply`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

Columns = Mapping[str, str | int]
Record = Mapping[str | int, object]

_NAMES = """
dialogue     dialogue-content original_dialog dialogue dialog messages conversations conversation turns utterances
             dialogues content chat dialog_info chat_record chat_history chats qa_list qa_pairs qas talk 对话 对话内容
             聊天记录 聊天内容 问诊记录 问诊对话 问诊内容 对话记录 会话内容 会话记录 会话 text
role         speaker role from sender identity who user_type sender_type type name speaker_id spk speaker_name
             channel_id 角色 说话人 发言人 身份 发送者 发送人 讲话人 说话者 发言者 发送方
text         sentence content value text utterance message msg sentences speech words transcript finalsentence onebest
             内容 文本 发言 消息 话语 语句 说话内容 发言内容 消息内容 原文 正文
question     ask question query q 问题 提问 问 患者提问 instruct instruction prompt input first_question medical_case
             context questions problem inputs src input_text 指令 用户 user human client patient 患者 主诉 现病史
instruction  instruction instruct 指令
input        input 输入
answer       answer response reply a 回答 答 答案 医生回答 医生回复 output raw_answer raw_anwser doctor_diagnosis
             target completion solution targets tgt output_text responses 输出 回复 助手 assistant gpt bot moss answers
             doctor 医生 chosen response_chosen answer_chosen
             chosen_response response_j 处理 处理意见 诊疗意见 医嘱
title        title 标题 主题 topic summary_title
self_report  self_report selfreport 自诉 自述 患者自诉
department   department dept 科室 科别 section cate faculty doctor_faculty 就诊科室 科室名称 department_name
diagnosis    diagnosis disease disease_tag 诊断 诊断结果 疾病 初步诊断 diagnose 疾病名称 门诊诊断 临床诊断
complaint    主诉 chief_complaint chiefcomplaint cc 主要症状
present_illness 现病史 present_illness history_of_present_illness hpi 简要病史 病史摘要
past_history 既往史 past_history past_medical_history pmh
examination  查体 体格检查 physical_exam physical_examination 体检 体征 专科检查
results      辅助检查 检查结果 检验结果 化验结果 auxiliary_examination lab_results
treatment    处理意见 处理 诊疗意见 治疗意见 治疗方案 诊疗计划 治疗计划 处置 医嘱 treatment_plan treatment plan advice
             recommendation recommendations 治疗 建议
id           dialogue_id dialog_id conversation_id session_id consultation_id consult_id example-id chat_id case_id
             visit_id record_id room_id order_id 对话id 会话id 问诊id 对话编号 会话编号 id 编号 序号
history      history 历史 历史对话
system       system system_prompt
start        start start_time begin begin_time startms bg 开始 开始时间 起始时间
end          end end_time endms ed 结束 结束时间
"""
_PATIENT = "(?:患者|病人|患儿|家长|家属|用户|网友|客户|咨询者|咨询|就诊|问诊|健康|具体|详细)?(?:的)?"
_DOCTOR = "(?:医生|大夫|医师|专家|模型|助手|参考|标准|官方|最佳|人工|系统|机器人|ai)?(?:的)?"
_PATTERNS = {
    "department": re.compile(
        r"(?:就诊|接诊|挂号|问诊|咨询|所属|一级|二级|三级|标准|医生|归属)?科室(?:名称|名|分类)?"
        r"|(?:doctor|clinic|hospital)?(?:department|dept|clinic)(?:name)?|cate[12]|rawcase"
    ),
    "diagnosis": re.compile(
        r"(?:初步|临床|门诊|出院|入院|主要|西医|最终|医生|确诊|疾病)?诊断(?:结果|名称|结论|疾病)?|(?:所患|确诊)疾病|疾病标签"
        r"|(?:final|primary|clinical|discharge|initial)?diagnos[ie]s(?:name)?|disease(?:name|tag|s)"
    ),
    "dialogue": re.compile(r"(?:医患|问诊|门诊|咨询|在线|病患)?(?:对话|问答|会话|聊天)(?:记录|内容|文本|数据|列表)?"),
    "role": re.compile(
        r"(?:sender|speaker|author|fromuser)(?:name|type|role|id)?|(?:医患|用户|人员)?(?:身份|角色)(?:类型|名称)?"
        r"|(?:发言|说话|讲话|发送)(?:者|人|方)(?:类型|身份|角色|姓名|名称)?"
    ),
    "text": re.compile(
        r"(?:对话|消息|发言|聊天|说话|转写|识别|语音)(?:内容|文本|文字|结果)|(?:msg|message|chat|utterance|speech)(?:content|text|body)"
    ),
    "question": re.compile(
        rf"{_PATIENT}(?:问题|提问|疑问|咨询|主诉|描述|问句|病情|自述|自诉|求助|诉求|输入)(?:描述|内容|详情|文本|原文)?"
        r"|(?:patient|user|human|customer|client)?(?:question|query|ask|complaint|description|desc|input)"
        r"(?:text|content|body)?|(?:patient|user|human|customer|client)message"
    ),
    "answer": re.compile(
        rf"{_DOCTOR}(?:回答|回复|答复|解答|应答|答案|建议|意见|指导|输出|诊疗建议|治疗建议)(?:内容|详情|文本|\d)?"
        r"|(?:doctor|physician|assistant|bot|model|expert|best|reference|ref|gold|gpt|chatgpt)"
        r"(?:answer|response|reply|output|advice|suggestion)(?:text|content)?"
        r"|(?:answer|response|reply|advice|suggestion)(?:text|content|\d)?"
    ),
    "id": re.compile(
        r"(?:对话|会话|问诊|咨询|就诊|病历|门诊|住院|病案|录音|案例|病例|聊天|订单|流水)(?:id|号|编号|序号|号码)"
        r"|(?:dialogue?|conv|conversation|session|consult(?:ation)?|case|record|visit|chat|thread|group|room|order|patient)"
        r"(?:id|no|num|number|index|key)|conv|session|thread|visit|case"
    ),
}
_PAIRS = """
問问 題题 標标 內内 醫医 師师 藥药 劑剂 診诊 斷断 說说 話话 講讲 語语 發发 別别 編编 號号 對对 記记 錄录 諮咨 詢询
覆复 復复 處处 見见 議议 護护 長长 屬属 爺爷 媽妈 親亲 兒儿 關关 實实 體体 節节 點点 類类 癥症 狀状 檢检 療疗 溫温
簡简 並并 預预 後后 輸输 參参 應应 現现 歷历 係系
"""
_TRADITIONAL = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
"""`问題(必填)` → `(必填)`"""
_BREAKS = re.compile(r"[\s_\-.:：*]+")
"""`gue-con` → `-`"""


def simplified_name(name: str) -> str:
    """Return a name with the traditional characters that names of fields and speakers have made simplified."""
    return name.translate(_TRADITIONAL)


@lru_cache(maxsize=1 << 14)
def spelled(name: str) -> str:
    """Return a name as the vocabulary spells it: `患者問題（必填）` becomes 患者问题, `Doctor_Reply` doctorreply."""
    plain = unicodedata.normalize("NFKC", name[:80]).lower()
    return simplified_name(_BREAKS.sub("", _BRACKETS.sub("", plain) or plain))


def _parse() -> dict[str, dict[str, int]]:
    ranks: dict[str, dict[str, int]] = {}
    for line in _NAMES.strip().replace("\n  ", " ").splitlines():
        field, *names = line.split()
        ranks[field] = {}
        for name in names:
            ranks[field].setdefault(spelled(name), len(ranks[field]))
    return ranks


_RANKS = _parse()
_MOST_KEYS = 64
"""Keys of a record up to which the names among them are remembered."""
_BY_PATTERN = 1000
"""Rank of a name that only a pattern knows: behind all listed ones."""


@lru_cache(maxsize=1 << 14)
def rank(field: str, key: str | int) -> int | None:
    """Return how good a name `key` is for a field, 0 the best, None where it is none."""
    if isinstance(key, int):
        return None
    name = spelled(key)
    listed = _RANKS[field].get(name)
    if listed is None and (pattern := _PATTERNS.get(field)) and pattern.fullmatch(name):
        return _BY_PATTERN
    return listed


def names_in(record: Record, field: str) -> tuple[str | int, ...]:
    """Return the keys of a record that are names for a field, the best first."""
    return _ordered(field, tuple(record)) if len(record) <= _MOST_KEYS else _order(field, tuple(record))


def _order(field: str, keys: tuple[str | int, ...]) -> tuple[str | int, ...]:
    ranked = [(place, i) for i, key in enumerate(keys) if (place := rank(field, key)) is not None]
    return tuple(keys[i] for _, i in sorted(ranked))


_ordered = lru_cache(maxsize=1 << 12)(_order)
"""Records of a set have the same keys: they are looked through once."""


def value_of(record: Record, field: str, columns: Columns) -> object:
    """Return the value of the column the user named for `field`, else of the best name that holds something."""
    if (own := columns.get(field)) is not None:
        return record.get(own)
    key = best_key(record, field)
    return None if key is None else record[key]


def best_key(record: Record, field: str) -> str | int | None:
    """Return the best name for a field among those that hold something."""
    for key in names_in(record, field):
        value = record[key]
        if value is not None and value != "" and value != []:
            return key
    return None


def has(record: Record, field: str, columns: Columns) -> bool:
    """Return whether a record has a name for a field, though perhaps without a value."""
    return columns[field] in record if field in columns else bool(names_in(record, field))


def is_name(name: str) -> bool:
    """Return whether a name is one of any field: what a header row is made of."""
    return any(rank(field, name) is not None for field in _RANKS)
