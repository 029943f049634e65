"""Put private data, and what looks like it, into dialogues; everything is invented.

`plant` puts items of each class and hard negatives into the turns of a dialogue and says what it put where.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.privacy.invented_values import (
    HOSPITALS,
    NICKNAMES,
    SURNAMES,
    address,
    bank_card,
    bed,
    day,
    digits,
    email,
    handle,
    id_card,
    landline,
    mobile,
    person,
    plate,
    record_number,
    several,
    url,
)


@dataclass
class Planted:
    """A dialogue with planted items: `values` by class (as written), `harmless` must stay as they are."""

    texts: list[str]
    values: list[tuple[str, str]] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)


Maker = Callable[[random.Random], str]

TEMPLATES: dict[str, tuple[Maker, str]] = {
    "name": (
        person,
        "患者姓名：{}，|姓名:{} |孩子叫{}，|我叫{}，|我儿子叫{}，今年三岁，|宝宝的名字是{}。|"
        "宝宝名字叫{}，|家长签名：{}。|联系人{}，|我是{}的妈妈，|"
        "患儿{}，男，3岁，|患者{}，女，5岁2个月，|主治医生：{}，|上次是{}医生看的，|挂的{}主任的号，|"
        "大夫您好，我是{}，|女儿大名叫{}，|请{}护士帮忙，|孩子姓名 {}，|"
        "收件人：{}，|{}，男，4岁，|我爱人叫{}，|监护人：{}；|（患者：{}，男，6岁）|名叫{}的孩子，|"
        "姓名是{}，|本人{}，|小孩叫{}今年上幼儿园，|签字：{}\n|"
        "家属签字:{}，|我女儿{}今年5岁，|宝宝大名{}，|{}小朋友家长，|患儿{}因反复咳嗽来诊，|"
        "我是{}的爸爸，|患者姓名是{}。|（{}，女，2岁）|联系人：{} |孩子名字：{}\n|"
        "我是{}，孩子的妈妈，|找{}大夫复查，|孩子爸爸叫{}，|孩子大名叫{}今年读一年级，|给{}挂个号，|"
        "我叫{}今年30岁，|孩子叫{}昨天开始发烧，|病人姓名：{}，|陪诊人{}，|"
        "我侄子叫{}，|签名:{} ",
    ),
    "title": (
        lambda rng: rng.choice(SURNAMES),
        "谢谢{}医生，|{}主任您好，|请问{}大夫在吗，|上次{}医生说没事，|是{}护士打的针，|我是{}女士，|"
        "您好，{}先生，|{}教授建议复查，|找{}医生看过，|我姓{}，|"
        "听{}老师说的，|{}医师看过了，|挂{}主任的专家号，|{}院长，",
    ),
    "nickname": (
        lambda rng: rng.choice(NICKNAMES),
        "小名{}，|小名叫{}，|乳名：{}，|宝宝小名{}，今年两岁，|孩子小名是{}，|乳名叫{}，|小名：{}。",
    ),
    "phone": (
        mobile,
        "电话{}，|手机号：{}。|我的号码是{}，|联系电话:{} |打我{}，|{}，|有事call我{}，|可以打{}找我，|"
        "Tel:{}，|微信同号{}，|我爸电话是{}\n|（{}）|"
        "加我微信{}，|手机{}，|联系我：{}，|我老公手机{}，|号码{}\n|电话是{}。|打电话{}就行，|WhatsApp "
        "{}，|病人家属电话：{}；",
    ),
    "landline": (
        landline,
        "电话{}，|座机：{}。|打{}预约，|科室电话{}，|联系方式:{} |{}，|办公电话{}，|医院总机{}，|拨打{}，|传真：{}。",
    ),
    "id_card": (
        id_card,
        "身份证号{}，|身份证：{}。|孩子身份证号码是{}，|证件号:{} |{}，|ID：{}，|身份证号码 {}\n|"
        "我的身份证是{}，|本人身份证{}，|身份证号为{}，|"
        "公民身份号码:{}，|证件号码：{}，|身份证 {}，|身份证号:{}\n",
    ),
    "bank_card": (
        bank_card,
        (
            "银行卡号{}，|卡号：{}。|打到我工行卡{}，|退款账号{}，|建设银行 {}，|{}，|我的储蓄卡是{}，|"
            "银行账号：{}，|招行卡{}，|收款卡号{}，|信用卡 {}，|账户：{}；"
        ),
    ),
    "email": (
        email,
        (
            "邮箱{}，|发到{}，|e-mail:{} |报告发我{}谢谢，|邮件：{}。|Email：{}，|我的邮箱是{}。|"
            "请发邮件到{}，|QQ邮箱 {}，"
        ),
    ),
    "wechat": (
        handle,
        "微信{}，|微信号：{}，|加我微信 {}，|加V：{}，|vx:{}，|薇信{}，|我微信号是{}，|VX {}，|wx：{}。|"
        "微信号为{}\n|我微信是 {}，|微信号码:{}，|"
        "weixin：{}，|我wx是{}，|加微信:{}，|我的wx是{}，|WeChat: {} |加我vx {}，|加我薇信：{}，",
    ),
    "qq": (
        lambda rng: digits(rng, rng.randint(6, 10)),
        (
            "QQ{}，|QQ：{}，|qq号{}，|扣扣{}，|加我QQ {}，|qq:{}。|我的QQ号是{}，|QQ号码：{}，|Q Q：{}，|加Q "
            "{}，|QQ:{}\n|我QQ{}。"
        ),
    ),
    "address": (
        address,
        "家住{}，|地址：{}。|我家在{}，|收货地址:{}，|住在{}，|现住址{}，|寄到{}谢谢，|我们家住{}，|"
        "家庭住址：{}；|我家地址是{}，|户籍地址：{}，|快递寄{}，|"
        "现居住在{}。|联系地址：{}，|我们住{}，",
    ),
    "hospital": (
        lambda rng: rng.choice(HOSPITALS),
        "在{}看的，|去{}查过血，|{}的医生说是肺炎，|是在{}出生的，|昨天带他到{}挂急诊，|转到{}住院，|"
        "我们在{}做的手术，|之前{}开的药，|{}确诊的，|我们是{}的老病号，|"
        "从{}转来的，|{}儿科挂号，|想去{}看看，|在{}住了一周院，",
    ),
    "bed": (
        bed,
        "住在{}，|{}的家长，|现在是{}，|我们是{}。|我是{}的，|转到{}了，|住{}。",
    ),
    "record_number": (
        record_number,
        "病历号{}，|住院号：{}，|门诊号:{} |就诊卡号 {}，|病案号为{}。|登记号是{}，|医保卡号：{}，|"
        "检查号{}，|就诊号：{}；|订单号{}，|住院号为{}。|就诊卡：{}，|"
        "检查单号：{}，|病历本号{}，|社保卡号{}，|预约号：{}，|样本编号{}。",
    ),
    "plate": (
        plate,
        "车牌{}，|车牌号：{}，|开车来的{}，|停车 {}。|车号{}，|我的车是{}，",
    ),
    "url": (
        url,
        "见{} ，|链接{} |报告在{} 。|网址：{} |打开{} 就行，",
    ),
    "passport": (
        lambda rng: rng.choice(("E", "G")) + digits(rng, 8),
        "护照号{}，|护照：{}。|passport no. {}，|护照号码是{}，|passport:{}，|护照编号{}，",
    ),
    "date": (
        day,
        "{}开始发烧，|{}去医院查的血，|从{}就咳嗽，|{}出生的，|上次是{}复查的，|{}打的疫苗，|生日是{}，|"
        "（{}）|{}：体温38.5，|{}住院，|{}入院，|{}下午开始吐，|"
        "末次月经{}，|{}出院，|{}复诊，|疫苗是{}打的，|从{}到现在，",
    ),
}
"""Class → how to make a value, and phrasings with a place for it, divided by |."""

HARMLESS = several(
    "每次0.5g，每日3次|血小板计数320×10^9/L|血小板13800000000/L|HBV-DNA定量13800138000拷贝/ml|"
    "条形码690123456789|条码6901234567892|"
    "国药准字H20051234|国药准字Z20103456|ICD-10编码J18.900|doi:10.1016/j.jpeds.2013.12345678|"
    "体重12.5kg身高98cm|孕38+2周出生|"
    "5岁3个月|体温38.5-39.2℃|心率130-140-150次/分|白细胞12.34，中性78.9|2019年版指南推荐|"
    "《儿童哮喘诊治指南（2016年版）》里写的|中华医学会2019年3月发布的共识|"
    "一天3-4次|吃了5天|川崎病|唐氏筛查低风险|孟鲁司特钠4mg|应该多喝水|谢谢医生|王氏保赤丸|云南白药|"
    "白细胞高|去儿童医院看看|当地县医院|三甲医院|人民医院|同医生说的一样|关于医生的建议|"
    "小儿氨酚黄那敏颗粒|马上医生就来|当时医生说没事|葛根汤|金双歧一天两次|叫什么名字的药|我是高血压|"
    "孩子高烧不退|方便的时候回复|批号20210305|PMID: 23456789|NCT01234567|"
    "每天喝奶150-180ml|一二三四五六七八|淋巴细胞百分比45.67%|头孢克肟颗粒50mg*6袋|尿路感染|思路很清楚|"
    "农村的|在北京|我们是山东的|铁蛋白12.34|维生素D400单位|咳嗽3天，发热2天|"
    "主任医师建议|请问医生|感谢医生|住院5天|住院部|1床被子|3月龄|8个月大|2岁半|10年前|微信上看的|QQ糖|"
    "加维生素C|电话咨询|120急救|拨打12320|10mg/kg|1:1000|38℃以上|"
    "CRP 13.8mg/L|AFP 1380.0ng/ml|铜蓝蛋白|高热惊厥|安全|石膏|常见|任何医生|何时|左边|成人|水痘|"
    "江中健胃消食片|马来酸氯苯那敏|蓝芩口服液|史密斯病"
)
"""What looks private and is not: doses, values, codes, eponyms, places everybody shares."""


def plant(rng: random.Random, carrier: list[str], kinds: list[str], harmless: int = 1) -> Planted:
    """Return the turns of `carrier` with one item of each of `kinds` and some harmless look-alikes."""
    result = Planted(list(carrier))
    for piece in rng.sample(HARMLESS, harmless):
        _insert(rng, result.texts, piece + "，")
        result.harmless.append(piece)
    for kind in kinds:
        make, phrasings = TEMPLATES[kind]
        value = make(rng)
        _insert(rng, result.texts, rng.choice(phrasings.split("|")).format(value))
        result.values.append((kind, value))
    return result


def _insert(rng: random.Random, texts: list[str], piece: str) -> None:
    """Put a piece at the beginning, the end, or after a sign of one of the texts."""
    at = rng.randrange(len(texts))
    text = texts[at]
    breaks = [0, *(i + 1 for i, char in enumerate(text) if char in "，。！？；"), len(text)]
    place = rng.choice(breaks)
    before = text[:place]
    if before and before[-1] not in "，。！？；\n":
        before += rng.choice("，。 ")
    texts[at] = before + piece + text[place:]
