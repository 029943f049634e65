"""From what was written or said to turns: roles named, boilerplate dropped, adjacent utterances of a side joined.

An `Utterance` is one line, message, row or segment as a source has it; a `Turn` is all one side said before the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ingest.sides import Side, side_of
from schemas.dialogue import Turn

PREFIX = re.compile(
    r"^\s*(?:[\[(【]?\d{1,4}[\d:：.,，\-/年月日 "
    r"]{0,24}[\])】]?\s*)?[\[【<(]?(?P<who>[一-龥A-Za-z_]{1,12}\s?\d{0,3})[\]】>)]?(?:[（(][^）)\n]{0,20}[）)])?\s*[:：]\s*"
)
"""A speaker before an utterance, perhaps after a time: 医生：, [10:32] 患者（女）:, D:."""
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
_EMOTICON = re.compile(
    r"\[(?!MASK|图片|语音|视频|文件)[一-龥]{1,4}\]|【(?:表情|[一-龥]{0,2}表情)】|\[/?(?:emoji|表情)[^\]]{0,20}\]"
)
_ONLY_MEDIA = re.compile(
    r"(?:\s|[,，。.、;；]|\[(?:图片|语音|视频|文件)\]|图片|照片|此处为图片|发送了一张图片|发送图片)+"
)
_LABELS = frozenset(
    ["[姓名]", "[电话]", "[地址]", "[医院]", "[日期]", "[床号]", "[病区]", "[网址]", "[邮箱]", "[账号]", "[车牌]"]
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


def split_prefixes(text: str) -> Iterator[Utterance]:
    """Yield the utterances of a string that names its speakers (患者：… 医生：…); what comes first may have no side."""
    text = text.strip()
    first = PREFIX.match(text)
    side = side_of(first["who"]) if first else None
    label = first["who"].strip() if first and side else ""
    at = first.end() if first and side else 0
    for found in _INSIDE.finditer(text, at):
        if text[at : found.start()].strip():
            yield Utterance(text[at : found.start()].strip(), side, label)
        label = found["who"] or found["angle"]
        side, at = side_of(label), found.end()
    if text[at:].strip() or side is not None:
        yield Utterance(text[at:].strip(), side, label)


def cleaned(text: str) -> str:
    """Return an utterance without emoticons, pictures written [图片]; "" for boilerplate or media alone."""
    text = _SPACES.sub(" ", text).strip()
    text = _PLACEHOLDER.sub(lambda found: _MEDIA[found["media"].lower()], text)
    text = _EMOTICON.sub(lambda found: found[0] if found[0] in _LABELS else "", text).strip()
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
            joined[-1] = replace(last, text=_join(last.text, text), speaker=same)
        else:
            joined.append(Turn(role, text, speaker))
    return tuple(joined)


def _join(before: str, after: str) -> str:
    """Join two utterances of a turn by the sign that was left out between two messages."""
    if _SIGN.search(before):
        return before + after
    return f"{before}{'？' if _ENDS_QUESTION.search(before) else '，'}{after}"
