"""Masks: every answer with its end token, nothing else, for the templates models come with."""

from __future__ import annotations

import copy
import functools
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.tiny_model import CHATML, build_tokenizer, real_tokenizer
from training.data.chat_format import PLAIN_TEMPLATE, ChatFormat, Encoded, Refused
from training.data.token_store import tokenizer_digest
from training.model.load_model import load_tokenizer

TALK = [
    {"role": "system", "content": "你是儿科医生。"},
    {"role": "user", "content": "孩子发热三天。"},
    {"role": "assistant", "content": "体温多少？\n有没有咳嗽？"},
    {"role": "user", "content": "39℃，没有。"},
    {"role": "assistant", "content": "先退热，多喝水，明天复诊。"},
]
ANSWERS = [turn["content"] for turn in TALK if turn["role"] == "assistant"]
LLAMA2 = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system texts') }}"
    "{% elif m.role == 'user' %}{{ '[INST] ' + m.content | trim + ' [/INST]' }}"
    "{% else %}{{ ' ' + m.content | trim + ' ' + eos_token }}{% endif %}{% endfor %}"
)


@functools.cache
def loaded(folder: Path) -> Any:
    return load_tokenizer(folder)


def chat_of(folder: Path, template: str | None) -> ChatFormat:
    tokenizer = copy.copy(loaded(folder))
    if template is not None:
        tokenizer.bos_token = tokenizer.bos_token or tokenizer.pad_token
        tokenizer.chat_template = template
    return ChatFormat(tokenizer)


def trained(chat: ChatFormat, messages: Any, context: int = 0) -> list[str]:
    [found] = chat.encode([(messages, context)])
    assert isinstance(found, Encoded)
    return [chat.tokenizer.decode(found.ids[start:stop]) for start, stop in found.spans]


@pytest.mark.parametrize("name", ["built", "minimind-tokenizer", "qwen3-tokenizer"])
@pytest.mark.parametrize("template", [None, CHATML, PLAIN_TEMPLATE, LLAMA2], ids=["own", "chatml", "plain", "llama2"])
def test_each_answer_is_trained_with_its_end_token_and_nothing_else(
    tmp_path: Path, name: str, template: str | None
) -> None:
    chat = chat_of(build_tokenizer(tmp_path) if name == "built" else real_tokenizer(name), template)
    space = " " if template == LLAMA2 else ""
    assert trained(chat, TALK) == [answer + space + "<|im_end|>" for answer in ANSWERS]
    assert trained(chat, TALK, context=4) == [ANSWERS[1] + space + "<|im_end|>"]


@pytest.mark.parametrize("template", [CHATML, PLAIN_TEMPLATE], ids=["chatml", "plain"])
@pytest.mark.parametrize("name", ["built", "minimind-tokenizer", "qwen3-tokenizer"])
def test_an_answer_follows_the_ids_a_prompt_has_at_inference(tmp_path: Path, name: str, template: str) -> None:
    chat = chat_of(build_tokenizer(tmp_path) if name == "built" else real_tokenizer(name), template)
    [found] = chat.encode([(TALK, 0)])
    assert isinstance(found, Encoded)
    for before, (start, _) in zip((2, 4), found.spans, strict=True):
        prompt = chat.tokenizer(chat.prompt(TALK[:before]), add_special_tokens=False)["input_ids"]
        assert found.ids[:start][-8:] == prompt[-8:]


def test_think_blocks_a_template_adds_are_not_trained_and_those_of_the_data_are() -> None:
    chat = chat_of(real_tokenizer("qwen3-tokenizer"), None)
    [found] = chat.encode([(TALK, 0)])
    assert isinstance(found, Encoded)
    assert "<think>\n\n</think>" in chat.tokenizer.decode(found.ids)
    assert "<think>" not in "".join(trained(chat, TALK))
    own = "<think>\n先问体温。\n</think>\n\n多少度？"
    assert trained(chat, [TALK[1], {"role": "assistant", "content": own}]) == [own + "<|im_end|>"]


def test_answers_whose_thoughts_a_template_leaves_out_are_trained(tmp_path: Path) -> None:
    template = CHATML.replace("m.content", "m.content.split('</think>')[-1]")
    thought = [TALK[1], {"role": "assistant", "content": "<think>\n先问。\n</think>\n\n多少度？"}, *TALK[3:]]
    assert trained(chat_of(build_tokenizer(tmp_path), template), thought) == [
        "\n\n多少度？<|im_end|>",
        ANSWERS[1] + "<|im_end|>",
    ]


def test_a_tokenizer_from_elsewhere_is_read_as_it_will_be_beside_the_model(tmp_path: Path, tiny_model: Path) -> None:
    own = build_tokenizer(tmp_path / "tokenizer")
    tokenizer = load_tokenizer(own, beside=tiny_model)
    shutil.copytree(tiny_model, tmp_path / "output")
    tokenizer.save_pretrained(tmp_path / "output")
    assert tokenizer_digest(load_tokenizer(tmp_path / "output")) == tokenizer_digest(tokenizer)


def test_offsets_and_separate_pieces_give_the_same_tokens(tmp_path: Path) -> None:
    chat = chat_of(build_tokenizer(tmp_path), CHATML)
    [found] = chat.encode([(TALK, 0)])
    assert chat._by_pieces(chat.render(TALK)) == found


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "nothing to learn"),
        (TALK[:2], "nothing to learn"),
        ([TALK[1], {"role": "assistant", "content": " \n"}], "nothing to learn"),
        ([TALK[1], {"role": "doctor", "content": "好"}], "malformed messages"),
        ([TALK[1], {"role": "assistant", "content": None}], "malformed messages"),
    ],
)
def test_what_teaches_nothing_is_refused_by_name(tmp_path: Path, messages: Any, reason: str) -> None:
    [found] = chat_of(build_tokenizer(tmp_path), CHATML).encode([(messages, 0)])
    assert isinstance(found, Refused)
    assert str(found) == reason


def test_overlong_talks_are_split_between_turns(tmp_path: Path) -> None:
    import pyarrow as pa

    from training.config import Sft
    from training.objectives.sft import encode

    chat = chat_of(build_tokenizer(tmp_path), CHATML)
    turns = [turn for _ in range(4) for turn in TALK[1:]]
    row = {"id": "a", "messages": [TALK[0], *turns], "task": "evidiag", "source": "made"}
    batch = pa.RecordBatch.from_pylist([row])
    [whole] = encode([batch], chat, Sft(max_length=256))
    assert [unit.reason for unit in whole] == ["over-long"]
    [parts] = encode([batch], chat, Sft(max_length=256, overlong="split-turns"))
    texts = [chat.tokenizer.decode(unit.ids) for unit in parts]
    assert len(parts) > 1
    assert all(unit.reason is None and unit.tokens <= 256 for unit in parts)
    assert all(text.startswith("<|im_start|>system") for text in texts)
    assert sum(text.count(ANSWERS[1]) for text in texts) == 4
