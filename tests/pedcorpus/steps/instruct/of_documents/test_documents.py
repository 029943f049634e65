from typing import Any

import pytest

from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import documents
from pedcorpus.steps.instruct.of_documents.passages import whole_sentences
from pedcorpus.steps.instruct.of_documents.references import without_references
from pedcorpus.steps.instruct.of_documents.subject import Focus, focus_of, subject_of_title
from pedcorpus.steps.instruct.sample_builder import SampleBuilder

BOOK = "儿科学（第9版）"
GUIDE = "儿童社区获得性肺炎诊疗规范（2019年版）"


def unit(number: int, section: list[str], text: str, **more: Any) -> dict[str, Any]:
    row = {
        "id": f"doc-{number}",
        "source": "book",
        "origin": {"file": "a.pdf", "locator": f"p.{number}", "sha256": ""},
        "kind": "text",
        "title": BOOK,
        "section": section,
        "text": text,
        "department": "儿科",
        "license": "cc-by-4.0",
        "grade": None,
        "evidence": None,
    }
    return row | more


def made(*rows: dict[str, Any], **settings: int) -> SampleBuilder:
    return documents.samples(list(rows), Instruct(**settings))


def reasons(result: SampleBuilder) -> dict[str, str]:
    return {rejection.record_id: rejection.reason.value for rejection in result.rejections}


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        (GUIDE, "儿童社区获得性肺炎"),
        ("中国儿童肥胖诊断评估与管理专家共识", "儿童肥胖"),
        ("川崎病诊断和急性期治疗专家共识", "川崎病"),
        ("实用儿科学", ""),
        ("儿童呼吸系统疾病", ""),
        ("Guideline 2019", ""),
    ],
)
def test_a_guideline_title_names_its_disease_and_a_book_title_none(title: str, subject: str) -> None:
    assert subject_of_title(title) == subject


@pytest.mark.parametrize(
    ("title", "section", "focus"),
    [
        (BOOK, ["第十章 呼吸系统疾病", "第三节 急性支气管炎", "【治疗】"], Focus("急性支气管炎", "treatment")),
        (BOOK, ["肺炎", "哮喘的诊断标准"], Focus("哮喘", "diagnosis")),
        (GUIDE, ["七、治疗", "（三）抗感染治疗", "1.抗菌药物"], Focus("儿童社区获得性肺炎", "treatment", "抗菌药物")),
        (GUIDE, ["3 诊断与鉴别诊断", "3.1 诊断标准"], Focus("儿童社区获得性肺炎", "diagnosis")),
        (BOOK, ["肺炎", "【治疗】", "（1）抗菌药物治疗", "1）原则"], Focus("肺炎", "treatment", "抗菌药物治疗的原则")),
        (BOOK, ["第五章 儿科疾病诊治原则", "三、儿童药物剂量计算"], Focus("儿童药物剂量计算", "overview")),
        (BOOK, ["第十章 呼吸系统疾病", "第二节 检查方法"], None),
        (BOOK, ["肺炎", "【治疗】", "3 岁以下儿童的用药"], Focus("肺炎", "treatment", "3 岁以下儿童的用药")),
        (BOOK, ["肾病综合征", "并发症", "感染", "治疗"], Focus("肾病综合征", "treatment", "感染")),
        (BOOK, ["肺炎", "临床表现", "轻症肺炎"], Focus("轻症肺炎", "clinical")),
        (BOOK, ["热性惊厥", "病因和发病机制"], Focus("热性惊厥", "cause", "病因和发病机制")),
    ],
)
def test_the_heading_path_tells_subject_aspect_and_topic(title: str, section: list[str], focus: Focus) -> None:
    assert focus_of(title, section) == focus


@pytest.mark.parametrize("section", [["参考文献"], ["一、前言"], ["第一篇 总论"], ["第十章 呼吸系统疾病"], []])
def test_a_book_about_itself_or_a_department_is_no_subject(section: list[str]) -> None:
    assert focus_of(BOOK, section) is None


def test_the_answer_is_the_passage_and_its_parents_are_all_units_in_it() -> None:
    section = ["第三节 急性支气管炎", "治疗"]
    first = unit(1, section, "一般治疗包括休息和多饮水。")
    second = unit(2, section, "细菌感染时可选用阿莫西林，每日50 mg/kg，分3次口服。")
    result = made(first, second)
    (sample,) = result.samples
    assert sample.messages[1].content == f"{first['text']}\n{second['text']}"
    assert sample.parents == ("doc-1", "doc-2")
    assert (sample.task, sample.builder.name) == ("trerecom", "document-treatment")
    assert "急性支气管炎" in sample.messages[0].content
    assert not result.rejections


def test_aspects_of_knowledge_become_medkqa() -> None:
    (sample,) = made(unit(1, ["川崎病", "病因"], "病因尚未明确，可能与感染和免疫有关。")).samples
    assert sample.task == "medkqa"
    assert sample.builder.name == "document-cause"


def test_a_passage_that_begins_subject_is_answers_what_it_is() -> None:
    (sample,) = made(unit(1, ["川崎病"], "川崎病（Kawasaki disease）是一种全身性血管炎，多见于5岁以下儿童。")).samples
    assert sample.builder.name == "document-definition"


LABELLED = (
    "【病因】多由病毒引起，也可由细菌引起。\n【临床表现】先有上呼吸道感染症状，后出现咳嗽。\n"
    "【治疗】以休息和多饮水为主，细菌感染时使用抗菌药物。"
)


def answers(result: SampleBuilder) -> list[str]:
    return [m.content for sample in result.samples for m in sample.messages if m.role == "assistant"]


@pytest.mark.parametrize("number", range(6))
def test_every_label_of_a_section_gives_its_answer(number: int) -> None:
    result = made(unit(number, ["急性支气管炎"], LABELLED))
    assert sorted(answers(result)) == sorted(part.split("】")[1].strip() for part in LABELLED.split("【")[1:])
    assert not result.rejections


@pytest.mark.parametrize(
    ("limit", "names"), [(1, ["document-treatment"]), (2, ["document-clinical", "document-treatment"])]
)
def test_a_limit_takes_the_most_useful_first(limit: int, names: list[str]) -> None:
    result = made(unit(1, ["急性支气管炎"], LABELLED), samples_per_record=limit)
    assert [sample.builder.name for sample in result.samples] == names


def test_only_the_first_passage_of_a_long_section_answers_its_heading() -> None:
    units = [unit(i, ["川崎病", "治疗"], f"第{i}条治疗意见，" + "按病情调整用药" * 5 + "。") for i in range(4)]
    result = made(*units, max_answer_chars=100)
    (sample,) = result.samples
    assert len(sample.messages[1].content) <= 100
    assert set(reasons(result).values()) == {"over_share"}
    assert set(sample.parents) | set(reasons(result)) == {f"doc-{i}" for i in range(4)}


def test_half_sentences_are_left_out() -> None:
    text = "，并可引起脱水。应及时补液。如出现休克，则"
    start, end = whole_sentences(text, 100)
    assert text[start:end] == "应及时补液。"
    assert reasons(made(unit(1, ["川崎病", "治疗"], "先用免疫球蛋白，再根据病情和检查结果决定"))) == {
        "doc-1": "unfinished"
    }


def test_captions_and_footnotes_have_no_template() -> None:
    rows = [
        unit(i, ["川崎病"], "图1 川崎病的皮疹和口唇改变。", kind=kind) for i, kind in enumerate(("caption", "footnote"))
    ]
    assert set(reasons(made(*rows)).values()) == {"no_template"}


def test_a_recommendation_keeps_its_grade_and_is_asked_for_by_its_condition() -> None:
    text = "对于重症患儿，推荐静脉应用阿奇霉素治疗。"
    row = unit(1, ["治疗"], text, kind="recommendation", title=GUIDE, grade="强推荐", evidence="B")
    (sample,) = made(row).samples
    question, answer = (message.content for message in sample.messages)
    assert "对于重症患儿" in question
    assert "儿童社区获得性肺炎" in question
    assert "“" not in question
    assert answer == f"{text}（推荐强度：强推荐；证据等级：B）"
    assert sample.task == "trerecom"


def test_recommendations_of_a_section_without_condition_are_one_answer() -> None:
    texts = ["推荐1：首选口服补液盐Ⅲ。", "推荐2：不推荐常规使用抗菌药物。", "推荐3：重度脱水伴循环不良者立即静脉补液。"]
    rows = [unit(i, ["补液治疗"], t, kind="recommendation", title=GUIDE) for i, t in enumerate(texts)]
    samples = {sample.parents: sample for sample in made(*rows).samples}
    assert samples["doc-0", "doc-1"].messages[1].content == "首选口服补液盐Ⅲ。\n不推荐常规使用抗菌药物。"
    assert "重度脱水伴循环不良者" in samples["doc-2",].messages[0].content


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("推荐1：轻至中度脱水的患儿首选口服补液。", "对轻至中度脱水的患儿"),
        ("推荐2：对所有急性腹泻患儿，首诊时评估脱水程度。", "对所有急性腹泻患儿"),
        ("推荐3：肺炎患儿应评估病情的严重程度，并记录体温。", ""),
    ],
)
def test_a_recommendation_is_asked_for_by_its_patients_unless_they_are_all(text: str, words: str) -> None:
    row = unit(1, ["肺炎", "治疗"], text, kind="recommendation")
    (sample,) = made(row).samples
    question = sample.messages[0].content
    assert words in question
    assert bool(words) == ("患儿" in question)


def test_the_phrasing_depends_on_the_record_alone() -> None:
    rows = [unit(i, [f"疾病{i}炎", "治疗"], f"第{i}种疾病以对症和支持治疗为主。") for i in range(30)]
    asked = {s.parents: s.messages[0].content for s in made(*rows).samples}
    again = {s.parents: s.messages[0].content for row in reversed(rows) for s in made(row).samples}
    assert asked == again
    assert len({question.replace(f"疾病{i}炎", "") for i, question in enumerate(asked.values())}) > 2


def test_an_adult_disease_is_not_asked_about_a_child() -> None:
    rows = [unit(i, ["老年性骨质疏松症", "治疗"], f"第{i}组可以补充钙剂和维生素D，并加强锻炼。") for i in range(12)]
    questions = [made(row).samples[0].messages[0].content for row in rows]
    assert not any("孩子" in question for question in questions)


def test_sections_that_hold_no_medicine_are_off_topic() -> None:
    manual = {"title": "系统管理手册", "department": ""}
    rows = [
        unit(1, ["第二章 命令", "dpkg 命令"], "这个命令安装软件包。每次运行之前，应当先更新软件包的列表。", **manual),
        unit(2, ["第三章 支气管肺炎", "治疗"], "首选阿莫西林口服，同时给予退热和补液等对症治疗。", **manual),
    ]
    result = made(*rows)
    assert reasons(result) == {"doc-1": "off_topic"}
    assert [sample.parents for sample in result.samples] == [("doc-2",)]


def test_a_title_for_children_is_a_department_where_none_is_named() -> None:
    text = "首选阿莫西林口服，同时给予退热和补液等对症治疗。"
    (sample,) = made(unit(1, ["第三节 支气管肺炎", "治疗"], text, department="")).samples
    assert sample.department == "儿科"
    (sample,) = made(unit(1, ["第三节 支气管肺炎", "治疗"], text, department="", title="内科学")).samples
    assert sample.department == ""
    (sample,) = made(unit(1, ["第三节 支气管肺炎", "治疗"], text, department="呼吸科")).samples
    assert sample.department == "呼吸科"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("应在安静时计数一分钟，各年龄的界限见表1-1。重症可有惊厥。", "应在安静时计数一分钟。重症可有惊厥。"),
        ("诊断时应当复查。图3-1为随访的时间安排。", "诊断时应当复查。"),
        ("判断的要点见表1。表中任意两项即可归类。婴儿应更看重尿量。", "婴儿应更看重尿量。"),
        ("首选阿莫西林（见表3）[12-14]，每次15 mg/kg。", "首选阿莫西林，每次15 mg/kg。"),
        ("轻度者口服补液；中度者见表2；重度者静脉补液。", "轻度者口服补液；重度者静脉补液。"),
        ("用量见附录A。用法详见第三章。家长应学会冲调。", "家长应学会冲调。"),
    ],
)
def test_answers_do_not_point_at_tables_figures_and_literature(text: str, answer: str) -> None:
    assert without_references(text) == answer


def test_other_words_with_the_same_characters_stay() -> None:
    text = "心电图3个导联异常，脑电图正常。烧伤占体表10%，上表皮坏死，评分量表2分。如图像清晰，此表现提示重症。"
    assert without_references(text) == text


def test_a_passage_is_freed_of_its_pointers() -> None:
    text = "根据尿量和循环情况可以将脱水分为三度，见表2-1。"
    (sample,) = made(unit(1, ["第一节 腹泻病", "二、临床表现"], text)).samples
    assert sample.messages[1].content == "根据尿量和循环情况可以将脱水分为三度。"


def test_a_heading_that_asks_is_the_question() -> None:
    text = "肺炎患儿应评估呼吸频率、血氧饱和度和精神反应。"
    (sample,) = made(unit(1, ["推荐意见", "问题1 如何判断儿童肺炎的严重程度？"], text)).samples
    assert sample.messages[0].content == "如何判断儿童肺炎的严重程度？"
    (sample,) = made(unit(2, ["问题1 如何判断儿童肺炎的严重程度？"], text, kind="recommendation")).samples
    assert sample.messages[0].content == "如何判断儿童肺炎的严重程度？"


def test_a_recommendation_that_only_points_at_a_table_says_nothing() -> None:
    pointing = unit(1, ["肺炎", "治疗"], "推荐3：抗菌药物的用法见表2。", kind="recommendation", grade="强推荐")
    result = made(pointing)
    assert not result.samples
    assert reasons(result) == {"doc-1": "not_grounded"}
