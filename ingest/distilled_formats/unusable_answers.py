"""Answers that teach nothing: none at all, a model's refusal, a placeholder, a text that breaks off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from schemas.rejection import Reason
from schemas.sample import Message

_MODEL = (
    r"(?:人工智能|语言模型|大模型|聊天机器人|机器人|(?:虚拟|智能)(?:助手|助理)|(?i:chat)?GPT[\d.-]*|文心一言|通义千问|ChatGLM"
    r"|AI(?=助|语|模|系|程|机|医|，|,|。|、|：|\s|的|$))"
)
_SELF = (
    r"(?:作为|身为|(?:由于|因为)?我(?:只|仅仅|毕竟)?(?:是|叫))(?:一(?:个|名|款|种|位|台))?"
    rf"(?:[^，。,；;\n]{{0,12}}{_MODEL}|[^，。,；;\n]{{0,8}}助[手理][，,]\s?我?(?:无法|不能))"
)
_SORRY = (
    r"(?:非常|很|十分|真的)?(?:抱歉|对不起|不好意思|遗憾)[，,。！!]?\s*"
    r"(?:但|但是|可是|因为)?(?:我|本系统|目前|这里|这边)?"
)
_CANNOT = r"(?:(?:还|暂时|目前|并|现在)?(?:无法|不能|没有能力|没法|不便|没有办法|不具备))"
_GIVE = (
    r"(?:为您|给您|替您|向您|直接|准确|完全|继续)?(?:回答|提供|给出|满足|协助|完成|做出|进行|诊断|判断|看到|查看|浏览|访问"
    r"|处理|理解|帮助|生成|讨论|执行|获取|推荐|开具)"
)
_ADVICE = (
    r"(?:具体的?|任何|专业的?|个性化的?|您的?|这个|该|此类){0,2}(?:医疗|医学|诊断|用药|治疗|健康|法律)?"
    r"(?:建议|诊断|意见|服务|问题|答案)"
)
_REFUSAL = re.compile(
    rf"{_SELF}|^(?:您好[，,！!]?)?{_SORRY}{_CANNOT}{_GIVE}"
    rf"|^(?:您好[，,！!]?)?我?{_CANNOT}(?:为您|给您|直接)?(?:提供|给出|回答|做出|进行){_ADVICE}"
    rf"|^(?:{_SORRY})?我?(?:不是|并非)(?:一[名位个])?(?:真正的?|专业的?)?(?:医生|医师|医疗专业人员)"
    r"|\bas an ai\b|\b(?:I'm|I am) (?:just |only )?an? (?:AI|artificial intelligence|language model)\b"
    r"|^(?:(?:I'm|I am) )?(?:so |very |really )?sorry[,.]? (?:but )?"
    r"(?:I|we) ?(?:can'?t|cannot|am unable|'m unable|am not able|don'?t)"
    r"|^I(?: cannot| can'?t|(?:'m| am) ?(?:unable|not able))\b",
    re.IGNORECASE,
)
"""`As an AI la` → `As an AI`"""
_SHORT_REFUSAL = re.compile(
    rf"(?:{_SORRY})?(?:我|这个问题我?|这个我?)?(?:也|真的|还|暂时|并)?(?:不太|不是很|不)"
    r"(?:知道|清楚|了解|明白|理解|懂|会回答)[^，,；;]{0,12}[。！!~]?"
    rf"|(?:{_SORRY})?我?(?:还)?(?:没|没有)(?:学会|听懂|理解|明白)[^，,；;]{{0,12}}[。！!~]?"
    r"|(?:我)?(?:无法|不能|没法)(?:回答|判断|确定|解答)(?:这个|该|您的)?(?:问题)?[。！!]?"
)
"""An answer that is this and no more. `对不起，这个问题我不清楚。` → `对不起，这个问题我不清楚。`"""
_PLACEHOLDER = re.compile(
    r"(?:该问题|此题|目前|本题)?(?:暂无|没有)(?:回答|答案|数据|内容|相关内容|资料|解析)?|同上|见上|略|无|待补充|待定"
    r"|n/?a|null|none|nan|see above|\?+|？+",
    re.IGNORECASE,
)
"""`该问题暂无回答` → `该问题暂无回答`"""
_MARKS = re.compile(r"\[(?:图片|语音|视频|文件|unk|mask|pad)\]|<(?:unk|pad|mask|\/?s)>", re.IGNORECASE)
"""`<unk>` → `<unk>`"""
_TWO_CHARACTERS = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL)
"""`多喝水，必` → `多喝`"""
_JOINING = (
    "以及 或者 并且 而且 但是 因为 由于 如果 例如 比如 包括 首先 其次 再次 此外 其中 通过 对于 关于 根据 为了 随着 "
    "不仅 虽然 尽管 然而 从而 可能是由于 主要有 分别是 如下"
)
_CUT = re.compile(
    r"(?:[：:、（(“《【]|\n\s*(?:\d{1,2}[.、．)）]?|[-*•#]+)|(?:^|[^\d.])\d{1,3}[-–×=]|[，。；;,]\s*\d{1,2}[.、．]?"
    rf"|(?:{'|'.join(_JOINING.split())}))$"
)
"""`，相当于1-` → `于1-`"""
_OPEN = re.compile(r"[（“《【][^（）“”《》【】\n。]{1,60}$")
"""A bracket opened in the last words and never closed. `退热药（如` → `（如`"""
_CHECKED_CHARS = 200
"""Refusals stand at the beginning: later in a long answer the same words are advice."""

_SENTENCE_END = re.compile(r"[。！？!?.…”\"’）)】」》;；~～\]>`*|]$")
"""`有痰吗？` → `？`"""
_LEAST_AT_CAP = 5
"""Answers of exactly the greatest length from which that length is taken for a limit."""
_LEAST_CAP_CHARS = 64

Flaw = tuple[Reason, str]
"""What is wrong with an answer, and that answer."""


def drop_unusable_answers(messages: tuple[Message, ...]) -> tuple[tuple[Message, ...], Flaw | None]:
    """Return a conversation up to its last sound answer, and the flaw of the answer behind it, where one has a flaw.

    Nothing is left where the first answer has it.
    """
    answers = [i for i, message in enumerate(messages) if message.role == "assistant"]
    for i in answers:
        if reason := _rejection_reason(messages[i].content, is_last=i == answers[-1]):
            return messages[: i - 1] if i > answers[0] else (), (reason, messages[i].content)
    return messages, None


def _rejection_reason(answer: str, is_last: bool) -> Reason | None:
    """Return why an answer is nothing to learn from.

    EMPTY: no word, or one character; PLACEHOLDER: 暂无, 略; REFUSAL: a model says that it is one, or will not or cannot
    answer; UNFINISHED: the last breaks off.
    """
    bare = answer.strip(" \n\t。.！!")
    if _PLACEHOLDER.fullmatch(bare):
        return Reason.PLACEHOLDER if len(bare) > 1 else Reason.EMPTY
    if not _TWO_CHARACTERS.search(_MARKS.sub("", answer)):
        return Reason.EMPTY
    if _REFUSAL.search(answer[:_CHECKED_CHARS]) or _SHORT_REFUSAL.fullmatch(answer):
        return Reason.REFUSAL
    return Reason.UNFINISHED if is_last and breaks_off(answer) else None


def breaks_off(answer: str) -> bool:
    """Return whether an answer ends in the middle: at a colon, a list number, a word that joins, an open bracket."""
    answer = answer.rstrip()
    if answer.endswith("**") and answer.count("**") % 2:
        return True
    return (
        _CUT.search(answer[-40:]) is not None or _OPEN.search(answer[-80:]) is not None or answer.count("```") % 2 == 1
    )


def length_cap(answers: Iterable[str]) -> int | None:
    """Return the length in characters at which the answers of a set were cut off, None where they were not.

    It is the greatest length, where several answers have exactly it and most of those end in the middle of a sentence.
    """
    longest: Counter[int] = Counter()
    open_ended: Counter[int] = Counter()
    for answer in answers:
        longest[len(answer)] += 1
        open_ended[len(answer)] += not _SENTENCE_END.search(answer)
    cap = max(longest, default=0)
    is_cap = cap >= _LEAST_CAP_CHARS and longest[cap] >= _LEAST_AT_CAP and open_ended[cap] * 2 > longest[cap]
    return cap if is_cap else None


def is_cut_at(answer: str, cap: int | None) -> bool:
    """Return whether an answer of at least a set's greatest length ends in the middle of a sentence."""
    return cap is not None and len(answer) >= cap and not _SENTENCE_END.search(answer)
