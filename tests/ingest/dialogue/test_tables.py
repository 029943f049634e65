"""Workbooks and tables as hospitals export them: titles, merged cells, several sheets, a row a turn or a case."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pytest
from openpyxl import Workbook

from schemas.dialogue import Dialogue
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample
from tests.support import readers

Sheet = list[list[Any]]


def workbook(sheets: dict[str, Sheet], merged: dict[str, list[str]] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for place in (merged or {}).get(title, []):
            sheet.merge_cells(place)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


read = partial(readers.read, "dialogue")


def texts(found: list[Any]) -> list[list[str]]:
    assert all(isinstance(item, Dialogue) for item in found), found
    return [[turn.text for turn in item.turns] for item in found]


HEADER = ["问诊编号", "科室", "初步诊断", "发送人", "发送时间", "消息内容"]


def test_titles_merged_cells_and_several_sheets_are_read_as_people_see_them() -> None:
    january: Sheet = [
        ["某医院互联网问诊记录"],
        ["导出时间：2024-01-05", None, "导出人：甲"],
        [],
        HEADER,
        ["Z1", "儿科", "支气管炎", "患者", "10:00", "咳嗽三天"],
        [None, None, None, "医生", "10:01", "有痰吗？"],
        [None, None, None, "患者", "10:02", "有"],
        ["Z2", "儿科", "腹泻病", "家长", "11:00", "拉肚子"],
        [None, None, None, "医生", "11:01", "几次？"],
    ]
    february: Sheet = [
        HEADER,
        ["Z1", "新生儿科", "黄疸", "家长", "10:00", "黄"],
        ["Z1", "新生儿科", "黄疸", "医生", "10:01", "几天？"],
    ]
    data = workbook(
        {"一月": january, "二月": february, "说明": [["本表由系统导出"]]},
        {"一月": ["A1:F1", "A5:A7", "B5:B7", "C5:C7"]},
    )
    *found, note = sorted(read("a.xlsx", data), key=lambda item: isinstance(item, Rejection))
    assert texts(found) == [["咳嗽三天", "有痰吗？", "有"], ["拉肚子", "几次？"], ["黄", "几天？"]]
    assert [(item.department, item.diagnosis) for item in found] == [
        ("儿科", "支气管炎"),
        ("儿科", "腹泻病"),
        ("新生儿科", "黄疸"),
    ]
    assert found[0].origin.locator == "一月: line 5"
    assert (note.reason, note.origin.locator) == (Reason.MISSING_FIELD, "说明: line 1")


def test_a_cell_merged_over_rows_is_said_of_each_of_them() -> None:
    rows: Sheet = [
        ["科室", "诊断", "问题", "回答"],
        ["儿科", "上感", "咳嗽怎么办", "多喝水"],
        [None, None, "发热怎么办", "退热"],
        [None, "骨折", "骨折怎么办", "石膏"],
    ]
    found = read("a.xlsx", workbook({"表": rows}, {"表": ["A2:A3"]}))
    assert [(item.department, item.diagnosis) for item in found] == [("儿科", "上感"), ("儿科", None), ("", "骨折")]


def test_a_header_of_two_rows_is_one() -> None:
    rows: Sheet = [
        ["序号", "患者信息", None, "问诊内容", None],
        [None, "年龄", "科室", "患者提问", "医生回复"],
        [1, "3岁", "儿科", "发烧怎么办", "多喝水"],
    ]
    (found,) = read("a.xlsx", workbook({"表": rows}, {"表": ["A1:A2", "B1:C1", "D1:E1"]}))
    assert texts([found]) == [["发烧怎么办", "多喝水"]]
    assert found.department == "儿科"


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (["病历号", "第1轮患者", "第1轮医生", "第2轮患者", "第2轮医生"], ["7", "咳嗽", "几天", "三天", "拍片"], 4),
        (["id", "问题1", "回答1", "问题2", "回答2"], ["7", "咳嗽", "几天", "三天", "拍片"], 4),
        (["Q1", "A1", "Q2", "A2", "Q3", "A3"], ["咳嗽", "几天", "三天", "拍片", "", ""], 4),
        (["主诉", "医生_1", "患者_1", "医生_2", "患者_2"], ["咳嗽", "几天", "三天", "拍片", "好"], 5),
    ],
)
def test_a_column_a_round_is_one_dialogue(header: list[str], row: list[str], said: int) -> None:
    (found,) = read("a.xlsx", workbook({"表": [header, row]}))
    assert texts([found])[0] == ["咳嗽", "几天", "三天", "拍片", "好"][:said]
    (sample,) = readers.read("distilled", "a.xlsx", workbook({"表": [header, row]}))
    assert isinstance(sample, IngestedSample)


def test_several_answers_to_one_question_are_no_rounds() -> None:
    (found,) = read("a.csv", "question,answer1,answer2\n咳嗽,多喝水,休息\n")
    assert texts([found]) == [["咳嗽", "多喝水"]]


@pytest.mark.parametrize(
    "rows",
    [
        [["患者：咳嗽"], ["医生：几天"], ["患者：三天"]],
        [["患者：咳嗽\n医生：几天\n患者：三天"]],
        [["患者", "咳嗽"], ["医生", "几天"], ["患者", "三天"]],
        [["1", "患者", "咳嗽"], ["1", "医生", "几天"], ["1", "患者", "三天"]],
        [["咨询", "记录"], ["角色", "内容"], ["患者", "咳嗽"], ["医生", "几天"], ["患者", "三天"]],
    ],
)
def test_rows_that_name_the_speaker_need_no_header(rows: Sheet) -> None:
    assert texts(read("a.xlsx", workbook({"表": rows}))) == [["咳嗽", "几天", "三天"]]


def test_an_empty_row_ends_a_dialogue_where_each_part_has_both_sides() -> None:
    header: Sheet = [["角色", "内容"]]
    two = [*header, ["患者", "咳嗽"], ["医生", "几天"], [], ["患者", "发热"], ["医生", "几度"]]
    assert texts(read("a.xlsx", workbook({"表": two}))) == [["咳嗽", "几天"], ["发热", "几度"]]
    one = [*header, ["患者", "咳嗽"], [], ["医生", "几天"], [], ["患者", "三天"]]
    assert texts(read("a.xlsx", workbook({"甲": one, "乙": one}))) == [["咳嗽", "几天", "三天"]] * 2


@pytest.mark.parametrize(
    "header",
    ["conv,turn,role,utterance", "x,turn_id,角色,内容", "visit_no,seq,from_user_type,msg_content", "y,序号,角色,内容"],
)
def test_turns_whose_number_begins_again_begin_a_dialogue(header: str) -> None:
    rows = "\nA,1,患者端,咳嗽\nA,2,医生端,几天\nA,3,患者端,三天\nB,1,患者端,发热\nB,2,医生端,几度\n"
    assert texts(read("a.csv", header + rows)) == [["咳嗽", "几天", "三天"], ["发热", "几度"]]


def test_cells_beside_the_header_cost_nothing_and_a_sheet_that_fails_costs_itself() -> None:
    good: Sheet = [["主诉内容", "处理"], ["咳嗽", "多喝水", "旁注"]]
    other: Sheet = [["问题", "回答"], ["发热", "退热"]]
    found = read("a.xlsx", workbook({"甲": good, "乙": other}), columns={"question": "主诉内容", "answer": "处理"})
    assert texts(found[:1]) == [["咳嗽", "多喝水"]]
    assert isinstance(found[1], Rejection)
    assert found[1].origin.locator == "乙"


HTML = (
    "<html><head><meta charset='gb2312'></head><body><table border=1><tr><td colspan=3>问诊记录</td></tr>"
    "<tr><th>科室</th><th>患者提问</th><th>医生回复</th></tr><tr><td rowspan=2>儿科</td><td>咳嗽<br>两天</td>"
    "<td>多喝水&nbsp;<b>休息</b></td></tr><tr><td>发热</td><td>退热</td></tr></table></body></html>"
)
XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table><Row><Cell>'
    "<Data>科室</Data></Cell><Cell><Data>问题</Data></Cell><Cell><Data>回答</Data></Cell></Row>"
    "<Row ss:Index='4'><Cell ss:MergeDown='1'>"
    "<Data>儿科</Data></Cell><Cell><Data>咳嗽&#10;两天</Data></Cell><Cell><Data>多喝水休息</Data></Cell></Row><Row>"
    "<Cell ss:Index='2'><Data>发热</Data></Cell><Cell><Data>退热</Data></Cell></Row></Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (HTML.encode("gb18030"), ["table 1: line 3", "table 1: line 4"]),
        (HTML.encode(), ["table 1: line 3", "table 1: line 4"]),
        (XML.encode(), ["表: line 4", "表: line 5"]),
    ],
)
def test_workbooks_that_are_html_or_xml_are_read_as_such(data: bytes, places: list[str]) -> None:
    found = read("a.xls", data)
    assert [item.department for item in found] == ["儿科", "儿科"]
    assert [" ".join(texts([item])[0][0].split()) for item in found] == ["咳嗽 两天", "发热"]
    assert [item.origin.locator for item in found] == places


@pytest.mark.parametrize(
    "html", ["<table>" * 9000, "<table><tr>" * 9000, "<table><tr>" + "<td colspan=9999>x" * 9000, "<table>\x00<tr><td"]
)
def test_hostile_tables_come_back(html: str) -> None:
    assert all(isinstance(item, Rejection) for item in read("a.xls", html))
