"""Where a name ends: what may stand after it, and which characters no given name has."""

from __future__ import annotations

import re

from ingest.privacy.names.surnames import begins_word, surname_length, surname_lengths
from ingest.privacy.word_lists import words
from ingest.vocabulary.any_of import any_of

NEVER_GIVEN = frozenset(
    "的了是在我你您他她它们这那么什哪和与及或就都也还很不没无吗呢吧啊呀哦嘛呗啦昨岁号说问叫发咳烧热痛疼吐泻病药医院诊疗症状检查血尿便肠胃肺肝肾"
    "喉鼻头脚腿吃喝拉睡哭打给把被让对从到去过会该要看做用量次些每几只再又已经某喂奶妈爸爷姐哥弟哈嗯患者先女主任教授护师请谢想怎样因为"
    "所但而且此其并虽则等比较最更个前后左右期点种段资下起"
)
"""Characters that given names practically never have."""

_TIMES = any_of(
    "今年 今天 今早 今晚 明天 昨天 昨晚 前天 最近 现在 目前 刚才 刚刚 已经 一直 晚上 早上 上午 下午 夜里 半夜 以前"
    " 之前 上周 上个 上次 下周 平时 小时 每天 天天 突然 开始 反复 间断 从 才"
)
_COMPLAINTS = any_of(
    "出生 发烧 发热 高烧 低烧 高热 咳嗽 拉肚子 腹泻 呕吐 肚子 感冒 流鼻涕 流涕 主诉 自述 入院 住院 就诊 来诊 前来"
    " 来院 来看 体温 体重 身高 怀孕"
)
_PERSONS = any_of(
    "女士 先生 同学 小朋友 小姐 宝宝 宝贝 妈妈 爸爸 奶奶 爷爷 外婆 外公 姥姥 姥爷 家长 家属 父亲 母亲 医生 大夫"
    " 主任 教授 护士 医师 院长 老师 专家 男孩 女孩 男宝 女宝 男性 女性 男童 女童 老大 老二 老三 二宝 三宝 她妈 他妈"
    " 家孩子 家的"
)
_FORM_FIELDS = any_of(
    "性别 年龄 电话 手机 联系 身份证 住址 家住 住在 微信 病历 门诊 小名 大名 乳名 学名 昵称 卡号 账号 开户"
)
_TALK = any_of(
    "你好 您好 因 由于 这个 这次 这几 这两 那个 有点 有些 有没有 一般 是不是 怎么 能不能 可以 可能 需要 应该 什么"
    " 敬上 请看 轮到 值班 咨询 在线 已签 复查 就行 就好 即可"
)
_OF_A_PERSON = any_of("妈 爸 家长 父 母 奶 爷 孩子 宝宝 情况 病 检查 报告 号 电话 手机 身份证 大名 小名")
_WORDS = re.compile(
    f"{_TIMES}|{_COMPLAINTS}|{_PERSONS}|{_FORM_FIELDS}|{_TALK}|的{_OF_A_PERSON}"
    "|[男女](?![一-龥])|[一二三四五六七八九十两半]{1,3}(?:岁|个|周|天|月)"
)
"""`李娜今年30岁` → `今年`"""
_SIGNS = frozenset(
    "的是在有了吗呢吧啊呀哦嘛于就也都还又很不没和跟与来去到发咳烧说做吃喝拉吐这那她他我你您被把给从因请要会刚才已岁男女周哈签"
)
_AT_THE_END = frozenset("和发")

BoundaryStrength = int
"""How sure a place is the end of a name: 3 text or sentence ends, 2 a word that follows names, 1 a particle, 0 none."""


def is_han(char: str) -> bool:
    """Return whether a character is a Han character of the basic plane."""
    return "一" <= char <= "龥" and char != ""


def boundary_strength(text: str, at: int) -> BoundaryStrength:
    """Return how well a name may end before `at`."""
    if at >= len(text) or not (is_han(text[at]) or text[at].isalpha()):
        return 3
    if _WORDS.match(text, at):
        return 2
    return 1 if text[at] in _SIGNS else 0


def name_end(text: str, at: int, need: BoundaryStrength, trusting: bool = False) -> int:
    """Return where the full name that begins at `at` ends, or 0 where there is none.

    A surname and one or two given characters; the length whose end is the surer one, the longer of equals. A common
    word (高烧) counts as a name only when `trusting`.
    """
    ends: list[int] = []
    for surname in surname_lengths(text, at):
        start = at + surname
        if start < len(text) and (trusting or not begins_word(text[at:start], text[start])):
            ends += [end for end in (start + 2, start + 1) if _is_given_name(text, start, end)]
    if not ends:
        return 0
    best = max(ends, key=lambda end: (boundary_strength(text, end), end))
    return best if boundary_strength(text, best) >= need else 0


def is_full_name(candidate: str) -> bool:
    """Return whether two to four characters are a surname with one or two given ones, and no common word."""
    for surname in surname_lengths(candidate, 0):
        given = candidate[surname:]
        if 1 <= len(given) <= 2 and _may_be_given(given):
            return not begins_word(candidate[:surname], given[0])
    return False


def is_given(chars: str) -> bool:
    """Return whether all characters are of given names: common ones there, or such as ordinary text hardly has."""
    return bool(chars) and all(is_han(char) and char not in words("ordinary") for char in chars)


def given_of(name: str) -> str:
    """Return what of a full name is given: what follows one surname, a compound one, or the parents' two."""
    return name[2:] if len(name) == 4 or surname_length(name, 0) == 2 else name[1:]


def has_given(chars: str) -> bool:
    """Return whether one character at least is of given names."""
    return any(map(is_given, chars))


def _may_be_given(given: str) -> bool:
    """Return whether no character speaks against a given name; 和 and 发 may end one (清和, 根发)."""
    rest = given[:-1] if len(given) == 2 and given[1] in _AT_THE_END else given
    return all(is_han(char) for char in given) and not set(rest) & NEVER_GIVEN


def _is_given_name(text: str, start: int, end: int) -> bool:
    given = text[start:end]
    if end > len(text) or not _may_be_given(given) or (given[-1] in _AT_THE_END and boundary_strength(text, end) < 2):
        return False
    # 李胜男，女 is a name with 男; 李胜男，3岁 is 李胜 and his sex
    return not (len(given) == 2 and given[1] == "男" and not re.match(r"[,，、 ]{0,2}[男女]", text[end : end + 3]))
