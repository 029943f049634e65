"""A chatbot of others that names itself: its name, or that it is a model, in the mouth of ours."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_talk, shown, times, where

_NAMES = re.compile(
    r"我(?:就)?(?:是|叫|名叫)[^，。！？\n]{0,12}(?:仲景|华佗GPT|本草|扁鹊|智能(?:医[学疗]|医生|助手|助理"
    r"|客服|体)|人工智能|机器人|语言模型|大模型|ChatGPT|GPT|AI助手|AI模型|[aA]ssistant)"
    r"|(?:作为|身为)(?:一[个名款位种台])?[^，。！？\n]{0,10}(?:AI|人工智能|语言模型|大模型|机器人"
    r"|智能助[手理]|虚拟助[手理]|ChatGPT|医学助手)[^，。！？\n]{0,8}[，,]?\s?我"
    r"|我(?:只|仅)?是(?:一[个名款位种台])?(?:AI|人工智能|语言模型|机器人|计算机程序|虚拟助[手理])"
    r"|(?:仲景|本草|华佗|扁鹊)(?:智能|GPT|医学)[^，。！？\n]{0,4}助手|由OpenAI(?:开发|训练)|As an AI"
)
"""`您好，我是仲景智能医学助手。` → `我是仲景智能医学`"""


def self_naming(parts: pl.DataFrame) -> pl.Series:
    """Return how often an answer names a chatbot as its author."""
    return where(is_talk(parts), times(parts["answers"], _NAMES))


def self_naming_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the words that name a chatbot."""
    return shown(parts["answers"], _NAMES)
