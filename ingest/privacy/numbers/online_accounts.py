"""E-mail addresses, WeChat, QQ and other accounts, web addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import Span

_LOCAL_PART = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}"
_DOMAIN = r"(?:[A-Za-z0-9\-]{1,63}(?:\.|。|点| dot |[(\[]dot[)\]])){1,4}[A-Za-z]{2,10}"
_EMAIL = re.compile(
    rf"({_LOCAL_PART}) ?(?:@|\(at\)|\[at\]| at |艾特|#(?=(?:qq|163|126|gmail|sina|foxmail|outlook|"
    rf"hotmail)\.)) ?({_DOMAIN})(?![A-Za-z0-9])"
)
"""`发到a.b@qq.com` → `a.b@qq.com`, `abc艾特163点com` → `abc艾特163点com`"""
_INVENTED = r"(?!example_\d{1,6}(?![A-Za-z0-9_\-]))"
"""In front of a value: it is not one of our surrogates."""
_INVENTED_DOMAIN = re.compile(r"(?:^|\.)example\.invalid$", re.I)
"""`example.invalid` → `example.invalid`"""

_SIGNS = r"[^A-Za-z0-9一-龥。!?！？\n\[]"
"""Any sign people put between a word and a number, emoji among them."""
_LINK = (
    r" ?(?:账号|帐号|号码|ID|id|号|名片|名)?"
    rf"(?:同上|同号|同|联系|找我?|加我|搜索|搜|加|是|为|[吧哈哦呀]|{_SIGNS}){{0,6}}"
)
_WECHAT_CUE = (
    r"(?:[微徽][ *._·\-]?信|薇信|威信|维信|微X|微x|(?<![A-Za-z])(?:[vw][ \-._]?x|wei ?xin|we ?chat|wei信|v信|w信)|"
    r"(?<=[加个下])[v薇微威徽](?=[ :号信吧哈])|(?<![A-Za-z0-9])v(?=:[A-Za-z])|"
    r"绿泡泡|绿色软件|加(?:我|个|下|一下)?好友|微我|w[❤♥💗]\ufe0f?x|卫星号|(?<=[我加])卫星|(?<=我)微(?=:)|v ?xin|"
    r"[薇微威徽vV][❤♥💗]\ufe0f?)"
)
"""WeChat by its names and by what people write lest a platform finds it."""
_WECHAT = re.compile(
    rf"(?i:{_WECHAT_CUE}){_LINK}(?P<value>{_INVENTED}[A-Za-z][A-Za-z0-9_\-]{{4,19}})(?![A-Za-z0-9_\-]|://|"
    r"\.(?:com|cn))"
)
"""`微信:wx_abc123` → `wx_abc123`, `vx abc12345` → `abc12345`"""
_WECHAT_DIGITS = re.compile(
    rf"(?i:{_WECHAT_CUE}){_LINK}(?P<value>(?!0|1[3-9](?:[ \-]?\d){{9}}(?!\d))\d{{5,12}})(?![ \-]?\d|[年月日岁天个次])"
)
"""`微信同号10027804147` → `10027804147`"""
_WECHAT_LATER = re.compile(
    r"[微徽薇]信[^A-Za-z0-9。！？\n]{0,10}[是:](?P<value>"
    + _INVENTED
    + r"[A-Za-z](?=[A-Za-z_\-]{0,18}\d)[A-Za-z0-9_\-]{5,19})"
    r"(?![A-Za-z0-9_\-.])"
)
"""`微信我发您,是zjyrs_394` → `zjyrs_394`"""
_WECHAT_NAME = re.compile(
    r"[微徽薇]信(?:名字?(?!片)|昵称)(?:就?[是叫为]|:| ){0,3}[“\"「]?"
    r"(?P<value>"
    + _INVENTED
    + r"(?:[一-龥A-Za-z0-9_\-]{2,12}?|[A-Z][a-z]{1,12} [A-Z][a-z]{1,12}))(?=[^一-龥A-Za-z0-9_\- ]|$| (?![A-Z]))"
)
"""`微信名叫豆豆妈咪,` → `豆豆妈咪`"""
_ADD_V = re.compile(
    r"[加+➕](?:我(?=[ :]?(?!QQ|qq|[vwVW][xX])[A-Za-z])|[VvWw微薇威徽](?:信|[Xx](?![A-Za-z]))?)[ :号]{0,3}(?P<value>"
    + _INVENTED
    + r"(?:[A-Za-z](?=[A-Za-z]{0,18}[\d_\-])[A-Za-z0-9_\-]{4,19}|"
    r"[1-9]\d{5,11}))(?![A-Za-z0-9_\-])"
)
"""`加V:bfypqyq4782` → `bfypqyq4782`"""
_AFTER = r"[,( ]{0,2}(?:(?:这|就)?是?(?:我|我家|俺)?的?|加(?:个|下|我)?)"
_WECHAT_AFTER = re.compile(
    r"(?<![A-Za-z0-9_\-/.])(?P<value>"
    + _INVENTED
    + rf"[A-Za-z](?=[A-Za-z]{{0,18}}[\d_\-])[A-Za-z0-9_\-]{{5,19}}){_AFTER}(?:[微徽薇]信|VX|vx|wx)"
)
"""`abc_12345是我微信` → `abc_12345`"""
_NOT_HANDLE = re.compile(r"(?:app|pay|official|vitamin|weixin|wechat|android|iphone|ipad)[a-z]*", re.I)
"""`wechatpay` → `wechatpay`"""

_QQ_CUE = (
    r"(?:(?<![A-Za-z])Q ?Q(?:号码|号|群)?|扣扣|抠抠|蔻蔻|寇寇|叩叩|🐧|(?<=[我加])扣|扣(?=:)|企鹅号?|秋秋|"
    r"(?<![A-Za-z])Q号|球球号?|(?<=加)Q|(?<=[加我])q|"
    r"(?<=我的)q(?=[是:])|(?<![A-Za-z0-9京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])"
    r"[Qq](?=[:是 ]{0,2}\d(?: ?\d){4,10}(?!\d)))"
)
_QQ = re.compile(
    rf"(?i:{_QQ_CUE}){_LINK}(?P<value>[1-9](?:\d{{4,11}}|(?: \d){{4,11}}|\d{{1,5}}[ \-]\d{{3,6}}|"
    r"\d{1,3}(?:[ \-]\d{1,4}){2,3}))"
    r"(?! ?\d|[年月日岁天个次]|@)"
)
"""`扣扣93625840` → `93625840`"""
_QQ_AFTER = re.compile(rf"(?<!\d)(?P<value>[1-9](?:\d{{4,10}}|\d{{1,3}}(?: \d{{1,4}}){{1,2}})){_AFTER}(?:QQ|qq|扣扣)")
"""`467522是我QQ` → `467522`"""

_ACCOUNT = re.compile(
    r"(?:抖音|快手|微博|小红书|陌陌|钉钉|支付宝|淘宝|skype|telegram|facebook|昵称ID|用户名|账号|"
    r"帐号|登录名)(?:号|ID|id|账号|用户名|帐号|名)?"
    r"(?:[ ]?[是为:@ ]{1,3}|(?=[A-Za-z_\-]{2,18}\d))(?P<value>"
    + _INVENTED
    + r"[A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9_\-@.])"
)
"""`抖音号:niuniu_2019` → `niuniu_2019`"""
_AT_NAME = re.compile(
    r"(?:抖音|快手|微博|小红书)(?:[:是 ]{0,2}@|(?:号|名|昵称)?就?叫[“\"「]?)(?P<value>"
    + _INVENTED
    + r"[一-龥A-Za-z0-9_\-]{2,16})"
)
"""`小红书叫小雨妈妈的日常` → `小雨妈妈的日常`"""
_URL = re.compile(
    r"(?i:https?|ftp)://(?!example\.invalid)[!-~]+"
    r"|(?<![A-Za-z0-9@.\-])www\.[A-Za-z0-9\-_]{1,63}\.[!-~]+"
    r"|(?<![A-Za-z0-9@.\-_])(?!example\.invalid)(?:[A-Za-z0-9\-]{1,63}\.){1,3}(?:com|cn|net|org|gov|edu|top|xyz|"
    r"vip|cc)(?:\.cn)?(?:/[!-~]*)?(?![A-Za-z0-9@.\-])"
)
"""`见https://a.cn/b?c=1` → `https://a.cn/b?c=1`, `www.qng2605.net` → `www.qng2605.net`"""


def emails(folded: str) -> Iterator[Span]:
    """Yield e-mail addresses, also with (at) or 艾特 for the sign."""
    for match in _EMAIL.finditer(folded):
        if not _INVENTED_DOMAIN.search(match[2]):
            yield Span(*match.span(), "email")


def handles(folded: str) -> Iterator[Span]:
    """Yield account names and numbers after or before the name of their platform."""
    for pattern in (_WECHAT, _WECHAT_DIGITS, _WECHAT_LATER, _WECHAT_NAME, _ADD_V, _WECHAT_AFTER):
        for match in pattern.finditer(folded):
            if not _NOT_HANDLE.fullmatch(match["value"]):
                yield Span(*match.span("value"), "wechat")
    for pattern, kind in ((_QQ, "qq"), (_QQ_AFTER, "qq"), (_ACCOUNT, "account"), (_AT_NAME, "account")):
        yield from (Span(*match.span("value"), kind) for match in pattern.finditer(folded))


def urls(folded: str) -> Iterator[Span]:
    """Yield web addresses."""
    for match in _URL.finditer(folded):
        bare = match[0].rstrip(".,;:!?)]}'\"")
        yield Span(match.start(), match.start() + len(bare), "url")
