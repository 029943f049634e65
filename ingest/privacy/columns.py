"""De-identification over columns: a cheap gate in Polars first, Python only for the records it lets through."""

from __future__ import annotations

from collections import Counter

import polars as pl

from ingest.privacy.fold import fold
from ingest.privacy.kinds import Level, Mode
from ingest.privacy.rewrite import deidentify, private_spans
from ingest.privacy.surnames import surname_chars

_DIGIT = "[0-9０-９零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖①-⑨]"
_IDENTIFIER_CUES = (
    rf"{_DIGIT}{{7}}|(?:{_DIGIT}{{1,6}}[ \-.·_/*－—–・　)）]{{1,2}}){{1,10}}{_DIGIT}{{3,}}|(?:{_DIGIT} ){{9}}"
    r"|[@＠]|\(at\)| at |艾特|#(?:qq|163|126)|(?i:微信|薇信|威信|维信|微x|vx|wx|weixin|wechat|v信|w信|绿泡泡|卫星号|qq|q q|扣扣|抠抠|企鹅|秋秋|球球)|Q号|加[QqVvＶｖ薇微威]|[+＋➕][VvWw]|我q"
    r"|\*{4}|[xX]{4}|护照|通行证|回乡证|台胞证|居留证|(?i:passport)|MRN|PID|ID|[号卡][0-9０-９A-Za-z是为:：# (（]|编号|序号|抖音|快手|微博|小红书|陌陌|钉钉|支付宝|淘宝|(?i:skype|telegram|facebook)|用户名|账号|帐号|登录名"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使] ?[A-Za-zＡ-Ｚ][ ·.\-•・]?[A-Za-z0-9０-９]{4}"
)
_NAME_CUES = rf"姓|名|叫|签[字章署]|人[:：=是为]|[医师]生?[:：=]|记录者|核者|查者|落款|称呼|我[是系]|俺是|本人|[里边]是|喊我|昵称|[ABM][rs]s?\.? ?[A-Z]|[男女]|Dr|患者|患儿|病人|父亲|母亲"


def _strict_cues() -> str:
    surnames = f"[{surname_chars()}]"
    titles = "医生|大夫|主任|主治|住院医|主管|教授|护士|医师|护师|院长|老师|专家|女士|先生|小姐|太太|阿姨|叔叔|伯伯|大[爷妈姐哥]|师傅|博士|药师|技师|校长|园长|小?同学|小朋友|家长|[妈爸奶爷]|他妈|她妈|宝宝"
    places = "医院|卫生|保健|诊所|门诊部|医疗|医学|疗养|研究|妇幼|妇保|儿医|院|路|街|巷|弄|胡同|大道|小区|园|苑|公寓|新村|新城|广场|大厦|山庄|别墅|宿舍|大院|公馆|区|县|镇|乡|村|屯|单元|栋|幢|座|楼|址|住|寄|位于|籍"
    others = r"床|病[区房]|[0-9０-９一二三四五六七八九十] ?[年月号日]|[./／．\-－][0-9０-９]|农历|阴历|旧历|://|(?i:www)|\.(?:com|cn|net|org|gov|edu|top|xyz|vip|cc)"
    return rf"{_NAME_CUES}|{surnames}.{{0,3}}(?:{titles})|{places}|{others}"


def gate(level: Level) -> pl.Expr:
    """True where a text may hold private data: one pass of cues, wider than what the detectors accept."""
    cues = _IDENTIFIER_CUES if level == "identifiers" else f"{_IDENTIFIER_CUES}|{_strict_cues()}"
    return pl.col("text").str.contains(cues)


def deidentify_column(texts: pl.Series, level: Level, mode: Mode, keys: pl.Series) -> tuple[pl.Series, Counter[str]]:
    """Return the texts without private data, and how many values of each class were replaced.

    Rows with the same key are one record: its dates move alike and its names are replaced in all its rows. Nulls stay.
    """
    frame = pl.DataFrame({"text": texts.cast(pl.String), "key": keys.cast(pl.String)}).with_row_index("row")
    suspects = frame.filter(gate(level)).select("key").unique()
    records = frame.filter(pl.col("text").is_not_null()).join(suspects, on="key", how="semi", nulls_equal=True)
    counts, rows, changed = Counter[str](), list[int](), list[str]()
    for part in records.partition_by("key", maintain_order=True):
        before = part["text"].to_list()
        after, found = deidentify(before, level=level, mode=mode, key=part["key"][0] or "")
        counts += found
        for row, old, new in zip(part["row"], before, after, strict=True):
            if old != new:
                rows.append(row)
                changed.append(new)
    result = texts.cast(pl.String).scatter(rows, changed) if rows else texts.cast(pl.String)
    return result.alias(texts.name), counts


def residual(texts: pl.Series, level: Level) -> pl.DataFrame:
    """Return `row` and `class` of every value that still looks private; never the value. Invented values do not count."""
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("row").filter(gate(level))
    found = [
        {"row": row, "class": span.kind} for row, text in frame.iter_rows() for span in private_spans(fold(text), level)
    ]
    return pl.DataFrame(found, schema={"row": pl.UInt32, "class": pl.String})
