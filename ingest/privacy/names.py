"""Names of persons: after words that announce them, before titles, in introductions; nicknames of children."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import NEVER_GIVEN, is_han, name_end, strength
from ingest.privacy.kinds import Span
from ingest.privacy.surnames import COMPOUND, DOUBTFUL, PREPOSITIONS, begins_word, ends_word, surname_chars, surname_length

_KIN = "爸爸|妈妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老公|老婆|丈夫|妻子|爱人|儿子|女儿|孙子|孙女|外孙女?|弟弟|妹妹|哥哥|姐姐|侄子|侄女|闺女|舅舅|姑姑|阿姨|叔叔"
_CHILD = "孩子|宝宝|宝贝|小孩|小朋友|娃娃?|患儿|患者|病人|病患|学生"

_FIELD = re.compile(
    r"(?<!\[)(?:姓名|名字|全名|本名|真名|大名|学名|签名|签字|签章|签署|联系人|监护人|陪护人?|陪诊人?|收件人|收货人|寄件人|发件人|户名|开户人|持卡人|投保人|被保险?人|申请人|就诊人|就诊者|挂号人|"
    r"咨询人|问诊人|(?:主治|主管|管床|经治|接诊|报告|开单|送检|审核|责任|值班|首诊|签约)(?:医生|医师|护士)|记录者|审核者|检查者|落款|称呼)"
    r"(?:\((?:患者|家长|患儿|监护人|孩子|本人|宝宝)\))?(?P<sign>(?:[ ]{0,2}(?:[:=#是为叫即\"“「(]|就是))+[ ]{0,2}|[ ]{1,2}|)"
)
_SPEAKER = re.compile(rf"(?:{_KIN}|{_CHILD}|家长|医生|大夫|护士|医师)(?:姓名|名字|名)?(?P<sign>[ ]?[:=( ][ ]?|)")
_CALLED = re.compile(
    rf"(?:(?:我|俺|本人|他|她|{_KIN}|{_CHILD}|名字|大名|学名|全名|真名|朋友|同事|同学|医生|大夫|护士|主任|老师|男宝|女宝|老大|老二|大宝|二宝)(?:的?(?:名字|大名|全名))?(?:就|是)?叫(?:做|作)?|名叫|取名|起名叫?|唤作|我的名字是|名字是)[ ]?[:“\"「]?"
)
_I_AM = re.compile(r"(?:我是|本人|我系|俺是|这里是|这边是|我就是|患者本人|自我介绍一下,?我是|(?:医生|医师|护士|大夫|专家)(?=[一-龥]{2,3}[,。.!，]))[ ]?")
_SURNAME_ONLY = re.compile(rf"(?:免贵|我|本人|他|她|孩子|患者|医生|大夫|护士|主任|爸爸|妈妈)姓(?P<name>[{surname_chars()}])(?=[的,，。.!！;；、 ]|$|医生|大夫|是)|姓(?P<other>[{surname_chars()}])(?=的(?:医生|大夫|主任|护士|教授|专家))")
_SMALL = re.compile(rf"(?:叫我|我是|喊我|称呼我)[小老](?P<name>[{surname_chars()}])(?=[,，。.!！;；、 吧就]|$)")

_NICK = re.compile(r"(?:小名|乳名|昵称|绰号|奶名|英文名)(?:就|是)?(?:叫(?:做|作)?|是|为)?[ ]?[:“\"「]?[ ]?")
_OUR = re.compile(r"(?:我家|我们家|咱家|俺家|你家|您家|叫|我是|我们)(?P<name>(?P<one>[一-龥])(?P=one))(?=[^一-龥]|$|[妈爸的今昨最这一]|奶奶|爷爷|有|从|咳|发烧|吃|又|还)")
_OF = re.compile(rf"(?:我是|这是|您好,?是|俺是)(?P<name>[一-龥]{{2,3}}?)的(?:{_KIN}|妈|爸|家长|家属|奶|爷)")
COMMON_PAIRS = frozenset(
    "宝宝 爸爸 妈妈 奶奶 爷爷 姥姥 姥爷 舅舅 姑姑 叔叔 伯伯 婶婶 哥哥 姐姐 弟弟 妹妹 娃娃 公公 婆婆 太太 天天 慢慢 多多 常常 好好 刚刚 点点 渐渐 稍稍 轻轻 偏偏 往往 仅仅 "
    "时时 处处 人人 看看 试试 问问 说说 想想 听听 等等 谢谢 嗯嗯 哈哈 呵呵 嘿嘿 家家 个个 次次 年年 月月 日日 夜夜 早早 晚晚 大大 小小 高高 低低 长长 短短 红红 黄黄 白白 "
    "黑黑 粑粑 便便 尿尿 拉拉 臭臭 嘘嘘 痒痒 疼疼 怕怕 抱抱 亲亲 乖乖 饿饿 喝喝 吃吃 睡睡 觉觉 玩玩 走走 拍拍 揉揉 擦擦 抹抹 量量 测测 哦哦 好好 对对 是是 行行 有有 在在 都都 "
    "狗狗 猫猫 真真 老老 偶偶 断断 续续 反反 复复 一一 三三 二二 两两 星星 泡泡 脸脸 手手 脚脚 肚肚 头头 鼻鼻 饭饭 奶奶 水水 药药 针针 蛋蛋 果果汁 默默 统统 通通 明明 足足 整整 恰恰 "
    "狠狠 深深 久久 缓缓 徐徐 屡屡 频频 孜孜 津津 侃侃 生生 代代 世世 块块 条条 片片 粒粒 滴滴 丝丝 层层 圈圈 阵阵 些些 我我 你你 他她 这这 那那 就就 然然 后后 呃呃 啊啊 哎哎".split()
)
_NOT_OF = frozenset("孩子 宝宝 患者 患儿 小孩 病人 宝贝 娃娃 小宝 大宝 二宝 他们 她们 男孩 女孩 男宝 女宝 小朋友 小宝宝 双胞胎 早产儿 新生儿 这孩子 这个 那个 一个 两个 三个 学生 同学 朋友 老人 婴儿 幼儿 儿童 我们 你们 咱们".split())
_NOT_TOKEN = re.compile(r"保密|匿名|不详|未知|同上|没有|什么|不方便|不想|患者|患儿|家长|医生|宝宝|孩子|某|本人|您|你|我|性别|年龄|电话|不|无|见|暂|请|写|填|感冒|和|及|有|多少|一样|相似|好|怪|长|类似|已|未|空|\[")

_TITLE = re.compile(
    r"(?:副?主任医师|副?主任护师|副?主任药师|主治医[师生]|住院医师|主管护师|护士长|副?教授|副?主任|副?院长|科主任|医生|大夫|医师|护士|护师|药师|技师|老师|专家|博士|校长|园长|"
    r"女士|先生|小姐|太太|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|师傅|同学|小朋友|小同学|家长|妈妈|爸爸|奶奶|爷爷|他妈|她妈|宝宝)"
)
_FAMILY_TITLES = frozenset("家长 妈妈 爸爸 奶奶 爷爷 他妈 她妈 宝宝 小朋友 同学 小同学".split())
_CLEAN_BEFORE = re.compile(
    r"(?:今天|昨天|明天|前天|后天|每天|早上|上午|下午|晚上|中午|我们|你们|他们|咱们|这个|那个|刚才|上次|下次|之前|以前|后来|请问|谢谢|感谢|多谢|您好|你好|麻烦|还是|就是|但是|因为|所以|"
    r"如果|听说|找到|遇到|碰到|医院|门诊|科室|儿科|内科|外科|病房|这位|那位|一位|您的|我的|主治|主管|住院|专家|大夫|医生|护士|教授|主任)$"
)
_FOREIGN = re.compile(r"(?:[A-Z][a-z]{1,15}|[A-Z]{2,12})(?:[ ·][A-Z][a-z]{0,15}){0,2}(?![A-Za-z0-9])|[一-龥]{1,6}(?:[·•・][一-龥]{1,8}){1,3}")
_ADDRESSED = re.compile(r"(?<![A-Za-z])(?:Dr|Mr|Mrs|Ms|Miss)\.? ?(?P<name>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)(?![A-Za-z])")
_DEMOGRAPHIC = re.compile(r"[,，、 (/|;；]{1,3}(?:[男女](?![一-龥])|[男女](?:性|孩|童|宝|,)|性别|\d{1,2}(?:岁|周岁|个月|月龄|天|Y|y)|[一二三四五六七八九十两半]{1,3}(?:岁|个月|周岁)|年龄|电话|手机|联系|1[3-9]\d{9})|[男女][,，、 ]|[ ]?\d{1,2}(?:岁|个月)|因[一-龥\d]|(?:的)?(?:家长|家属|监护人)(?![一-龥])")
_HEADER = re.compile(r"(?:(?<=^)|(?<=[^一-龥A-Za-z0-9\]]))(?P<name>[一-龥]{2,4})(?=[,，、 /|]{1,3}(?:性别[:：]?)?[男女](?:[^一-龥]|$|性|孩|童|宝))")
_BEFORE_PHONE = re.compile(r"(?:(?<=^)|(?<=[^一-龥A-Za-z0-9\]]))(?P<name>[一-龥]{2,4})[ ,，:、(]{0,3}(?:电话|手机|联系电话|手机号|tel)?[ :是]{0,3}(?=\+?(?:86)?[- ]?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}|\[电话\])")


def names(folded: str) -> Iterator[Span]:
    """Yield names of persons and nicknames. A surname alone before a title is one: 王 of 王医生."""
    for finder in (_fields, _called, _introduced, _speakers, _nicknames, _titled, _listed):
        yield from (Span(start, end, "name") for start, end in finder(folded))


def _fields(text: str) -> Iterator[tuple[int, int]]:
    for found in _FIELD.finditer(text):
        at, signed = found.end(), bool(found["sign"].strip())
        if end := name_end(text, at, 0 if signed else 2, trusting=signed):
            yield at, end
        elif (signed or found["sign"]) and (foreign := _FOREIGN.match(text, at)):
            yield foreign.span()
        elif ":" in found["sign"] and (token := re.compile(r"[一-龥]{2,4}(?![一-龥])").match(text, at)):
            if not _NOT_TOKEN.search(token[0]):
                yield token.span()


def _called(text: str) -> Iterator[tuple[int, int]]:
    for found in _CALLED.finditer(text):
        at = found.end()
        if end := name_end(text, at, 1) or name_end(text, at, 3, trusting=True):
            yield at, end
        elif foreign := _FOREIGN.match(text, at):
            yield foreign.span()


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for found in _I_AM.finditer(text):
        end = name_end(text, found.end(), 2)
        if end and (strength(text, end) == 3 or re.match(rf"的?(?:{_KIN}|家长|妈|爸)", text[end : end + 4])):
            yield found.end(), end
    for pattern in (_SURNAME_ONLY, _SMALL, _ADDRESSED):
        for found in pattern.finditer(text):
            group = found.lastgroup or "name"
            yield found.span(group)


def _speakers(text: str) -> Iterator[tuple[int, int]]:
    """Find names right after 患者, 孩子, 母亲: only where sex, age, telephone or a reason follows."""
    for found in _SPEAKER.finditer(text):
        for length in (3, 2, 4):
            at, end = found.end(), found.end() + length
            if _is_full_name(text[at:end]) and _DEMOGRAPHIC.match(text, end):
                yield at, end
                break


def _nicknames(text: str) -> Iterator[tuple[int, int]]:
    for found in _NICK.finditer(text):
        at = found.end()
        if foreign := _FOREIGN.match(text, at):
            yield foreign.span()
        elif end := _nickname_end(text, at):
            yield at, end
    for found in _OUR.finditer(text):
        if found["name"] not in COMMON_PAIRS:
            yield found.span("name")
    for found in _OF.finditer(text):
        if found["name"] not in _NOT_OF and not set(found["name"]) & NEVER_GIVEN:
            yield found.span("name")


def _nickname_end(text: str, at: int) -> int:
    """Return the end of a nickname of two or three characters after its announcement, or 0."""
    ends = []
    for end in (at + 2, at + 3):
        if end > len(text) or not all(is_han(char) and char not in "的了是在什么叫吗我你他她" for char in text[at:end]):
            break
        ends.append(end)
    if not ends:
        return 0
    if text[at] == text[at + 1]:
        return at + 2
    return max(ends, key=lambda end: (strength(text, end), -end))


def _titled(text: str) -> Iterator[tuple[int, int]]:
    """Find what stands before a title: a full name, or for persons outside the family a surname alone."""
    for found in _TITLE.finditer(text):
        title = found.start()
        for length in (3, 2, 4, 1):
            at = title - length
            if at < 0 or (length == 1 and found[0] in _FAMILY_TITLES):
                continue
            if _fits_title(text, at, title, found[0]):
                yield at, title
                break


def _fits_title(text: str, at: int, title: int, word: str) -> bool:
    candidate, before = text[at:title], text[max(0, at - 2) : at]
    clean = not before or not is_han(before[-1]) or bool(_CLEAN_BEFORE.search(before))
    if candidate in COMPOUND or (len(candidate) == 1 and surname_length(candidate, 0)):
        if candidate in PREPOSITIONS:
            return clean and strength(text, title + len(word)) == 3 and before[-1:] not in ",，、"
        return clean or not (ends_word(before[-1], candidate) or (candidate in DOUBTFUL and before[-1] not in "是找问跟谢叫挂约"))
    if not _is_full_name(candidate) or candidate[0] in PREPOSITIONS or candidate[-1] in PREPOSITIONS:
        return False
    if word in _FAMILY_TITLES:
        return not before or not is_han(before[-1]) or before[-1] in "是叫致"
    return clean or not (ends_word(before[-1], candidate[0]) or before[-1] in "不很太较更最有")


def _is_full_name(candidate: str) -> bool:
    """Tell whether two to four characters are a surname with given names, and no common word."""
    surname = surname_length(candidate, 0)
    given = candidate[surname:]
    if not surname or not 1 <= len(given) <= 2 or begins_word(candidate[:surname], given[0]):
        return False
    return all(is_han(char) and char not in NEVER_GIVEN for char in given)


def _listed(text: str) -> Iterator[tuple[int, int]]:
    """Find names alone between signs, before a sex or a mobile number."""
    for pattern in (_HEADER, _BEFORE_PHONE):
        for found in pattern.finditer(text):
            if _is_full_name(found["name"]):
                yield found.span("name")
