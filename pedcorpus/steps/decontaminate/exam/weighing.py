"""What an answer does: weighs a diagnosis, advises, explains."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.medical_terms import bundled
from pedcorpus.steps.decontaminate.exam.spoken_answers import words

_DISEASE_END = (
    "(?:"
    + any_of(
        "病 症 炎 癌 瘤 疹 痘 癣 疝 征 感冒 流感 感染 中毒 过敏 哮喘 癫痫 惊厥 贫血 积食 不良 缺乏 缺损 未闭 畸形 梗阻 "
        "套叠 反流 黄疸 紫癜 血症 出血 结石 囊肿 狭窄 闭锁 胀气 肠绞痛 便秘 腹泻 早熟 矮小 迟缓"
    )
    + ")$"
)
"""How the names of diseases end, and of complaints that are a diagnosis by themselves."""
_WEIGHING = (
    "(?:"
    + any_of("考虑 可能 应该是 像是 不像 提示 属于 不排除 诊断 怀疑 符合 支持 就是 还是 通常 引起 说明 之前有")
    + ")"
)
_TREATS_FIRST = re.compile(
    r"^[^。！\n]{0,40}(?:口服|服用|可以吃|可以用|继续吃|用药|药物|吃药|退热药|退烧药|益生菌|蒙脱石)"
)
"""`可以口服药物。考虑肠炎。` → `可以口服药物`"""
_ADVISES = re.compile(r"建议|口服|外用|涂抹|注意|避免|使用|选择|观察|清洗|确保|尝试|保持|不要|增加|减少|适量")
"""`注意保暖。` → `注意`"""
_ALARMING = re.compile(
    r"(?:没有?|不太好|差|一点)精神|精神(?:状态)?(?:很|比较|也)?(?:差|不好|萎靡)|嗜睡|叫不醒|抽搐|惊厥|昏迷|呼吸困难|喘不上气|发绀|发紫"
    r"|[便拉吐]血|血便|摔"
)
"""`一点精神都没有` → `一点精神`"""
_AT_ONCE = re.compile(r"立即|立刻|尽快|马上|急诊|警惕|今天|120")
"""`请立即就诊` → `立即`"""
_REASONS = re.compile(r"可能|考虑|多见于|常见|一般|多是|多为|通常|由于|因为|引起|导致|属于|正常|如果|若|分为|首先")
"""`多见于婴儿。` → `多见于`"""
_WHEN_TO_COME = re.compile(
    r"(?:如果|若|如|要是|出现|一旦|必要时|仍|加重|持续|严重|警惕|及时|尽快|尽早|及早|立即|马上|不放心)[^。]{0,40}(?:就诊|就医|医院|检查|医生|手术|治疗)|定期|复查|随访"
    r"|不[必用](?:太)?(?:担心|紧张)|正常(?:的)?(?:现象|反应|表现)"
)
"""`如果高热不退，应及时就医。` → `如果高热不退，应及时就医`"""
MIN_REASONS = 2
MIN_ACTIONS, MIN_ADVICE_CHARS = 3, 60
MIN_EXPLAINED_CHARS = 70


def weighs(told: pl.Expr) -> pl.Expr:
    """Return whether an answer weighs a disease it names, and does not begin with treatment."""
    return told.str.contains(_weighed()) & ~told.str.contains(_TREATS_FIRST.pattern)


def names_something_new(told: str, by_user: str) -> bool:
    """Return whether an answer names a disease that the user did not."""
    return any(name in told and name not in by_user for name in diseases())


def advises(told: pl.Expr) -> pl.Expr:
    """Return whether an answer says several things to do, or when to see a doctor."""
    actions = told.str.extract_all(_ADVISES.pattern).list.n_unique() >= MIN_ACTIONS
    return (actions | told.str.contains(_WHEN_TO_COME.pattern)) & (told.str.len_chars() >= MIN_ADVICE_CHARS)


def takes_seriously(question: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Return whether an answer sends a child with an alarming sign to a doctor at once."""
    return ~question.str.contains(_ALARMING.pattern) | told.str.contains(_AT_ONCE.pattern)


def explains(told: pl.Expr) -> pl.Expr:
    """Return whether an answer gives reasons and says when it matters."""
    reasons = told.str.extract_all(_REASONS.pattern).list.n_unique() >= MIN_REASONS
    return reasons & told.str.contains(_WHEN_TO_COME.pattern) & (told.str.len_chars() >= MIN_EXPLAINED_CHARS)


@cache
def diseases() -> list[str]:
    """Return the names of diseases among the bundled terms, and what doctors call them in talks."""
    terms = pl.Series(sorted(term for term, kind in bundled().items() if kind in ("medical", "pediatric")))
    return sorted({*terms.filter(terms.str.contains(_DISEASE_END)), *words("called")} - {*words("signs")})


@cache
def _weighed() -> str:
    names = "|".join(re.escape(name) for name in sorted(diseases(), key=len, reverse=True))
    before, behind = rf"{_WEIGHING}[^。！？\n如症]{{0,20}}(?:{names})", "(?:的可能|可能性|可以诊断|的表现)"
    return rf"{before}|(?:{names})[^。！？\n，]{{0,10}}{behind}"
