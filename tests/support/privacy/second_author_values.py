"""Values as a second author invents and types them, with the word lists of second_author.toml."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

HAN = str.maketrans("0123456789", "零一二三四五六七八九")
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F) if chr(c).isalnum()})
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
AREAS = (
    "130203 140107 150404 210302 220102 320981 341202 350602 360402 411302 430502 450203 500112 511502 532301 620502"
)
ISSUERS = "621661 621226 623052 621483 622700 622622 601382 403361 519412 622908 621098 625912"
AREA_CODES = "010 022 024 025 027 0351 0411 0451 0512 0591 0755 0771 0851 0871 0898 0931 0991 0375"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@cache
def data() -> dict[str, Any]:
    """Return the file of lists."""
    return tomllib.loads(Path(__file__).with_name("second_author.toml").read_text(encoding="utf-8"))


def words(name: str) -> list[str]:
    """Return one of its lists of words."""
    text = str(data()["values"][name])
    return text.split("|") if "|" in text else text.split()


def some(rng: random.Random, count: int) -> str:
    """Return `count` random digits."""
    return "".join(rng.choices("0123456789", k=count))


def name(rng: random.Random) -> str:
    """Return a person's full name: ordinary, rare, double, of another people, or English."""
    draw, given = rng.random(), rng.choice(words("given"))
    if draw < 0.70:
        return rng.choice(words("surnames")) + given
    if draw < 0.80:
        return rng.choice(words("compound")) + given
    if draw < 0.86:
        return rng.choice(words("two_families")) + rng.choice([g for g in words("given") if len(g) == 2])
    return rng.choice(words("minority")) if draw < 0.95 else rng.choice(words("english"))


def mobile(rng: random.Random) -> str:
    """Return a mobile number."""
    n = "1" + rng.choice("3456789") + some(rng, 9)
    a, b, c = n[:3], n[3:7], n[7:]
    sign = rng.choice((" ", "-", "－", " - ", "  ", ".", "·", "—"))
    forms = [n, n, n, n, sign.join((a, b, c)), f"{n[:4]} {n[4:8]} {n[8:]}", f"+86{n}", f"86 {a} {b} {c}", f"（+86）{n}"]
    forms += [n.translate(HAN), n.translate(SPOKEN), n.translate(WIDE), f"{a}{sign}{b}{c}", f"{n[:7]} {c}"]
    forms += [" ".join(part.translate(HAN) for part in (a, b, c)), f"{a}*{b}*{c}"]
    return rng.choice(forms)


def landline(rng: random.Random) -> str:
    """Return a landline number."""
    area = rng.choice(AREA_CODES.split())
    local = rng.choice("2345678") + some(rng, 7 if len(area) == 3 else rng.choice((6, 7)))
    forms = [f"{area}-{local}", f"{area}-{local}", f"{area}{local}", f"({area}){local}", f"（{area}）{local}"]
    forms += [f"{area} {local}", f"{area}—{local}", f"{area}－{local}".translate(WIDE), f"+86-{area[1:]}-{local}"]
    forms += [f"{area}-{local}-{some(rng, 3)}", f"{area}-{local}转{some(rng, 4)}", f"400-{some(rng, 3)}-{some(rng, 4)}"]
    return rng.choice(forms)


def id_card(rng: random.Random) -> str:
    """Return an ID number of 18 characters with its check character, or an old one of 15."""
    area, day = rng.choice(AREAS.split()), f"{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    if rng.random() < 0.2:
        n = f"{area}{rng.randint(45, 99)}{day}{some(rng, 3)}"
        return rng.choice((n, n, f"{n[:6]} {n[6:12]} {n[12:]}", n.translate(WIDE)))
    n = f"{area}{rng.randint(1950, 2024)}{day}{some(rng, 3)}"
    n += "10X98765432"[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(n)) % 11]
    spaced = rng.choice((" ", "-")).join((n[:6], n[6:14], n[14:]))
    fours = " ".join((n[:6], n[6:10], n[10:14], n[14:]))
    return rng.choice((n, n, n, spaced, fours, n.translate(WIDE), n.lower(), n.translate(HAN)))


def bank_card(rng: random.Random) -> str:
    """Return a card number that passes the Luhn check."""
    stem = rng.choice(ISSUERS.split()) + some(rng, rng.choice((9, 12, 12)))
    doubled = [sum(divmod(int(d) * 2, 10)) if i % 2 == 0 else int(d) for i, d in enumerate(reversed(stem))]
    n = stem + str(-sum(doubled) % 10)
    fours = re.findall(".{1,4}", n)
    return rng.choice(
        (n, n, n, " ".join(fours), "-".join(fours), "  ".join(fours), n.translate(WIDE), n.translate(HAN))
    )


def record(rng: random.Random) -> str:
    """Return a number of a hospital's books."""
    n, year = some(rng, rng.choice((5, 6, 7, 8, 9, 10, 12))), rng.randint(2018, 2025)
    forms = (n, n, n, f"00{n}", f"ZY{n}", f"D{n}", f"MZ-{n}", f"2023{n}", f"{n}-1", f"{year}-{some(rng, 5)}", f"h{n}")
    return rng.choice((*forms, n.translate(WIDE)))


def plate(rng: random.Random) -> str:
    """Return a number plate of a car, also of an electric one."""
    head = rng.choice(PROVINCES) + rng.choice(LETTERS[:16])
    tails = [some(rng, 5), some(rng, 3) + rng.choice(LETTERS) + some(rng, 1), rng.choice("DF") + some(rng, 5)]
    tails += [some(rng, 5) + "D", rng.choice(LETTERS) + some(rng, 4), some(rng, 4) + "学"]
    tail = rng.choice(tails)
    bare = head + tail
    return rng.choice((bare, f"{head}·{tail}", f"{head} {tail}", f"{head}-{tail}", bare.lower(), bare.translate(WIDE)))


def url(rng: random.Random) -> str:
    """Return a web address."""
    word = rng.choice(words("handles")).replace("_", "").lower()
    forms = [f"https://{word}.com/p/{some(rng, 5)}.html", f"http://www.{word}.cn/share?uid={some(rng, 6)}&t=1"]
    forms += [f"www.{word}.com.cn", f"{word}.net/view/{some(rng, 4)}", f"mp.{word}.qq.com/s/Ab{some(rng, 3)}"]
    return rng.choice((*forms, f"HTTPS://{word}.top/x"))


def address(rng: random.Random) -> str:
    """Return an address below the city."""
    province, district = rng.choice(words("provinces")), rng.choice(words("districts"))
    road, estate = f"{rng.choice(words('roads'))}{rng.randint(2, 899)}号", rng.choice(words("estates"))
    village = rng.choice(words("villages"))
    a, b, c = rng.randint(1, 40), rng.randint(1, 4), rng.randint(1, 30) * 100 + rng.randint(1, 4)
    flats = [
        f"{a}栋{b}单元{c}",
        f"{a}号楼{b}单元{c}室",
        f"{a}-{b}-{c}",
        f"{a}幢{c}室",
        f"{a}#{c}",
        f"{a}座{c}",
        f"{a}号楼",
    ]
    flat = rng.choice(flats)
    forms = [province + district + road, province + district + estate + flat, district + road + estate + flat]
    forms += [district + estate + flat, province + district + village, estate + flat, f"{province} {district} {road}"]
    forms += [f"{rng.choice(words('roads'))}{a}弄{b}号{c}室", f"{district}{village}{b}组{a}号"]
    return rng.choice((*forms, f"{province}{district}{estate}（{road}）"))


def ward(rng: random.Random) -> str:
    """Return a ward that has a number."""
    n, han = rng.randint(1, 20), rng.choice("一二三四五六七八九")
    forms = [f"呼吸科{han}病区", f"儿内{han}病区", f"{n}楼东病区", f"住院部{n}楼", f"新生儿科{han}病区", f"第{han}病区"]
    forms += [
        f"{n}病区",
        f"儿外科{n}病房",
        f"{han}号病房",
        f"住院楼{n}层",
        f"PICU{n}病房",
        f"内{han}科{n}病室",
        f"{n}A病区",
    ]
    return rng.choice(forms)


def bed(rng: random.Random) -> str:
    """Return a bed as people name it."""
    n = rng.randint(1, 68)
    forms = [
        f"{n}床",
        f"{n}床",
        f"{n}号床",
        f"加{n % 20 + 1}床",
        f"{n:02}床",
        f"{n}A床",
        f"VIP{n % 9 + 1}床",
        f"+{n}床",
    ]
    forms += [f"{rng.choice('二三四五')}十{rng.choice('一二三四五六')}床", f"{rng.choice('三四五六七八九')}号床"]
    return rng.choice((*forms, f"EICU{n % 9 + 1}床", f"{n}床".translate(WIDE)))


def bed_number(rng: random.Random) -> str:
    """Return the number of a bed alone."""
    n = rng.randint(1, 68)
    return rng.choice((f"{n}", f"{n:03}", f"+{n}", f"加{n}", f"A{n:02}", f"{n}-1", f"{n}A"))


def date(rng: random.Random) -> str:
    """Return a date."""
    y, m, d = rng.randint(2009, 2025), rng.randint(1, 12), rng.randint(1, 28)
    han = ["", *"一二三四五六七八九", "十", "十一", "十二"]
    spelled = f"{han[m]}月{('', '十', '二十')[d // 10]}{han[d % 10]}"
    short = f"{y % 100:02}"
    forms = [f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}日", f"{y}.{m}.{d}", f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}"]
    forms += [f"{m}月{d}号", f"{m}月{d}日", f"{str(y).translate(HAN)}年{spelled}日", f"{spelled}号", f"{y}{m:02}{d:02}"]
    forms += [f"{y}年{m}月", f"{short}年{m}月{d}日", f"{m}.{d}号", f"{y}.{m:02}.{d:02}日", f"{y} 年 {m} 月 {d} 日"]
    forms += [f"{y}年{m}月{d}日".translate(WIDE), f"{short}.{m}.{d}", f"{y}—{m:02}—{d:02}", f"{y}年{m}.{d}"]
    return rng.choice(forms)


def wechat(rng: random.Random) -> str:
    """Return an account name, or a mobile number that serves as one."""
    return mobile(rng) if rng.random() < 0.15 else rng.choice(words("handles"))


def qq(rng: random.Random) -> str:
    """Return a QQ number."""
    n = rng.choice("123456789") + some(rng, rng.randint(5, 9))
    return rng.choice((n, n, n, n.translate(WIDE), f"{n[:3]} {n[3:6]} {n[6:]}".strip(), n.translate(HAN)))


def email(rng: random.Random) -> str:
    """Return an e-mail address."""
    local = rng.choice((rng.choice(words("handles")), some(rng, 9), "li.xiaoming", "Wang-Fang", "zhao+baby"))
    domain = rng.choice(words("domains"))
    plain = f"{local}@{domain}"
    return rng.choice((plain, plain, plain, f"{local}＠{domain}", f"{local} @ {domain}", plain.upper()))


def passport(rng: random.Random) -> str:
    """Return a passport's number."""
    return rng.choice(("E" + some(rng, 8), "EA" + some(rng, 7), "G" + some(rng, 8)))


def from_list(name: str) -> Callable[[random.Random], str]:
    """Return a maker that draws from a list of the file."""
    return lambda rng: rng.choice(words(name))
