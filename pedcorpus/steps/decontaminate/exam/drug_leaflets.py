"""Drug leaflets as items: asked as a whole, told in labelled parts."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.rows.row_texts import last_asked

_PART = "(?:适应证|用法用量|禁忌证|注意事项|不良反应|药物相互作用)"
_ASKED = re.compile(rf"^请介绍(.{{2,24}}?)的{_PART}(?:[、和]{_PART})+。?$")
"""`请介绍甲颗粒的适应证、用法用量和禁忌证。` → `甲颗粒`"""
_USE = re.compile(r"(?m)^(?:适应证|适应症|功能主治)[:：].{6}")
"""`适应证:用于外感风热引起的感冒。` → `适应证:用于外感风热`"""
_DOSE = re.compile(r"(?m)^(?:用法用量|用法与用量)[:：].{10}")
"""`用法用量:口服，一次5ml，一日3次。` → `用法用量:口服，一次5ml，一`"""
_WARNS = re.compile(r"(?m)^(?:禁忌证|禁忌症|禁忌|注意事项|不良反应)[:：].{6}")
"""`注意事项:对本品过敏者禁用。` → `注意事项:对本品过敏者`"""
_CHILDREN = re.compile(r"儿|月龄|个月|[一二三四五六七八九十\d]\s*岁")
"""`1～3岁，一次1袋` → `3岁`"""
_TORN = re.compile(r"\d[l一]|[l一]\d|l[～岁袋]|～l|O\.|成入|[。，；][。，；]|初生婴儿")
"""`6个月一1岁` → `一1`"""


_OUTDATED = re.compile(r"可待因|伪麻|金刚烷胺|氨基比林|异丙嗪|氨茶碱|麻黄碱|轻微脑功能|磺胺|四环素|惊风|麻疹|百日咳")
"""What is no longer given to small children, or that for which a drug no longer is. `含磷酸可待因5mg` → `可待因`"""
_FORBIDS = re.compile(r"禁|忌|慎|不宜|勿")
"""`孕妇禁用` → `禁`"""
MAX_CHARS = 900


def is_leaflet(question: pl.Expr) -> pl.Expr:
    """Return whether all of a drug's leaflet is asked for."""
    return question.str.contains(_ASKED.pattern)


def is_whole_leaflet(told: pl.Expr) -> pl.Expr:
    """Return whether a leaflet tells what a drug is for, its dose for children, and what to mind."""
    parts = [told.str.contains(pattern.pattern) for pattern in (_USE, _DOSE, _WARNS)]
    dose = told.str.extract(r"(?m)^用法(?:与)?用量[:：](.*)$").fill_null("")
    is_right = ~told.str.contains(_TORN.pattern) & ~told.str.contains(_OUTDATED.pattern)
    is_full = told.str.contains(_FORBIDS.pattern) & (told.str.len_chars() <= MAX_CHARS)
    return pl.all_horizontal(parts) & dose.str.contains(_CHILDREN.pattern) & is_right & is_full


def with_bare_questions(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that ask for a leaflet by the drug's name alone: by the rest of the question all would be twins."""
    message = pl.element().struct
    bare = message.field("content").str.replace(_ASKED.pattern, "${1}")
    messages = pl.col("messages").list.eval(pl.struct(role=message.field("role"), content=bare))
    asks = is_leaflet(last_asked())
    return rows.with_columns(messages=pl.when(asks).then(messages).otherwise(pl.col("messages")))
