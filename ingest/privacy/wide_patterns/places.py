"""Wide patterns for hospitals and addresses."""

from __future__ import annotations

from typing import NamedTuple

from ingest.privacy.places import addresses
from ingest.privacy.places.place_names import places
from ingest.vocabulary.any_of import any_of

_HOSPITAL_ENDS = (
    "医院|妇女?儿童?中心|中医院|卫生|保健|妇保院|诊所|门诊部|疗养院|儿研所|儿科研究所|妇幼|儿医|儿院"
    "|[一二三四五六七八九十]附?院|医大?[附一二三四五]|附院|[妇儿]中心|附[一二三]院|医学中心|医疗中心|儿童医"
)
_HOSPITALS_WITHOUT_THE_WORD = any_of("川医 湘雅 华西 协和 同济 瑞金 仁济 齐鲁 盛京 西京 唐都 积水潭 省人民 市人民")
_NO_HOSPITAL_BEFORE = "去到的在往这些从离们了过个有送住来进是要找上回哪与给被由为"
_NUMBER = "[A-Za-z0-9０-９Ａ-Ｚ第甲乙丙丁一二三四五六七八九十百零〇东西南北]"
_CUES = any_of(
    "址 户籍 籍贯 所在地 现住 们在 我在 小区是 快递到 暂住 租住 请寄 寄往 家住 住在 我住 们住 家在 居住 寄到 寄给 送到"
    " 位于 搬到 来自 定位 坐标 老家 出生地"
)


class PlacePatterns(NamedTuple):
    """What hospitals and addresses look like."""

    hospitals: str
    """`在重庆儿童医院看的` → `庆儿童医`, `去湘雅看` → `去湘雅`, `去医院看看` → –"""
    houses: str
    """`文三路123号` → `路1`, `3号楼2单元` → `号楼2`, `阳光花园3栋` → `花园3`"""
    areas: str
    """`杭州市西湖区` → `杭州市西湖区`, `育才小学` → `育才小学`"""
    cues: str
    """`家住御景湾` → `家住`, `，住三楼` → `，住`"""


def place_patterns() -> PlacePatterns:
    """Return the patterns."""
    known = "|".join(sorted(places()))
    kinds = f"{addresses.ROAD}|{addresses.ESTATE}"
    return PlacePatterns(
        hospitals=(
            f"(?:^|[^{_NO_HOSPITAL_BEFORE}家]|睦家)(?:{_HOSPITAL_ENDS})"
            rf"|(?:^|[^\p{{Han}}]|[在去到从回于]){_HOSPITALS_WITHOUT_THE_WORD}"
        ),
        houses=(
            "[0-9０-９](?:栋|幢|座|#|-[0-9]{1,2}-[0-9])"
            f"|(?:{kinds}|村|社区|街道)[东西南北中]?[ 　]?{_NUMBER}"
            f"|(?:号楼|栋|幢|座|单元)[ 　]?{_NUMBER}"
        ),
        areas=(
            r"\p{Han}{2}(?:幼儿园|小学|中学|附小|附中)"
            rf"|(?:{known})[^，。！？\n]{{0,14}}(?:区|县|镇|乡|村|街道|{kinds})"
        ),
        cues=rf"{_CUES}|(?:^|\P{{Han}})住",
    )
