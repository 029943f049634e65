"""What looks private and is not: laboratory values, approval numbers, DOIs, codes of products and diseases."""

from __future__ import annotations

import re

_CODE_CUES = (
    "国药准字|国药证字|卫药准字|药准字|国食健字|国食健注|卫食健字|食健备|注册证|械注准|械备|批准文号|"
    "备案号|批号|条形码|条码(?!号)|商品码|货号|型号|专利|标准号|"
    "信用代码|许可证|编码|代码|追溯码|监管码|项目号|课题号|基金号?|资助号|参考文献|(?<![A-Za-z])(?:ISBN|"
    "ISSN|PMID|PMCID|PMC|NCT|ChiCTR|"
    "DOI|doi|GB(?:/?[TZ])?|YY(?:/?T)?|ISO|WS(?:/?T)?|UDI|ICD|CAS)"
)
_CODE = re.compile(
    rf"(?:{_CODE_CUES})[号码为是:#(\[ ]{{0,4}}(?:No\.?)?[A-Za-z]{{0,6}}[ :\-]?\d(?:[\dA-Za-z]|"
    rf"[\-./](?=[\dA-Za-z])){{0,39}}"
)
"""`批号20210305。` → `批号20210305`, `国药准字H20051234` → `国药准字H20051234`"""
_DOI = re.compile(r"(?<![\d.])10\.\d{4,9}/(?:[A-Za-z0-9._;:/\-]|\([A-Za-z0-9\-]{1,12}\)){1,100}")
"""`doi:10.1016/j.jpeds.2013.05` → `10.1016/j.jpeds.2013.05`"""
_MEASURE = re.compile(
    r"(?<![\d.])\d[\d.]{0,20}(?:,\d{3}){0,6}[ ]?"
    r"(?:[x×*^] ?\d|[eE][+-]?\d|\+(?= |$|\d)|[/每](?:[LlμuUm]|升|毫升|HP|高倍)|个(?!人)|拷贝|copies|(?:[kK]?IU|U|"
    r"cfu|CFU|mg|g|ml|mL|L|l|kg|μ|mmol|万|亿|元|单位|毫|克|步|字节)(?![A-Za-z]))"
)
"""`布洛芬50mg*6袋` → `50mg`, `13800138000拷贝` → `13800138000拷贝`"""
_COUNTED = re.compile(
    r"(?:血小板|白细胞|红细胞|细胞|计数|载量|定量|DNA|RNA|PLT|WBC|RBC|拷贝|滴度|浓度|菌落|细菌|阈值|金额|价格|序列)"
    r"(?:[是为约有达到在了高至降升数量值的:=≥≤<>(\[ ]|大概|检查|结果|正常|已经){0,8}\d[\d,.]{0,30}"
)
"""`白细胞高达12.34` → `白细胞高达12.34`"""

_PATTERNS = (_CODE, _DOI, _MEASURE, _COUNTED)


def find_clinical_spans(folded: str) -> list[tuple[int, int]]:
    """Return the places (start, end) of numbers that are codes, values or references, not persons' numbers."""
    return [match.span() for pattern in _PATTERNS for match in pattern.finditer(folded)]
