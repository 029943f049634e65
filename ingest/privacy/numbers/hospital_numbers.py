"""Numbers a hospital gives: records, beds and wards; and number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span

_RECORD_CUE = (
    "病历本?|病案|住院|门诊|就诊卡?|就诊证|诊疗卡?|诊疗证|登记|检查单?|检验单?|化验单?|条码|"
    "标本|样本|影像|放射|病理|超声|流水|挂号单?|订单|问诊单|问诊|预约|处方|报告|申请单|单据|票据|发票|收据|"
    "取药|医保电脑|取号|签到|排队|"
    "体检|接种证|接种|出生证明?|出生医学证明|医保卡?|社保卡?|医保|新农合|保单|参保|患者ID|病人ID|患者|"
    "病人|急诊|档案|随访|入院|居民健康[卡码]|健康[卡码]|CT|B超|彩超|MR|核磁|X光|X线|DR|缴费单?|快递单?|病案首页|医疗卡|磁卡|就医卡"
)
_RECORD = re.compile(
    rf"(?:(?:{_RECORD_CUE})单?[ ]?(?:号码|编号|序号|卡号|证号|ID号?|id号?|(?<=预约)码|号|No\.?|NO\.?|#)|"
    r"(?<![A-Za-z信称])(?:MRN|PID|ID号|"
    r"ID)|(?:病历本?|住院|门诊|就诊卡|病案|[医社]保卡|检查单|化验单|登记)(?=[ ]?:)|(?:就诊|诊疗|[医社]保|健康|"
    r"居民健康|门诊|医疗)卡(?=[是为 ]?[A-Za-z]{0,3}-?\d{4})|挂号单(?=[A-Za-z]{0,3}\d{4}))"
    r"[ ]?(?:[是为]|No\.?|NO\.?|[^A-Za-z0-9一-龥。!?！？\n\[]){0,4}(?P<value>(?!XX00)(?=[A-Za-z\-]{0,6} ?\d)"
    r"(?:\d{2,4}(?: \d{2,4}){1,4}(?![\d床楼室年月日号岁])|[A-Za-z]{1,3} \d{5,12}|"
    r"(?=[A-Za-z\-]{0,6}\d[A-Za-z\-]{0,4}\d)[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){3,23}))(?![A-Za-z0-9])"
)
"""`住院号:ZY2023001` → `ZY2023001`"""
_OTHER_NUMBER = re.compile(
    r"(?:(?:\d{1,2}|[一二三四五六七八九十两]{1,2})(?:岁|个月|天)/|(?<![机话信扣鹅证照行蓄])[一-龥](?<![机话信扣鹅证照])号码?|编号|流水号?|条码)(?:[是为]|[^A-Za-z0-9一-龥。!?！？\n\[]){0,3}"
    r"(?P<value>(?!XX?0|00\d{14}|10|99)[A-Za-z]{0,3}-?\d[\d\-]{4,19})(?![A-Za-z0-9])"
)
"""Any other number of five digits and more that is called one; invented ones begin otherwise.
`学号20230117` → `20230117`"""
_NOT_RECORD = re.compile(r"[年月日号岁天床楼个次片粒元]")
"""`12床` → `床`"""

_BED = re.compile(
    r"(?:(?<![\d.A-Za-z])(?:[A-Za-z]{1,5}区?)?(?!0+(?:号|床))\d{1,4}-?(?:\d{1,3})?[A-Za-z]?[号加]?床|加\d{1,2}床|[+]\d{1,2}床|"
    r"(?<![一-龥])(?:[一二三四五六七八九十]{1,3}号床|[二三四五六七八九]?十[一二三四五六七八九]?床)|"
    r"(?<=[住在是转到去于床的])[一二三四五六七八九十]{1,3}号?床)"
    r"(?![上被单垫头铺位品褥]|旁边|(?:被|单|垫)子)"
    r"|(?:床[位]?号码?|床位(?=:|[+加A-Z]{0,2}\d{1,3}(?:-\d{1,2})?(?![张个多\d])))(?:[是为]|[^A-Za-z0-9一-龥。!?！？\n\[+]){0,4}(?P<value>(?:加|[+])?[A-Za-z]?(?!0+(?!\d))\d{1,4}(?:-\d{1,3})?[A-Za-z]?)(?![\dA-Za-z])"
)
"""`转到12床了` → `12床`, `床号:16` → `16`, `两张床` → –"""
_FURNITURE = re.compile(r"(?:\d|[一二三四五六七八九十])[米尺]床")
"""`2米床` → `2米床`"""

_DEPARTMENT = (
    r"(?:儿|内|外|妇|产|新生儿|呼吸|消化|神经|血液|心|肾|感染|急诊|综合|骨|眼|肿瘤|康复|重症|[NPEC]{0,2}ICU|CCU|"
    r"住院|门诊)"
)
_WARD = re.compile(
    rf"(?:{_DEPARTMENT}{{1,3}}[一二三四五六七八九十]{{0,2}}(?:科|楼|部)?)?"
    r"(?:第)?(?:(?<![A-Za-z])[A-Z]?\d{1,3}[A-Z]?|(?<=ICU)\d{1,3}|[一二三四五六七八九十]{1,3}|[东西南北])(?:号|区|楼|层|"
    r"楼[东西南北]?)?(?:病区|病房|病室|护理单元|诊室)(?:[A-Z]?\d{1,4}室)?"
    r"|(?:住院[部楼]|[内外儿妇]科楼)(?:[一-龥]{0,2})?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:号楼|楼|层|区)(?:(?:\d{1,2}|"
    r"[一二三四五六七八九十]{1,3})(?:楼|层|"
    r"区))?(?:[东西南北]区?)?"
)
"""`在呼吸科二病区` → `呼吸科二病区`"""
_SHARED_WARD = re.compile(r"(?:同|一|每|个|间|这|那|哪|单|双)$")
"""`我们同` → `同`"""

_PROVINCE_SIGN = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_PLATE = re.compile(
    rf"(?<![A-Za-z0-9])[{_PROVINCE_SIGN}][ ]?[A-HJ-NP-Za-hj-np-z][ ·.\-•・]?(?=[A-Za-z]{{0,5}} ?\d)"
    r"(?:[DFdf] \d{5}|[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳领])(?![A-Za-z0-9])"
)
"""`车牌京A·12345` → `京A·12345`"""


def record_numbers(folded: str) -> Iterator[Span]:
    """Yield record, admission, visit, order and insurance numbers after their names."""
    for match in _RECORD.finditer(folded):
        if not (match["value"].isdigit() and _NOT_RECORD.match(folded, match.end())):
            yield Span(*match.span("value"), "record_number")


def other_numbers(folded: str) -> Iterator[Span]:
    """Yield numbers that are called somebody's number, whatever the books are called."""
    for match in _OTHER_NUMBER.finditer(folded):
        if not _NOT_RECORD.match(folded, match.end()):
            yield Span(*match.span("value"), "record_number")


def beds(folded: str) -> Iterator[Span]:
    """Yield bed numbers."""
    for match in _BED.finditer(folded):
        if not _FURNITURE.search(folded[max(0, match.start() - 2) : match.end()]):
            yield Span(*match.span("value" if match["value"] else 0), "bed")


def wards(folded: str) -> Iterator[Span]:
    """Yield wards and consulting rooms that have a number."""
    for match in _WARD.finditer(folded):
        if not _SHARED_WARD.search(folded[max(0, match.start() - 1) : match.start()]):
            yield Span(*match.span(), "ward")


def plates(folded: str) -> Iterator[Span]:
    """Yield number plates of cars."""
    for match in _PLATE.finditer(folded):
        yield Span(*match.span(), "plate")
