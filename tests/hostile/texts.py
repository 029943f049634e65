"""Text, JSON, tables and subtitles: broken encodings, endless lines, depth, width, odd numbers."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hostile.case import MIB, Case, case

ROW = '{"ask": "孩子发热怎么办？", "answer": "多饮水，注意休息，超过38.5度可用布洛芬。"}'
TALK = "患者：孩子发热三天了，怎么办？\n医生：先查血常规，注意多喝水。\n"
ALPACA = '{"instruction": "婴儿何时添加辅食？", "input": "", "output": "满6月龄后逐步添加。"}'
CUE = "{0}\n{1} --> {2}\n医生：孩子发热几天了？\n\n{0}\n{1} --> {2}\n家长：三天了，还有点咳嗽。\n\n"


def growing(count: int) -> str:
    """Records that each repeat the whole context of the one before."""
    turns = [
        {"role": "user" if i % 2 == 0 else "assistant", "content": f"第{i}句话，孩子还咳嗽吗？"} for i in range(count)
    ]
    return "\n".join(json.dumps({"messages": turns[:i]}, ensure_ascii=False) for i in range(2, count, 2))


def wide_csv(path: Path) -> None:
    path.write_text(",".join(f"c{i}" for i in range(100_000)) + "\n" + ",".join("1" * 100_000) + "\n", encoding="utf-8")


def one_line(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(64):
            file.write(b"x" * MIB)


CASES: list[Case] = [
    case("empty.json", "dialogue", "empty", b""),
    case("nul.txt", "dialogue", "unknown_format", bytes(MIB)),
    case("nul-inside.txt", "dialogue", "", TALK.replace("三天", "三\x00天")),
    case("lines.txt", "dialogue", "empty unknown_format", b"\n" * (MIB // 4)),
    case("spaces.txt", "dialogue", "empty unknown_format too_large", b" " * 20 * MIB),
    case(
        "bom16.json",
        "dialogue",
        "malformed unknown_encoding truncated unknown_format",
        b"\xff\xfe" + f"[{ROW}]".encode(),
    ),
    case("bom8-gbk.txt", "dialogue", "", b"\xef\xbb\xbf" + TALK.encode("gb18030")),
    case("bom32.txt", "dialogue", "", TALK.encode("utf-32")),
    case("odd16.txt", "dialogue", "", TALK.encode("utf-16") + b"\x00"),
    case("surrogates.txt", "dialogue", "", TALK.replace("三天", "三\ud800天")),
    case("surrogate-escapes.jsonl", "dialogue", "", ROW.replace("发热", "发\\ud83d热") + "\n" + ROW),
    case("surrogate-key.json", "distilled", "", "[" + ALPACA.replace('"input"', '"\\ud800"') + "]"),
    case("nul-escapes.jsonl", "dialogue", "", ROW.replace("发热", "发\\u0000热")),
    case("overlong.txt", "dialogue", "", TALK.encode() + b"\xc0\xaf\xf8\x88\x80\x80\x80" + TALK.encode()),
    case(
        "noise.bin", "dialogue", "unknown_format unknown_encoding", bytes((i * i * 31 + i) % 251 for i in range(50_000))
    ),
    case("picture.csv", "dialogue", "unknown_format", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    case("program.json", "dialogue", "unknown_format", b"\x7fELF" + bytes(1000)),
    case("line.txt", "dialogue", "too_large unknown_format", one_line),
    case("line.jsonl", "dialogue", "too_large malformed unknown_format", one_line),
    case("line.csv", "knowledge_graph", "too_large unknown_format malformed missing_field", one_line),
    case("combining.txt", "dialogue", "", TALK + "医生：" + "e" + "\u0301" * 300_000 + "\n"),
    case("bidi.txt", "dialogue", "", TALK.replace("三", "\u202e\u200b三")),
    case("returns.txt", "dialogue", "", TALK.replace("\n", "\r")),
    case("deep.json", "dialogue", "malformed truncated", "[" * 200_000),
    case("deep-closed.json", "distilled", "malformed", "[" * 100_000 + "]" * 100_000),
    case("deep-objects.json", "knowledge_graph", "malformed truncated", '{"a":' * 100_000),
    case("deep-value.jsonl", "distilled", "malformed", ALPACA.replace('""', "[" * 50_000 + "]" * 50_000)),
    case("open-string.json", "dialogue", "truncated malformed too_large", '[{"ask": "' + "发" * 4 * MIB),
    case("digits.jsonl", "dialogue", "missing_field malformed", '{"ask": ' + "9" * MIB + "}\n"),
    case(
        "literals.jsonl",
        "dialogue",
        "missing_field malformed one_speaker",
        '{"ask": NaN, "answer": -Infinity}\n{"ask": 1e999}\n',
    ),
    case("keys.json", "knowledge_graph", "missing_field malformed", json.dumps({f"k{i}": i for i in range(100_000)})),
    case("twice.jsonl", "dialogue", "", ROW.replace("{", '{"ask": "甲", ')),
    case("empties.json", "dialogue", "missing_field empty malformed", "[" + ",".join(["{}"] * 50_000) + "]"),
    case("joined.json", "dialogue", "", ROW * 50),
    case("comma.json", "dialogue", "", f"[{ROW},{ROW},]"),
    case("half.jsonl", "dialogue", "truncated malformed", ROW + "\n" + ROW[:30]),
    case(
        "types.jsonl",
        "dialogue",
        "missing_field malformed empty one_speaker",
        '{"ask": [[[1]]], "answer": {"a": null}}\n',
    ),
    case("growing.jsonl", "distilled", "", growing(600)),
    case(
        "turns.json",
        "dialogue",
        "one_speaker empty",
        json.dumps([{"dialogue": [{"speaker": "患者", "sentence": "咳"}] * 30_000}]),
    ),
    case(
        "cell.csv",
        "dialogue",
        "too_large malformed missing_field truncated",
        "ask,answer\na," + "x" * 20 * MIB + "\nc,d\n",
    ),
    case("quote.csv", "dialogue", "truncated too_large malformed missing_field", 'ask,answer\na,"' + "x\n" * 50_000),
    case("wide.csv", "dialogue", "one_speaker missing_field too_large malformed unknown_format", wide_csv),
    case("header.csv", "dialogue", "empty missing_field unknown_format", "ask,answer\n"),
    case("commas.csv", "dialogue", "missing_field empty malformed unknown_format", ",,,,\n" * 100_000),
    case(
        "ragged.csv", "dialogue", "missing_field malformed empty", "ask,answer\n" + "a\n" + "a,b,c,d,e\n" * 1000 + '"\n'
    ),
    case(
        "times.srt",
        "dialogue",
        "",
        "".join(CUE.format(i, "99999999:59:59,999", "9999999999:00:00,000") for i in range(9)),
    ),
    case("backwards.srt", "dialogue", "", "".join(CUE.format(i, "00:00:09,000", "00:00:01,000") for i in range(9))),
    case("cues.srt", "dialogue", "", CUE.format(1, "00:00:01,000", "00:00:01,000") * 20_000),
    case("head.vtt", "dialogue", "empty unknown_format malformed", "WEBVTT\n\nNOTE\n" + "x" * 1000),
    case(
        "times.json",
        "dialogue",
        "one_speaker uncertain_roles malformed missing_field",
        '{"segments": [{"start": NaN, "end": 1e400, "text": "孩子发热几天了"}, {"start": "x", "text": 5}]}',
    ),
    case("triples.tsv", "knowledge_graph", "malformed missing_field unknown_format", "肺炎\t症状\n" * 2000 + "\t\t\n"),
    case("ntriples.nt", "knowledge_graph", "malformed truncated too_large", "<a> <b> " * 200_000),
    case("literal.ttl", "knowledge_graph", "truncated malformed too_large", '<a> <b> """' + "x.\n" * 30_000),
    case("blank.ttl", "knowledge_graph", "malformed truncated too_large", "<a> <b> " + "[ <c> " * 50_000),
    case(
        "lists.ttl",
        "knowledge_graph",
        "malformed truncated too_large",
        "<a> <b> " + "(" * 100_000 + ")" * 100_000 + " .",
    ),
    case(
        "prefixes.ttl",
        "knowledge_graph",
        "malformed empty missing_field",
        "@prefix a: <a:> .\n" * 50_000 + "a:a a:b a:c",
    ),
]
