"""Advertising: what wins customers rather than tells: invitations, claims of cure, brands praised."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_medical_talk, shown, times, where

_INVITATIONS = re.compile(
    r"加(?:我|一?下)?(?:的)?(?:微信|QQ|qq|V信|扣扣)|(?:微信|QQ|qq|扣扣)(?:号|群)?[：:是]\s?[\w\[]|扫(?:码"
    r"|一扫)|二维码"
    r"|(?:欢迎|请|敬请|随时)(?:您|你)?(?:致电|来电(?:咨询|预约|联系)|拨打(?:我|咨询|免费|服务|热线|电话[：:])|来院|到我院"
    r"|来我院|光临|莅临)"
    r"|(?:到|来|在|去)(?:我们?|本)院(?:来|就诊|治疗|检查|看|咨询|做|预约|门诊)|我们?(?:医院|院)(?:采用"
    r"|独创|引进|专家|拥有|治疗|的技术|特色|推出)"
    r"|(?:咨询|服务|联系|预约|免费|健康|专家)(?:热线|电话)|点击(?:左|右|下|上|页面|在线|头像|此处|咨询"
    r"|闪动|进入|这里)|(?:在线|免费|网上)(?:咨询专家|预约)"
    r"|详情(?:请)?(?:点击|咨询|登[录陆]|访问|百度)|百度(?:一下|搜索)[^，。]{0,20}(?:医院|胶囊|丸|网)"
    r"|www\.[a-z0-9-]+\.(?:com|cn|net)"
)
"""`详情请点击左侧按钮，或到我院就诊。` → `详情请点击`"""
_CLAIMS = re.compile(
    r"无(?:任何)?(?:毒)?副作用|没有(?:任何|毒)?副作用|无创无痛|彻底(?:根除|根治|清除)|(?:根治|治愈"
    r"|有效)率(?:高)?(?:达|为|在)|永不复发|见效快|疗效(?:显著|独特|确切|卓著)"
    r"|世界(?:首创|领先)|国际(?:先进|领先|首创)|国家(?:级)?(?:专利|发明|认证)|独家|独创|秘制|唯一|签约治疗"
    r"|无效退款|包治|专利(?:产品|技术|配方)|高科技|纳米|靶向作用"
    r"|植化|全力释放|强效清除|尊享|优惠|套餐|正品|专卖|代理商|厂家直销|活性(?:物质|成[分份]|因子)|标本兼治"
    r"|纯(?:中药|天然)|名贵|道地药材|科研成果|绿色疗法|治一例|权威(?:专家|医院)"
)
"""Two different ones make an advertisement. `纯中药，无副作用，治愈率达九成` → `纯中药`"""
_BRANDS = re.compile(
    r"(?:建议|推荐|可以?|口服|服用|使用|选用|配合|试试|用)[^，。；\n]{0,6}(?:万通|护命素|久正|敏尧|仁合"
    r"|益佰|上宫庄|茜芷|平癜灵|肤清疥宁|碧幽|珠红明目|祛瘀明目|华康医院|美肤康|援生力维|益智康脑"
    r"|银花泌炎)"
    r"|进行日常[^，。]{0,8}保健"
)
"""`建议服用万通筋骨片。` → `建议服用万通`"""
_DECLINED = re.compile(
    r"(?:不能|不要|不可|不得|不便|不建议|请勿|勿|别|禁止|谨防|警惕)[^，。；]{0,10}"
    r"(?:微信|QQ|qq|扫码|二维码|致电|来电|热线|独家|根治|包治)"
)
"""`按规定不能私下加微信` → `不能私下加微信`"""
CLAIMS = 2


def advertising(parts: pl.DataFrame) -> pl.Series:
    """Return how many invitations and brands medical answers hold; claims count from the second different one."""
    answers = parts["answers"].fill_null("").str.replace_all(_DECLINED.pattern, "")
    kinds = answers.str.extract_all(_CLAIMS.pattern).list.eval(pl.element().str.head(2)).list.n_unique()
    claims = (kinds >= CLAIMS).cast(pl.UInt32)
    return where(is_medical_talk(parts), times(answers, _INVITATIONS) + times(answers, _BRANDS) + claims)


def advertising_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return what invites, claims and praises."""
    found = [shown(parts["answers"], pattern) for pattern in (_INVITATIONS, _BRANDS, _CLAIMS)]
    named = pl.DataFrame([series.alias(str(i)) for i, series in enumerate(found)])
    return named.select(pl.concat_list(pl.all()).list.filter(pl.element() != "").list.join("; ")).to_series()
