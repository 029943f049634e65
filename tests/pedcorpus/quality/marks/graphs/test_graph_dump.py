import pytest

from pedcorpus.quality.marks.graphs.compared import unrelated_pair
from pedcorpus.quality.marks.graphs.graph_dump import graph_dump, graph_dump_evidence
from pedcorpus.quality.marks.graphs.lists import lists_in
from tests.support.talk_parts import talk_parts, value_of

ASKED = "一名患者确诊为肺炎，应该如何治疗？"


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("白内障和胃癌的发病部位有何不同？", "白内障/胃癌"),
        ("治疗失眠与痔疮的方法有哪些相似之处？", "治疗失眠/痔疮"),
    ],
)
def test_unrelated_diseases_are_not_compared(question: str, pair: str) -> None:
    assert unrelated_pair(question) == pair
    assert value_of(graph_dump, question, "两者的表现不同，前者多见于老年人。") == 1
    assert graph_dump_evidence(talk_parts(question, "两者不同。")).to_list() == [pair]


@pytest.mark.parametrize(
    "question",
    [
        "生理性黄疸和病理性黄疸有什么区别？",
        "1型糖尿病与2型糖尿病的治疗方案有何不同？",
        "手足口病和水痘的皮疹有什么区别？",
        "感冒和肺炎的症状有哪些不同？",
        "母乳和奶粉有什么不同？",
    ],
)
def test_related_ones_are(question: str) -> None:
    assert unrelated_pair(question) == ""
    assert value_of(graph_dump, question, "两者的表现不同，前者较轻，后者较重。") == 0


def test_a_longer_question_tells_of_somebody_who_has_both() -> None:
    told = "我母亲有白内障，去年又查出胃癌，现在想先做眼睛的手术，请问白内障和胃癌的治疗有没有不同的地方，"
    told += "手术前后要注意一些什么，需要先住院吗？"
    assert value_of(graph_dump, told, "先由外科评估，再安排眼科手术。") == 0


def test_two_diseases_that_nobody_named() -> None:
    assert value_of(graph_dump, "这两种疾病的多发群体是否相同？", "前者多见于成人，后者多见于儿童。") == 1
    talk = ("什么是水痘和麻疹？", "都是出疹性传染病。", "这两种疾病的皮疹有何不同？", "水痘有疱疹，麻疹为斑丘疹。")
    assert value_of(graph_dump, *talk) == 0


@pytest.mark.parametrize(
    "answer",
    [
        "该病的并发症包括心力衰竭、脓胸、衰竭、肺大疱、脓气胸等。",
        "可能出现发热、咳嗽、气促、发热。",
        "治疗方案包括青霉素、冻干人血浆等。",
        "治疗方案包括青霉素、阿奇霉素、葡萄糖、地塞米松。",
        "治疗方案包括青霉素、阿奇霉素、头孢曲松、地塞米松、氨茶碱、呋塞米等药物。",
        "青霉素、雾化吸入、退热、吸氧",
        "症状有发热、咳嗽、咳痰、气促、发绀、胸痛、乏力、纳差、呕吐、腹泻、头痛等。",
    ],
)
def test_faults_of_lists(answer: str) -> None:
    assert (value_of(graph_dump, ASKED, answer) or 0) > 0
    assert graph_dump_evidence(talk_parts(ASKED, answer)).to_list() != [""]


@pytest.mark.parametrize(
    "answer",
    [
        "常见表现有发热、咳嗽、气促和肺部湿啰音，重者可有呼吸衰竭。",
        "首选青霉素，过敏者可用阿奇霉素、红霉素，支原体感染用大环内酯类。",
        "常用青霉素、阿莫西林、头孢曲松、阿奇霉素、红霉素，儿童每次用量按体重计算，每日2次。",
        "剂型:片剂\n适应证:用于发热、咳嗽、咳痰、气促、咳嗽。\n用法用量:口服。",
        "",
    ],
)
def test_lists_in_sentences_and_labels_are_sound(answer: str) -> None:
    assert value_of(graph_dump, ASKED, answer) == 0


def test_a_long_answer_tells_more_than_its_lists() -> None:
    answer = "可能出现发热、咳嗽、气促、发热。" + "应注意休息，观察体温和呼吸，保持空气流通。" * 20
    assert value_of(graph_dump, ASKED, answer) == 0


@pytest.mark.parametrize(
    "question",
    [
        "王先生，36岁，妊娠20周出现头晕，怎么办？",
        "一名男性患者因阴道出血就诊，如何治疗？",
        "李女士，60岁，前列腺增大，需要手术吗？",
        "赵女士今年9岁，反复咳嗽，怎么治疗？",
        "一名患者因黄疸、食管等症状就诊，怎么办？",
        "一位老人出现年龄、乏力等症状，怎么办？",
        "患者唾液尿素氮升高，说明什么？",
    ],
)
def test_patients_that_cannot_be(question: str) -> None:
    assert value_of(graph_dump, question, "应到医院检查，明确原因后再治疗。") == 1


@pytest.mark.parametrize(
    "question",
    [
        "王先生的妻子妊娠20周出现头晕，怎么办？",
        "李女士的丈夫前列腺增大，需要手术吗？",
        "王先生，36岁，反复咳嗽，怎么治疗？",
        "李女士带9岁的孩子来看咳嗽，怎么治疗？",
    ],
)
def test_patients_that_can(question: str) -> None:
    assert value_of(graph_dump, question, "应到医院检查，明确原因后再治疗。") == 0


def test_general_tasks_may_list_what_they_are_asked_for() -> None:
    assert value_of(graph_dump, "列出水果", "苹果、梨、苹果、香蕉、葡萄", task="general") is None


def test_the_names_of_a_list_are_taken_out_of_their_sentence() -> None:
    assert lists_in("治疗方案包括甲、乙、丙、丁和戊等药物。其他有己、庚。") == [["甲", "乙", "丙", "丁", "戊"]]
