"""Graded recommendations of guidelines, in the notations Chinese societies use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import guideline
from ingest.book.grades.grades import find_grades
from ingest.guideline import split_graded
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document

OPTIONS = SourceOptions("guidelines", "guideline", department="儿科", license="cc-by-4.0")
SAMPLE = Path(__file__).parents[3] / "pedcorpus/sample/guidelines/diarrhea_fever_sample_guideline.pdf"


@pytest.mark.parametrize(
    ("text", "grade", "evidence"),
    [
        ("推荐口服阿莫西林（1A）。", "1A", "A"),
        ("可考虑雾化吸入（GRADE 2B）。", "2B", "B"),
        ("对高危儿监测血糖[1B]。", "1B", "B"),
        ("确诊后应隔离（推荐强度：强；证据质量：高）。", "强", "高"),
        ("建议使用布洛芬退热（强推荐，中等质量证据）。", "强推荐", "中等质量"),
        ("建议补充维生素D（推荐等级：A，证据级别：Ⅰ）。", "A", "Ⅰ"),
        ("给予吸氧（Ⅱa类推荐，B级证据）。", "Ⅱa", "B"),
        ("推荐早期喂养。（证据等级：B级，推荐强度：强推荐）", "强推荐", "B级"),
        ("重症应入院治疗。推荐强度：强；证据质量：低。", "强", "低"),
        ("推荐静脉补液（推荐等级1，证据等级A）。", "1", "A"),
        ("监测体温（证据级别：2b）。", None, "2b"),
        ("不推荐常规使用抗菌药物（Grade 1B）。", "1B", "B"),
        ("【推荐】早期肠内营养（⊕⊕○○，弱推荐）。", "弱推荐", "⊕⊕○○"),
        ("推荐（强推荐，证据等级B）：使用布地奈德雾化。", "强推荐", "B"),
        ("应监测血糖（Ⅱa，B）。", "Ⅱa", "B"),
        ("建议补液（强，A）。", "强", "A"),
        ("推荐早期干预（牛津1b级证据，A级推荐）。", "A", "1b"),
        ("推荐早期干预（LOE 1b，GOR A）。", "A", "1b"),
        ("推荐早期干预（Class Ⅱa，Level B）。", "Ⅱa", "B"),
        ("推荐早期干预（COR Ⅰ，LOE B-R）。", "Ⅰ", "B-R"),
        ("应监测血糖（证据Ⅱ级，推荐A级）。", "A级", "Ⅱ级"),
        ("应监测血糖（证据分级：1++；推荐分级：A）。", "A", "1++"),
        ("应监测血糖（证据级别：专家共识，推荐强度：强）。", "强", "专家共识"),
        ("应监测血糖（Ⅱ-2，B）。", "B", "Ⅱ-2"),
        ("应监测血糖【A，1】。", "1", "A"),
        ("应监测血糖（BⅢ）。", "B", "Ⅲ"),
        ("应监测血糖（1，⊕⊕○○）。", "1", "⊕⊕○○"),
        ("应监测血糖（强，高）。", "强", "高"),
        ("应监测血糖（GRADE 1+）。", "1+", None),
        ("不推荐使用可待因（强烈反对，中等质量证据）。", "强烈反对", "中等质量"),
        ("推荐早期康复（共识程度：98.5%）。", "共识程度：98.5%", None),
        ("推荐早期康复（推荐强度：强；共识度：95%；证据质量：低）。", "强", "低"),
        ("强推荐：每年接种流感疫苗（证据等级：中）。", "强推荐", "中"),
        ("1A：推荐对所有新生儿筛查听力。", "1A", "A"),
        ("推荐等级：1B。推荐每年接种流感疫苗。", "1B", "B"),
        ("推荐早期康复。【推荐等级】强推荐【证据级别】A级", "强推荐", "A级"),
        ("推荐等级：强推荐 证据质量：中 推荐内容：早期康复。", "强推荐", "中"),
        ("推荐早期康复（证据等级：Ⅰ；推荐等级：A）[12-14]。", "A", "Ⅰ"),
        (
            "We recommend amoxicillin (strong recommendation, moderate-quality evidence).",
            "strong recommendation",
            "moderate-quality",
        ),
    ],
)
def test_grades_are_read_as_printed(text: str, grade: str | None, evidence: str | None) -> None:
    rest, ((sentence, graded),) = split_graded(text)
    assert (graded.grade, graded.evidence) == (grade, evidence)
    assert sentence == text
    assert rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "儿童肺炎的诊断依靠临床（图1A），见表2B。",
        "维生素（A、D）补充（B）。",
        "证据质量分为高、中、低、极低四级。",
        "剂量为每次5 mg/kg（1次/d）。",
        "维生素B（1B类）与图（2A）对照。",
        "体重低（小于第3百分位）者随访。",
        "应检查对光反射（强）和腱反射（弱）。",
        "建议测量血压（1次/d），血型（A，B）与分组（1A组）见记录。",
        "推荐意见2",
        "[推荐1] 首选口服补液。",
        "目前关于益生菌的证据质量为低，尚需研究。",
        "本指南将证据质量高低和推荐强度强弱分开评价。",
    ],
)
def test_brackets_that_are_no_grades_are_left_alone(text: str) -> None:
    assert find_grades(text) == []


def test_short_recommendations_are_not_joined() -> None:
    found = split_graded("首选口服补液(1A)。补锌(2B)。1. （1B）输液。")[1]
    assert [text for text, _ in found] == ["首选口服补液(1A)。", "补锌(2B)。", "1. （1B）输液。"]


def test_two_grades_in_one_sentence_are_two_recommendations() -> None:
    found = split_graded("可使用益生菌（2B），但不用于免疫缺陷患儿（1C）。")[1]
    assert [(text, graded.grade) for text, graded in found] == [
        ("可使用益生菌（2B）", "2B"), ("但不用于免疫缺陷患儿（1C）。", "1C"),
    ]  # fmt: skip


def test_only_the_graded_sentence_leaves_the_paragraph() -> None:
    text = "腹泻很常见。推荐1：首选口服补液（1A）。其余患儿观察。推荐2：补锌（2B）；"
    rest, recommended = split_graded(text)
    assert rest == "腹泻很常见。其余患儿观察。"
    assert [sentence for sentence, _ in recommended] == ["推荐1：首选口服补液（1A）。", "推荐2：补锌（2B）；"]


def test_a_grade_on_its_own_line_belongs_to_the_paragraph_before() -> None:
    text = "# 一、治疗\n\n轻症患儿首选口服补液盐。\n\n推荐等级：强推荐；证据级别：高。\n\n重症静脉补液。\n"
    records = list(guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS))
    kinds = [(r.kind, r.grade, r.evidence, r.section) for r in records if isinstance(r, Document)]
    assert kinds == [  # what stands behind it may be its evidence, so the order of the page is kept
        ("recommendation", "强推荐", "高", ("一、治疗",)),
        ("text", None, None, ("一、治疗",)),
    ]
    assert [r.text for r in records if isinstance(r, Document) and r.kind == "text"] == ["重症静脉补液。"]


def recommendations(text: str) -> list[tuple[str, str | None, str | None]]:
    records = guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS)
    return [(r.text, r.grade, r.evidence) for r in records if isinstance(r, Document) and r.kind == "recommendation"]


@pytest.mark.parametrize(
    "label",
    ["推荐意见1（1B）", "### 推荐意见 1（1B）", "【推荐意见1】（推荐等级1B，证据级别B）", "**推荐1（GRADE 1B）：**"],
)
def test_a_label_with_its_grade_belongs_to_the_paragraph_behind_it(label: str) -> None:
    ((text, grade, evidence),) = recommendations(f"# 治疗\n\n{label}\n\n轻度脱水首选口服补液。\n\n另一段正文。\n")
    assert text.endswith("轻度脱水首选口服补液。")
    assert (grade, evidence) == ("1B", "B")


def test_a_recommendation_printed_as_a_heading_is_one() -> None:
    found = recommendations("# 治疗\n\n## 推荐1：轻度脱水首选口服补液（1A）\n\n研究支持这一点。\n")
    assert found == [("推荐1：轻度脱水首选口服补液（1A）", "1A", "A")]


def test_a_grade_on_its_own_line_finds_its_heading_or_what_is_behind_it() -> None:
    text = "## 推荐1：首选口服补液\n\n（推荐强度：强；证据质量：高）\n\n研究支持这一点。\n"
    assert recommendations(text) == [("推荐1：首选口服补液（推荐强度：强；证据质量：高）", "强", "高")]
    text = "## 治疗\n\n推荐强度：强；证据质量：高。\n\n首选口服补液。\n\n另一段正文。\n"
    assert recommendations(text) == [("推荐强度：强；证据质量：高。首选口服补液。", "强", "高")]
    text = "## 推荐1：首选口服补液\n\n研究支持这一点。\n"
    records = guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS)
    assert [(r.section, r.text) for r in records if isinstance(r, Document)] == [
        (("推荐1：首选口服补液",), "研究支持这一点。")
    ]


def test_what_studies_found_is_no_recommendation() -> None:
    text = "推荐口服补液（1A）。一项系统评价显示住院时间缩短（证据质量中等）。推荐说明：共5项，证据质量低。"
    assert [sentence for sentence, _ in split_graded(text)[1]] == ["推荐口服补液（1A）。"]


def test_rows_of_a_table_of_recommendations_are_recommendations() -> None:
    rows = (
        "| 序号 | 推荐意见 | 推荐强度 | 证据质量 | 共识度 |\n|--|--|--|--|--|\n| 1 | 首选口服补液。 | 强 | 高 | 98% |\n"
    )
    records = list(guideline.read(SourceFile.from_bytes("g.md", rows.encode()), OPTIONS))
    (found,) = [r for r in records if isinstance(r, Document)]
    assert (found.kind, found.grade, found.evidence) == ("recommendation", "强", "高")
    assert found.text == "首选口服补液（推荐强度：强；证据质量：高；共识度：98%）。"
    assert found.table == (
        ("序号", "推荐意见", "推荐强度", "证据质量", "共识度"),
        ("1", "首选口服补液。", "强", "高", "98%"),
    )
    assert recommendations("| 推荐内容 | 等级 |\n|--|--|\n| 首选口服补液 | 1A |\n") == [
        ("首选口服补液（等级：1A）", "1A", "A")
    ]
    grouped = "| 建议 | 强度 |\n|--|--|\n| 补液 | |\n| 首选口服 | 强 |\n"
    assert recommendations(grouped) == [("首选口服（补液；强度：强）", "强", None)]
    assert recommendations("| 建议 | GRADE分级 |\n|--|--|\n| 首选口服补液 | 1A |\n")[0][1:] == ("1A", "A")
    assert recommendations("| 建议 | 推荐强度/证据质量 |\n|--|--|\n| 首选口服 | 强/高 |\n")[0][1:] == ("强", "高")
    assert recommendations("| 问题 | 建议 |\n|--|--|\n| 补液 | 首选口服（2C）。 |\n")[0][1:] == ("2C", "C")


def test_a_table_that_defines_grades_stays_a_table() -> None:
    assert recommendations("| 推荐强度 | 定义 |\n|--|--|\n| 强推荐 | 利大于弊 |\n| 弱推荐 | 利弊不明 |\n") == []
    assert recommendations("| 证据级别 | 推荐强度 | 研究类型 |\n|--|--|--|\n| A | 强 | 随机对照 |\n") == []


def test_the_bundled_guideline_reads_from_two_columns_as_from_its_manuscript() -> None:
    if not SAMPLE.exists():
        pytest.skip("the bundled sample is not here")
    readings = []
    for path in (SAMPLE, SAMPLE.with_suffix(".md")):
        records = guideline.read(SourceFile.from_path(path), OPTIONS)
        documents = [r for r in records if isinstance(r, Document) and r.section and r.kind != "caption"]
        readings.append([(d.kind, d.section, d.text, d.table, d.grade, d.evidence) for d in documents])
    assert readings[0] == readings[1]
    assert sum(kind == "recommendation" for kind, *_ in readings[0]) == 14
    assert all(entry[4] for entry in readings[0] if entry[0] == "recommendation")


def test_dose_tables_are_rows() -> None:
    if not SAMPLE.exists():
        pytest.skip("the bundled sample is not here")
    records = guideline.read(SourceFile.from_path(SAMPLE), OPTIONS)
    table = [r for r in records if isinstance(r, Document) and r.table][-1]
    assert (table.table or ())[0] == ("药物", "剂量", "给药间隔与疗程", "注意事项")
    assert table.text.startswith("药物：口服补液盐Ⅲ；剂量：")
