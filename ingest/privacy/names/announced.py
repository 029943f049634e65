"""Names of persons after words that announce them: fields of forms, introductions, 患者 and 孩子."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.classes import LABELS, Span
from ingest.privacy.names.context import boundary_strength, given_of, has_given, is_full_name, is_given, name_end
from ingest.privacy.names.person_words import FOREIGN, FOREIGN_PERSON, KIN, LONG_NAME
from ingest.privacy.names.pet_words import is_pet_name
from ingest.privacy.names.surnames import DOUBTFUL, compound_surnames, surname_chars, surname_length

_CHILD = (
    "(?:孩子|[他她])[爸妈](?![爸妈])|[大二三]宝|我儿(?!子)|我们?家|咱家|俺家|孩子|宝宝|宝贝|小孩|小朋友|娃娃?|老[大二三]|"
    "患儿|患者|病人|病患|学生"
)
_NO_PART = frozenset("吃喝服用打给的了")
_DOTTED = re.compile(r"[一-龥]{1,8}(?:[·•・][一-龥]{1,8}){1,3}")
"""`迪丽热巴·迪力木拉提` → `迪丽热巴·迪力木拉提`"""
_LABEL = "|".join(label.strip("[]") for label in LABELS.values())
_DOCTOR = r"(?:主治|主管|管床|经治|接诊|报告|开单|送检|审核|责任|值班|首诊|签约|申请|住院|主刀|主诊|坐诊|出诊|会诊)"
_NAMES = "姓名|名字|全名|本名|真名|实名|大名|学名|签名|签字人?|签章|签署"
_ROLES = (
    "联系人|监护人|代理人|委托人|预约人|陪护人?|陪诊人?|陪同人?|收件人|收货人|寄件人|发件人|(?<![一-龥])收(?=:)"
    "|户名|开户名|开户人|持卡人|投保人|被保险?人|受益人|参保人|责任人|负责人|经办人|送检人|检查人|受检者|接种者|取报告人|户主|抬头"
    "|曾用名|患[儿者]家[长属]|申请人|缴费人|就诊人|就诊者|挂号人|咨询人|问诊人"
)
_STAFF = rf"{_DOCTOR}(?:医[生师]|大夫|护士|护师)|主任医师|记录者|审核者|检查者|操作者"
_ONLINE_NAMES = "网名|备注名|落款|称呼|敬礼!?|备注"
_IN_PAPERS = (
    "(?:户口[本簿]|身份证|病历本?|系统|群|单子|报告单?|医保卡?|就诊卡?|处方|挂号单?)(?:上|里|中)面?的?"
    "(?:名字|姓名|写|登记|备注|填|显示|用)?的?|登记的|(?<=里)备注的?"
)
_SIGN_BEFORE_NAME = (
    rf"(?:[ ]{{0,2}}(?:[:=#→>👉\"“「()]|\[(?!{_LABEL}\])|就?[是为叫即]|写的?是?|填的?是?)){{1,4}}[ ]{{0,2}}"
    r"|[ ]{0,2}[,;、~\-][ ]?|[ ]{1,2}|"
)
_FIELD = re.compile(
    r"(?=[姓名全本真实大学签责负检取参曾抬联监代委预陪收寄发户开持投被受申缴就挂咨问主管床经治接报送审责值首住坐出会记检操网备落称敬身病系群单医处登])"
    rf"(?:{_NAMES}|{_ROLES}|{_STAFF}|{_ONLINE_NAMES}|{_IN_PAPERS})"
    rf"(?:\((?:患者|家长|患儿|监护人|孩子|本人|宝宝)\))?(?P<sign>{_SIGN_BEFORE_NAME})"
)
"""What stands before a name in forms and in talk of forms. `患者姓名:张小明` → `姓名:`, `联系人 李娜` → `联系人 `"""
_SOFT = frozenset(",;、~-")
"""Signs that people type for a colon, and that also end a sentence's part."""
_WEAK = frozenset(("名字", "全名", "大名", "称呼"))
"""Fields that things have as well: what stands in them is a name if it looks like one."""
_SPACED = re.compile(rf"[{surname_chars()}] {{1,3}}[一-龥](?![一-龥])")
"""`签名:张 伟` → `张 伟`"""
_TOKEN = re.compile(r"[一-龥]{2,4}(?![一-龥])")
"""`娜扎,女` → `娜扎`"""
_NO_TOKEN = re.compile(
    r"保密|匿名|不详|未知|同上|没有|什么|不方便|不想|患者|患儿|家长|医生|宝宝|孩子|本人|多少|哪个|忘记|随便|不用|"
    rf"[您你我他她不无见暂请写填和及有好怪长已未空的了吗呢]|性别|年龄|电话|感冒|一样|相似|类似|{KIN}"
)
"""`不想说` → `不想`"""
_CALLED = re.compile(
    r"(?:[我俺他她娃女子儿孩宝婆公妈爸甥孙侄弟妹哥姐友事士名人象爷奶舅姑姨叔伯贝妇]|本人|医生|大夫|主任|老师|同学|"
    r"老[大二三]|[大二三]宝)(?:的?(?:名字|大名|全名))?(?:就|是|也)?叫(?:做|作)?[ ]?[:“\"「]?"
    r"|姓[一-龥][,，]?叫|(?:名叫|取名叫?|起名叫?|唤作|名字是)[ ]?[:“\"「]?"
)
"""`我女儿叫李若曦` → `儿叫`, `取名叫小雨` → `取名叫`"""
_I_AM = re.compile(
    r"(?:我是(?:[一-龥]{1,4}科)?的?(?:医生|大夫|护士)?|本人|我系|俺是|里是|边是|我就是|在下|[者儿卡证]是|老师是|"
    r"名是|[您你]好)[ ]?"
    r"|(?:医生|医师|护士长?|大夫|专家|教授|主任|班主任|儿科|外科|内科|我们科|(?:医院|科|诊所|门诊)的)"
    r"(?=[一-龥]{2,4}(?:[^一-龥]|今天|周|$))"
)
"""`医生,我是李娜` → `我是`, `班主任王建国` → `班主任`"""
_OF_CHILD = re.compile(rf"的?(?:{KIN}|家长|妈|爸)")
"""`李娜的妈妈` → `的妈妈`"""
_SMALL_NAME = re.compile(r"(?:我|他|她|孩子|宝宝|名字|就)叫(?P<name>小[一-龥])(?=[^一-龥]|$)")
"""`孩子叫小七,发热` → `小七`"""
_ANY_SURNAME = rf"(?P<name>[{surname_chars()}]|{'|'.join(sorted(compound_surnames()))})"
_SURNAME_ONLY = re.compile(
    rf"(?<=[贵他她我人子儿孩者生夫士任爸妈敝公婆妻娘姐哥弟妹])姓{_ANY_SURNAME}(?=[^一-龥]|$|的|是|医生|大夫)"
    rf"|(?<![一-龥])姓{_ANY_SURNAME.replace('name', 'alone')}(?=[^一-龥]|$)"
    rf"|姓{_ANY_SURNAME.replace('name', 'other')}(?=的(?:医生|大夫|主任|护士|教授|专家))"
)
"""`免贵姓安` → `安`, `姓王的医生` → `王`"""
_SMALL = re.compile(
    rf"(?:叫我|我是|喊我|称呼我)[小老](?P<name>[{surname_chars()}])(?=[,，。.!！;；、 \n吧就]|$)"
    rf"|(?:叫我|称呼我|喊我)(?P<polite>[{surname_chars()}]|{'|'.join(sorted(compound_surnames()))})(?=[姐哥女先小]|$)"
)
"""`叫我小蔡吧` → `蔡`, `称呼我王女士` → `王`"""
_FOR = re.compile(r"(?:[给帮替寄挂用]给?|[让找请](?=[一-龥]{2,4}[给帮]))(?=[一-龥])")
"""`给王小明挂号` → `给`"""
_FOR_WHAT = re.compile(
    r"[给帮挂约办缴充问收取买拿领]|预约|看[一下看]|做个|[开打]个|[查咨][一下询]|复查|报销|的号|的名字|(?<=寄..)(?![一-龥])|"
    r"(?<=寄...)(?![一-龥])|(?<=寄....)(?![一-龥])"
)
"""`王小明的号` → `的号`"""
_ADDRESSED = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss)\.? ?(?P<name>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)(?![A-Za-z])")
"""`请Dr. Wang看` → `Wang`"""
_SPEAKER = re.compile(
    rf"(?:{KIN}|{_CHILD}|家属|家长|监护人|医生|大夫|护士|医师)(?:姓名|名字|名)?[ ]?(?:[:=(),;→~> ]|[是为]|)[ ]?"
)
"""`患者张小明,女` → `患者`, `我爱人:杜娟` → `爱人:`"""
_PAUSES = frozenset(":,;")
_DEMOGRAPHIC = re.compile(
    r"[,，、 (/|;；]{1,3}(?:[男女](?![一-龥])|[男女](?:性|孩|童|宝|,)|性别|\d{1,2}(?:岁|周岁|个月|月龄|天|Y|y)|"
    r"[一二三四五六七八九十两半]{1,3}(?:岁|个月|周岁)|年龄|电话|手机|联系|1[3-9]\d{9})"
    r"|[男女][,，、 ]|[ ]?\d{1,2}(?:岁|个月)|因[一-龥\d]|今年|从?(?:昨天|今天|前天|昨晚|今早|上周)|"
    r"的?(?:家长|家属|监护人)(?![一-龥])|(?:看一?下|看看|挂个?号|开点|查一?下|咨询|问一?下|复查|复诊|预约)|"
    rf"[ ]?\((?:{KIN}|家长|家属|本人|监护人|男|女|\d)|你好|您好|家的?[孩娃宝]|的[孩娃]|问"
)
"""`张小明,男,3岁` → `,男`, `张小明因反复咳嗽` → `因反`"""
_CLOSED = re.compile(r"[,，。；;、 \n]|[^一-龥A-Za-z0-9]|$")
"""`王轩林,有没有` → `,`"""


def announced_names(text: str) -> Iterator[Span]:
    """Yield names in fields (姓名：…), after 叫, 我是, 患者 and the like, and for whom something is done."""
    for finder in (_fields, _called, _introduced, _helped, _short, _speakers):
        yield from (Span(start, end, "name") for start, end in finder(text))


def _fields(text: str) -> Iterator[tuple[int, int]]:
    for match in _FIELD.finditer(text):
        if text[match.start() - 1 : match.start()] == "[":
            continue
        at, sign = match.end(), match["sign"].strip()
        if dotted := dotted_end(text, at):
            yield at, dotted
        elif (form := LONG_NAME.match(text, at)) and len(form[0]) > 3:
            yield form.span()
        elif end := name_end(text, at, 3 if sign in _SOFT else 0 if sign else 2, trusting=bool(sign)):
            yield at, end
        elif form := LONG_NAME.match(text, at) or FOREIGN_PERSON.match(text, at):
            yield form.span()
        elif not sign or sign in _SOFT or (match[0][:2] in _WEAK and ":" not in sign):
            continue
        elif form := _SPACED.match(text, at) or FOREIGN.match(text, at) or _token(text, at):
            yield form.span()


def _token(text: str, at: int) -> re.Match[str] | None:
    """Match whatever stands alone in a field, if it may be a name at all."""
    token = _TOKEN.match(text, at) or LONG_NAME.match(text, at)
    return token if token and not _NO_TOKEN.search(token[0]) else None


def _called(text: str) -> Iterator[tuple[int, int]]:
    if "叫" not in text and "名" not in text and "唤" not in text:
        return
    for match in _CALLED.finditer(text):
        at = match.end()
        if dotted := dotted_end(text, at):
            yield at, dotted
        elif end := name_end(text, at, 1) or name_end(text, at, 3, trusting=True) or _given_end(text, at):
            yield at, end
        elif form := FOREIGN.match(text, at) or LONG_NAME.match(text, at):
            yield form.span()


def _given_end(text: str, at: int) -> int:
    """Return the end of a name without surname that stands alone: given characters (我女儿叫娜扎) or a pet name."""
    ends = (end for end in (at + 3, at + 2) if end <= len(text) and boundary_strength(text, end) == 3)
    return next((end for end in ends if is_given(text[at:end]) or is_pet_name(text[at:end])), 0)


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for match in _I_AM.finditer(text):
        at = match.end()
        end = dotted_end(text, at) or name_end(text, at, 1)
        sure = boundary_strength(text, end) if end else 0
        sure = 2 if sure == 1 and match[0][0] in "卡证" else sure
        if sure == 3 or (end and _OF_CHILD.match(text, end)) or (sure == 2 and has_given(given_of(text[at:end]))):
            yield at, end
        elif form := FOREIGN_PERSON.match(text, at) or LONG_NAME.match(text, at):
            yield form.span()


def _helped(text: str) -> Iterator[tuple[int, int]]:
    """Find names between 给, 帮, 替, 寄 and what is done for them."""
    for match in _FOR.finditer(text):
        at = match.end()
        if match[0][0] in "帮替寄" and (dotted := dotted_end(text, at)):
            yield at, dotted
            continue
        for end in (at + 3, at + 2, at + 4):
            asked = match[0] in "让找请"  # 请高人帮忙 is no name
            if asked and not is_given(text[at + 1 : end]):
                continue
            if end <= len(text) and is_full_name(text[at:end]) and _FOR_WHAT.match(text, end):
                yield at, end
                break


def _short(text: str) -> Iterator[tuple[int, int]]:
    """Find a surname alone (免贵姓安), 叫我小蔡, 我叫小敏 and Dr. Wang."""
    for pattern in (_SURNAME_ONLY, _SMALL, _SMALL_NAME, _ADDRESSED):
        yield from (match.span(str(match.lastgroup)) for match in pattern.finditer(text))


def _speakers(text: str) -> Iterator[tuple[int, int]]:
    """Find names right after 患者, 孩子, 母亲: where a sign, sex, age, telephone or a reason follows."""
    for match in _SPEAKER.finditer(text):
        at = match.end()
        if dotted := dotted_end(text, at):
            yield at, dotted
            continue
        if (foreign := FOREIGN_PERSON.match(text, at)) and boundary_strength(text, foreign.end()) > 1:
            yield foreign.span()
            continue
        if surname_length(text, at):
            bare = not set(match[0]) & _PAUSES and text[at] not in DOUBTFUL
            ends = (at + 3, at + 2, at + 4)
            if end := next((end for end in ends if end <= len(text) and _is_person(text, at, end, bare)), 0):
                yield at, end


def _is_person(text: str, at: int, end: int, bare: bool) -> bool:
    """Return whether a name ends at `end`: before sex, age and the like, or alone after a word (`bare`)."""
    if not is_full_name(text[at:end]):
        return False
    given = given_of(text[at:end])
    alone = bare or is_given(given) or (len(given) == 2 and has_given(given))
    return bool(_DEMOGRAPHIC.match(text, end) or (alone and _CLOSED.match(text, end)) or _is_sure(text, at, end))


def _is_sure(text: str, at: int, end: int) -> bool:
    """Return whether common given characters end before a word that follows names: 女儿林沐晴发烧了."""
    given = given_of(text[at:end])
    return boundary_strength(text, end) >= (1 if len(given) == 2 else 2) and (
        is_given(given) or (len(given) == 2 and boundary_strength(text, end) == 2 and has_given(given))
    )


def dotted_end(text: str, at: int) -> int:
    """Return the end of the name of several parts that begins at `at`, or 0 where none does (吃阿莫西林·克拉维酸).

    Its last part ends before a word or particle that follows names.
    """
    match = _DOTTED.match(text, at)
    if not match or set(re.split("[·•・]", match[0])[0]) & _NO_PART:
        return 0
    last = max(text.rfind(dot, at, match.end()) for dot in "·•・") + 1
    return next((end for end in range(last + 2, match.end()) if boundary_strength(text, end) > 1), match.end())
