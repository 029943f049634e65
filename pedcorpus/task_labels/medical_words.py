"""Whether a conversation is about medicine: by jieba's words, so that 病毒软件 and 西班牙 are none."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.jieba_words import words_of
from ingest.vocabulary.medical_terms import bundled, parse

MOST_CHARS = 300
"""Characters looked at of what is asked: what it is about stands at the beginning."""
LONG_CHARS = 3
"""Characters from which a term is found inside other words, too: 唐氏筛查 is no word of jieba's."""
_FORMED = (
    r".[炎癌瘤疹癣疣疮痔疝痫疸疡]$|[^心悲沉惨阵苦哀肉]痛$|[^心肉]疼$|(?:[^一-龥]|.)(?:综合征|综合症|血症|病变|梗[死塞阻]|硬化|结石|囊肿|息肉|增生|衰竭|溃疡|骨折|出血|过敏|中毒|积液|切除术|成形术|移植术|疗法)$"
    r"|[^毛通弊诟语治生得发看害染百多心相疾抱养]病$|[^对象特特急狂号上]症$|.(?:颗粒|胶囊|口服液|注射液|软膏|乳膏|滴眼液|糖浆|霉素|西林|沙星|他汀|洛尔|地平|普利|沙坦|单抗|替尼|洛韦|唑|酸钠|肽|苷)$"
)
"""Words that are formed as the names of diseases, operations and drugs are."""


def medical_evidence(asked: pl.Series, answers: pl.Series) -> pl.DataFrame:
    """Return per conversation `asked_of`: different medical words asked, and `told_of`: those answered, as terms."""
    heads = asked.str.slice(0, MOST_CHARS).str.replace_many(_traps(), [""] * len(_traps()))
    long = heads.str.extract_many([term for term in _terms() if len(term) >= LONG_CHARS]).to_list()
    said = [list({*words_of(text), *found}) for text, found in zip(heads.to_list(), long, strict=True)]
    rows = pl.DataFrame({"word": said}, schema={"word": pl.List(pl.String)}).with_row_index("row")
    words = rows.explode("word")
    known = words["word"].unique().drop_nulls()
    weak = known.is_in(_listed("weak"))
    medical = known.filter((known.is_in(_words()) | known.str.contains(_FORMED)) & ~weak)
    counts = words.group_by("row").agg(
        asked_of=pl.col("word").is_in(medical.implode()).sum(), hinted=pl.col("word").is_in(_listed("weak")).sum()
    )
    told = answers.str.slice(0, MOST_CHARS).str.extract_many(_terms(), overlapping=False).list.n_unique()
    return rows.join(counts, on="row", how="left", maintain_order="left").select(
        pl.col("asked_of", "hinted").fill_null(0).cast(pl.Int64), told_of=told.cast(pl.Int64)
    )


@cache
def _words() -> list[str]:
    return sorted(set(_terms()) | set(_listed("lay")))


@cache
def _terms() -> list[str]:
    """Return the terms of the lexicon that name something of medicine alone."""
    vague = set(_listed("vague"))
    return sorted(term for term, kind in bundled().items() if kind in ("medical", "pediatric") and term not in vague)


@cache
def _traps() -> list[str]:
    return sorted(term for term, kind in bundled().items() if kind == "trap") + _listed("traps")


def _listed(name: str) -> list[str]:
    return parse((files("pedcorpus.task_labels") / "terms" / f"{name}.txt").read_text(encoding="utf-8"))
