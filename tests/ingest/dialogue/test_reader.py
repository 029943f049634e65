import gzip
import io
import json
import tarfile
from functools import partial
from pathlib import Path

import pytest

from ingest import dialogue
from ingest.source import SourceFile, SourceOptions
from schemas.dialogue import Dialogue
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import readers

OPTIONS = SourceOptions("talks", "dialogue", department="儿科", license="internal")


read = partial(readers.read, "dialogue", source="talks", department="儿科", license="internal")


def spoken(found: Dialogue | Rejection) -> list[tuple[str, str]]:
    assert isinstance(found, Dialogue), found
    return [(turn.role, turn.text) for turn in found.turns]


def cmdd(*pairs: tuple[str, str]) -> dict[str, object]:
    return {
        "data-split": "train",
        "example-id": "1",
        "dialogue-content": [{"speaker": s, "sentence": t, "label": ""} for s, t in pairs],
    }


def test_one_dialogue_per_file_is_read_and_adjacent_utterances_are_joined() -> None:
    (found,) = read(
        "a.json", cmdd(("医生", "你好"), ("医生", "几天了"), ("患者", "三天"), ("患者", ""), ("医生", "多喝水。"))
    )
    assert spoken(found) == [("doctor", "你好，几天了"), ("patient", "三天"), ("doctor", "多喝水。")]
    assert isinstance(found, Dialogue)
    assert (found.department, found.license, found.channel) == ("儿科", "internal", "online")


def test_same_file_gives_same_ids_and_another_source_gives_others() -> None:
    record = cmdd(("医生", "你好"), ("患者", "你好"))
    first, again = read("a.json", record)[0], read("a.json", record)[0]
    other = read("a.json", record, source="others")[0]
    assert isinstance(first, Dialogue)
    assert isinstance(again, Dialogue)
    assert isinstance(other, Dialogue)
    assert first.id == again.id != other.id


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": "user", "content": "宝宝咳嗽"}, {"role": "assistant", "content": "几天了"}]},
        {
            "messages": [
                {"role": "system", "content": "你是医生"},
                {"role": "user", "content": "宝宝咳嗽"},
                {"role": "assistant", "content": "几天了"},
            ]
        },
        {"conversations": [{"from": "human", "value": "宝宝咳嗽"}, {"from": "gpt", "value": "几天了"}]},
        {"dialogue": [{"speaker": "病人", "text": "宝宝咳嗽"}, {"speaker": "大夫", "text": "几天了"}]},
        {"dialog": ["患者：宝宝咳嗽", "医生：几天了"]},
        {"turns": [["患", "宝宝咳嗽"], ["医", "几天了"]]},
        {"conversation": [{"patient": "宝宝咳嗽", "doctor": "几天了"}]},
        [{"role": "patient", "content": "宝宝咳嗽"}, {"role": "doctor", "content": "几天了"}],
        {"ask": "宝宝咳嗽", "answer": "几天了"},
        {"text": "患者：宝宝咳嗽\n医生：几天了"},
        {"dialogue": "患者：宝宝咳嗽。医生：几天了"},
        {"问题": "宝宝咳嗽", "回答": "几天了"},
        {"患者": "宝宝咳嗽", "医生": "几天了"},
    ],
)
def test_every_schema_of_one_exchange_gives_the_same_turns(record: object) -> None:
    (found,) = read("a.json", [record])
    assert [(role, text.rstrip("。")) for role, text in spoken(found)] == [
        ("patient", "宝宝咳嗽"),
        ("doctor", "几天了"),
    ]


def test_schemas_may_change_from_record_to_record_and_broken_ones_cost_themselves() -> None:
    lines = [
        json.dumps({"ask": "咳嗽", "answer": "多喝水"}, ensure_ascii=False),
        '{"ask": "发热", "answ',
        json.dumps(
            {"conversations": [{"from": "human", "value": "吐"}, {"from": "gpt", "value": "禁食"}]}, ensure_ascii=False
        ),
        json.dumps({"weather": "rain"}),
    ]
    found = read("a.jsonl", "\n".join(lines))
    assert [type(item).__name__ for item in found] == ["Dialogue", "Rejection", "Dialogue", "Rejection"]
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.MALFORMED, Reason.MISSING_FIELD]
    assert [item.origin.locator for item in found] == ["line 1", "line 2", "line 3", "line 4"]


def test_a_file_that_is_one_list_of_messages_is_one_dialogue() -> None:
    (found,) = read("a.json", [{"role": "patient", "content": "宝宝咳嗽"}, {"role": "doctor", "content": "几天了"}])
    assert spoken(found) == [("patient", "宝宝咳嗽"), ("doctor", "几天了")]


def test_lines_that_are_messages_are_gathered_by_their_dialogue() -> None:
    lines = [
        {"dialogue_id": i % 2, "speaker": who, "text": f"{who}{i}"}
        for i, who in enumerate(["患者", "患者", "医生", "医生"])
    ]
    found = read("a.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert [[text for _, text in spoken(item)] for item in found] == [["患者0", "医生2"], ["患者1", "医生3"]]


def test_history_comes_before_question_and_answer() -> None:
    (found,) = read("a.json", [{"history": [["咳嗽", "几天"]], "instruction": "三天", "input": "", "output": "查血"}])
    assert [text for _, text in spoken(found)] == ["咳嗽", "几天", "三天", "查血"]


def test_one_side_alone_is_rejected_as_one_speaker_and_nothing_as_empty() -> None:
    one, none, blank = read(
        "a.json", [{"ask": "咳嗽怎么办", "answer": ""}, {"dialog": ["医生：", "患者："]}, {"ask": "", "answer": " "}]
    )
    assert [item.reason for item in (one, none, blank) if isinstance(item, Rejection)] == [
        Reason.ONE_SPEAKER,
        Reason.EMPTY,
        Reason.EMPTY,
    ]


def test_messages_without_speakers_are_missing_a_field() -> None:
    (found,) = read("a.json", [{"dialogue": [{"text": "咳嗽"}, {"text": "几天"}]}])
    assert isinstance(found, Rejection)
    assert found.reason is Reason.MISSING_FIELD


def test_department_and_diagnosis_are_read_where_given() -> None:
    (found,) = read(
        "a.jsonl",
        json.dumps(
            {"disease": ["上呼吸道感染", "鼻炎"], "科室": "呼吸科", "dialog": ["患者：流涕", "医生：清水样吗"]},
            ensure_ascii=False,
        ),
    )
    assert isinstance(found, Dialogue)
    assert (found.department, found.diagnosis) == ("呼吸科", "上呼吸道感染、鼻炎")


CSV = 'department,title,ask,answer\n儿科,宝宝咳嗽怎么办？,咳了三天有痰,"先观察。\n多喝水"\n外科,骨折,无,石膏固定\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_question_and_answer_rows_are_read_in_any_encoding(encoding: str) -> None:
    first, second = read("a.csv", CSV, encoded=encoding)
    assert spoken(first) == [("patient", "宝宝咳嗽怎么办？咳了三天有痰"), ("doctor", "先观察。\n多喝水")]
    assert spoken(second)[0] == ("patient", "骨折")
    assert isinstance(second, Dialogue)
    assert (second.department, second.origin.locator) == ("外科", "line 4")


@pytest.mark.parametrize("header", ["dialogue_id,role,content", "对话编号,角色,内容"])
def test_rows_that_are_turns_are_gathered_by_dialogue(header: str) -> None:
    rows = ["1,患者,发热两天", "2,患者,呕吐", "1,医生,多少度", "2,医生,几次", "1,患者,39度"]
    found = read("a.csv", "\n".join([header, *rows]))
    assert [[text for _, text in spoken(item)] for item in found] == [["发热两天", "多少度", "39度"], ["呕吐", "几次"]]


def test_columns_may_be_named_by_the_user() -> None:
    columns = {"question": "主诉", "answer": "处理"}
    (found,) = read("a.csv", "主诉,处理\n咳嗽三天,口服药物\n", columns=columns)
    assert spoken(found) == [("patient", "咳嗽三天"), ("doctor", "口服药物")]


def tagged(context: list[str], user: str, response: str) -> str:
    sides = ("<|user|>", "<|system|>")
    before = "".join(f"{sides[i % 2]} {text} " for i, text in enumerate(context))
    return (
        f"<|endoftext|> <|context|> {before}<|endofcontext|> <|currentuser|> {user} <|endofcurrentuser|> <|"
        f"intent|> x <|endofintent|> <|response|> {response} <|endofresponse|> <|endoftext|>"
    )


def test_growing_contexts_are_one_dialogue() -> None:
    lines = [
        tagged([], "咳嗽", "几天"),
        tagged(["咳嗽", "几天"], "三天", "发热吗"),
        tagged([], "腹泻", "次数"),
        tagged(["腹泻", "次数"], "五次", "补液"),
    ]
    first, second = read("a.txt", "\n".join(lines))
    assert [text for _, text in spoken(first)] == ["咳嗽", "几天", "三天", "发热吗"]
    assert [text for _, text in spoken(second)] == ["腹泻", "次数", "五次", "补液"]


def test_plain_text_is_cut_at_empty_lines_and_separators() -> None:
    text = "患者家属：孩子发热两天\n最高39度\n医生：咳嗽吗？\n\nP: 呕吐\nD: 几次\n---\n王医生：你好\n小明妈妈：您好"
    found = read("a.txt", text)
    assert [len(spoken(item)) for item in found] == [2, 2, 2]
    assert spoken(found[0])[0] == ("patient", "孩子发热两天\n最高39度")
    assert isinstance(found[0], Dialogue)
    assert found[0].turns[0].speaker == "parent"
    assert found[1].origin.locator == "line 5"


def test_empty_lines_between_turns_do_not_cut_a_dialogue() -> None:
    (found,) = read("a.txt", "患者：发热\n\n医生：几天\n\n患者：两天\n\n医生：查血\n")
    assert len(spoken(found)) == 4


def test_what_is_no_dialogue_file_is_refused_by_name() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read("a.txt", "春眠不觉晓\n处处闻啼鸟\n")
    assert refused.value.reason is Reason.UNKNOWN_FORMAT


def test_a_forced_format_overrules_detection_and_an_unknown_one_is_refused() -> None:
    (found,) = read("a.txt", "ask,answer\n咳嗽,多喝水\n", format="csv")
    assert spoken(found) == [("patient", "咳嗽"), ("doctor", "多喝水")]
    with pytest.raises(UnreadableFile):
        read("a.txt", "x", format="word")


def test_hostile_records_are_rejected_and_do_not_raise() -> None:
    records = [
        {"ask": 1},
        None,
        5,
        "",
        [],
        {},
        {"dialogue": 3},
        {"dialogue": [None, 4]},
        {"messages": [{"role": None, "content": None}]},
        {"ask": {"a": 1}, "answer": [[]]},
        [[[]]],
        {"segments": 1},
    ]
    found = read("a.json", records)
    assert len(found) == len(records)
    assert all(isinstance(item, Rejection) for item in found)


def test_real_sets_are_read_whole(shared: Path) -> None:
    folder, figures = shared / "data/dialogues", {}
    for name in ("toyhom_neike_gb18030.csv", "dialmed_dev.txt", "remedi_dev_human_annotation.txt"):
        found = list(dialogue.read(SourceFile.from_path(folder / name), OPTIONS))
        figures[name] = sum(isinstance(item, Dialogue) for item in found), len(found)
    assert figures["dialmed_dev.txt"] == (1152, 1192)  # 40 have nothing before a masked drug
    assert figures["remedi_dev_human_annotation.txt"] == (100, 100)
    assert figures["toyhom_neike_gb18030.csv"] == (3858, 3858)
    with tarfile.open(folder / "cmdd_train.tar.gz") as archive:
        files = [SourceFile.from_bytes(m.name, archive.extractfile(m).read()) for m in archive if m.isfile()]  # type: ignore[union-attr]
    found = [item for file in files for item in dialogue.read(file, OPTIONS)]
    assert len(found) == 1241
    assert all(isinstance(item, Dialogue) and item.turns[0].role == "doctor" for item in found)


def test_turns_alternate_and_are_never_empty() -> None:
    found = read(
        "a.json",
        cmdd(("患者", "[图片]"), ("医生", "你好"), ("医生", ""), ("患者", "看[图片]"), ("医生", "本次咨询已结束")),
    )
    assert spoken(found[0]) == [("doctor", "你好"), ("patient", "看[图片]")]


def test_compressed_streams_are_read_through_their_opener() -> None:
    data = gzip.compress(json.dumps([{"ask": "咳嗽", "answer": "多喝水"}]).encode())
    file = SourceFile("a.json.gz", "0" * 64, lambda: io.BytesIO(gzip.decompress(data)), suffix=".json")
    (found,) = dialogue.read(file, OPTIONS)
    assert isinstance(found, Dialogue)


@pytest.mark.parametrize("unit", ["<|context|>", "[00:01:05] A: b\n", "医生：", "{", "[图片"])
def test_hostile_text_comes_back(unit: str) -> None:
    """Quadratic patterns would take minutes here; linear ones take a fraction of a second."""
    text = unit * (300_000 // len(unit))
    try:
        found = read("a.txt", text)
    except UnreadableFile:
        found = []
    assert len(found) < 100


def test_a_masked_drug_comes_back_where_the_record_names_just_one() -> None:
    record = {"label": ["阿奇霉素"], "dialog": ["患者：咳嗽三天", "医生：可以口服[MASK]，三天一个疗程"]}
    (found,) = read("d.json", record)
    assert spoken(found)[-1] == ("doctor", "可以口服阿奇霉素，三天一个疗程")


def test_a_dialogue_ends_before_a_word_that_nobody_knows() -> None:
    said = ["患者：咳嗽三天", "医生：考虑支气管炎", "医生：可以口服[MASK]", "患者：好"]
    (found,) = read("d.json", {"label": ["阿奇霉素", "氨溴索"], "dialog": said})
    assert spoken(found) == [("patient", "咳嗽三天"), ("doctor", "考虑支气管炎")]
    (nothing,) = read("d.json", {"label": ["阿奇霉素", "氨溴索"], "dialog": ["患者：咳嗽三天", *said[2:]]})
    assert isinstance(nothing, Rejection)
    assert nothing.reason is Reason.PLACEHOLDER
