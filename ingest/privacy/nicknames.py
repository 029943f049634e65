"""Pet names of children (豆豆), and given names where only family uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.follow import NEVER_GIVEN, is_han, strength
from ingest.privacy.kinds import Span
from ingest.privacy.names import FOREIGN, KIN

COMMON_PAIRS = frozenset(
    "宝宝 爸爸 妈妈 奶奶 爷爷 姥姥 舅舅 姑姑 叔叔 伯伯 婶婶 哥哥 姐姐 弟弟 妹妹 娃娃 公公 婆婆 太太 天天 慢慢 多多 常常 好好 刚刚 点点 渐渐 稍稍 轻轻 偏偏 往往 仅仅 时时 处处 人人 看看 试试 问问 "
    "说说 想想 听听 等等 谢谢 嗯嗯 哈哈 呵呵 嘿嘿 家家 个个 次次 年年 月月 日日 夜夜 早早 晚晚 大大 小小 高高 低低 长长 短短 红红 黄黄 白白 黑黑 粑粑 便便 尿尿 拉拉 臭臭 嘘嘘 痒痒 疼疼 怕怕 抱抱 "
    "亲亲 乖乖 饿饿 喝喝 吃吃 睡睡 觉觉 玩玩 走走 拍拍 揉揉 擦擦 抹抹 量量 测测 哦哦 对对 是是 行行 有有 在在 都都 狗狗 猫猫 真真 老老 偶偶 断断 续续 反反 复复 一一 三三 二二 两两 星星 泡泡 脸脸 手手 "
    "脚脚 肚肚 头头 鼻鼻 饭饭 水水 药药 针针 蛋蛋 默默 统统 通通 明明 足足 整整 恰恰 狠狠 深深 久久 缓缓 徐徐 屡屡 频频 生生 代代 世世 块块 条条 片片 粒粒 滴滴 丝丝 层层 圈圈 阵阵 些些 我我 你你 "
    "他他 她她 这这 那那 就就 然然 后后 呃呃 啊啊 哎哎".split()
)
"""Doubled characters that are words, not pet names."""
_NOT_OF = frozenset(
    "孩子 宝宝 患者 患儿 小孩 病人 宝贝 娃娃 小宝 大宝 二宝 他们 她们 男孩 女孩 男宝 女宝 小朋友 小宝宝 双胞胎 早产儿 新生儿 这孩子 这个 那个 一个 两个 "
    "三个 学生 同学 朋友 老人 婴儿 幼儿 儿童 我们 你们 咱们".split()
)

_ANNOUNCED = re.compile(r"(?:小名|乳名|昵称|绰号|奶名|英文名)(?:就|是)?(?:叫(?:做|作)?|是|为)?[ ]?[:“\"「]?[ ]?")
_OURS = re.compile(
    r"(?:我家|我们家|咱家|俺家|你家|您家|叫|我是|我们)(?P<name>(?P<one>[一-龥])(?P=one))(?=[^一-龥]|$|[妈爸的今昨最这一]|奶奶|爷爷|有|从|咳|发烧|吃|又|还)"
)
_OF = re.compile(rf"(?:我是|这是|好,?是|俺是)(?P<name>[一-龥]{{2,3}}?)的(?:{KIN}|妈|爸|家长|家属|奶|爷)")
_NO_PET = frozenset("的了是在什么叫吗我你他她")


def pet_names(text: str) -> Iterator[Span]:
    """Yield names after 小名, doubled ones after 我家 and 叫, and those of 我是…的妈妈."""
    for found in _ANNOUNCED.finditer(text):
        if foreign := FOREIGN.match(text, found.end()):
            yield Span(*foreign.span(), "name")
        elif end := _end(text, found.end()):
            yield Span(found.end(), end, "name")
    for found in _OURS.finditer(text):
        if found["name"] not in COMMON_PAIRS:
            yield Span(*found.span("name"), "name")
    for found in _OF.finditer(text):
        if found["name"] not in _NOT_OF and not set(found["name"]) & NEVER_GIVEN:
            yield Span(*found.span("name"), "name")


def _end(text: str, at: int) -> int:
    """Return the end of a pet name of two or three characters that begins at `at`, or 0."""
    ends = [
        end
        for end in (at + 2, at + 3)
        if end <= len(text) and all(is_han(char) and char not in _NO_PET for char in text[at:end])
    ]
    if not ends:
        return 0
    return at + 2 if text[at] == text[at + 1] else max(ends, key=lambda end: (strength(text, end), -end))
