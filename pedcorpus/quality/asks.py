"""Whether a conversation asks something or gives a task: a statement has no answer.

A complaint that a patient tells (我, 孩子, 两天了) asks for advice, with or without a question mark. What asks
nothing is a case told of a stranger and left there (一名60岁的男性患者出现…。), and a bare statement of general
knowledge.
"""

from __future__ import annotations

import re

import polars as pl

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.jieba_words import flags_of
from pedcorpus.quality.marks.found import is_talk, where

_ASKS = re.compile(
    r"[?？]|[吗呢么]|什么|怎[么样]|咋|如何|为(?:何|啥|什)|何[时种为谓处]|哪|谁|几(?:天|次|个|岁|年|月|种"
    r"|周|级|期|度)|多(?:少|久|长|大|高|重)"
    r"|[能会要好行该对需]不[能会要好行该对需]|是不是|有没有|可不可以|[是可能会有]否|请|求|想(?:知道|了解"
    r"|问|咨询|请教)|(?:希望|需要)(?:了解|知道|得到|寻求|获得)"
    r"|咨询|问[题一下]|帮(?:我|忙|看|助(?:我|他|她|患))|告诉|解答|指教|赐教|推荐|(?:为|给)(?:他|她|患者|病人|其)?(?:提供|制定"
    r"|推荐|开)|还是[^，。]{1,12}$"
)
"""`可能患了什么病` → `什么`"""
_GIVEN_NAMES = any_of(
    "明 红 华 李 王 张 刘 陈 赵 丽 芳 强 刚 军 杰 玲 娟 敏 静 林 东 伟 鹏 亮 宝 兰 美 "
    "梅 周 吴 杨 黄 孙 马 朱 胡 郭 何 高 罗 徐 雨 雪 娜 雅 峰 飞 丁 云"
)
"""小明, 老王: patients of examples."""
_CASE = re.compile(
    rf"^(?:\d+[.、]\s*)?(?:[有某这]?[一1两][名位个例][^，。]{{0,12}}|(?:一|两|三)?[名位]|某[一-龥]"
    rf"|该?患[者儿](?:出现|因|经|在|患|近|突|被|于|，|最近|反复|入院|诉|表现)|病人(?:出现|因|，)|该病[人例]"
    rf"|病例"
    rf"|[小老]{_GIVEN_NAMES}(?:[，,是，（(]|最近|今年|出现|因|在|近|被|患|突|做|经常|去|的)"
    r"|[一-龥]{1,3}(?:先生|女士|某|小姐|太太|阿姨|大爷|大妈|奶奶|爷爷|同学)(?:[，,（(因最近今在患出被经]"
    r"|是|有))"
)
"""`一名10岁女孩，突然出现血管杂音。` → `一名10岁女孩`"""
_HAS_TASK_WORD = re.compile(
    r"将|把|建议|编辑|赞美|修正|加[一个]|安慰|批评|祝|写|给|列|描述|解释|说明|总结|概括|归纳|翻译|改|造"
    r"|设计|生成|创|构|制[定作]|提供|举|计算|判断|分[析类]|比较|对比|区[别分]|找|选|排|识别|评[价估]|整理"
    r"|回[答复]|完成|填|补|添|删|替换|转[换述]|简述|阐|讨论|探讨|预测|猜|命名|模拟|扮演|假设|输[入出]|定义"
    r"|检[测查]|使用|用"
    r"|方法|办法|措施|步骤|原因|症状|作用|功效|禁忌|用法|用量|事项|反应|适应|表现|危害|好处|坏处|意思|知识"
    r"|诊断|治疗|预防|护理|饮食|检查|标准|区别|关系|方案|特点|名[字单称]|种类|例子|清单|事实|理由|优点"
    r"|缺点|\d"
)
"""`列出三种颜色` → `列`"""


def asks(parts: pl.DataFrame) -> pl.Series:
    """Return 1 where a conversation of others asks something, gives a task or brings a complaint, else 0."""
    texts = parts["asked"].fill_null("").str.strip_chars()
    is_asked = texts.str.contains(_ASKS.pattern)
    is_case = texts.str.contains(_CASE.pattern) & (parts["task"] != "general").fill_null(False)
    may_state = ~is_asked & (parts["task"] == "general").fill_null(False) & ~texts.str.contains(_HAS_TASK_WORD.pattern)
    states = [may and is_statement(text) for may, text in zip(may_state.to_list(), texts.to_list(), strict=True)]
    told = ~is_asked & (is_case | pl.Series(states, dtype=pl.Boolean)) & ~parts["is_consultation"]
    return where(is_talk(parts), (~told).cast(pl.Float32))


def is_statement(text: str) -> bool:
    """Return whether a text of one sentence states something: it ends with a full stop and begins with a noun."""
    flags = flags_of(text)
    starts = bool(flags) and (flags[0][0] in "nrt" or flags[0] in {"zg", "i", "l"})
    return starts and text[-1:] in "。.！!" and any(flag[0] in "va" or flag == "zg" for flag in flags)
