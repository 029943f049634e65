"""Names of drugs in headings, questions and answers: those of the guard's lexicon, and words formed as drugs are.

A dose teaches only beside its drug: `is_dose_without_drug` finds answers that have lost it.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.vocabulary.any_of import any_of

_CLASSES = re.compile(
    any_of(
        "激素 抗生素 抗菌素 抗病毒药 抗真菌药 球蛋白 白蛋白 维生素 益生菌 益生元 补液盐 铁剂 锌剂 钙剂 疫苗 "
        "制剂 利尿剂 扩张剂 舒张剂 止泻剂 "
        "抑制剂 拮抗剂 激动剂 洋地黄 表面活性物质 抗毒素 抗血清 干扰素 肾上腺素 胰岛素 蒙脱石 葡萄糖酸 "
        "碳酸氢钠 氯化 甘露醇"
    )
    + r"|(?<![用服给换停投食配制])药(?![物品量师房学理历品典剂方用])|(?:元素锌|锌|铁)(?=[，。；每]|$)"
)
"""`糖皮质激素` → `激素`, `退热药` → `药`, `用药原则` → –"""
_FORM = re.compile(r"(?:[片散丸剂栓]|胶囊|颗粒|口服液|注射液|混悬液|糖浆|滴剂|软膏|乳膏|滴眼液)$")
"""`布洛芬混悬液` → `混悬液`"""
_DOSE = re.compile(
    r"\d\s*(?:万\s*)?(?:mg|μg|ug|mcg|g|毫克|微克|克|IU|U|单位)\s*(?:/|／|每|·)\s*[(（]?\s*(?:kg|公斤|千克|次|d(?![a-z])|日|天|m(?:2|²))"
    r"|(?:每次|一次|每日|每天)[^，。；]{0,6}\d[\d.～~\-–]*\s*(?:mg|μg|毫克|微克|IU|U|单位)",
    re.IGNORECASE,
)
"""`0.05～0.06 mg/kg` → `6 mg/kg`, `每次100 mg` → `每次100 mg`, `补液20 ml/kg` → –"""


def names_drug(heading: str) -> bool:
    """Return whether a heading is the name of a drug or of a class of drugs: it ends with one."""
    return _lexicon_at_end().search(heading) is not None or _is_class(heading) or _FORM.search(heading) is not None


def mentions_drug(text: str) -> bool:
    """Return whether a text names a drug anywhere."""
    return _lexicon().search(text) is not None or _CLASSES.search(text) is not None


def is_dose_without_drug(question: str, answer: str) -> bool:
    """Return whether an answer tells doses and neither it nor its question names a drug."""
    return _DOSE.search(answer) is not None and not mentions_drug(answer) and not mentions_drug(question)


def _is_class(heading: str) -> bool:
    return any(found.end() == len(heading) for found in _CLASSES.finditer(heading))


@cache
def _lexicon() -> re.Pattern[str]:
    return re.compile(_alternatives())


@cache
def _lexicon_at_end() -> re.Pattern[str]:
    return re.compile(f"(?:{_alternatives()})(?:类|类药物|类抗生素)?$")


def _alternatives() -> str:
    """Return drugs, and what has the ending or the beginning of one, as alternatives, longest first."""
    from dedup.clinical.lexicon import BEGINNING, DRUG, ENDING, words
    from dedup.clinical.lexicon_words import AROUND

    found = list(words())
    names = sorted({word for word, kind, _ in found if kind == DRUG and len(word) > 1}, key=len, reverse=True)
    endings = "|".join(re.escape(word) for word, kind, _ in found if kind == ENDING)
    beginnings = "|".join(re.escape(word) for word, kind, _ in found if kind == BEGINNING)
    han = rf"[\u3400-\u9fff]{{{AROUND}}}"
    return f"{'|'.join(map(re.escape, names))}|{han}(?:{endings})|(?:{beginnings}){han}"
