"""From messages to token ids and the spans of them that are trained.

The whole conversation is rendered twice by the chat template: as it is, and with every assistant text replaced by a
mark. What stands around the marks is the template's own, so the texts between are the answers, wherever a template
puts them and whatever it adds by itself (headers, think blocks). Where that does not fit exactly (a template rewrites
an answer), each prefix of the conversation is rendered and compared instead. A span ends with the end-of-turn token;
a newline after it is not trained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from schemas.errors import ConfigError

PLAIN_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message.role == 'user' %}{{ 'Human: ' + message.content + '\\n' }}"
    "{% elif message.role == 'assistant' %}{{ 'Assistant: ' + message.content + eos_token }}"
    "{% if not loop.last %}{{ '\\n' }}{% endif %}"
    "{% else %}{{ message.content + '\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant: ' }}{% endif %}"
)
"""The format the released weights expect, `Human: {content}\\nAssistant: `; the joint between turns is our choice."""
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000\\d+\ue001")
"""The mark in the place of answer 3: `Assistant: \ue0003\ue001` → `\ue0003\ue001`."""
_EMPTY_THINK = re.compile(r"\s*<think>\s*</think>\s*")
"""A think block without a thought: `<think> </think>观察` → `<think> </think>`; `<think>发热</think>` → –."""
_OPEN_ANSWER = re.compile(r"<think>\s*</think>\s*\Z")
"""The same at the end of a prompt: `Assistant: <think></think>` → `<think></think>`; `<think></think>观察` → –."""
Messages = Sequence[Mapping[str, str]]


class Refused(Exception):
    """A row cannot be learnt from; the message is the reason it is counted under, `tokens` its rendered length."""

    tokens = 0


class Rendered(NamedTuple):
    """A conversation as text; `spans` are the trained parts (start, end), in characters."""

    text: str
    spans: list[tuple[int, int]]


class Encoded(NamedTuple):
    """A conversation as token ids; `spans` are the trained parts (start, end), in tokens."""

    ids: list[int]
    spans: list[tuple[int, int]]


class ChatFormat:
    """One tokenizer and its chat template."""

    def __init__(self, tokenizer: Any, template: str = "auto") -> None:
        if tokenizer.eos_token is None:
            raise ConfigError(["model.tokenizer: no end-of-sequence token. Name a tokenizer with an eos_token."])
        if template == "plain" or not tokenizer.chat_template:
            tokenizer.chat_template = PLAIN_TEMPLATE
        self.tokenizer = tokenizer
        special = {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
        words = sorted({*tokenizer.all_special_tokens, *special}, key=len, reverse=True)
        self._special = re.compile("|".join(re.escape(word) for word in words))

    @cached_property
    def end_ids(self) -> set[int]:
        """The tokens that end an answer: the tokenizer's end of sequence, and what the template puts there."""
        found = {int(self.tokenizer.eos_token_id)}
        with suppress(Refused):
            probe = self.render([{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}])
            found.add(self._ids(probe.text[slice(*probe.spans[-1])])[-1])
        return found

    def prompt(self, messages: Messages) -> str:
        """Return the text after which the next answer begins, without an open think block."""
        return str(
            self.tokenizer.apply_chat_template(
                list(messages), tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
        )

    def encode(self, conversations: Iterable[tuple[Messages, int]]) -> list[Encoded | Refused]:
        """Return ids and trained spans of each (messages, number of leading messages that are only context)."""
        found = [self._try_render(messages, context) for messages, context in conversations]
        texts = [item.text for item in found if isinstance(item, Rendered)]
        if not texts or not self.tokenizer.is_fast:
            return [self._by_pieces(item) if isinstance(item, Rendered) else item for item in found]
        out = self.tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
        tokens = zip(out["input_ids"], out["offset_mapping"], strict=True)
        return [
            _by_offsets(*next(tokens), item.spans) or self._by_pieces(item) if isinstance(item, Rendered) else item
            for item in found
        ]

    def _by_pieces(self, rendered: Rendered) -> Encoded:
        """Tokenise what lies between borders by itself, where a token would lie across one.

        So an answer is learnt after exactly the ids a prompt has at inference (`Assistant: ` keeps its last space).
        """
        ids: list[int] = []
        spans, at = [], 0
        for start, stop in rendered.spans:
            ids += self._ids(rendered.text[at:start])
            answer = self._ids(rendered.text[start:stop])
            spans.append((len(ids), len(ids) + len(answer)))
            ids, at = ids + answer, stop
        return Encoded(ids + self._ids(rendered.text[at:]), spans)

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"]) if text else []

    def _try_render(self, messages: Messages, context: int) -> Rendered | Refused:
        from jinja2.exceptions import TemplateError

        try:
            return self.render(messages, context)
        except Refused as refused:
            with suppress(TemplateError, TypeError, KeyError, ValueError):
                refused.tokens = len(self._ids(self._apply([dict(message) for message in messages])))
            return refused

    def render(self, messages: Messages, context: int = 0) -> Rendered:
        """Return a conversation as text with the spans of its answers after `context` messages. Raise Refused."""
        turns = _valid(messages)
        text, turns, context = self._template(turns, context)
        answers = [i for i, turn in enumerate(turns) if turn["role"] == "assistant"]
        spans = self._between_marks(text, turns, answers) or self._by_prefixes(text, turns, answers)
        end = self._end_token(text[spans[-1][1] :])
        if not end:
            text, end = text[: spans[-1][1]] + self.tokenizer.eos_token, self.tokenizer.eos_token
        chosen = [span for i, span in zip(answers, spans, strict=True) if i >= context]
        if not any(text[start:stop].strip() for start, stop in chosen):
            raise Refused("nothing to learn")
        return Rendered(text, [(start, _with_end(text, stop, end)) for start, stop in chosen])

    def _template(self, turns: list[dict[str, str]], context: int) -> tuple[str, list[dict[str, str]], int]:
        """Render, moving a system text into the first question where the template refuses system texts."""
        from jinja2.exceptions import TemplateError

        try:
            return self._apply(turns), turns, context
        except TemplateError as error:
            if turns[0]["role"] != "system" or len(turns) < 2 or turns[1]["role"] != "user":
                raise Refused(f"template: {error}") from None
            first = {"role": "user", "content": f"{turns[0]['content']}\n{turns[1]['content']}"}
            return self._template([first, *turns[2:]], max(0, context - 1))

    def _apply(self, turns: list[dict[str, str]], *, ask: bool = False) -> str:
        return str(self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=ask))

    def _between_marks(
        self, text: str, turns: list[dict[str, str]], answers: list[int]
    ) -> list[tuple[int, int]] | None:
        marked = [{**t, "content": _MARK.format(i)} if i in answers else t for i, t in enumerate(turns)]
        pieces = _MARKS.split(self._apply(marked))
        if len(pieces) != len(answers) + 1 or not text.startswith(pieces[0]):
            return None
        spans, at = [], len(pieces[0])
        for index, after in zip(answers, pieces[1:], strict=True):
            content = turns[index]["content"]
            spoken = content.rpartition("</think>")[2]  # some templates leave out what earlier answers thought
            forms = (content, content.lstrip("\n"), content.strip(), spoken, spoken.lstrip("\n"))
            fits = (form for form in forms if text.startswith(form + after, at))
            if (form := next(fits, None)) is None:
                return None
            spans.append((at, at + len(form)))
            at += len(form) + len(after)
        return spans if at == len(text) else None

    def _by_prefixes(self, text: str, turns: list[dict[str, str]], answers: list[int]) -> list[tuple[int, int]]:
        spans = []
        for index in answers:
            prompt, content = _OPEN_ANSWER.sub("", self._apply(turns[:index], ask=True)), turns[index]["content"]
            if not text.startswith(prompt):
                raise Refused("template rewrites earlier turns")
            start = len(prompt)
            if "</think>" not in content and (think := _EMPTY_THINK.match(text, start)):
                start = think.end()
            end = self._special.search(text, start)
            spans.append((start, end.start() if end else len(text)))
        return spans

    def _end_token(self, tail: str) -> str:
        """Return the special token that closes an answer, given what follows the last one; empty where none does."""
        found = self._special.match(tail.lstrip())
        return found.group() if found else ""


def _by_offsets(ids: list[int], offsets: list[tuple[int, int]], spans: list[tuple[int, int]]) -> Encoded | None:
    """Return the ids with the spans in tokens, or None where a token lies across the start of a span."""
    found, at = [], 0
    for start, stop in spans:
        while at < len(ids) and offsets[at][1] <= start:
            at += 1
        if at < len(ids) and offsets[at][0] < start:
            return None
        first = at
        while at < len(ids) and offsets[at][0] < stop:
            at += 1
        found.append((first, at))
    return Encoded(ids, found)


def _valid(messages: Messages) -> list[dict[str, str]]:
    """Return the turns up to the last answer. Raise Refused where there is none or a turn is malformed."""
    turns = [dict(message) for message in messages or ()]
    known = ("system", "user", "assistant")
    if any(turn.get("role") not in known or not isinstance(turn.get("content"), str) for turn in turns):
        raise Refused("malformed messages")
    while turns and turns[-1]["role"] != "assistant":
        turns.pop()
    if not turns:
        raise Refused("nothing to learn")
    return turns


def _with_end(text: str, stop: int, end: str) -> int:
    """Return where an answer's end-of-turn token ends, or the answer where none follows it."""
    at = stop + len(text[stop:]) - len(text[stop:].lstrip())
    return at + len(end) if text.startswith(end, at) else stop
