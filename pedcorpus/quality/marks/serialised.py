"""Program leftovers: lists and dictionaries of a program, words of a prompt, markup, an answer that starts over."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_medical_talk, is_talk, shown, times, where

REPEATED_CHARS = 24
"""An answer that says its first so many characters again, word for word, starts over."""

_LITERALS = re.compile(
    r"^\s*[\[{(]\s*['\"]|\{\s*['\"][^'\"\n]{1,20}['\"]\s*:|\[\s*'[^'\n]{1,40}'\s*[,\]]|\\n|\bNaN\b|undefined"
)
"""Of medical answers: a task of programming may ask for them. `{'辅助检查': ['B超']}` → `{'`"""
_OF_LITERALS = ["'", '"', "\\n", "NaN", "undefined"]
"""Every literal holds one of them; few answers do."""
_UNSEEN = re.compile(r"(?:根据|这篇|该)文章|文章(?:指出|中提[到及]|没有(?:明确)?提[到及])|文中(?:提到|指出)")
"""Of medical answers: an article that nobody sees. `根据文章，应定期复查` → `根据文章`"""
_PROMPTS = re.compile(
    r"(?:根据|基于|结合)(?:上述|以上|所给|给定|已知|相关|提供的|所提供的)?的?(?:医学)?知识(?:点|库"
    r"|图谱)?[，,：:可]"
    r"|根据知识点|知识点(?:中的|[的之]内容)"
    r"|前述知识点|中心词|\[(?:问题|回答|答案|输入|输出)\]|(?:置信度|信心)[：:]\s?\d"
    r"|<(?:br|p|div|span|img|a)(?:\s[^>]{0,80})?/?>|&(?:nbsp|lt|gt|amp|quot);|\[/?INST\]"
    r"|<\|?(?:im_start|im_end|endoftext|user|assistant|human|bot)\|?>"
)
"""`根据知识，治疗方案包括手术。` → `根据知识，`"""
_TASKS = re.compile(
    r"病情描述[（(]?发病时间、主要症状|如果你还感到困惑|^老师[：:]|学生[：:]\s*$|(?:^"
    r"|\n)Q[：:][^\n]*\n(?:.*\n)*A[：:]\s*$"
    r"|(?:^|\n)\[[QA]\]\s?[：:]"
)
"""`老师：把句子分类。` → `老师：`"""
_GREETING = re.compile(r"[^\n]{8}(?:您好|你好)[，,！!。]{0,2}\s?(?:请问)?有什么(?:可以|能|我可以)[^，。！？\n]{0,6}帮")
"""`请尽快去做检查，祝您健康！您好！请问有什么我可以帮助您的吗？` → `检查，祝您健康！您好！请问有什么我可以帮`"""


def serialised(parts: pl.DataFrame) -> pl.Series:
    """Return how many leftovers of a program a conversation holds; literals count in medical answers alone."""
    answers = parts["answers"]
    is_unseen = ~parts["asked"].fill_null("").str.contains("文章|文献|论文")
    may_hold = answers.fill_null("").str.contains_any(_OF_LITERALS)
    literal = pl.select(pl.when(may_hold).then(answers).otherwise(pl.lit(""))).to_series()
    literals = (times(literal, _LITERALS) + times(answers, _UNSEEN) * is_unseen) * is_medical_talk(parts)
    leftovers = times(answers, _PROMPTS) + times(parts["asked"], _TASKS) + times(answers, _GREETING)
    return where(is_talk(parts), literals + leftovers + _starts_over(parts))


def serialised_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the leftovers."""
    found = pl.DataFrame(
        [
            shown(parts["answers"], _LITERALS).alias("literals"),
            shown(parts["answers"], _UNSEEN).alias("unseen"),
            shown(parts["answers"], _PROMPTS).alias("prompts"),
            shown(parts["asked"], _TASKS).alias("tasks"),
        ]
    )
    joined = found.select(pl.concat_list(pl.all()).list.filter(pl.element() != "").list.join("; ")).to_series()
    again = parts["answer"].str.head(REPEATED_CHARS)
    return pl.select(pl.when(_starts_over(parts) & (joined == "")).then(again).otherwise(joined)).to_series()


def _starts_over(parts: pl.DataFrame) -> pl.Series:
    """Return where the last answer says its beginning again."""
    found = [
        len(answer) > 2 * REPEATED_CHARS and answer.find(answer[:REPEATED_CHARS], REPEATED_CHARS) > 0
        for answer in parts["answer"].to_list()
    ]
    return pl.Series(found, dtype=pl.Boolean)
