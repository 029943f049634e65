from typing import Any

import pyarrow as pa
import pytest

from dedup import MinHash, near_duplicates
from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import documents
from pedcorpus.steps.instruct.of_documents.drug_names import is_dose_without_drug, mentions_drug, names_drug


@pytest.mark.parametrize(
    "name", ["布洛芬", "地高辛片", "糖皮质激素", "静脉注射免疫球蛋白", "头孢曲松", "退热药", "人血白蛋白"]
)
def test_names_of_drugs(name: str) -> None:
    assert names_drug(name)


@pytest.mark.parametrize("name", ["用药原则", "口服补液", "肺炎", "护理", "用药", "出院标准"])
def test_other_headings(name: str) -> None:
    assert not names_drug(name)


def test_a_dose_needs_its_drug_in_question_or_answer() -> None:
    dose = "口服饱和量：早产儿0.02～0.03 mg/kg，足月儿0.03～0.04 mg/kg。"
    assert is_dose_without_drug("处方集的用法用量是怎样的？", dose)
    assert not is_dose_without_drug("地高辛的用法用量是怎样的？", dose)
    assert not is_dose_without_drug("应怎样补液？", "重度脱水先给20 ml/kg，在半小时内输入。")
    assert not is_dose_without_drug("什么是生理性黄疸？", "每日胆红素升高小于85 μmol/L（5 mg/dl）。")
    assert mentions_drug("每日给予布洛芬。")


def entry(number: int, drug: str, head: str, text: str) -> dict[str, Any]:
    row = {"id": f"doc-{number}", "source": "book", "kind": "text", "title": "某市儿童医院药品处方集", "text": text}
    row |= {
        "origin": {"file": "a.docx", "locator": f"line {number}", "sha256": ""},
        "section": ["第一章 常用药", drug, head],
    }
    return row | {"department": "儿科", "license": "x", "grade": None, "evidence": None}


def test_a_formulary_asks_for_each_drug_by_name() -> None:
    dose = "口服，每次5～10 mg/kg，间隔6～8小时。"
    rows = [
        entry(1, "布洛芬", "【用法与用量】", dose),
        entry(2, "布洛芬", "【不良反应】", "可有恶心、呕吐和皮疹，偶见肾功能损害。"),
        entry(3, "对乙酰氨基酚", "【用法与用量】", "口服，每次10～15 mg/kg，间隔4～6小时。"),
    ]
    asked = [sample.messages[0].content for sample in documents.samples(rows, Instruct()).samples]
    assert ["布洛芬" in one for one in asked] == [True, True, False]
    assert "对乙酰氨基酚" in asked[2]
    assert not any("处方集" in one for one in asked)


def test_questions_for_two_drugs_are_no_duplicates() -> None:
    frames = ("问：{}的用法用量是怎样的？", "问：{}应按什么剂量使用？", "问：使用{}有哪些注意事项？")
    for frame in frames:
        asked = [frame.format(drug) for drug in ("布洛芬", "地高辛", "苯巴比妥")]
        found = near_duplicates(pa.array(asked), MinHash.at(0.3))
        assert found.kept.all()
