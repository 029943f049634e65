import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.records.header import FIRST_ROW
from ingest.records.table_files import csv_rows, excel_rows, parquet_rows
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection


def rows(text: str, **columns: str | int) -> list[tuple[str, object]]:
    options = SourceOptions("test", "distilled", columns=columns)
    found = csv_rows(SourceFile.from_bytes("a.csv", text.encode()), options, CONVERSATION_WORDS)
    return [(where, row.reason if isinstance(row, Rejection) else row) for where, row in found]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected(delimiter: str) -> None:
    text = "问题,回答\n肺炎是什么,肺部炎症\n怎么治,遵医嘱\n".replace(",", delimiter)
    assert rows(text)[0] == ("line 2", {"问题": "肺炎是什么", "回答": "肺部炎症"})


def test_cells_over_several_lines_are_located_where_the_row_begins() -> None:
    assert rows('question,answer\n"发热\n三天",观察\n咳嗽,就诊\n') == [
        ("line 2", {"question": "发热\n三天", "answer": "观察"}),
        ("line 4", {"question": "咳嗽", "answer": "就诊"}),
    ]


def test_without_a_header_columns_have_numbers() -> None:
    assert rows("肺炎\t症状\t发热\n肺炎\t症状\t咳嗽\n")[0] == ("line 1", {0: "肺炎", 1: "症状", 2: "发热"})
    assert rows("id,name\n1,2\n", question=0)[0] == ("line 1", {0: "id", 1: "name"})


def test_ragged_rows_are_rejected_alone() -> None:
    found = rows("question,answer\na,b\nonly one\nc,d\ne,f,g\nh,i,,\n")
    assert [row for _, row in found] == [
        {"question": "a", "answer": "b"},
        Reason.MALFORMED,
        {"question": "c", "answer": "d"},
        Reason.MALFORMED,
        {"question": "h", "answer": "i"},
    ]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row() -> None:
    text = "question,answer\n" + 'a,"b\n' + "".join(f"q{i},a{i}\n" for i in range(5000))
    found = rows(text)
    assert found[0] == ("line 2", Reason.MALFORMED)
    assert len(found) == 5001
    assert found[-1] == ("line 5002", {"question": "q4999", "answer": "a4999"})


def test_quotation_marks_in_tsv_are_text_unless_a_whole_cell_stands_in_them() -> None:
    assert rows('head\ttail\n"三凹"征\t体征\n')[0][1] == {"head": '"三凹"征', "tail": "体征"}
    assert rows('head\ttail\n"a\tb"\tc\n"d"\te\n')[0][1] == {"head": "a\tb", "tail": "c"}


def test_headers_with_empty_and_repeated_names_stay_apart() -> None:
    assert list(rows("name,desc,desc,\na,b,c,d\n")[0][1]) == ["name", "desc_1", "desc_2", "_3"]  # type: ignore[call-overload]


def workbook(path: Path) -> SourceFile:
    book = Workbook()
    first = book.active
    first.title = "问答"
    first.append(["question", "answer", "age"])
    first.append(["发热怎么办", "多喝水", 3.0])
    first.append([None, None, None])
    first.append(["咳嗽", None, 2.5])
    second = book.create_sheet("二")
    second.append(["肺炎", "症状", "发热"])
    book.save(path)
    return SourceFile.from_path(path)


def test_all_sheets_of_a_workbook_are_read(tmp_path: Path) -> None:
    found = list(excel_rows(workbook(tmp_path / "a.xlsx"), SourceOptions("test", "distilled"), CONVERSATION_WORDS))
    assert found == [
        ("问答: line 2", {"question": "发热怎么办", "answer": "多喝水", "age": "3"}),
        ("问答: line 4", {"question": "咳嗽", "answer": "", "age": "2.5"}),
        ("二: line 1", {0: "肺炎", 1: "症状", 2: "发热"}),
    ]


def test_parquet_keeps_its_types_and_counts_rows_from_1() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"prompt": ["a", None], "n": [[1], []]}), sink)
    file = SourceFile.from_bytes("a.parquet", sink.getvalue())
    assert list(parquet_rows(file, SourceOptions("test", "distilled"))) == [
        ("line 1", {"prompt": "a", "n": [1]}),
        ("line 2", {"prompt": None, "n": []}),
    ]


@pytest.mark.parametrize("reader", [excel_rows, parquet_rows])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"PAR1" + bytes(50) + b"PAR1"])
def test_damaged_workbooks_and_parquet_files_are_said_to_be_so(reader, data: bytes) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(reader(SourceFile.from_bytes("a", data), SourceOptions("test", "distilled")))
    assert caught.value.reason in (Reason.UNREADABLE_FILE, Reason.TRUNCATED)


def test_quotation_marks_left_bare_or_escaped_in_quoted_cells_are_text() -> None:
    text = 'question,answer\n"宝宝说"疼"怎么办","看"看\n"他说\\"疼\\"",好\n"一""二",三\n'
    assert [row for _, row in rows(text)] == [
        Reason.MALFORMED,
        {"question": '他说"疼"', "answer": "好"},
        {"question": '一"二', "answer": "三"},
    ]
    assert rows('question,answer\n"宝宝说"疼"怎么办",看看\n')[0][1] == {
        "question": '宝宝说"疼"怎么办',
        "answer": "看看",
    }


def test_a_title_above_the_header_and_excels_separator_line_are_no_rows() -> None:
    assert rows("咨询记录,\n问题,回答\na,b\n") == [("line 3", {"问题": "a", "回答": "b"})]
    assert rows("sep=;\n问题;回答\na;b\n") == [("line 3", {"问题": "a", "回答": "b"})]


def test_where_the_first_row_is_the_header_any_words_are() -> None:
    table = SourceFile.from_bytes("a.csv", "某列,,某列,b\nx,y,z,x\n".encode())
    (row,) = csv_rows(table, SourceOptions("test", "table"), FIRST_ROW)
    assert row == ("line 2", {"某列_0": "x", "_1": "y", "某列_2": "z", "b": "x"})
    titled = SourceFile.from_bytes("a.csv", "导出时间,\n甲,乙\nx,y\n".encode())
    assert list(csv_rows(titled, SourceOptions("test", "table"), FIRST_ROW)) == [("line 3", {"甲": "x", "乙": "y"})]
