"""Turns written into one string (`<user>: … <bot>: …`, `问：… 答：…`), and turns put in order."""

from __future__ import annotations

import re

from ingest.conversation.platform_messages import strip_markup
from schemas.errors import UnusableRecord
from schemas.rejection import Reason
from schemas.sample import Message, MessageRole

ROLES: dict[str, MessageRole] = {
    **dict.fromkeys(
        ("user", "human", "patient", "question", "q", "用户", "患者", "病人", "家长", "问", "问题"),
        "user",
    ),
    **dict.fromkeys(
        ("assistant", "gpt", "bot", "doctor", "answer", "a", "chatgpt", "model", "医生", "助手", "答", "回答"),
        "assistant",
    ),
    "system": "system",
    "developer": "system",
}  # fmt: skip
"""A source's name for a role, in lower case → ours."""


_MARKED: dict[str, MessageRole] = {
    **dict.fromkeys(("inst", "prompter", "instruction", "input", "指令", "输入"), "user"),
    **dict.fromkeys(("ai", "/inst", "response", "output", "输出", "回复"), "assistant"),
}  # fmt: skip
_MARKER = re.compile(
    r"<(?P<angle>user|bot|human|assistant|gpt|system)>\s*[:：]?"
    r"|<\|im_start\|>(?P<chatml>user|assistant|system)\s*"
    r"|<[|｜](?P<pipe>user|assistant|system|prompter|bot)[|｜]>\s*"
    r"|<\|start_header_id\|>(?P<header>user|assistant|system)<\|end_header_id\|>\s*"
    r"|<start_of_turn>(?P<turn>user|model)\s*"
    r"|\[(?P<inst>/?INST)\]"
    r"|\[\|(?P<bar>Human|AI|System)\|\]"
    r"|(?:^|\n)\s*###\s*(?P<hash>Instruction|Input|Response|Output|Human|Assistant|User|指令|输入|输出|回复|问题|回答)\s*[:：]"
    r"|(?:^|\n)\s*(?:###\s*)?(?P<line>Human|User|Assistant|Bot|Question|Answer|Q|A|问题|回答|问|答|用户|患者|病人|医生|助手)\s*[:：]"
    r"|(?<=\S)\s(?P<upper>(?-i:USER|ASSISTANT|SYSTEM)):",
    re.IGNORECASE,
)
"""`<user>: 孩子` → `<user>:`"""
_MADE_FOR_IT = ("angle", "chatml", "pipe", "header", "turn", "inst", "bar", "hash")
"""Marks that nothing but turns have; a line `问题：` may stand in a question."""
_ENDS = re.compile(
    r"<\|(?:im_end|endoftext|end|eot_id|begin_of_text|end_of_text|endofprompt)\|>|<eo[hams]>|</s>|<s>|\[/?INST\]|\[gMASK\]|<sop>"
    r"|<end_of_turn>|<[be]os>|<｜(?:begin|end)▁of▁sentence｜>|(?:^|\n)\s*\[Round \d+\]\s*(?=\n|$)"
)
"""`热药。<|end|>` → `<|end|>`"""
_THOUGHTS = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
"""What a model thinks before it answers: no part of the answer. Without an end there is no answer.
`<think>先想想这个问题` → `<think>先想想这个问题`"""
_PREAMBLE = re.compile(r"\s*(?:Below is an instruction|下面是一[个条]|以下是一[个条]|A chat between)[^#]{0,400}$")
"""What Alpaca and Vicuna put before each record. `下面是一个任务` → `下面是一个任务`"""
_BEFORE = {
    "user": re.compile(r"^\s*(?:问题|提问|问|指令|Question|Q|Human|Instruction)\s*[:：]\s*", re.IGNORECASE),
    "assistant": re.compile(r"^\s*(?:回答|答案|答|输出|Answer|A|Assistant|Response)\s*[:：]\s*", re.IGNORECASE),
    "system": re.compile(r"(?!)"),
}
_AFTER = re.compile(r"\s*(?:回答|答案|答|Answer|Assistant|Response)\s*[:：]\s*$", re.IGNORECASE)
"""`发热怎么办 回答：` → ` 回答：`"""
_ESCAPED = re.compile(r"\\n(?![a-z])")
r"""The end of a line written twice through JSON; \nabla and \nu are formulas. `发热\n咳嗽` → `\n`"""
_INPUT = re.compile(r"\n\s*(?:Input|输入)\s*[:：]\s*", re.IGNORECASE)
"""Where a question goes on with its input, on a line of its own. `输入：三天` → –"""


def split_chat_markup(whole: str, within: MessageRole | None = None) -> list[Message]:
    """Return the turns written into one string, nothing where it has no marks of turns.

    `within`: the role whose text the string is by itself; a mark such as `问题：` may then be part of it.
    """
    marks = list(_MARKER.finditer(whole))
    if len(marks) < 2 and not (marks and _is_made_for_it(marks[0])):
        return []
    if within is not None and not _is_dialogue(marks):
        return []
    before = whole[: marks[0].start()].strip()
    turns = [Message(within or "user", before)] if before and not _PREAMBLE.match(before) else []
    ends = [mark.start() for mark in marks[1:]] + [len(whole)]
    return turns + [Message(_role(mark), whole[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def _role(mark: re.Match[str]) -> MessageRole:
    name = next(value for value in mark.groupdict().values() if value).lower()
    return _MARKED.get(name) or ROLES[name]


def _is_dialogue(marks: list[re.Match[str]]) -> bool:
    """Return whether marks are those of turns: marks made for it, or both roles and a third turn.

    A question may merely have a line `问题：`.
    """
    return any(map(_is_made_for_it, marks)) or (len(marks) > 2 and len({_role(mark) for mark in marks}) == 2)


def _is_made_for_it(mark: re.Match[str]) -> bool:
    return any(mark[name] for name in _MADE_FOR_IT)


def as_alternating(turns: list[Message]) -> tuple[Message, ...]:
    """Return a system message, then user and assistant in turn, an answer last. Raises `UnusableRecord`."""
    system = [turn for turn in turns if turn.role == "system" and _without_markup(turn)][:1]
    joined: list[Message] = []
    for turn in turns:
        content = _without_markup(turn)
        if turn.role == "system" or (not content and turn is not turns[-1]):
            continue
        if joined and joined[-1].role == turn.role:
            joined[-1] = Message(turn.role, f"{joined[-1].content}\n{content}".strip())
        elif joined or turn.role == "user":
            joined.append(Message(turn.role, content))
    while joined and joined[-1].role == "user":
        joined.pop()
    if not joined or not joined[0].content:
        raise UnusableRecord(Reason.MISSING_FIELD)
    return (*(Message("system", _without_markup(turn)) for turn in system), *joined)


def _without_markup(turn: Message) -> str:
    """Return a turn's text without the words and tokens that only mark it as a turn."""
    content = strip_markup(_ENDS.sub("", turn.content))
    if "\\n" in content and "\n" not in content:
        content = _ESCAPED.sub("\n", content)
    if turn.role == "assistant":
        content = _THOUGHTS.sub("", content)
    content = _BEFORE[turn.role].sub("", content, count=1)
    return (_INPUT.sub("\n", _AFTER.sub("", content)) if turn.role == "user" else content).strip()
