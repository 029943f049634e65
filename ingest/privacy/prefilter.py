"""Which texts may hold private data at all: wide regular expressions in Polars' engine, before any Python runs.

A prefilter may let harmless text through, never the other way: what a detector finds, its prefilter has seen (tested
on planted data). The engine knows no look-around, and texts are not folded yet, so full-width signs stand beside the
plain ones.
"""

from __future__ import annotations

from enum import IntFlag, auto
from functools import cache

import numpy as np
import polars as pl

from ingest.privacy.classes import PrivacyLevel
from ingest.privacy.names import unannounced
from ingest.privacy.names.person_words import KIN, OTHER_LETTERS
from ingest.privacy.names.surnames import compound_surnames, surname_chars
from ingest.privacy.places import addresses
from ingest.privacy.places.place_names import places
from ingest.privacy.word_lists import words


class Prefilter(IntFlag):
    """What a text may hold; which of them it passes is the sum of their bits."""

    DIGITS = auto()
    EMAIL = auto()
    ACCOUNT = auto()
    RECORD = auto()
    NUMBER = auto()
    ANNOUNCED = auto()
    HOSPITAL = auto()
    STREET = auto()
    AREA = auto()
    TITLED = auto()
    FAMILY = auto()
    CALLED = auto()
    LISTED = auto()
    PEOPLES = auto()
    UNANNOUNCED = auto()


ALL_PREFILTERS = sum(Prefilter)

_HAN_DIGITS = "零〇○一二三四五六七八九十幺两百廿卅初"
_DIGIT = "[0-9０-９零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖①-⑨⓪❶-❾]"

_DIGITS = (
    rf"{_DIGIT}{{7}}",
    rf"(?:{_DIGIT}{{1,6}}[^\p{{Han}}\p{{Latin}}\d，。；！？]{{1,3}}){{1,10}}{_DIGIT}{{3,}}|(?:{_DIGIT}[ 　]){{9}}",
    rf"[1１一幺壹]{_DIGIT}{{2}}[，、,~～]{_DIGIT}{{4}}[，、,~～]{_DIGIT}{{4}}|"
    rf"(?:{_DIGIT}{{2,4}}[ 　\-.]){{4}}{_DIGIT}{{2}}",
    r"(?:身份证|证件)[^，。]{0,6}[末后尾]",
    r"(?:[0-9０-９]{3}[*＊]){2}|[*＊]{4}|1[3-9][0-9][xX]{4}|护照|通行证|回乡证|台胞证|居留证|(?i:passport)",
)
_EMAIL = r"[@＠﹫]|\((?:at)\)|\[at\]| at |艾特|[#＃](?:qq|163|126|gmail|sina|foxmail|outlook|hotmail)"
_HANDLES = (
    (
        r"(?i:[微徽][ *._·\-＊．]?信|薇信|威信|维信|微[xｘ]|[vwｖｗ]信|(?:^|[^a-z])[vwｖｗ][ \-._]?[xｘ]|微我|"
        r"w[❤♥💗]|wei ?xin|"
        r"wei信|we ?chat|"
        r"[vV] ?xin|我微|徽[❤♥💗]|绿泡泡|绿色软件|好友|[vV]-[xX]|蔻蔻|寇寇|叩叩|🐧|扣[:：]|[我加]扣|"
        r"[薇微威v][❤♥💗]|卫星|(?:^|[^a-z0-9])[vｖ][:：][a-zａ-ｚ]|[qｑ] ?[qｑ]|"
        r"扣扣|抠抠|企鹅|秋秋|"
        r"球球|[qｑ](?:号|"
        r"[:：是 　]{0,2}[0-9０-９零〇○一二三四五六七八九幺](?: ?[0-9０-９零〇○一二三四五六七八九幺]){4})|"
        r"[+＋➕][qｑ])|[加我][的]?[QqＱｑVvＶｖWwＷｗ薇微威徽]|加[个下][vVｖ薇微威徽]|[+＋➕加]我? ?[A-Za-z]|"
        r"[+＋➕][VvWwＶｖＷｗ微薇威徽]"
    ),
    r"抖音|快手|微博|小红书|陌陌|钉钉|支付宝|淘宝|(?i:skype|telegram|facebook)|昵称ID|用户名|账号|帐号|登录名",
)
_RECORD = (
    r"(?:岁|月|天)[/／][A-Za-z0-9０-９]|"
    r"(?:号|码|卡|证|ID|id|MRN|PID|No\.?|NO\.?|#|病历本?|住院|门诊|病案|登记|单|流水)[ 　]?"
    r"(?:[是为]|No\.?|NO\.?|[^\p{Han}\p{Latin}\d。！？\n]){0,5}"
    rf"[A-Za-zＡ-Ｚａ-ｚ\-－ ]{{0,7}}{_DIGIT}"
)
_PLATE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][ 　]?[A-Za-zＡ-Ｚａ-ｚ][ "
    r"·.\-－•・]?[A-Za-zＡ-Ｚａ-ｚ0-9０-９][A-Za-zＡ-Ｚａ-ｚ0-9０-９ ][A-Za-zＡ-Ｚａ-ｚ0-9０-９]{2}"
)
_TITLES = (
    "主任|主治医|住院医|主管护|护士|教授|院长|医生|大夫|医师|护师|药师|技师|老师|专家|博士|校长|园长|女士|主治|"
    "先生|小姐|太太|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|师傅"
)
_FAMILY = "同学|小朋友|小同学|家长|妈妈|爸爸|奶奶|爷爷|他妈|她妈|宝宝"
_KIN_BEFORE = (
    f"{KIN}|孩子[爸妈]|[他她][爸妈]|[大二三]宝|我们?家|咱家|俺家|我儿|孩子|宝宝|宝贝|小孩|小朋友|娃|老[大二三]|患儿|患者|病人|病患|学生|家属|家长|"
    "监护人|医生|大夫|护士|医师"
)
_CALLED_AFTER = (
    r"你好|您好|轮到|敬上|请看|请到|复诊|复查|[敬谨拜]上|小宝贝|[（(](?:签|患儿|儿子|女儿|孩子|本人|家[长属])|[妈爸][,，]|的?(?:主治|住院|名字|结果)|的?[妈爸]|进来|请进|来一下|来了?吗|在吗|在线|在不在|的?家[属长]|小朋友|同学|[,，]?(?:请?进来|到|"
    r"来)[0-9０-９一二三四五六七八九十诊分护窗抽]|"
    r"[,，、 　]{1,2}(?:请?进来|[0-9０-９]{1,3}号?床|[男女][,，、 　]|轮到|您的)|"
    r"[男女][,，、 　]{1,2}[0-9０-９]{1,2}[岁个天周]|"
    r"的?(?:化验|检查单|检查结|报告|病历|病例|片子|CT|B超|彩超|胸片|血常规|住院号|就诊卡|挂号单)"
)
_FIELDS = (
    "姓名|名字|[全本真实大学网]名|备注名|签[名字章署]|[系护理托约诊同件货户卡保益请费款责参任办检]人|[诊记审检操][录核查作者]者|户名|家[长属][:：]|"
    "主管护师|主任医师|住院医师|[治管床治诊告单检核任班约请院刀诊]医|责任护士|管床护士|[治管床诊]大夫|落款|称呼|敬礼|登记的|备注|"
    "户口[本簿]|身份证|病历|系统|群|单子|报告单?|[医社]保|就诊卡?|处方|挂号单|收[:：]"
)
_HOSPITAL_ENDS = (
    "医院|妇女?儿童?中心|中医院|卫生|保健|妇保院|诊所|门诊部|疗养院|儿研所|儿科研究所|妇幼|儿医|儿院|"
    "[一二三四五六七八九十]附?院|医大?[附一二三四五]|附院|[妇儿]中心|"
    "附[一二三]院|医学中心|医疗中心|儿童医"
)
_NO_HOSPITAL_BEFORE = "去到的在往这些从离们了过个有送住来进是要找上回哪与给被由为"
_DATES = (
    (
        r"[0-9０-９][ 　]?年|[一二][零〇○一二三四五六七八九]{3}年|(?:19|20)[0-9]{2}[ ]?[\-./—－／．]|"
        r"[12１２][0-9０-９]{3}[－．／—\-./]|[0-2][0-9][./][0-9]{1,2}[./][0-9]"
    ),
    (
        rf"[0-9０-９{_HAN_DIGITS}][ 　]?月[ 　]?[0-9０-９{_HAN_DIGITS}]|"
        rf"[0-9０-９][./．／][0-9０-９]{{1,2}}[日号]|农历|阴历|旧历|生日|"
        r"生于|预产期|末次月经|日期|出生|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? [0-9]|"
        r"[0-9](?:st|nd|rd|th)? ?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    ),
)
_WARDS = (
    r"病区|病房|病室|护理单元|诊室|住院[部楼]|科楼|[0-9０-９A-Za-zＡ-Ｚ一二三四五六七八九十+＋加号]床|床位?(?:号|"
    r"[:：])|床位"
)
_URLS = r":\/\/|(?i:www)|[A-Za-z0-9\-]\.(?:com|cn|net|org|gov|edu|top|xyz|vip|cc)"


@cache
def pattern_groups(level: PrivacyLevel) -> tuple[dict[Prefilter, str], ...]:
    """Return, for each prefilter of a level, the regular expression of which a text must hold a match.

    Those of a group are tried together. The groups were found by measurement: the automata stay small, and each runs
    at 100 MB/s and more; all in one fall to 0.5.
    """
    identifiers = {
        Prefilter.DIGITS: "|".join(_DIGITS),
        Prefilter.EMAIL: _EMAIL,
        Prefilter.ACCOUNT: "|".join(_HANDLES),
        Prefilter.RECORD: f"{_RECORD}|{_PLATE}",
    }
    if level == "identifiers":
        return (identifiers,)
    titled, family, called, peoples, lone, *announced, speakers, listed, pets, of_child = _names()
    hospitals, streets, areas, cues = _places()
    return (
        identifiers | {Prefilter.NUMBER: "|".join((*_DATES, _WARDS, _URLS))},
        {Prefilter.HOSPITAL: hospitals, Prefilter.STREET: f"{streets}|{cues}"},
        {Prefilter.ANNOUNCED: "|".join((_FIELDS, *announced, pets, of_child))},
        {Prefilter.AREA: areas},
        {Prefilter.TITLED: titled},
        {Prefilter.FAMILY: family},
        {Prefilter.CALLED: called},
        {Prefilter.LISTED: f"{speakers}|{listed}"},
        {Prefilter.PEOPLES: peoples},
        {Prefilter.UNANNOUNCED: lone},
    )


def _names() -> tuple[str, ...]:
    compound = "".join(sorted({name[0] for name in compound_surnames()}))
    surname = f"[{surname_chars()}{compound}]"
    given = rf"[\p{{Han}}--[{''.join(sorted(words('ordinary')))}]]"
    others = f"[{surname_chars().replace('谢', '')}{compound}]"
    return (
        rf"[A-Z][a-z]{{1,15}} ?(?:{_TITLES})|{others}\p{{Han}}{{0,3}}(?:{_TITLES})|(?:^|"
        rf"[^谢感多答致称酬拜代])谢\p{{Han}}{{0,2}}(?:{_TITLES})|\p{{Han}}某",
        rf"(?:^|\P{{Han}}|[是叫致告请给]){surname}\p{{Han}}{{0,3}}(?:的[妈爸父母奶爷外姥家监]|{_FAMILY})|"
        rf"(?:^|\P{{Han}}|[是叫致])\p{{Han}}{{2,3}}(?:妈[妈咪,，:：在您你]|爸[爸比,，:：在您你]|奶奶|爷爷|外[婆公]|姥|麻麻|粑粑|的?家[长属]|的[妈爸奶爷])",
        rf"{surname}\p{{Han}}{{1,3}}(?:{_CALLED_AFTER})|下一[位个][是:：,， ]{{0,2}}{surname}",
        rf"{'|'.join(sorted(words('elements')))}|\p{{Han}}[·•・]\p{{Han}}|[A-Z][a-z]{{2}}|"
        rf"(?:^|\P{{Han}}){surname}\p{{Han}}?[姐哥叔姨婶嫂总工](?:[,，。!！ 　你您好]|$)",
        rf"[{unannounced.SURNAMES}]{given}{given}|(?:^|[^\p{{Han}}\]])(?:[{unannounced.SURNAMES}]{given}|{surname}{given}{given})|"
        rf"(?:{unannounced.LED}){surname}\p{{Han}}{{0,2}}{given}|"
        rf"{'|'.join(sorted(compound_surnames()))}",
        rf"叫|[:：=→]{surname}\p{{Han}}|[写填约记挂用]的(?:名字)?是?{surname}|应该是{surname}|改[成为]{surname}|"
        rf"祝(?:好|安|顺利|愉快)|\p{{Han}}[人者主]{surname}\p{{Han}}|姓\p{{Han}}[,，]?叫|名[叫是]|取名|起名|唤作|"
        r"[·•・]|[-－—] ?[\p{Han}A-Z]|[@＠]\p{Han}|"
        rf"[(（\[【〖]{surname}\p{{Han}}{{1,3}}[)）\]】〗]",
        (
            r"(?:我是|本人|我系|俺是|[里边者儿名师卡证]是|[您你]好|我是\p{Han}{1,4}科|我就是|"
            rf"在下)[ 　]?(?:{surname}|[A-ZＡ-Ｚ]|[{OTHER_LETTERS}]{{3}})|"
            rf"(?:医生|医师|护士长?|大夫|专家|教授|主任|[儿外内们]科|(?:医院|科|诊所|门诊)的){surname}\p{{Han}}"
        ),
        rf"姓{surname}|(?:叫我|我是|喊我|称呼我)(?:[小老]|{surname})|(?:Dr|Mr|Mrs|Ms|Miss)",
        rf"[给帮替让找请寄挂用]给?{surname}\p{{Han}}",
        (
            rf"(?:{_KIN_BEFORE})(?:姓名|名字|名)?[ 　:：=＝(（)）】〗,，;；→~>是为]{{0,3}}(?:{surname}\p{{Han}}|"
            r"[A-Z][a-z]{2})"
        ),
        rf"{surname}\p{{Han}}{{1,3}}(?:[,，、 　/|／｜(（]{{1,3}}(?:性别[:：]?)?[男女]|[男女][,，、 　/|"
        rf"／｜]{{1,2}}[0-9０-９])|\[电话\]",
        (
            r"小名|乳名|昵称|绰号|外号|奶名|英文名|[我你您咱俺]们?家|[我他她](?:儿子|女儿|闺女|宝贝|孩子|娃|外孙|孙子|孙女|侄|外甥)|"
            r"喊|宝贝|我是\p{Han}{2,3}[妈爸麻粑]|我们\p{Han}{2}"
        ),
        rf"是\p{{Han}}{{2,3}}的(?:{KIN.replace('?', '')}|妈|爸|家长|家属|奶|爷)",
    )


def _places() -> tuple[str, ...]:
    known = "|".join(sorted(places()))
    kinds = f"{addresses.ROAD}|{addresses.ESTATE}"
    number = r"[A-Za-z0-9０-９Ａ-Ｚ第甲乙丙丁一二三四五六七八九十百零〇东西南北]"
    return (
        rf"(?:^|[^{_NO_HOSPITAL_BEFORE}家]|睦家)(?:{_HOSPITAL_ENDS})|(?:^|[^\p{{Han}}]|[在去到从回于])(?:川医|湘雅|华西|协和|同济|瑞金|仁济|齐鲁|盛京|西京|唐都|积水潭|[省市]人民)",
        rf"[0-9０-９](?:栋|幢|座|#|-[0-9]{{1,2}}-[0-9])|(?:{kinds}|村|社区|街道)[东西南北中]?[ 　]?{number}|(?:号楼|"
        rf"栋|幢|座|单元)[ 　]?{number}",
        rf"\p{{Han}}{{2}}(?:幼儿园|小学|中学|附小|附中)|(?:{known})[^，。！？\n]{{0,14}}(?:区|县|镇|乡|村|街道|"
        rf"{kinds})",
        r"址|户籍|籍贯|所在地|现住|[们我]在|小区是|快递到|(?:^|\P{Han})住|暂住|租住|请寄|寄往|家住|住在|[我们]住|家在|居住|寄到|寄给|送到|位于|搬到|来自|定位|坐标|老家|出生地",
    )


def passed_prefilters(texts: pl.Series, level: PrivacyLevel) -> pl.Series:
    """Return which prefilters of a level each text passes, as the sum of their bits: 0 where none, or null.

    Those of a group are tried together, and one by one only on the texts that pass some of them.
    """
    passed = np.zeros(len(texts), dtype=np.uint32)
    for group in pattern_groups(level):
        rows = texts.str.contains("|".join(group.values())).fill_null(value=False).arg_true()
        some = texts.gather(rows)
        for prefilter, pattern in group.items():
            hits = some.str.contains(pattern).to_numpy() if len(group) > 1 else slice(None)
            passed[rows.to_numpy()[hits]] |= prefilter.value
    return pl.Series(passed)
