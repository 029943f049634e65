"""Make private data and what looks like it, in the many ways people write them; everything is invented.

`plant` puts items of each class and hard negatives into the turns of a dialogue and says what it put where.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容", "令狐", "端木", "东方", "尉迟")
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂鹏辉玲波斌宇浩凯健俊帆帅旭宁龙林欢佳阳建国梅琳雪慧莹萍红玉华凤洁云莲真环爱妹霭香月莺媛雅芝萍荣"
    "子涵梓轩雨桐浩然欣怡诗一诺可馨思睿宸嘉懿晨曦沐瑶锦程博文煜城天佑若语嫣依娜皓景铭泽熙钰婷奕辰妍彤羽墨承恩楚昕悦航翊乐颖璇琪珂萱蕾薇倩晓小志海振德永生光学庆春"
)
NICKNAMES = (
    "豆豆",
    "果果",
    "糖糖",
    "朵朵",
    "萌萌",
    "团团",
    "妞妞",
    "毛豆",
    "可乐",
    "小米",
    "汤圆",
    "丫丫",
    "小石头",
    "奇奇",
    "贝贝",
    "嘟嘟",
    "安安",
    "小满",
    "布丁",
    "当当",
)
PHONE_HEADS = (
    "130",
    "131",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "155",
    "158",
    "166",
    "170",
    "176",
    "177",
    "180",
    "185",
    "186",
    "188",
    "189",
    "191",
    "198",
    "199",
)
CITIES = (
    "北京市",
    "上海市",
    "广州市",
    "成都市",
    "武汉市",
    "杭州市",
    "西安市",
    "长沙市",
    "郑州市",
    "青岛市",
    "苏州市",
    "合肥市",
)
PROVINCES = (
    "浙江省杭州市",
    "江苏省南京市",
    "四川省成都市",
    "湖北省武汉市",
    "山东省济南市",
    "河南省洛阳市",
    "广东省佛山市",
    "湖南省株洲市",
    "福建省泉州市",
)
DISTRICTS = (
    "西湖区",
    "海淀区",
    "浦东新区",
    "武侯区",
    "江岸区",
    "雁塔区",
    "岳麓区",
    "金水区",
    "市南区",
    "姑苏区",
    "蜀山区",
    "天河区",
    "章丘区",
    "新津县",
)
ROADS = (
    "文三路",
    "建国路",
    "人民路",
    "解放大道",
    "中山北路",
    "科技二路",
    "长江西路",
    "五四大街",
    "胜利街",
    "青年巷",
    "学府路",
    "和平西街",
)
ESTATES = (
    "阳光花园",
    "幸福小区",
    "绿地家园",
    "翠湖天地小区",
    "金色家园",
    "碧桂园小区",
    "万科城市花园",
    "锦绣新村",
    "滨江公寓",
    "丽景苑",
    "教师新村",
    "水岸名都",
)
HOSPITALS = (
    "北京儿童医院",
    "重庆医科大学附属儿童医院",
    "上海市第一人民医院",
    "武汉同济医院",
    "复旦大学附属儿科医院",
    "湘雅二医院",
    "成都市妇女儿童中心医院",
    "华西第二医院",
    "深圳市宝安区妇幼保健院",
    "河北省儿童医院",
    "西安市儿童医院",
    "浙江大学医学院附属儿童医院",
    "南京鼓楼医院",
    "沂水县人民医院",
    "广州市妇女儿童医疗中心",
    "首都儿科研究所",
    "郑州大学第一附属医院",
    "山东省立医院",
    "天津市中医药大学附属医院",
    "仁爱医院",
    "苏州大学附属儿童医院",
    "青岛市市立医院",
    "上海交通大学医学院附属瑞金医院",
    "301医院",
    "北京协和医院",
    "莒县中医院",
    "高新区红旗镇卫生院",
)


@dataclass
class Planted:
    """A dialogue with planted items: `values` by class (as written), `harmless` must stay as they are."""

    texts: list[str]
    values: list[tuple[str, str]] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)


def person(rng: random.Random) -> str:
    """Return a full name of two to four characters."""
    surname = rng.choice(COMPOUND) if rng.random() < 0.04 else rng.choice(SURNAMES)
    return surname + "".join(rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.3 else 2))


def digits(rng: random.Random, count: int) -> str:
    """Return `count` random digits, the first not 0."""
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


def wide(text: str) -> str:
    """Return a text with full-width digits and letters."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in text)


def mobile(rng: random.Random) -> str:
    """Return a mobile number in one of the ways people write it."""
    number = rng.choice(PHONE_HEADS) + "".join(str(rng.randint(0, 9)) for _ in range(8))
    a, b, c = number[:3], number[3:7], number[7:]
    forms = [number] * 5 + [
        f"{a} {b} {c}",
        f"{a}-{b}-{c}",
        f"+86{number}",
        f"+86 {number}",
        f"86-{number}",
        f"+86-{a}-{b}-{c}",
        f"0086{number}",
        f"(+86){number}",
        f"{a}.{b}.{c}",
    ]
    forms += [
        wide(number),
        " ".join(number),
        f"{number[:4]} {number[4:7]} {number[7:]}",
        f"{a}—{b}—{c}",
        f"{a} {number[3:]}",
    ]
    forms += [
        number.translate(
            str.maketrans(
                "0123456789", rng.choice(("零一二三四五六七八九", "〇一二三四五六七八九", "零幺二三四五六七八九"))
            )
        )
    ]
    return rng.choice(forms)


def landline(rng: random.Random) -> str:
    """Return a landline or service number."""
    area, local = (
        rng.choice(("010", "021", "0571", "028", "0731", "0535", "029")),
        rng.choice("2345678") + digits(rng, 7),
    )
    return rng.choice(
        (
            f"{area}-{local}",
            f"({area}){local}",
            f"{area} {local}",
            f"（{area}）{local}",
            f"400-{digits(rng, 3)}-{digits(rng, 4)}",
            f"400{digits(rng, 7)}",
            f"{area}-{local}转{digits(rng, 3)}",
            wide(f"{area}-{local}"),
        )
    )


def id_card(rng: random.Random) -> str:
    """Return an 18-character ID number with a right checksum, or one of 15 digits."""
    area = rng.choice(("110105", "310104", "440106", "510107", "330102", "420103", "610113", "370202"))
    birth = f"{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    if rng.random() < 0.15:
        return f"{area}{rng.randint(60, 99)}{birth}{digits(rng, 3)}"
    first = f"{area}{rng.randint(1960, 2022)}{birth}{rng.randint(0, 999):03}"
    check = "10X98765432"[
        sum(int(d) * w for d, w in zip(first, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    ]
    number = first + (check.lower() if rng.random() < 0.2 else check)
    return rng.choice(
        (
            number,
            number,
            number,
            f"{number[:6]} {number[6:14]} {number[14:]}",
            wide(number),
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
        )
    )


def bank_card(rng: random.Random) -> str:
    """Return a card number of 16 or 19 digits that passes the Luhn check."""
    stem = rng.choice(("622202", "621700", "622848", "436742", "955880", "622588")) + "".join(
        str(rng.randint(0, 9)) for _ in range(rng.choice((9, 12)))
    )
    doubled = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(stem)))
    number = stem + str(-doubled % 10)
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return rng.choice((number, number, spaced, spaced.replace(" ", "-"), wide(number)))


def handle(rng: random.Random) -> str:
    """Return an account name."""
    word = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 8)))
    return rng.choice(
        (
            f"{word}{digits(rng, 4)}",
            f"{word}_{digits(rng, 3)}",
            f"wxid_{word}{digits(rng, 5)}",
            f"{word}-{word[:3]}88",
            word.capitalize() + digits(rng, 6),
        )
    )


def address(rng: random.Random) -> str:
    """Return an address down to the house or flat."""
    start = rng.choice(
        (
            rng.choice(CITIES) + rng.choice(DISTRICTS),
            rng.choice(PROVINCES) + rng.choice(DISTRICTS),
            rng.choice(DISTRICTS),
            rng.choice(PROVINCES) + rng.choice(DISTRICTS) + rng.choice(("永安街道", "红旗镇", "龙泉镇")),
        )
    )
    road, estate = f"{rng.choice(ROADS)}{rng.randint(1, 999)}号", rng.choice(ESTATES)
    flat = rng.choice(
        (
            f"{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(101, 2904)}室",
            f"{rng.randint(1, 30)}号楼{rng.randint(101, 2904)}",
            f"{rng.randint(1, 30)}幢{rng.randint(101, 999)}室",
            "三栋二单元五零一室",
            f"{rng.randint(1, 9)}-{rng.randint(1, 4)}-{rng.randint(101, 999)}室",
        )
    )
    return rng.choice(
        (
            start + road,
            start + road + estate + flat,
            start + estate + flat,
            estate + flat,
            start + road + estate,
            rng.choice(PROVINCES) + "安平县红旗镇大李村五组",
        )
    )


def day(rng: random.Random) -> str:
    """Return a date with a day."""
    y, m, d = rng.randint(2008, 2024), rng.randint(1, 12), rng.randint(1, 28)
    han = "〇一二三四五六七八九"
    month = ("十" if m >= 10 else "") + (han[m % 10] if m % 10 else "")
    spelled = f"{''.join(han[int(c)] for c in str(y))}年{month}月{'十' if d // 10 == 1 else '二十' if d // 10 == 2 else ''}{han[d % 10] if d % 10 else ''}日"
    return rng.choice(
        (
            f"{y}年{m}月{d}日",
            f"{y}年{m}月{d}号",
            f"{y}-{m:02}-{d:02}",
            f"{y}/{m}/{d}",
            f"{y}.{m}.{d}",
            f"{m}月{d}日",
            f"{m}月{d}号",
            f"{y}{m:02}{d:02}",
            spelled,
            wide(f"{y}年{m}月{d}日"),
            f"{y % 100:02}年{m}月{d}号" if y > 2009 else f"{m}月{d}号",
        )
    )


def record_number(rng: random.Random) -> str:
    """Return a record number."""
    return rng.choice(
        (
            digits(rng, rng.randint(6, 10)),
            f"ZY{digits(rng, 8)}",
            f"M{digits(rng, 7)}",
            f"2023{digits(rng, 6)}",
            f"A-{digits(rng, 6)}",
        )
    )


def plate(rng: random.Random) -> str:
    """Return a number plate."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("京沪粤浙苏鲁川渝豫湘") + rng.choice(letters)
    return rng.choice(
        (
            f"{head}{digits(rng, 5)}",
            f"{head}·{digits(rng, 5)}",
            f"{head}{rng.choice(letters)}{digits(rng, 4)}",
            f"{head}D{digits(rng, 5)}",
            f"{head} {digits(rng, 3)}{rng.choice(letters)}{rng.randint(0, 9)}",
        )
    )


def email(rng: random.Random) -> str:
    """Return an e-mail address."""
    domains = ("qq.com", "163.com", "gmail.com", "hospital.edu.cn", "sina.com.cn")
    return f"{handle(rng)}@{rng.choice(domains)}"


def bed(rng: random.Random) -> str:
    """Return a bed."""
    number = rng.randint(1, 60)
    return rng.choice(
        (
            f"{number}床",
            f"{number}号床",
            f"加{number % 9 + 1}床",
            f"+{number % 9 + 1}床",
            f"{rng.choice('AB')}{number}床",
        )
    )


def url(rng: random.Random) -> str:
    """Return a web address."""
    name = handle(rng)
    return rng.choice((f"https://www.{name}.com/a?id={digits(rng, 4)}", f"http://m.{name}.cn/x", f"www.{name}.net"))


Maker = Callable[[random.Random], str]

TEMPLATES: dict[str, tuple[Maker, str]] = {
    "name": (
        person,
        "患者姓名：{}，|姓名:{} |孩子叫{}，|我叫{}，|我儿子叫{}，今年三岁，|宝宝的名字是{}。|宝宝名字叫{}，|家长签名：{}。|联系人{}，|我是{}的妈妈，|"
        "患儿{}，男，3岁，|患者{}，女，5岁2个月，|主治医生：{}，|上次是{}医生看的，|挂的{}主任的号，|大夫您好，我是{}，|女儿大名叫{}，|请{}护士帮忙，|孩子姓名 {}，|"
        "收件人：{}，|{}，男，4岁，|我爱人叫{}，|监护人：{}；|（患者：{}，男，6岁）|名叫{}的孩子，|姓名是{}，|本人{}，|小孩叫{}今年上幼儿园，|签字：{}\n|"
        "家属签字:{}，|我女儿{}今年5岁，|宝宝大名{}，|{}小朋友家长，|患儿{}因反复咳嗽来诊，|我是{}的爸爸，|患者姓名是{}。|（{}，女，2岁）|联系人：{} |孩子名字：{}\n|"
        "我是{}，孩子的妈妈，|找{}大夫复查，|孩子爸爸叫{}，|孩子大名叫{}今年读一年级，|给{}挂个号，|我叫{}今年30岁，|孩子叫{}昨天开始发烧，|病人姓名：{}，|陪诊人{}，|"
        "我侄子叫{}，|签名:{} ",
    ),
    "title": (
        lambda rng: rng.choice(SURNAMES),
        "谢谢{}医生，|{}主任您好，|请问{}大夫在吗，|上次{}医生说没事，|是{}护士打的针，|我是{}女士，|您好，{}先生，|{}教授建议复查，|找{}医生看过，|我姓{}，|"
        "听{}老师说的，|{}医师看过了，|挂{}主任的专家号，|{}院长，",
    ),
    "nickname": (
        lambda rng: rng.choice(NICKNAMES),
        "小名{}，|小名叫{}，|乳名：{}，|宝宝小名{}，今年两岁，|孩子小名是{}，|乳名叫{}，|小名：{}。",
    ),
    "phone": (
        mobile,
        "电话{}，|手机号：{}。|我的号码是{}，|联系电话:{} |打我{}，|{}，|有事call我{}，|可以打{}找我，|Tel:{}，|微信同号{}，|我爸电话是{}\n|（{}）|"
        "加我微信{}，|手机{}，|联系我：{}，|我老公手机{}，|号码{}\n|电话是{}。|打电话{}就行，|WhatsApp {}，|病人家属电话：{}；",
    ),
    "landline": (
        landline,
        "电话{}，|座机：{}。|打{}预约，|科室电话{}，|联系方式:{} |{}，|办公电话{}，|医院总机{}，|拨打{}，|传真：{}。",
    ),
    "id_card": (
        id_card,
        "身份证号{}，|身份证：{}。|孩子身份证号码是{}，|证件号:{} |{}，|ID：{}，|身份证号码 {}\n|我的身份证是{}，|本人身份证{}，|身份证号为{}，|"
        "公民身份号码:{}，|证件号码：{}，|身份证 {}，|身份证号:{}\n",
    ),
    "bank_card": (
        bank_card,
        "银行卡号{}，|卡号：{}。|打到我工行卡{}，|退款账号{}，|建设银行 {}，|{}，|我的储蓄卡是{}，|银行账号：{}，|招行卡{}，|收款卡号{}，|信用卡 {}，|账户：{}；",
    ),
    "email": (
        email,
        "邮箱{}，|发到{}，|e-mail:{} |报告发我{}谢谢，|邮件：{}。|Email：{}，|我的邮箱是{}。|请发邮件到{}，|QQ邮箱 {}，",
    ),
    "wechat": (
        handle,
        "微信{}，|微信号：{}，|加我微信 {}，|加V：{}，|vx:{}，|薇信{}，|我微信号是{}，|VX {}，|wx：{}。|微信号为{}\n|我微信是 {}，|微信号码:{}，|"
        "weixin：{}，|我wx是{}，|加微信:{}，|我的wx是{}，|WeChat: {} |加我vx {}，|加我薇信：{}，",
    ),
    "qq": (
        lambda rng: digits(rng, rng.randint(6, 10)),
        "QQ{}，|QQ：{}，|qq号{}，|扣扣{}，|加我QQ {}，|qq:{}。|我的QQ号是{}，|QQ号码：{}，|Q Q：{}，|加Q {}，|QQ:{}\n|我QQ{}。",
    ),
    "address": (
        address,
        "家住{}，|地址：{}。|我家在{}，|收货地址:{}，|住在{}，|现住址{}，|寄到{}谢谢，|我们家住{}，|家庭住址：{}；|我家地址是{}，|户籍地址：{}，|快递寄{}，|"
        "现居住在{}。|联系地址：{}，|我们住{}，",
    ),
    "hospital": (
        lambda rng: rng.choice(HOSPITALS),
        "在{}看的，|去{}查过血，|{}的医生说是肺炎，|是在{}出生的，|昨天带他到{}挂急诊，|转到{}住院，|我们在{}做的手术，|之前{}开的药，|{}确诊的，|我们是{}的老病号，|"
        "从{}转来的，|{}儿科挂号，|想去{}看看，|在{}住了一周院，",
    ),
    "bed": (
        bed,
        "住在{}，|{}的家长，|现在是{}，|我们是{}。|我是{}的，|转到{}了，|住{}。",
    ),
    "record_number": (
        record_number,
        "病历号{}，|住院号：{}，|门诊号:{} |就诊卡号 {}，|病案号为{}。|登记号是{}，|医保卡号：{}，|检查号{}，|就诊号：{}；|订单号{}，|住院号为{}。|就诊卡：{}，|"
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
        "{}开始发烧，|{}去医院查的血，|从{}就咳嗽，|{}出生的，|上次是{}复查的，|{}打的疫苗，|生日是{}，|（{}）|{}：体温38.5，|{}住院，|{}入院，|{}下午开始吐，|"
        "末次月经{}，|{}出院，|{}复诊，|疫苗是{}打的，|从{}到现在，",
    ),
}
"""Class → how to make a value, and phrasings with a place for it, divided by |."""

HARMLESS = (
    "每次0.5g，每日3次|血小板计数320×10^9/L|血小板13800000000/L|HBV-DNA定量13800138000拷贝/ml|条形码690123456789|条码6901234567892|"
    "国药准字H20051234|国药准字Z20103456|ICD-10编码J18.900|doi:10.1016/j.jpeds.2013.12345678|体重12.5kg身高98cm|孕38+2周出生|"
    "5岁3个月|体温38.5-39.2℃|心率130-140-150次/分|白细胞12.34，中性78.9|2019年版指南推荐|《儿童哮喘诊治指南（2016年版）》里写的|中华医学会2019年3月发布的共识|"
    "一天3-4次|吃了5天|川崎病|唐氏筛查低风险|孟鲁司特钠4mg|应该多喝水|谢谢医生|王氏保赤丸|云南白药|白细胞高|去儿童医院看看|当地县医院|三甲医院|人民医院|同医生说的一样|关于医生的建议|"
    "小儿氨酚黄那敏颗粒|马上医生就来|当时医生说没事|葛根汤|金双歧一天两次|叫什么名字的药|我是高血压|孩子高烧不退|方便的时候回复|批号20210305|PMID: 23456789|NCT01234567|"
    "每天喝奶150-180ml|一二三四五六七八|淋巴细胞百分比45.67%|头孢克肟颗粒50mg*6袋|尿路感染|思路很清楚|农村的|在北京|我们是山东的|铁蛋白12.34|维生素D400单位|咳嗽3天，发热2天|"
    "主任医师建议|请问医生|感谢医生|住院5天|住院部|1床被子|3月龄|8个月大|2岁半|10年前|微信上看的|QQ糖|加维生素C|电话咨询|120急救|拨打12320|10mg/kg|1:1000|38℃以上|"
    "CRP 13.8mg/L|AFP 1380.0ng/ml|铜蓝蛋白|高热惊厥|安全|石膏|常见|任何医生|何时|左边|成人|水痘|江中健胃消食片|马来酸氯苯那敏|蓝芩口服液|史密斯病"
).split("|")
"""What looks private and is not: doses, values, codes, eponyms, places everybody shares."""


def plant(rng: random.Random, carrier: list[str], kinds: list[str], harmless: int = 1) -> Planted:
    """Return the turns of `carrier` with one item of each of `kinds` and some harmless look-alikes."""
    result = Planted(list(carrier))
    for kind in kinds:
        make, phrasings = TEMPLATES[kind]
        value = make(rng)
        _insert(rng, result.texts, rng.choice(phrasings.split("|")).format(value))
        result.values.append((kind, value))
    for piece in rng.sample(HARMLESS, harmless):
        _insert(rng, result.texts, piece + "，")
        result.harmless.append(piece)
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
