"""Names of persons after words that announce them: fields of forms, introductions, 患者 and 孩子."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import is_full_name, is_given, name_end, strength
from ingest.privacy.kinds import Span
from ingest.privacy.surnames import PREPOSITIONS, compound_surnames, surname_chars, surname_length

KIN = (
    "爸爸|妈妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老公|老婆|丈夫|妻子|爱人|儿子|女儿|孙子|孙女|"
    "外孙女?|弟弟|妹妹|哥哥|姐姐|侄子|侄女|闺女|舅舅|"
    "姑姑|阿姨|叔叔"
)
_CHILD = "我儿(?!子)|我们?家|咱家|俺家|孩子|宝宝|宝贝|小孩|小朋友|娃娃?|老大|老二|老三|患儿|患者|病人|病患|学生"
FOREIGN = re.compile(
    r"(?:[A-Z][a-z]{1,15}|[A-Z]{2,12})(?:[ ·][A-Z][a-z]{0,15}){0,2}(?![A-Za-z0-9])|"
    r"[一-龥]{1,6}(?:[·•・][一-龥]{1,8}){1,3}"
)
"""A name in Latin letters, or one of several parts (买买提·艾力)."""
_NO_PART = frozenset("吃喝服用打给的了")
_DOTTED = re.compile(r"[一-龥]{1,6}(?:[·•・][一-龥]{1,8}){1,3}")

_FIELD = re.compile(
    r"(?:姓名|名字|全名|本名|真名|大名|学名|签名|签字|签章|签署|联系人|监护人|预约人|主管护师|主任医师|"
    r"住院医师|申请医[生师]|陪护人?|陪诊人?|收件人|"
    r"收货人|寄件人|发件人|户名|开户人|持卡人|投保人|"
    r"被保险?人|申请人|就诊人|就诊者|挂号人|咨询人|问诊人|主治医[生师]|主管医[生师]|管床医[生师]|"
    r"(?:主治|主管|管床|经治|接诊|首诊)大夫|经治医[生师]|接诊医[生师]|报告医[生师]|开单医[生师]|"
    r"送检医[生师]|审核医[生师]|责任医[生师]|责任护士|值班医[生师]|首诊医[生师]|签约医[生师]|管床护士|"
    r"记录者|审核者|检查者|落款|称呼|敬礼)"
    r"(?:\((?:患者|家长|患儿|监护人|孩子|本人|宝宝)\))?"
    r"(?P<sign>(?:[ ]{0,2}(?:[:=#是为叫即\"“「()]|就是)){1,4}[ ]{0,2}|[ ]{1,2}|)"
)
_SPACED = re.compile(rf"[{surname_chars()}] {{1,3}}[一-龥](?![一-龥])")
_TOKEN = re.compile(r"[一-龥]{2,4}(?![一-龥])")
_NO_TOKEN = re.compile(
    r"保密|匿名|不详|未知|同上|没有|什么|不方便|不想|患者|患儿|家长|医生|宝宝|孩子|某|本人|"
    r"[您你我不无见暂请写填和及有好怪长已未空]|性别|年龄|电话|感冒|多少|一样|相似|类似"
)
_CALLED = re.compile(
    rf"(?:我|俺|本人|他|她|{KIN}|{_CHILD}|名字|大名|学名|全名|真名|朋友|同事|同学|医生|大夫|护士|主任|老师|"
    r"男宝|女宝|老大|老二|大宝|二宝)"
    r"(?:的?(?:名字|大名|全名))?(?:就|是)?叫(?:做|作)?[ ]?[:“\"「]?"
    r"|姓[一-龥][,，]?叫|(?:名叫|取名叫?|起名叫?|唤作|名字是)[ ]?[:“\"「]?"
)
_I_AM = re.compile(
    r"(?:我是|本人|我系|俺是|里是|边是|我就是)[ ]?"
    r"|(?:医生|医师|护士长?|大夫|专家|教授|主任|(?:医院|科|诊所|门诊)的)(?=[一-龥]{2,3}(?:[,，。.!！;；\n ]|$))"
)
_OF_CHILD = re.compile(rf"的?(?:{KIN}|家长|妈|爸)")
_SMALL_NAME = re.compile(r"(?:我|他|她|孩子|宝宝|名字|就)叫(?P<name>小[一-龥])(?=[^一-龥]|$)")
_SURNAME_ONLY = re.compile(
    rf"姓(?P<name>[{surname_chars()}]|{'|'.join(sorted(compound_surnames()))})(?:(?=的(?:医生|大夫|主任|护士|"
    rf"教授|专家))"
    r"|(?:(?<=[贵他她我人子儿孩者生夫士任爸妈]姓.)|"
    r"(?<=[贵他她我人子儿孩者生夫士任爸妈]姓..))(?=[的,，。.!！;；、 \n]|$|医生|大夫|是))"
)
_SMALL = re.compile(rf"(?:叫我|我是|喊我|称呼我)[小老](?P<name>[{surname_chars()}])(?=[,，。.!！;；、 \n吧就]|$)")
_FOR = re.compile(
    r"(?:[给帮替]|[让找请](?=[一-龥]{2,4}[给帮]))(?=[一-龥]{2,4}(?:[给帮]|挂|预约|约|办|缴|充|看一?下|看看|"
    r"做个|开个|查一?下))"
)
_ADDRESSED = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss)\.? ?(?P<name>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)(?![A-Za-z])")
_SPEAKER = re.compile(rf"(?:{KIN}|{_CHILD}|家属|家长|监护人|医生|大夫|护士|医师)(?:姓名|名字|名)?[ ]?[:=() ]?[ ]?")
_DEMOGRAPHIC = re.compile(
    r"[,，、 (/|;；]{1,3}(?:[男女](?![一-龥])|[男女](?:性|孩|童|宝|,)|性别|\d{1,2}(?:岁|周岁|个月|月龄|天|Y|y)|"
    r"[一二三四五六七八九十两半]{1,3}(?:岁|个月|周岁)|年龄|电话|手机|联系|1[3-9]\d{9})"
    r"|[男女][,，、 ]|[ ]?\d{1,2}(?:岁|个月)|因[一-龥\d]|今年|从?(?:昨天|今天|前天|昨晚|今早|上周)|"
    r"的?(?:家长|家属|监护人)(?![一-龥])|(?:看一?下|看看|挂个?号|开点|查一?下|咨询|问一?下|复查|复诊|预约)|"
    rf"[ ]?\((?:{KIN}|家长|家属|本人|监护人|男|女|\d)|你好|您好"
)
_CLOSED = re.compile(r"[,，。；;、 \n]|$")
_SEX = re.compile(
    r"[,，、 /|](?:性别[:：]?)?[男女](?:[^一-龥]|$|性|孩|童|宝)|\([男女](?=[,，、 )])|[男女](?=[,，、 /|"
    r"]{1,2}\d{1,2}(?:岁|个月|天|周))"
)
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}|\[电话\]")
_ALONE = re.compile(r"(?:^|[^一-龥A-Za-z0-9\]])(?P<name>[一-龥]{2,4})[,，、 /|]{0,2}$")
_ALONE_WITH_PHONE = re.compile(
    r"(?:^|[^一-龥A-Za-z0-9\]])(?P<name>[一-龥]{2,4})[ ,，:、(]{0,3}(?:联系电话|手机号|电话|手机|tel)?[ :是]{0,3}$"
)


def announced(text: str) -> Iterator[Span]:
    """Yield names in fields (姓名：…), after 叫, 我是, 患者 and the like, and alone before sex or telephone."""
    for finder in (_fields, _called, _introduced, _speakers, _listed):
        yield from (Span(start, end, "name") for start, end in finder(text))


def _fields(text: str) -> Iterator[tuple[int, int]]:
    for found in _FIELD.finditer(text):
        if text[found.start() - 1 : found.start()] == "[":
            continue
        at, signed = found.end(), bool(found["sign"].strip())
        if dotted := _dotted_end(text, at):
            yield at, dotted
        elif end := name_end(text, at, 0 if signed else 2, trusting=signed):
            yield at, end
        elif signed and (spaced := _SPACED.match(text, at)):
            yield spaced.span()
        elif signed and (foreign := FOREIGN.match(text, at)):
            yield foreign.span()
        elif ":" in found["sign"] and (token := _TOKEN.match(text, at)) and not _NO_TOKEN.search(token[0]):
            yield token.span()


def _called(text: str) -> Iterator[tuple[int, int]]:
    if "叫" not in text and "名" not in text and "唤" not in text:
        return
    for found in _CALLED.finditer(text):
        at = found.end()
        if dotted := _dotted_end(text, at):
            yield at, dotted
        elif end := name_end(text, at, 1) or name_end(text, at, 3, trusting=True) or _given_end(text, at):
            yield at, end
        elif foreign := FOREIGN.match(text, at):
            yield foreign.span()


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for found in _I_AM.finditer(text):
        end = name_end(text, found.end(), 2)
        if end and (strength(text, end) == 3 or _OF_CHILD.match(text, end)):
            yield found.end(), end
    for found in _FOR.finditer(text):
        for end in (found.end() + 3, found.end() + 2, found.end() + 4):
            asked = found[0] in "让找请"  # 请高人帮忙 is no name
            if asked and not is_given(text[found.end() + 1 : end]):
                continue
            if is_full_name(text[found.end() : end]) and text[end : end + 1] in tuple("给帮挂预约办缴充看做开查"):
                yield found.end(), end
                break
    for pattern in (_SURNAME_ONLY, _SMALL, _SMALL_NAME, _ADDRESSED):
        yield from (found.span("name") for found in pattern.finditer(text))


def _speakers(text: str) -> Iterator[tuple[int, int]]:
    """Find names right after 患者, 孩子, 母亲: where a sign, sex, age, telephone or a reason follows."""
    for found in _SPEAKER.finditer(text):
        at = found.end()
        if dotted := _dotted_end(text, at):
            yield at, dotted
            continue
        for end in (at + 3, at + 2, at + 4):
            bare = ":" not in found[0] and text[at:end][:1] not in PREPOSITIONS
            bare = bare or is_given(text[at + surname_length(text, at) : end])
            ends = _DEMOGRAPHIC.match(text, end) or (bare and _CLOSED.match(text, end))
            if end <= len(text) and is_full_name(text[at:end]) and (ends or _is_sure(text, at, end)):
                yield at, end
                break


def _is_sure(text: str, at: int, end: int) -> bool:
    """Tell whether common given characters end before a word that follows names: 女儿林沐晴发烧了."""
    given = text[at + surname_length(text, at) : end]
    return strength(text, end) >= (1 if len(given) == 2 else 2) and is_given(given)


def _given_end(text: str, at: int) -> int:
    """Return the end of two or three common given characters without surname that stand alone, or 0: 我女儿叫娜扎."""
    ends = (end for end in (at + 3, at + 2) if end <= len(text))
    return next((end for end in ends if is_given(text[at:end]) and strength(text, end) == 3), 0)


def _dotted_end(text: str, at: int) -> int:
    """Return the end of the name of several parts that begins at `at`, or 0 where none does (吃阿莫西林·克拉维酸).

    Its last part ends before a word or particle that follows names.
    """
    found = _DOTTED.match(text, at)
    if not found or set(re.split("[·•・]", found[0])[0]) & _NO_PART:
        return 0
    last = max(text.rfind(dot, at, found.end()) for dot in "·•・") + 1
    return next((end for end in range(last + 2, found.end()) if strength(text, end)), found.end())


def _listed(text: str) -> Iterator[tuple[int, int]]:
    """Find names that stand alone between signs, before a sex or a mobile number."""
    for sign, alone in ((_SEX, _ALONE), (_MOBILE, _ALONE_WITH_PHONE)):
        for found in sign.finditer(text):
            start = max(0, found.start() - 24)
            name = alone.search(text[start : found.start()])
            direct = name and found[0] in "男女"  # no sign before the sex: only common given characters will do
            if name and is_full_name(name["name"]) and (not direct or is_given(name["name"][1:])):
                yield start + name.start("name"), start + name.end("name")
