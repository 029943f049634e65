"""Invented persons, numbers, places and dates, in the many ways people write them."""

from __future__ import annotations

import random


def several(text: str) -> list[str]:
    """Return what a text lists, divided by |."""
    return text.split("|")


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂鹏辉玲波斌宇浩凯健俊帆帅旭宁龙林欢佳阳建国梅琳雪慧莹萍红玉华"
    "凤洁云莲真环爱妹霭香月莺媛雅芝萍荣子涵梓轩雨桐浩然欣怡诗一诺可馨思睿宸嘉懿晨曦沐瑶锦程博文煜城天佑若语嫣依娜"
    "皓景铭泽熙钰婷奕辰妍彤羽墨承恩楚昕悦航翊乐颖璇琪珂萱蕾薇倩晓小志海振德永生光学庆春"
)
COMPOUND = several("欧阳|司马|上官|诸葛|皇甫|慕容|令狐|端木|东方|尉迟")
NICKNAMES = several(
    "豆豆|果果|糖糖|朵朵|萌萌|团团|妞妞|毛豆|可乐|小米|汤圆|丫丫|小石头|奇奇|贝贝|嘟嘟|安安|小满|布丁|当当"
)
PHONE_HEADS = several("130|131|135|136|137|138|139|150|151|155|158|166|170|176|177|180|185|186|188|189|191|198|199")
CITIES = several("北京市|上海市|广州市|成都市|武汉市|杭州市|西安市|长沙市|郑州市|青岛市|苏州市|合肥市")
PROVINCES = several(
    "浙江省杭州市|江苏省南京市|四川省成都市|湖北省武汉市|山东省济南市|河南省洛阳市|广东省佛山市|湖南省株洲市|"
    "福建省泉州市"
)
DISTRICTS = several(
    "西湖区|海淀区|浦东新区|武侯区|江岸区|雁塔区|岳麓区|金水区|市南区|姑苏区|蜀山区|天河区|章丘区|新津县"
)
ROADS = several("文三路|建国路|人民路|解放大道|中山北路|科技二路|长江西路|五四大街|胜利街|青年巷|学府路|和平西街")
ESTATES = several(
    "阳光花园|幸福小区|绿地家园|翠湖天地小区|金色家园|碧桂园小区|万科城市花园|锦绣新村|滨江公寓|丽景苑|教师新村|"
    "水岸名都"
)
HOSPITALS = several(
    "北京儿童医院|重庆医科大学附属儿童医院|上海市第一人民医院|武汉同济医院|复旦大学附属儿科医院|湘雅二医院|"
    "成都市妇女儿童中心医院|华西第二医院|深圳市宝安区妇幼保健院|河北省儿童医院|西安市儿童医院|"
    "浙江大学医学院附属儿童医院|南京鼓楼医院|沂水县人民医院|广州市妇女儿童医疗中心|首都儿科研究所|"
    "郑州大学第一附属医院|山东省立医院|天津市中医药大学附属医院|仁爱医院|苏州大学附属儿童医院|青岛市市立医院|"
    "上海交通大学医学院附属瑞金医院|301医院|北京协和医院|莒县中医院|高新区红旗镇卫生院"
)


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
    tens = {0: "", 1: "十", 2: "二十"}[d // 10]
    year = "".join(han[int(digit)] for digit in str(y))
    spelled = f"{year}年{month}月{tens}{han[d % 10] if d % 10 else ''}日"
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
