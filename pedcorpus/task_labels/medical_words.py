"""Whether a conversation is about medicine: by jieba's words, so that 病毒软件 and 西班牙 are none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.jieba_words import words_of
from ingest.vocabulary.medical_terms import bundled, parse
from pedcorpus.task_labels.talk_aspects import asks
from pedcorpus.task_labels.talk_parts import talk_parts

MOST_CHARS = 300
"""Characters looked at of what is asked and of what is answered: what it is about stands at the beginning."""
LONG_CHARS = 3
"""Characters from which a term is found inside other words, too: 唐氏筛查 is no word of jieba's."""
MOSTLY = 0.8
"""Share of medical conversations above which a source is mostly medical."""
EACH = 8
"""Of so many conversations one is looked at for that share."""
_FORMED = (
    r".[炎癌瘤疹癣疣疮痔疝痫疸疡]|[^心悲沉惨阵苦哀肉]痛|[^心肉]疼"
    r"|.(?:综合征|综合症|血症|病变|梗[死塞阻]|硬化|结石|囊肿|息肉|增生|衰竭|溃疡|骨折|出血|过敏|中毒|积液|疗法)"
    r"|(?:切除|成形|移植)术|[^毛通弊诟语治生得发看害染百多心相疾抱养]病|[^对象特急狂号上]症"
    r"|.(?:颗粒|胶囊|口服液|注射液|软膏|乳膏|滴眼液|糖浆|霉素|西林|沙星|他汀|洛尔|地平|普利|沙坦|单抗|替尼|洛韦|唑|酸钠|肽|苷)"
)
"""How words end that are formed as the names of diseases, complaints, operations and drugs are."""


def is_medical(parts: pl.DataFrame, mostly: bool) -> pl.Series:
    """Return whether the conversations are about medicine, `parts` being those of `talk_parts`.

    Where the source is `mostly` medical, all that is not clearly of another trade is. jieba, which costs most, cuts
    only those conversations that neither the terms of the lexicon decide nor the lack of any.
    """
    other = asks("other_trade", "first") | asks("forum", "answer")
    told = parts.select("asked", "answers", "first", task=asks("gives_a_task", "first"), other=other)
    told = told.with_columns(row=pl.int_range(pl.len()))
    unclear = told.filter(pl.col("task") | pl.col("other") | (not mostly))
    terms = _with_terms(unclear).with_columns(found=_is_medical(mostly))
    words = _with_words(terms.filter(~pl.col("found") & _may_be_medical())).filter(_is_medical(mostly))
    others = unclear["row"].filter(~terms["found"]).implode()
    return told.select(found=~pl.col("row").is_in(others) | pl.col("row").is_in(words["row"].implode()))["found"]


def _is_medical(mostly: bool) -> pl.Expr:
    """Return the verdict on conversations by what they hold (`_with_words`); more words make it no less medical."""
    asked, hinted, told = pl.col("asked_of"), pl.col("hinted"), pl.col("told_of")
    if mostly:
        return ~(pl.col("task") | pl.col("other")) | (asked + hinted + told > 0)
    enough = (asked > 0) | (hinted > 1) | (hinted > 0) & (told > 0) | (told > 2) | asks("medical_frame", "first")
    strict = pl.when("task").then((asked > 2) | (asked > 1) & (told > 1))
    return strict.when("other").then((asked > 3) | (asked > 1) & (told > 0)).otherwise(enough)


def is_mostly_medical(batches: Iterable[pl.Series]) -> bool:
    """Return whether more than `MOSTLY` of the conversations of a source are medical; looks at one of `EACH`."""
    medical = seen = 0
    for messages in batches:
        found = is_medical(talk_parts(messages.gather_every(EACH)), mostly=False)
        medical, seen = medical + int(found.sum()), seen + len(found)
    return medical > MOSTLY * seen


def _with_terms(rows: pl.DataFrame) -> pl.DataFrame:
    """Count the different terms of the lexicon asked (`asked_of`, the long ones, `long`) and answered (`told_of`)."""
    heads = pl.col("asked").str.slice(0, MOST_CHARS).str.replace_many(_traps(), [""] * len(_traps()))
    long = [term for term in _terms() if len(term) >= LONG_CHARS]
    told = pl.col("answers").fill_null("").str.slice(0, MOST_CHARS).str.extract_many(_terms()).list.n_unique()
    counted = rows.with_columns(head=heads, told_of=told.cast(pl.Int64))
    counted = counted.with_columns(long=pl.col("head").str.extract_many(long))
    sure = pl.col("long").list.set_difference(pl.lit(_listed("weak"), pl.List(pl.String)))
    return counted.with_columns(asked_of=sure.list.len().cast(pl.Int64), hinted=pl.lit(0, pl.Int64))


def _may_be_medical() -> pl.Expr:
    """Return whether a word that jieba cuts may be one of medicine: it stands in the text, cut or not."""
    listed = pl.col("head").str.contains_any([*_terms(), *_listed("lay"), *_listed("weak")])
    return listed | pl.col("head").str.contains(_FORMED)


def _with_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Count the different medical words asked (`asked_of`) and those that only hint (`hinted`), the terms too."""
    heads, long = rows["head"].to_list(), rows["long"].to_list()
    said = [list({*words_of(text), *found}) for text, found in zip(heads, long, strict=True)]
    words = pl.DataFrame({"row": rows["row"], "word": pl.Series(said, dtype=pl.List(pl.String))}).explode("word")
    weak, sure = pl.Series(_listed("weak")), pl.Series([*_terms(), *_listed("lay")])
    known = words["word"].drop_nulls().unique()
    formed = known.str.contains(f"(?:{_FORMED})$")
    medical = known.filter((known.is_in(sure.implode()) | formed) & ~known.is_in(weak.implode()))
    counts = words.group_by("row").agg(
        asked_of=pl.col("word").is_in(medical.implode()).sum().cast(pl.Int64),
        hinted=pl.col("word").is_in(weak.implode()).sum().cast(pl.Int64),
    )
    return rows.drop("asked_of", "hinted").join(counts, on="row", maintain_order="left")


@cache
def _terms() -> list[str]:
    """Return the terms of the lexicon that name something of medicine alone."""
    vague = set(_listed("vague"))
    return sorted(term for term, kind in bundled().items() if kind in ("medical", "pediatric") and term not in vague)


@cache
def _traps() -> list[str]:
    return sorted(term for term, kind in bundled().items() if kind == "trap") + _listed("traps")


@cache
def _listed(name: str) -> list[str]:
    return parse((files("pedcorpus.task_labels") / "terms" / f"{name}.txt").read_text(encoding="utf-8"))
