import pytest

from pedcorpus.steps.instruct.of_documents.section_questions import ask, defines, name_of
from pedcorpus.steps.instruct.of_documents.subject import focus_of

BOOK = "儿科学（第9版）"
TREATS = "首选口服给药，必要时静脉输液，同时对症治疗。"


def question(path: str, answer: str = TREATS, key: str = "doc-1", title: str = BOOK) -> str:
    focus = focus_of(title, path.split("/"))
    assert focus is not None
    return ask(focus, answer, "儿科", key)[1]


def questions(path: str, answer: str = TREATS, title: str = BOOK) -> set[str]:
    return {question(path, answer, f"doc-{i}", title) for i in range(60)}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("肺炎/治疗/糖皮质激素", {"糖皮质激素", "肺炎"}),
        ("川崎病/治疗/阿司匹林", {"阿司匹林", "川崎病"}),
        ("腹泻病/住院与转诊指征", {"住院与转诊指征"}),
        ("腹泻病/家庭补液步骤", {"家庭补液步骤"}),
        ("肺炎/治疗/抗菌药物的选择", {"抗菌药物", "选择"}),
        ("手足口病/重症病例的早期识别", {"重症病例", "早期识别"}),
        ("肺炎/鉴别诊断/肺结核", {"肺炎", "肺结核"}),
        ("肾病综合征/并发症/感染/治疗", {"肾病综合征", "感染", "治疗"}),
        ("新生儿黄疸/治疗/换血疗法/并发症", {"换血疗法", "并发症"}),
    ],
)
def test_a_topic_is_asked_for_by_what_it_is_and_never_quoted(path: str, words: set[str]) -> None:
    asked = questions(path)
    assert len(asked) > 2
    for one in asked:
        assert words <= {word for word in words if word in one}, one
        assert not set("“”") & set(one)
        assert one.endswith(("？", "。"))


@pytest.mark.parametrize(
    ("path", "both"),
    [("肠套叠/诊断与治疗", ("怎样诊断", "治疗")), ("缺铁性贫血/三、治疗与预防", ("治疗", "预防"))],
)
def test_a_heading_of_two_aspects_asks_for_both(path: str, both: tuple[str, str]) -> None:
    for one in questions(path):
        assert all(word in one for word in both), one


def test_symptoms_are_had_by_nobody_and_diseases_are() -> None:
    for symptom in ("发热", "脱水", "惊厥", "严重过敏反应"):
        assert not any("患有" in one for one in questions(f"{symptom}/治疗") | questions(f"{symptom}/临床表现"))
    assert any("患有急性支气管炎" in one for one in questions("急性支气管炎/治疗"))


def test_a_child_is_named_once() -> None:
    asked = questions("治疗", title="儿童急性支气管炎诊疗指南")
    assert any("孩子患有急性支气管炎" in one for one in asked)
    assert not any("孩子患有儿童" in one for one in asked)
    assert any("新生儿患有肺炎" in one for one in questions("新生儿肺炎/治疗"))


def test_the_word_of_the_heading_counts() -> None:
    assert all("急救" in one or "抢救" in one or "第一步" in one for one in questions("严重过敏反应/急救"))
    assert all("出院" in one for one in questions("手足口病/出院标准", "体温正常三天以上可以出院。"))
    assert all("家长" in one or "教育" in one for one in questions("腹泻病/家庭教育", "家长应学会冲调补液盐。"))


@pytest.mark.parametrize(("path", "answer"), [("肺炎/治疗", TREATS), ("手足口病/预防", "注意手卫生，接种疫苗。")])
def test_an_answer_that_does_not_take_the_aspect_up_gets_a_neutral_question(path: str, answer: str) -> None:
    aside = "本病在全国各地都可见到，男孩较女孩稍多一些。"
    assert not questions(path, aside) & questions(path, answer)


def test_a_passage_that_defines_its_subject_is_told_from_one_that_does_not() -> None:
    assert defines("腹泻病", "小儿腹泻病（diarrhea）是一组疾病。")
    assert not defines("腹泻病", "腹泻病的病因很多。")


def test_subject_and_topic_make_one_name() -> None:
    assert name_of("肺炎", "氧疗") == "肺炎的氧疗"
    assert name_of("手足口病", "重症病例的早期识别") == "手足口病重症病例的早期识别"
    assert name_of("肺炎", "肺炎的氧疗") == "肺炎的氧疗"
