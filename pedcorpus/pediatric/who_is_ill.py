"""Words that say who is ill: a child, its mother, somebody grown up. Alternatives of patterns over columns."""

from __future__ import annotations

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.children import GROWN_UP, PERHAPS_GROWN_UP

ASIDE = (
    r"(?:儿童|妇女?幼|妇婴|儿科)[^，。？?\s]{0,6}(?:医院|门诊|急诊|保健院)|(?:成人|大人)的?(?:感冒|退[烧热]|消炎)?药"
    r"|[生要怀有]完?[了过个]{0,2}(?:孩子|小孩|宝宝|孩|娃)|(?:孩子|儿子|女儿)[^，。？?]{0,4}[给帮陪替]我[^，。？?]{0,8}"
    r"|[替给帮]?(?:孩子|宝宝)问的?|(?:照顾|伺候|陪)[着了]?(?:孩子|宝宝|小孩)"
    r"|对(?:孩子|宝宝|小孩|胎儿|婴儿)[^，。？?]{0,8}(?:影响|不好|好|害)"
    r"|如果您?的?(?:孩子|宝宝)[^，。？?]{0,10}|[给让](?:孩子|宝宝|小孩)(?:喂奶|断奶|吃奶)"
    r"|传染?给?(?:孩子|宝宝|小孩)|(?:孩子|宝宝)[^。？?]{0,14}传染?给?(?:我|上)"
    r"|婴儿车|婴儿[床肥]|儿童(?:节|文学|诗歌|牙膏|座椅|读物)|上传[^，。]{0,4}宝贝|淘宝"
)
"""A child is named and is not ill: 在儿童医院, 成人感冒药, 生完孩子, 女儿给我买了, 对宝宝有影响."""
OWN_CHILD = any_of("宝宝 孩子 小孩 儿子 女儿 闺女 小家伙 宝贝 娃娃 宝妈 小宝 大宝 二宝 侄子 侄女 外甥")
_AILS = (
    r"咳|烧|[发体]热|吐|拉[肚稀]|腹泻|大便|便[秘血]|哭|疹|痒|疼|痛|黄疸|睡|不[吃喝肯爱会长想]|吃(?:奶|饭|辅食|得|了)|发育|体重|身高|流鼻"
    r"|鼻[涕塞血]|感冒|过敏|肺炎|抽|喘|积食|消化|呕|尿|出汗|缺[钙锌铁]|贫血|[染沾]上|感染|确诊|可以[吃喝用打]|能不?能?[吃喝用打]|需要"
    r"|喝|发[现育]|出现|患|得了|摔|病"
)
CHILD_AILS = rf"{OWN_CHILD}[^，。！？?\n]{{0,14}}?(?:{_AILS})"
"""A child of the family and what ails it, in one clause: 宝宝最近总是咳嗽."""
CHILD_AGED = rf"{OWN_CHILD}[^，。！？?\n]{{0,10}}?[两一二三四五六七八九十半\d](?:周?岁|个?多?月|天)"
"""A child of the family and how old it is: 女儿四个月."""
A_CHILD = (
    "小儿|儿童|幼儿|新生儿|早产儿|患儿|病儿|儿科|儿保|[男女]孩|小朋友|婴儿|婴幼|[男女]婴|[男女]童|孩孩|学龄前|小学生"
    r"|[小初高]中生|中学生|青少年|少年|上(?:小学|初中|初[一二三]|高[一二三]|[一二三四五六]年级)"
    r"|(?:\d|[一二两三四五六七八九十])\s*个?半?月(?:大|龄|婴|宝|的?(?:宝|孩|婴|男|女|小|儿))"
    r"|(?:\d|[一二三四五六七八九十])\s*(?:天|日)龄|出生[后才仅]?[一二两三四五六七八九十\d]+(?:天|周|个月)|(?:刚|才)?满月"
    r"|[男女][，,、\s]*(?:\d{1,2}|[一二两三四五六七八九十]+)\s*(?:个半?月|天)"
)
"""Children, whoever speaks of them, and ages in months and days."""
BEGAN_AT = r"[从自]?(?:\d{1,2}|[一二三四五六七八九十]+)多?岁(?:的?时候|时|左右|就?开始|就|起|那年)"
"""An age of long ago: 从十岁开始, 8岁的时候."""
BORE = (
    r"月子|哺乳|产后|产妇|分娩|剖[腹宫]|回奶|涨奶|同房|备孕|受孕|流产|[要生]二胎|喂奶吗|妈妈感冒"
    r"|宝妈[^，。]{0,4}(?:感冒|发[烧热])"
)
"""What a mother is, has or takes, or who wants to be one."""
UNBORN = r"怀了|孕\s*\d+|胎[动心位]|产[检前]|[双胎]顶[径经]"
"""A child not yet born: its mother is the patient."""
WOMAN = (
    r"乳[房腺头][^，。？?]{0,8}(?:痛|疼|胀|炎|不通|肿|块|大|小|垂|少)|奶水[^，。？?]{0,6}(?:[胀涨痛疼])"
    r"|月经|例假|排卵|宫[颈腔外]|子宫|阴道|卵巢|白带"
)
"""What women have, and girls: against a child only where no child is named."""
GROWN = (
    f"{GROWN_UP}|{PERHAPS_GROWN_UP}|老年|大学|大[一二三四]学生|研究生"
    "|上班|工作压力|退休|更年期|绝经|前列腺|性生活|手淫|早泄|阳痿|妻子|丈夫|爱人"
)
"""What grown-ups are, do and have."""
SELF_GROWN = r"(?:我|本人)[^，。？?\n]{0,6}(?:1[89]|[2-9]\d|十[八九]|[二三四五六]十[一二三四五六七八九]?)周?岁"
"""Who asks tells an age of his own, 18 and above."""
GROWN_UP_AILS = (
    r"(?:老公|老婆|丈夫|妻子|爱人|爸爸|妈妈|[我老]爸|[我老]妈|父亲|母亲|公公|婆婆|爷爷|奶奶|外婆|朋友|同事|表?[姐哥])"
    r"[^，。？?的孩儿女\n]{0,8}(?:患|得了|查出|检查|病|住院|疼|痛)"
    rf"|{OWN_CHILD}[^，。？?]{{0,8}}(?:1[89]|[2-9]\d|十[八九]|[二三四五六]十[一二三四五六七八九]?)周?岁"
)
"""Somebody grown up is ill: 老公患癫痫, 儿子今年27岁."""
TOLD_OF_CHILDREN = r"患儿|小儿|婴幼儿|婴儿|新生儿|儿童型|幼年型|少年型"
"""Words of an answer that speaks of children."""
CHILD_IN_ANSWER = rf"{OWN_CHILD}|患儿|小儿|婴|新生儿"
"""… and those of one to a parent."""
LEAFLET_OR_SELF = r"适应[证症]|用法|说明书|不良反应|药理|[我俺]|本人"
"""Questions whose answer speaks of children by the way, or to somebody who speaks for himself."""
FOR_CHILDREN = r"(?:适应[证症]|功能主治|主治)[:：][^\n。；]{0,8}(?:小儿|婴幼儿|婴儿|儿童|新生儿)"
"""What a drug is for, in a leaflet: 适应证：用于小儿…."""
