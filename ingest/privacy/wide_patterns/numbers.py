"""Wide patterns for numbers, accounts, dates, wards and web addresses."""

from __future__ import annotations

from typing import NamedTuple

from ingest.vocabulary.any_of import any_of

_DIGIT = "[0-9０-９零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖①-⑨⓪❶-❾]"
_SPELLED_DIGIT = "[0-9０-９零〇○一二三四五六七八九幺]"
_LETTER_OR_DIGIT = "[A-Za-zＡ-Ｚａ-ｚ0-9０-９]"
_OF_A_DATE = "[0-9０-９零〇○一二三四五六七八九十幺两百廿卅初]"
_MONTHS = any_of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")


class NumberPatterns(NamedTuple):
    """What numbers, accounts and dates look like before they are folded."""

    digits: str
    """`一三八零零一三八零零零` → `一三八零零一三`, `138-0013` → `138-0013`, `身份证后六位` → `身份证后`, `3-5天` → –"""
    emails: str
    """`发到a_b＠qq.com` → `＠`, `邮箱a#qq.com` → `#qq`"""
    accounts: str
    """`加我V：abc_123` → `加我V`, `扣扣12345` → `扣扣`, `抖音号abc` → `抖音`"""
    records: str
    """`住院号：ZY2023001` → `号：ZY2`, `门诊 12345` → `门诊 1`"""
    plates: str
    """`车牌京A·12345` → `京A·1234`"""
    dates: str
    """`2021年3月5日` → `1年`, `三月五号` → `三月五`, `May 3` → `May 3`"""
    wards: str
    """`呼吸科二病区` → `病区`, `12床的家长` → `2床`"""
    urls: str
    """`见https://a.cn` → `://`, `a.com.cn` → `a.com`"""


def number_patterns() -> NumberPatterns:
    """Return the patterns."""
    return NumberPatterns(
        digits=_digits(),
        emails=r"[@＠﹫]|\((?:at)\)|\[at\]| at |艾特|[#＃](?:qq|163|126|gmail|sina|foxmail|outlook|hotmail)",
        accounts=_accounts(),
        records=(
            r"(?:岁|月|天)[/／][A-Za-z0-9０-９]"
            r"|(?:号|码|卡|证|ID|id|MRN|PID|No\.?|NO\.?|#|病历本?|住院|门诊|病案|登记|单|流水)[ 　]?"
            r"(?:[是为]|No\.?|NO\.?|[^\p{Han}\p{Latin}\d。！？\n]){0,5}"
            rf"[A-Za-zＡ-Ｚａ-ｚ\-－ ]{{0,7}}{_DIGIT}"
        ),
        plates=(
            "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][ 　]?[A-Za-zＡ-Ｚａ-ｚ]"
            rf"[ ·.\-－•・]?{_LETTER_OR_DIGIT}[A-Za-zＡ-Ｚａ-ｚ0-9０-９ ]{_LETTER_OR_DIGIT}{{2}}"
        ),
        dates=_dates(),
        wards=(
            "病区|病房|病室|护理单元|诊室|住院[部楼]|科楼"
            "|[0-9０-９A-Za-zＡ-Ｚ一二三四五六七八九十+＋加号]床|床位?(?:号|[:：])|床位"
        ),
        urls=r":\/\/|(?i:www)|[A-Za-z0-9\-]\.(?:com|cn|net|org|gov|edu|top|xyz|vip|cc)",
    )


def _digits() -> str:
    return "|".join(
        (
            f"{_DIGIT}{{7}}",
            rf"(?:{_DIGIT}{{1,6}}[^\p{{Han}}\p{{Latin}}\d，。；！？]{{1,3}}){{1,10}}{_DIGIT}{{3,}}",
            f"(?:{_DIGIT}[ 　]){{9}}",
            f"[1１一幺壹]{_DIGIT}{{2}}[，、,~～]{_DIGIT}{{4}}[，、,~～]{_DIGIT}{{4}}",
            rf"(?:{_DIGIT}{{2,4}}[ 　\-.]){{4}}{_DIGIT}{{2}}",
            "(?:身份证|证件)[^，。]{0,6}[末后尾]",
            "(?:[0-9０-９]{3}[*＊]){2}|[*＊]{4}|1[3-9][0-9][xX]{4}",
            "护照|通行证|回乡证|台胞证|居留证|(?i:passport)",
        )
    )


def _accounts() -> str:
    wechat = (
        r"[微徽][ *._·\-＊．]?信|薇信|威信|维信|微[xｘ]|[vwｖｗ]信|(?:^|[^a-z])[vwｖｗ][ \-._]?[xｘ]|微我|我微"
        r"|w[❤♥💗]|[薇微威v徽][❤♥💗]|wei ?xin|wei信|we ?chat|v ?xin|v-x"
        r"|绿泡泡|绿色软件|好友|卫星|(?:^|[^a-z0-9])[vｖ][:：][a-zａ-ｚ]"
    )
    qq = (
        r"蔻蔻|寇寇|叩叩|🐧|扣[:：]|[我加]扣|扣扣|抠抠|企鹅|秋秋|球球|[qｑ] ?[qｑ]|[+＋➕][qｑ]"
        rf"|[qｑ](?:号|[:：是 　]{{0,2}}{_SPELLED_DIGIT}(?: ?{_SPELLED_DIGIT}){{4}})"
    )
    added = (
        "[加我][的]?[QqＱｑVvＶｖWwＷｗ薇微威徽]|加[个下][vVｖ薇微威徽]"
        "|[+＋➕加]我? ?[A-Za-z]|[+＋➕][VvWwＶｖＷｗ微薇威徽]"
    )
    others = "抖音|快手|微博|小红书|陌陌|钉钉|支付宝|淘宝|(?i:skype|telegram|facebook)|昵称ID|用户名|账号|帐号|登录名"
    return f"(?i:{wechat}|{qq})|{added}|{others}"


def _dates() -> str:
    return "|".join(
        (
            "[0-9０-９][ 　]?年|[一二][零〇○一二三四五六七八九]{3}年",
            r"(?:19|20)[0-9]{2}[ ]?[\-./—－／．]|[12１２][0-9０-９]{3}[－．／—\-./]|[0-2][0-9][./][0-9]{1,2}[./][0-9]",
            f"{_OF_A_DATE}[ 　]?月[ 　]?{_OF_A_DATE}|[0-9０-９][./．／][0-9０-９]{{1,2}}[日号]",
            "农历|阴历|旧历|生日|生于|预产期|末次月经|日期|出生",
            rf"{_MONTHS}[a-z]{{0,6}}\.? [0-9]|[0-9](?:st|nd|rd|th)? ?{_MONTHS}",
        )
    )
