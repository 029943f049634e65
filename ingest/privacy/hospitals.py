"""Names of hospitals and clinics. Words for any hospital (三甲医院, 当地县医院, 儿童医院) stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.kinds import Span
from ingest.privacy.places import words

_END = re.compile(
    r"(?:妇幼保健计划生育服务中心|妇幼保健院|妇幼保健中心|社区卫生服务中心|社区卫生服务站|卫生服务中心|卫生服务站|中西医结合医院|中医医院|中医院|儿科研究所|儿童医学中心|儿童医疗中心|妇女儿童医疗中心|"
    r"医学中心|医疗中心|医院|卫生院|保健院|保健所|妇保院|卫生室|卫生所|诊所|门诊部|疗养院|儿研所|妇幼(?![保女])|儿医|医大[一二]院)(?:[一-龥]{1,4}(?:院区|分院))?"
)
_KINDS = frozenset(
    "省 市 县 区 镇 乡 州 自治区 自治州 新区 开发区 医科大学 大学 医学院 学院 中医药大学 医药大学 理工大学 交通大学 附属 直属 第一 第二 第三 第四 第五 第六 第七 第八 第九 第十 一 二 三 四 五 六 七 八 九 十 人民 儿童 妇女 妇幼 妇产 "
    "妇产科 妇婴 妇儿 中医 中医药 中西医 中西医结合 口腔 眼科 耳鼻喉 耳鼻喉科 肿瘤 胸科 心血管 心血管病 骨科 皮肤 皮肤病 皮肤科 精神 精神病 脑科 传染病 感染 中心 综合 专科 综合性 妇保 胃病 高血压 治疗 救治 专治 总 军区 武警 解放军 "
    "职工 工人 铁路 公安 民政 康复 老年 老年病 慈善 保健 医疗 医学 健康 社区 街道 国际 儿科 儿科医学 内科 肛肠 肝病 肾病 癫痫 癫痫病 白癜风 胃肠 生殖 男科 妇科 不孕 整形 美容 科学院 中国医学 中国 首都 人民解放军 部队 陆军 空军 海军 "
    "火箭军 战区 东部 西部 南部 北部 中部 总队 医科 临床 教学 女子 军医 军医大学 矿务局 油田 钢铁 林业 农垦 电力 邮电 航天 中铁 东 西 南 北 新 老 民族 平安 华侨 友好 专业 私立 公立 民营 正规 三甲 二甲 三级 二级 甲等 权威 一级 大型 乡镇 卫生 普通 省立 市立 高新 私人 县级 市级 省级 普通 区级 级 军".split()
)
_AREAS = frozenset("省 市 县 区 镇 乡 州 自治区 自治州 街道 社区".split())
_NO_NAME = frozenset(
    "到在去是来往从于为找叫我们你他她的了和与及跟过着住转送回进出院诊看给带孩子宝天日月号年时候前后午上下里家当地本全各附近个这那哪一几每某您它边好最要还有用就也都不没再又只"
    "先让把被由向对得能可会请想说问做开吃药查检建议需正般些什么怎样外邻临属级大小城中咱俺同村乡镇县市省区昨今明现医科者患"
)
_AUSPICIOUS = re.compile(
    r"[仁爱博康和济慈德安宁华美福慧圣瑞泰民惠益恒同协普善佑明光友谊长庚天佳信诚维健东方阳嘉怡惟景弘广国恩馨]{2}"
)
_PLAIN_WORDS = frozenset(
    "健康 康复 平安 安全 协同 公益 广东 天天 美容 国民 光明正 方天 同方 东方 阳光 国安 民国 长安 安康 和平 同德 明天 长方 东方明 美国 德国 泰国 国泰 华东 友爱".split()
)
_AFTER_VERB = re.compile(r"[在去到从](?P<name>(?!宠物|三甲|治疗|专治|综合|许多|决定|神经|脑)[一-龥]{2,3})$")
_BEFORE_BRAND = frozenset("在去到从是往来进回转找看和的了于")
_ARMY = re.compile(r"(?<!\d)\d{3}$")
_REACH = 24


def hospitals(folded: str) -> Iterator[Span]:
    """Yield hospitals called by a place, a brand or an army number."""
    floor = 0
    for found in _END.finditer(folded):
        start = _name_start(folded, found.start(), max(floor, found.start() - _REACH))
        if start < found.start():
            yield Span(start, found.end(), "hospital")
            floor = found.end()


def _name_start(text: str, end: int, floor: int) -> int:
    """Return where the name that ends at `end` (before 医院) begins; `end` itself where it names no one hospital."""
    at, named = end, end
    while at > floor:
        word = _word_before(text, at, floor)
        if not word:
            break
        at -= len(word)
        if word in words("places.txt") or word in words("brands.txt"):
            named = at
        elif (
            word in _AREAS
            and len(_word_before(text, at, floor)) < 2
            and (start := _area_start(text, at, floor, word)) < at
        ):
            named = at = start
    if named == end:
        named = _unknown_brand(text, end, at)
    else:
        named = _with_leading_kinds(text, named, floor)
    return named


def _word_before(text: str, at: int, floor: int) -> str:
    """Return the longest known word that ends at `at`, or ''."""
    if at <= floor:
        return ""
    if text[at - 1] in ")(" and at - 1 > floor:
        return text[at - 1]
    for length in range(min(6, at - floor), 0, -1):
        word = text[at - length : at]
        if word in words("places.txt") or word in words("brands.txt") or word in _KINDS:
            return word
    return ""


def _area_start(text: str, at: int, floor: int, area: str) -> int:
    """Return where the name of a county, town or district begins (2 to 4 characters, one for 县), or `at`."""
    start = at
    while start > max(floor, at - 4) and "一" <= text[start - 1] <= "龥" and text[start - 1] not in _NO_NAME:
        start -= 1
    return start if at - start >= (1 if area == "县" else 2) else at


def _with_leading_kinds(text: str, start: int, floor: int) -> int:
    """Take in words that belong to the front of a name: 首都, 中国人民解放军."""
    while start > floor:
        word = next(
            (w for w in ("中国人民解放军", "解放军", "武警", "首都", "中国", "国立") if text.endswith(w, floor, start)),
            "",
        )
        if not word:
            break
        start -= len(word)
    return start


def _unknown_brand(text: str, end: int, at: int) -> int:
    """Return where an army number or a brand of auspicious characters (仁爱) before `at` begins, or `end`."""
    if army := _ARMY.search(text[max(0, at - 8) : at]):
        return max(0, at - 8) + army.start()
    name = text[max(0, at - 2) : at]
    if len(name) == 2 and _AUSPICIOUS.fullmatch(name) and name not in _PLAIN_WORDS:
        before = text[at - 3 : at - 2] if at >= 3 else ""
        if not before or before in _BEFORE_BRAND or not "一" <= before <= "龥":
            return at - 2
    if (plain := _AFTER_VERB.search(text[max(0, at - 5) : at])) and not set(plain["name"]) & _NO_NAME:
        return at - len(plain["name"])
    return end
