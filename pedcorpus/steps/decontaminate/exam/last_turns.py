"""What the last turn of a user asks for, in columns: what it is, what to do, or nothing."""

from __future__ import annotations

import re

import polars as pl

_WHAT = re.compile(
    r"是什么|什么(?:病|原因|情况|引起|造成|导致|毛病)|怎么回事|咋回事|怎么引起|怎么(?:会|了)|为什么|为啥|何种|哪种(?:病|类型)|病因|诊断"
    r"|(?:是不是|会不会|有没有可能|是否|不会是|难道是)|严重[吗么嘛不]|要紧[吗么嘛不]|正常[吗么嘛不]|考虑什么|可能是|有(?:什么|没有)?(?:关系|关联|问题|影响|事)[吗么嘛]?|(?:和|跟|与)[^，。]{1,16}(?:有关|关系)"
    r"|(?:是|算|属于|得了|患了)[^，。？?\n]{1,12}[吗吧嘛]"
)
"""`宝宝这是怎么回事？` → `怎么回事`"""
_TO_DO = re.compile(
    r"吃什么|什么药|啥药|哪种药|怎么办|咋办|怎么样?(?:治|处理|弄|吃|用|护理|预防|调理|喂|做|补|退)|如何|应该怎|该怎|该做"
    r"|(?:可以|能|可不可以|能不能|还要|要不要|需不需要|需要|用不用|要)(?:吃|用|洗|喝|给|停|去|打|继续|做|查|住院|输液|忌|添加|治|换|带|看)"
    r"|治疗|治好|多少次|几次|看医生|去医院|住院|办法|方法|措施|改善|缓解|注意(?:什么|哪些|些|事项|吗|的)|(?:要|需|该|什么|哪些|其他|其它|别的)[^，。？]{0,8}(?:注意|关注)|就医|控制|退烧|降温|降体温|(?:什么|哪些|其他|其它|有没有|别的|方面的)[^，。]{0,6}建议|管用|有效果|[吃用喝打][^，。？?\n]{0,8}[吗么嘛]|还可以继续|可以[吗么嘛]"
    r"|检查吗|什么检查|好不好|预防|护理"
)
"""`那应该吃什么药` → `吃什么`"""
_HOW = re.compile(r"怎么办|咋办|怎么样?(?:治|处理)|如何|什么药|吃什么")
"""`怎么办` → `怎么办`"""
_HOW_LONG = re.compile(r"多长时间|多久|多少钱|怎么回事")
"""Asks for a fact, not for what to do. `治疗需要多长时间` → `多长时间`"""
_OFF = re.compile(
    r"谢|好的|知道了|明白|多久|几天|什么时候|哪里|哪个|在哪|多少钱|药|挂号|视频|图|牌子|品牌|医保|费用|查得出|化验么"
)
"""`好的，谢谢` → `好的`"""
_THANKS = re.compile(
    r"^(?:(?:好的?|嗯+|哦|噢|哇|谢谢[^，。！？]{0,12}|非?常?感谢[^，。！？]{0,16}|我?(?:明白|知道|了解|记住)了?"
    r"|我会[^，。！？]{0,24}|原来如此)[，。！ ]+)+"
)
"""What a question may begin with. `好的，谢谢医生的建议。还要注意什么？` → `好的，谢谢医生的建议。`"""
_ASKS = re.compile(
    r"[?？]|[吗呢么嘛]\s*$|什么|怎么|怎样|如何|为何|为什么|多少|哪些|是否|是不是|能不能|可不可以|会不会|吧\s*$"
)
"""`婴儿四个月长牙` → –; `婴儿什么时候长牙` → `什么`"""
_FINDS = re.compile(
    r"咳|痰|热|烧|度|℃|3[5-9]|吐|泻|拉|便|疹|红|肿|痛|疼|痒|喘|涕|鼻塞|精神|食欲|尿|白细胞|化验|检查|听诊|胸片|血|哭|睡|奶|黄|没有|不"
)
"""`大便有奶瓣` → `便`"""
MIN_FINDING_CHARS, MIN_WISH_CHARS = 6, 10
"""Characters of a last turn that brings a finding, or asks what to do: 那我该怎么办呢 stands in every second talk."""


def last_line(question: pl.Expr) -> pl.Expr:
    """Return the last line of a turn: what is asked stands there."""
    return question.str.strip_chars().str.split("\n").list.last().str.replace(_THANKS.pattern, "")


def asks_what_it_is(question: pl.Expr) -> pl.Expr:
    """Return whether a turn asks what the child has, or brings what was found, and does not ask what to do."""
    line = last_line(question)
    tells = ~line.str.replace_all("没有?什么", "").str.contains(_ASKS.pattern) & (
        line.str.len_chars() >= MIN_FINDING_CHARS
    )
    asks = line.str.contains(_WHAT.pattern)
    to_do = line.str.contains(_TO_DO.pattern) | line.str.contains(_OFF.pattern)
    return (asks | (tells & line.str.contains(_FINDS.pattern))) & ~to_do


def asks_what_to_do(question: pl.Expr) -> pl.Expr:
    """Return whether a turn asks for treatment, care or advice."""
    line = last_line(question)
    asks_fact = line.str.contains(_HOW_LONG.pattern) & ~line.str.contains(_HOW.pattern)
    is_own = line.str.len_chars() >= MIN_WISH_CHARS
    return line.str.contains(_TO_DO.pattern) & ~asks_fact & is_own


def asks_anything(question: pl.Expr) -> pl.Expr:
    """Return whether a turn asks at all."""
    return question.str.contains(_ASKS.pattern)
