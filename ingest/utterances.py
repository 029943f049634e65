"""From what was written or said to turns: roles named, boilerplate dropped, adjacent utterances of a side joined.

An `Utterance` is one line, message, row or segment as a source has it; a `Turn` is all one side said before the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ingest.sides import Side, is_platform, side_of
from schemas.dialogue import Turn

_WHO = r"(?P<who>[一-龥](?:[ \u3000]?[一-龥]){0,11}[ \u3000]?\d{0,3}|[A-Za-z_]{1,12}[ _]?\d{0,3})"
PREFIX = re.compile(
    r"^\s*(?:[-•·>*#①-⑳]{1,3}\s*)?(?:[\[(【]?\d{1,4}[\d:：.,，\-/年月日 ]{0,24}[\])】]?\s*)?[\[【<(*]{0,2}"
    + _WHO
    + r"\s?[\]】>)*]{0,2}(?:[（(][^）)\n]{0,20}[）)])?\s*[:：]\*{0,2}\s*"
)
"""A speaker before an utterance, perhaps after a time: 医生：, [10:32] 患者（女）:, D:, **家长**：."""
_NUMBERING = re.compile(r"[\d\s:,.\->]*")
"""What a subtitle has besides speech: empty lines, numbers, times."""
_MOST_NAME_CHARS = 6
"""Longest name of a speaker that is told by its recurring alone."""
_SET_OFF = re.compile(
    r"^\s*(?:[\[【]" + _WHO + r"[\]】]\s*|" + _WHO.replace("?P<who>", "?P<tabbed>") + r"(?:\t+|[ \u3000]{2,}))"
)
"""A speaker without a colon: 【医生】你好, or with a tab behind it."""
_VOICE = re.compile(r"(?:(?i:speaker|spk)|说话人|发言人)[ _]?[\dA-Za-z一二三四五六]{0,3}|[A-H]")
"""Names that tell voices apart and say nothing of the role."""
_INSIDE = re.compile(
    (
        r"(?:^|(?<=[\s。！？!?；;|]))(?P<who>医生|患者|大夫|病人|家长|患者家属|家属|护士|doctor|"
        r"patient)\s*[:：]\s*|<(?P<angle>user|"
        r"bot|human|assistant)>\s*[:：]?\s*"
    ),
    re.IGNORECASE,
)

BOILERPLATE = re.compile(
    r"""(?:系统(?:消息|提示)?[:：]?\s*)?(?:
    (?:本次|此次|您的)?(?:问诊|咨询|会话|对话|服务|订单)(?:已经|已|即将|将于.{0,12}?)(?:结束|关闭|完成|过期|支付|取消|超时).{0,30}
    |(?:医生|大夫|专家|[一-龥]{1,4}医生)(?:已|已经)(?:接诊|进入|离开|上线|下线|结束|接单|查看|开具|收到).{0,20}
    |(?:患者|用户|您)(?:已|已经)(?:进入|离开|退出|支付|提交|授权|评价|购买).{0,30}
    |(?:对方|你|您|医生|患者)?(?:已)?撤回了?一条消息
    |.{0,6}(?:温馨提示|友情提示|系统提示|重要提示|免责声明)[:：].{0,200}
    |(?:请|快来|欢迎|邀请您?|麻烦您?)?(?:对|给|为)(?:本次|此次|我的|医生的?|本次的)?(?:服务|咨询|问诊|回答|医生)(?:进行|做出|做个|一个)?(?:评价|打分|点评|好评).{0,20}
    |(?:医生|以上)?(?:的)?(?:回复|建议|回答|内容|意见)(?:仅供参考|仅为建议).{0,40}
    |.{0,10}(?:不能作为|不作为)(?:诊断|诊疗|就医|治疗)(?:的)?(?:依据|凭证).{0,20}
    |[\[【(（]?(?:自动回复|系统消息|系统通知)[\]】)）]?.{0,80}
    |(?:点击|戳|查看)(?:这里|此处|链接|详情|下方|上方|图片).{0,40}
    |(?:问诊单|处方|电子处方|病历|检查单)(?:已|已经)?(?:发送|开具|生成|提交|送达)
    |会话已?(?:转接|开始).{0,20}
    )[。！!.～~]*""",
    re.VERBOSE,
)
"""Messages of a platform, not of a person; only a whole utterance counts."""
_MEDIA = {
    **dict.fromkeys(("图片", "照片", "相片", "image", "img", "photo", "picture"), "[图片]"),
    **dict.fromkeys(("语音", "voice", "audio"), "[语音]"),
    **dict.fromkeys(("视频", "video"), "[视频]"),
    **dict.fromkeys(("文件", "file"), "[文件]"),
}
_PLACEHOLDER = re.compile(
    (
        r"[\[【<(（]\s*/?(?P<media>图片|照片|相片|image|img|photo|picture|语音|voice|audio|视频|video|"
        r"文件|file)(?:消息|[ "
        r"_:：]?[\w./:=\"\-]{0,120}|\s+\d{1,3}[\"″秒s]?)?\s*/?[\]】>)）]"
    ),
    re.IGNORECASE,
)
_FACES = """
微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 冷汗 抓狂 偷笑 愉快 可爱 白眼 傲慢 饥饿
惊恐 流汗 憨笑 大兵 奋斗 咒骂 疑问 嘘 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了
阴险 亲亲 吓 可怜 笑脸 脸红 破涕为笑 失望 无语 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 天啊 社会社会 旺柴 好的 打脸 哇
翻白眼 让我看看 叹气 苦涩 裂开 嘴唇 爱心 心碎 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 合十 玫瑰 凋谢 菜刀 炸弹 便便 月亮
太阳 庆祝 礼物 红包 烟花 爆竹 猪头 跳跳 转圈 献花 鲜花 抱抱 哈哈 嘻嘻 泪 泪流满面 笑哭 大笑 哭 笑 爱你 赞 给力 感谢
谢谢 比心 吐舌 生气 汗 囧 晕 困 思考 心 强壮 礼花 飞吻 鼓励 点赞 表情 动画表情
"""
_EMOTICON = re.compile(rf"\[(?:{'|'.join(_FACES.split())})\]|【[一-龥]{{0,2}}表情】|\[/?(?:emoji|表情)[^\]]{{0,20}}\]")
"""Faces of the messengers by name: other words in brackets ([用法], [成份]) are text."""
_ONLY_MEDIA = re.compile(
    r"(?:\s|[,，。.、;；]|\[(?:图片|语音|视频|文件)\]|图片|照片|此处为图片|发送了一张图片|发送图片)+"
)
_SPACES = re.compile(r"[ \t\u00a0\u3000\ufeff\u200b]+")
_ENDS_QUESTION = re.compile(r"(?:吗|么|呢|没有|有没|怎么办|怎么样|多少|多久|几天|几次|什么|是不是)$")
_SIGN = re.compile(r"[，。！？；：、,.!?;:~～…\]）)】”\"\n]$")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One piece of a dialogue: `side` once known, `label` as the source calls the speaker, times in seconds."""

    text: str
    side: Side | None = None
    label: str = ""
    start: float | None = None
    end: float | None = None


def prefix_of(line: str, letters: bool = True, names: Collection[str] = ()) -> tuple[str, Side | None, int] | None:
    """Return name, side and end of the speaker a line begins with; a voice (说话人1) and a platform have no side.

    Without `letters`, A and B are no voices: they number a list. `names` are further names of speakers.
    """
    if found := PREFIX.match(line):
        who = found["who"].strip()
        side = side_of(who)
        if side or who in names or is_platform(who) or (is_voice(who) and (letters or len(who) > 1)):
            return who, side, found.end()
    if (found := _SET_OFF.match(line)) and (side := side_of(found["who"] or found["tabbed"])):
        return (found["who"] or found["tabbed"]).strip(), side, found.end()
    return None


def is_voice(who: str) -> bool:
    """Tell a name that only tells voices apart: SPEAKER_00, 说话人1, A."""
    return _VOICE.fullmatch(who) is not None


def missing_name(lines: Iterable[str]) -> frozenset[str]:
    """Return the name of the side that lines never name by role: 王女士 where all others are a doctor's.

    It is the one other name that stands before a colon, several times or where most lines begin with a name; where
    both sides are named there is none.
    """
    roles: set[str] = set()
    others: Counter[str] = Counter()
    said = [line for line in lines if not _NUMBERING.fullmatch(line)]
    for line in said:
        if found := prefix_of(line, letters=False):
            roles |= {found[1][0]} if found[1] else set()
        elif (other := PREFIX.match(line)) and 2 <= len(other["who"].strip()) <= _MOST_NAME_CHARS:
            others[other["who"].strip()] += 1
    all_named = len(others) == 1 and sum(PREFIX.match(line) is not None for line in said) * 3 > 2 * len(said)
    found_names = [name for name, times in others.items() if times > 1 or all_named]
    return frozenset(found_names) if len(roles) == 1 and len(found_names) == 1 else frozenset()


def split_prefixes(text: str, letters: bool = False, names: Collection[str] = ()) -> Iterator[Utterance]:
    """Yield the utterances of a string that names its speakers (患者：… 医生：…); what comes first may have no side."""
    text = text.strip()
    label, side, at = prefix_of(text, letters, names) or ("", None, 0)
    named = bool(label)
    for found in _INSIDE.finditer(text, at):
        if text[at : found.start()].strip():
            yield Utterance(text[at : found.start()].strip(" |\u3000\t\n"), side, label)
        label = found["who"] or found["angle"]
        side, at, named = side_of(label), found.end(), True
    if text[at:].strip() or named:
        yield Utterance(text[at:].strip(" |\u3000\t\n"), side, label)


def cleaned(text: str) -> str:
    """Return an utterance without emoticons, pictures written [图片]; "" for boilerplate or media alone."""
    text = _SPACES.sub(" ", text).strip()
    text = _PLACEHOLDER.sub(lambda found: _MEDIA[found["media"].lower()], text)
    text = _EMOTICON.sub("", text).strip()
    if not text or _ONLY_MEDIA.fullmatch(text) or (len(text) <= 240 and BOILERPLATE.fullmatch(text)):
        return ""
    return text


def turns(utterances: Iterable[Utterance]) -> tuple[Turn, ...]:
    """Return the turns of a dialogue: empty utterances dropped, adjacent ones of one role joined into one turn."""
    joined: list[Turn] = []
    for utterance in utterances:
        text = cleaned(utterance.text)
        if not text or utterance.side is None:
            continue
        role, speaker = utterance.side
        if joined and joined[-1].role == role:
            last = joined[-1]
            same = last.speaker if last.speaker == speaker else (last.speaker or speaker)
            joined[-1] = Turn(role, _join(last.text, text), same)
        else:
            joined.append(Turn(role, text, speaker))
    return tuple(joined)


def _join(before: str, after: str) -> str:
    """Join two utterances of a turn by the sign that was left out between two messages."""
    if _SIGN.search(before):
        return before + after
    return f"{before}{'？' if _ENDS_QUESTION.search(before) else '，'}{after}"
