import json

import pytest

from ingest.records.json_records import is_json, json_records, unwrapped
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

OPTIONS = SourceOptions("test", "distilled")


def read(data: bytes | str, name: str = "a.json") -> list[tuple[str, object]]:
    raw = data.encode() if isinstance(data, str) else data
    found = json_records(SourceFile.from_bytes(name, raw), OPTIONS)
    return [(where, value.reason if isinstance(value, Rejection) else value) for where, value in found]


def test_arrays_are_counted_from_0_and_lines_from_1() -> None:
    assert read('[{"a": 1}, {"a": 2}]') == [("#0", {"a": 1}), ("#1", {"a": 2})]
    assert read('{"a": 1}\n\n{"a": 2}\n') == [("line 1", {"a": 1}), ("line 3", {"a": 2})]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt"])
def test_json_lines_are_known_by_content(name: str) -> None:
    assert read('{"a": 1}\n{"a": 2}', name) == [("line 1", {"a": 1}), ("line 2", {"a": 2})]


def test_objects_over_several_lines_follow_each_other() -> None:
    assert read('{\n "a": 1\n}\n{\n "a": 2\n}') == [("line 1", {"a": 1}), ("line 4", {"a": 2})]


def test_objects_glued_on_one_line_are_all_read() -> None:
    assert [value for _, value in read('{"a": 1}{"a": 2}\n{"a": 3}')] == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_lines_of_arrays_are_records_and_no_one_array() -> None:
    assert read('["肺炎", "症状", "发热"]\n["肺炎", "症状", "咳嗽"]\n')[1] == ("line 2", ["肺炎", "症状", "咳嗽"])


@pytest.mark.parametrize("broken", ['{"a": 2, "b', '{"a": 2 "b": 3}', '{"a": ', "oops"])
def test_a_broken_line_costs_itself_only(broken: str) -> None:
    lines = ['{"a": 1}'] * 100 + [broken] + ['{"a": 3}'] * 100
    found = read("\n".join(lines))
    assert [value for _, value in found].count(Reason.MALFORMED) == 1
    assert found[100] == ("line 101", Reason.MALFORMED)
    assert len(found) == 201


def test_the_rejection_of_a_line_has_file_place_and_excerpt() -> None:
    found = dict(json_records(SourceFile.from_bytes("a.jsonl", b'{"a": 1}\n{"a": 2, \xe5\x8f\x91'), OPTIONS))
    rejection = found["line 2"]
    assert isinstance(rejection, Rejection)
    assert (rejection.origin.file, rejection.origin.locator) == ("a.jsonl", "line 2")
    assert rejection.excerpt.startswith('{"a": 2')


@pytest.mark.parametrize("indent", [None, 1])
def test_half_a_record_inside_an_array_costs_itself_only(indent: int | None) -> None:
    text = json.dumps([{"a": i, "b": {"c": [i]}} for i in range(20)], indent=indent)
    start, after = (text.index(f'"a": {i}') for i in (10, 11))
    follower = text.rindex("{", 0, after) - (2 if indent else 0)  # with the line's indent
    found = read(text[: start + 7] + ", " + text[follower:])
    values = [value for _, value in found]
    assert values.count(Reason.MALFORMED) == 1
    assert [value["a"] for value in values if isinstance(value, dict)] == [i for i in range(20) if i != 10]


def test_a_truncated_array_keeps_its_whole_elements() -> None:
    text = json.dumps([{"a": i, "b": "发热"} for i in range(5)], ensure_ascii=False)
    for cut in (text[:-1], text[:-3], text[:-12]):
        found = read(cut)
        assert [value for _, value in found].count(Reason.TRUNCATED) == 1
        assert found[-1][1] is Reason.TRUNCATED
        assert found[3][1] == {"a": 3, "b": "发热"}


def test_strings_with_brackets_and_quotes_do_not_confuse() -> None:
    records = [{"a": 'x"]}\\'}, {"b": '[{"'}, {"c": "\\\\"}]
    assert [value for _, value in read(json.dumps(records))] == records


def test_records_cross_blocks_unharmed() -> None:
    records = [{"text": "热" * (i * 1000), "n": i} for i in range(60)]
    for text in (json.dumps(records), json.dumps(records, indent=2), "\n".join(map(json.dumps, records))):
        assert [value for _, value in read(text)] == records


def test_nan_duplicate_keys_control_characters_and_nul_are_tolerated() -> None:
    ((_, value),) = read('{"a": NaN, "b": 1, "b": 2, "c": "x\ty\x00z"}')
    assert isinstance(value, dict)
    assert (value["b"], value["c"]) == (2, "x\tyz")


def test_lone_surrogates_become_replacement_characters() -> None:
    ((_, value),) = read(r'{"a": "\ud83d\ude00 \ud83d x \ude00 \\ud83d"}')
    assert value == {"a": "😀 \ufffd x \ufffd \\ud83d"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5"])
def test_encodings_are_detected(encoding: str) -> None:
    text = '{"問": "孩子發燒三天，應該怎麼辦？", "答": "請帶孩子到醫院檢查，注意多喝水。"}\n' * 3
    if encoding == "gb18030":
        text = text.translate(str.maketrans("問發燒應該麼辦請帶醫檢", "问发烧应该么办请带医检"))
    assert [value for _, value in read(text.encode(encoding))] == [json.loads(text.splitlines()[0])] * 3


def test_what_is_no_json_is_said_to_be_none() -> None:
    for text in ("发热三天", "[MASK] 一日三次\n口服", "a,b\n1,2"):
        with pytest.raises(UnreadableFile) as caught:
            read(text)
        assert caught.value.reason is Reason.UNKNOWN_FORMAT
        assert not is_json(SourceFile.from_bytes("a.txt", text.encode()), OPTIONS)


def test_wrapped_lists_are_unwrapped_and_records_with_lists_are_not() -> None:
    wrapped = {"version": 1, "RECORDS": [{"a": 1}, {"a": 2}]}
    single = {"name": "肺炎", "data": ["x"], "conversations": [{"from": "human", "value": "x"}]}
    file = SourceFile.from_bytes("a.json", json.dumps(wrapped).encode())
    assert list(unwrapped(json_records(file, OPTIONS))) == [("RECORDS#0", {"a": 1}), ("RECORDS#1", {"a": 2})]
    file = SourceFile.from_bytes("a.json", json.dumps(single).encode())
    assert list(unwrapped(json_records(file, OPTIONS))) == [("line 1", single)]


def test_nuls_behind_the_last_value_are_no_record() -> None:
    assert read('[{"a": 1}]' + "\x00" * 100) == [("#0", {"a": 1})]
    assert read('{\n"a": 1}\n' + "\x00" * 100) == [("line 1", {"a": 1})]


def test_values_on_one_line_have_places_of_their_own() -> None:
    assert [where for where, _ in read('{"a": 1}{"a": 1}\n{"a": 1}')] == ["line 1", "line 1 #1", "line 2"]
