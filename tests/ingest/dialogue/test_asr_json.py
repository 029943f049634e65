"""Transcripts as recognisers and meeting tools lay them out."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from schemas.dialogue import Dialogue
from schemas.errors import UnreadableFile
from tests.support.readers import read_one

TALK = [
    ("1", "孩子怎么了？几天了？"),
    ("2", "医生您好，我家孩子从昨天开始发烧"),
    ("1", "有没有咳嗽？张嘴我看看"),
    ("2", "有点咳，要不要紧"),
    ("1", "扁桃体有点红，给你开点药，一天三次"),
]
ROLES = ["doctor", "patient", "doctor", "patient", "doctor"]


def read(name: str, content: Any) -> Dialogue:
    found = read_one("dialogue", name, content)
    assert isinstance(found, Dialogue), found
    return found


def check(found: Dialogue, locator: str = "00:00:00.000-00:00:24.200") -> None:
    assert [turn.text for turn in found.turns] == [text for _, text in TALK]
    assert [turn.role for turn in found.turns] == ROLES
    assert (found.channel, found.origin.locator) == ("voice", locator)


def lines(form: str, joint: str = "\n") -> str:
    return joint.join(
        form.format(who=who, text=text, s=f"00:00:{i * 5:02}", e=f"00:00:{i * 5 + 4:02}.200", n=i * 5, m=i * 5 + 4.2)
        for i, (who, text) in enumerate(TALK)
    )


@pytest.mark.parametrize(
    "form",
    [
        "Speaker {who} ({s} - {e}): {text}",
        "说话人{who}（{s}-{e}）：{text}",
        "[ {s}.000 --> {e}] A SPEAKER_0{who} {text}",
        "[SPEAKER_0{who}] [{n}.00s - {m:.2f}s] {text}",
        "{n}.00\t{m:.2f}\tSPEAKER_0{who}\t{text}",
        "[{s}.000,{e},{who}]  {text}",
        "{s} - {e} 说话人{who}：{text}",
        "[{n}.00s -> {m:.2f}s] 发言人{who}：{text}",
    ],
)
def test_lines_with_a_time_and_a_voice_are_recordings(form: str) -> None:
    check(read("a.txt", lines(form)))


@pytest.mark.parametrize(
    "form",
    [
        "说话人{who}（{s}）：{text}",
        "说话人{who} {s}：{text}",
        "说话人{who}  {s}\n{text}\n",
        "0分{n}秒 发言人{who}：{text}",
    ],
)
def test_lines_with_a_beginning_only_are_recordings(form: str) -> None:
    check(read("a.txt", lines(form)), "00:00:00.000-00:00:20.000")


def test_voices_without_times_are_a_recording_at_their_line() -> None:
    check(read("a.txt", "诊室录音\n\n" + lines("SPEAKER_0{who}: {text}")), "line 1")


CUE = "{n}\n{s},000 --> {e}\n"


@pytest.mark.parametrize(
    "form", ["说话人{who}\n{text}\n", "[SPEAKER_0{who}] {text}\n", "（发言人{who}）{text}\n", "说话人{who}：{text}\n"]
)
def test_subtitles_name_voices_in_many_ways(form: str) -> None:
    text = lines(CUE + form)
    check(read("a.srt", text))
    check(read("a.srt", ("\ufeff" + text.replace("\n", "\r\n")).encode()))
    check(read("a.srt", text.encode("gb18030")))


def test_two_speakers_of_one_subtitle_stand_behind_dashes() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:04,000\n- 医生您好，我家孩子昨天开始发烧怎么办\n- 几天了？有没有咳嗽？\n\n"
        "2\n00:00:05,000 --> 00:00:08,000\n- 他昨晚咳了，严重吗\n- 给你开点药，一天三次\n"
    )
    assert [turn.role for turn in read("a.srt", text).turns] == ["patient", "doctor"] * 2


def test_blocks_of_webvtt_that_are_no_speech_are_left_out_and_entities_read() -> None:
    text = (
        'WEBVTT - 门诊\nKind: captions\nLanguage: zh\n\nSTYLE\n::cue(v[voice="Doctor"]) { color: red }\n\n'
        "NOTE\n患者：这是注释\n\nREGION\nid:fred\n\n"
        "intro\n00:01.000 --> 00:04.000 align:start position:0%\n<v.loud Doctor>孩子怎么了？</v>\n\n"
        "00:05.000 --> 00:08.000\n<v Mother>从昨天<c.yellow>开始</c>发烧<00:06.000>&amp;咳嗽</v>\n"
        "<v Doctor>吐吗？</v>\n"
    )
    found = read("a.vtt", text)
    assert [(t.role, t.speaker, t.text) for t in found.turns] == [
        ("doctor", "doctor", "孩子怎么了？"),
        ("patient", "parent", "从昨天开始发烧&咳嗽"),
        ("doctor", "doctor", "吐吗？"),
    ]
    assert found.origin.locator == "00:00:01.000-00:00:08.000"


def ms(i: int) -> tuple[int, int]:
    return i * 5000, i * 5000 + 4200


SEGMENTS = [(*ms(i), who, text) for i, (who, text) in enumerate(TALK)]


def lattice(start: int, end: int, who: str, text: str) -> dict[str, str]:
    words = [{"cw": [{"w": char, "wp": "n"}]} for char in text]
    return {"json_1best": json.dumps({"st": {"bg": str(start), "ed": str(end), "rl": who, "rt": [{"ws": words}]}})}


@pytest.mark.parametrize(
    "record",
    [
        {"transcripts": [{"channel_id": 0, "text": "整段", "sentences": [
            {"begin_time": s, "end_time": e, "text": t, "speaker_id": w, "words": [{"begin_time": s, "text": t[0]}]}
            for s, e, w, t in SEGMENTS]}]},
        {"transcripts": [{"channel_id": c, "sentences": [
            {"begin_time": s, "end_time": e, "text": t} for s, e, w, t in SEGMENTS if w == c]} for c in "12"]},
        {"content": {"orderResult": json.dumps({"lattice": [lattice(*segment) for segment in SEGMENTS]})}},
        {"Transcription": {"Paragraphs": [{"ParagraphId": "p", "SpeakerId": w, "Words": [
            {"Start": s + j, "End": e if j == len(t) - 1 else s + j, "Text": char} for j, char in enumerate(t)]}
            for s, e, w, t in SEGMENTS]}},
        [[s / 1000, e / 1000, t] for s, e, _, t in SEGMENTS],
        [{"start": f"00:00:{s // 1000:02}.000", "end": f"00:00:{e / 1000:06.3f}", "speaker": w, "text": t}
         for s, e, w, t in SEGMENTS],
        {"words": [{"word": t, "start": s / 1000, "end": e / 1000} for s, e, _, t in SEGMENTS],
         "utterances": [{"start": s, "end": e, "speaker": "AB"[w == "2"], "text": t} for s, e, w, t in SEGMENTS]},
        {"results": {"utterances": [{"start": s / 1000, "end": e / 1000, "speaker": int(w), "transcript": t}
                                    for s, e, w, t in SEGMENTS]}},
    ],
)  # fmt: skip
def test_every_recognisers_json_gives_the_same_recording(record: Any) -> None:
    check(read("a.json", record))


def test_tables_of_segments_are_recordings_with_and_without_voices() -> None:
    check(
        read(
            "a.csv",
            "开始时间,结束时间,说话人,文本\n"
            + lines("{s},{e},说话人{who},“{text}”").replace("“", '"').replace("”", '"'),
        )
    )
    check(read("a.tsv", "start\tend\ttext\n" + "\n".join(f"{s}\t{e}\t{t}" for s, e, _, t in SEGMENTS)))


def words(text: str, start: float, voices: str) -> list[dict[str, Any]]:
    return [
        {"word": char, "start": start + i / 5, "end": start + i / 5 + 0.2, "speaker": f"SPEAKER_0{voice}"}
        for i, (char, voice) in enumerate(zip(text, voices, strict=True))
    ]


def test_a_segment_is_cut_where_its_words_change_the_speaker() -> None:
    texts = ["孩子怎么了？昨天开始发烧", "有没有咳嗽？给你开点药，一天3次。医生，要不要紧？"]
    voices = ["0" * 6 + "1" * 6, "0" * 17 + "1" * 8]
    segments = [
        {
            "start": 7.0 * i,
            "end": 7.0 * i + 6,
            "text": text,
            "speaker": "SPEAKER_00",
            "words": words(text, 7.0 * i, who),
        }
        for i, (text, who) in enumerate(zip(texts, voices, strict=True))
    ]
    segments[1]["words"][14] = {"word": "3"}  # WhisperX aligns no digits
    found = read("a.json", {"segments": segments, "word_segments": []})
    assert [turn.text for turn in found.turns] == [
        "孩子怎么了？",
        "昨天开始发烧",
        "有没有咳嗽？给你开点药，一天3次。",
        "医生，要不要紧？",
    ]


def test_times_of_day_make_no_recording() -> None:
    rows = "开始时间,说话人,文本\n10:20:01,患者,发烧\n10:20:30,医生,几度\n"
    assert read("a.csv", rows).channel == "online"


def test_times_of_a_calendar_make_no_recording() -> None:
    messages = [("user", "孩子咳嗽", 1714972800000), ("assistant", "几天", 1714972860000)]
    record = {"messages": [{"role": who, "content": text, "start_time": at} for who, text, at in messages]}
    assert read("a.json", record).channel == "online"


def word(paragraphs: list[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in paragraphs)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
    return sink.getvalue()


def test_word_documents_of_meeting_tools_are_read() -> None:
    stamps = lines("说话人{who}  {s}\n{text}\n").split("\n")
    check(read("讯飞听见.docx", word(["儿科门诊", "2024-03-05", "", *stamps])), "00:00:00.000-00:00:20.000")
    found = read("a.docx", word(["患者：咳嗽", "医生：几天"]))
    assert [turn.text for turn in found.turns] == ["咳嗽", "几天"]


def test_a_word_document_that_is_none_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        read("a.docx", b"PK\x03\x04 not really")
