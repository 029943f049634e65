"""Judge texts column by column: the reason why a text is not worth training on, or null.

Thresholds come from `[clean]`; the cue words are ours. Medical notation (5–10 mg/(kg·d)), Latin drug names and
tables pass; the tests hold that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ingest.cleaning.repetition import repeated_share
from schemas.rejection import Reason

MAX_KANA_SHARE = 0.2
"""Above this share of kana or Hangul among Han, kana and Hangul a text is Japanese or Korean."""
CHARS_PER_CUE = 60
"""An advertisement or boilerplate has at least one cue per this many characters, a text that mentions one has not."""

_SYMBOL = r"[^\p{L}\p{M}\p{N}\s，。；：？！（）“”‘’《》〈〉【】「」『』［］〔〕、…—·～.,;:!?()%/+~<>=≤≥±×°℃℉^\[\]-]"
_PLACEHOLDER = (
    r"(?i)\[MASK\]|\[UNK\]|<unk>|<pad>|<\|endoftext\|>|\{\{\s*\w+\s*\}\}|lorem ipsum"
    r"|此处(?:填写|插入|省略)|待补充|点击此处输入"
    r"|^\W*(?:无|暂无|没有|略|未知|不详|暂无数据|暂无内容|暂无回答|n/?a|nan|null|none|undefined|todo|test|测试|xxx+)\W*$"
)
_ADVERTISEMENT = (
    r"加(?:我|医生|客服|一下)?(?:的)?微信|微信号|扫码|扫一扫|二维码|优惠|包邮|特价|下单|抢购|促销|代购|加盟|招商|货到付款"
    r"|购买链接|官方(?:网站|旗舰店)|(?:专家|预约|咨询|订购|服务|免费)(?:热线|电话)|免费(?:咨询|预约|试用|领取)|在线(?:咨询|预约|客服)"
    r"|点击(?:咨询|预约|购买|领取)|无效退款|签约治疗|祖传秘方|包治|独家(?:疗法|秘方)|领(?:红包|券)"
)
_BOILERPLATE = (
    r"(?i)版权所有|版权归|转载(?:请|须)|未经(?:许可|授权|允许)|copyright|©|ICP备|公网安备|免责声明|返回顶部|上一篇|下一篇"
    r"|相关(?:阅读|推荐|链接)|查看更多|阅读全文|点击(?:查看|进入|下载)|责任编辑|下载\s?APP|请登录|用户协议|隐私政策|网站地图|关于我们|联系我们"
)
_FOREIGN_WORD = r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Thai}\p{Hebrew}\p{Devanagari}]{5,}"
_UNFINISHED = r"[、（《“‘(]$"
"""Not the comma: one online answer in a hundred ends so and is complete (read: 74 of 6,900)."""


def reasons(text: pl.Expr, settings: Mapping[str, Any]) -> pl.Expr:
    """Return the first reason that speaks against each text (a `Reason` value), or null. Null texts are empty.

    `settings` is the section `[clean]`. Texts are expected normalised.
    """
    text = text.fill_null("")
    chars = text.str.len_chars()
    checks = {
        Reason.EMPTY: text.str.strip_chars() == "",
        Reason.PLACEHOLDER: text.str.contains(_PLACEHOLDER),
        Reason.TOO_SHORT: chars < settings["min_chars"],
        Reason.TOO_LONG: chars > settings["max_chars"],
        Reason.NOT_CHINESE: ~is_chinese(text, settings["min_han_share"]),
        Reason.SYMBOLS: text.str.count_matches(_SYMBOL) > settings["max_symbol_share"] * chars,
        Reason.REPETITIVE: repeated(text) > settings["max_repeated_share"],
        Reason.ADVERTISEMENT: _dense(text, _ADVERTISEMENT, 3),
        Reason.BOILERPLATE: _dense(text, _BOILERPLATE, 2),
        Reason.UNFINISHED: text.str.contains(_UNFINISHED),
    }
    found = (pl.when(wrong).then(pl.lit(reason.value)) for reason, wrong in checks.items())
    return pl.coalesce(found).alias("reason")


def term_reasons(term: pl.Expr) -> pl.Expr:
    """Return why a term of a knowledge graph says nothing (empty, placeholder), or null; its length does not matter."""
    term = term.fill_null("")
    empty = pl.when(term.str.strip_chars() == "").then(pl.lit(Reason.EMPTY.value))
    placeholder = pl.when(term.str.contains(_PLACEHOLDER)).then(pl.lit(Reason.PLACEHOLDER.value))
    return pl.coalesce(empty, placeholder).alias("reason")


def is_chinese(text: pl.Expr, min_han_share: float) -> pl.Expr:
    """Return where Han characters are at least `min_han_share` of Han, kana, Hangul and words of other scripts.

    A foreign word counts as one, so that a text full of Latin drug names stays Chinese; one of fewer than 5 letters is
    a unit or a laboratory value (mg, WBC) and does not count. A line of such values alone passes.
    """

    def work(series: pl.Series) -> pl.Series:
        han = series.str.count_matches(r"\p{Han}")
        neighbours = series.str.count_matches(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")
        words = series.str.count_matches(_FOREIGN_WORD)
        enough = han >= min_han_share * (han + neighbours + words)
        has_words = (han > 0) | series.str.contains(r"\d")
        return has_words & enough & (neighbours <= MAX_KANA_SHARE * (han + neighbours))

    return text.map_batches(work, return_dtype=pl.Boolean, is_elementwise=True)


def repeated(text: pl.Expr) -> pl.Expr:
    """Return the share of each text's characters that repeat what stood before; see `ingest.cleaning.repetition`."""

    def work(series: pl.Series) -> pl.Series:
        return pl.Series(series.name, repeated_share(series))

    return text.map_batches(work, return_dtype=pl.Float64, is_elementwise=True)


def _dense(text: pl.Expr, cues: str, least: int) -> pl.Expr:
    """Return where the text has at least `least` cues, and one per `CHARS_PER_CUE` characters."""
    found = text.str.count_matches(cues)
    return (found >= least) & (found * CHARS_PER_CUE >= text.str.len_chars())
