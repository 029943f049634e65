from collections.abc import Sequence

import pytest

from pedcorpus.task_labels.label_tasks import label_tasks
from pedcorpus.task_labels.medical_words import is_mostly_medical
from pedcorpus.task_labels.talk_parts import talks_column
from schemas.sample import Message


def talk(turns: Sequence[str]) -> list[Message]:
    return [Message("assistant" if i % 2 else "user", turn) for i, turn in enumerate(turns)]


def task_of(*turns: str, consultation: bool = False, mostly_medical: bool = False) -> str:
    column = talks_column([talk(turns)])
    return str(label_tasks(column, is_consultation=consultation, mostly_medical=mostly_medical)[0])


@pytest.mark.parametrize(
    "turns",
    [
        ("川崎病的病因是什么？", "病因尚不明确，可能与感染引起的免疫反应有关。"),
        ("水痘和手足口病的皮疹有什么不同？", "水痘的皮疹向心分布，手足口病的皮疹多在手、足、口。"),
        ("请介绍对乙酰氨基酚混悬液的适应证、用法用量、禁忌证和注意事项。", "适应证：用于儿童发热。"),
        ("一名5岁男孩已确诊过敏性紫癜，该病的常见并发症有哪些？", "常见紫癜性肾炎、肠套叠等。"),
        (
            "我听说轮状病毒的非结构蛋白与腹泻的机制有关？",
            "研究表明，NSP4可以引起分泌性腹泻。",
            "相关研究多吗？",
            "动物实验较多。",
        ),
        ("肺结核的潜伏期多长？", "一般为4到8周。"),
    ],
)
def test_facts_without_a_patient_in_need_are_knowledge(turns: tuple[str, ...]) -> None:
    assert task_of(*turns) == "medkqa"


@pytest.mark.parametrize(
    "turns",
    [
        ("支原体肺炎应该如何治疗？", "首选大环内酯类抗生素。"),
        ("布洛芬和对乙酰氨基酚哪种更适合六个月的宝宝？", "六个月以上两种都可以选用。"),
        ("宝宝拉肚子能吃香蕉吗？", "腹泻时先不要吃，等大便正常再添加。"),
        ("孩子湿疹平时要注意什么？", "注意保湿，避免过热和摩擦。"),
        ("我家孩子咳嗽一周了，是什么原因？", "可能是支气管炎，建议口服止咳化痰药，多喝水，加重时去医院。"),
        ("高热惊厥发作怎么急救？", "侧卧，保持呼吸道通畅，超过5分钟立即就医。"),
    ],
)
def test_what_to_do_is_treatment(turns: tuple[str, ...]) -> None:
    assert task_of(*turns) == "trerecom"


ASKED_BACK = ("孩子咳嗽三天了", "有没有发热？有痰吗？", "昨晚38.5度，有痰", "考虑支气管炎，先拍个胸片看看。")


def test_a_doctor_who_asks_back_and_names_a_disease_works_towards_a_diagnosis() -> None:
    assert task_of(*ASKED_BACK, consultation=True) == "evidiag"
    assert task_of("宝宝身上起了红点", "几天了？发热吗？", "两天，不发热", "像是湿疹，不是水痘。") == "evidiag"


def test_a_talk_about_care_alone_is_treatment() -> None:
    care = ("宝宝怎么断奶比较好？", "可以逐渐减少次数。", "要吃什么奶粉？", "选择适合月龄的配方奶粉，少量多次。")
    drugs = ("退烧药怎么吃？", "体重多少？", "10公斤", "每次口服布洛芬混悬液5毫升，每日不超过4次，多喝水。")
    assert [task_of(*turns, consultation=True) for turns in (care, drugs)] == ["trerecom", "trerecom"]


def test_questions_to_who_knows_papers_are_no_way_to_a_diagnosis() -> None:
    turns = (
        "某基因的表达与神经母细胞瘤有什么关系？",
        "研究显示表达升高与预后有关。",
        "机制是什么？",
        "可能与信号通路有关。",
    )
    assert task_of(*turns) == "medkqa"


CASE = "一名3岁女童发热5天，双眼充血，皮疹，颈部肿块，可能患有什么疾病？"


def test_one_answer_is_a_diagnosis_only_where_findings_are_weighed() -> None:
    assert task_of(CASE, "考虑川崎病，建议做超声心动图和血常规检查明确诊断。") == "evidiag"
    assert task_of(CASE, "川崎病。") == "medkqa"
    assert task_of("一名患儿出现腹痛，可能是什么病？", "可能是肠系膜淋巴结炎，建议做超声检查。") == "medkqa"


@pytest.mark.parametrize(
    "question",
    [
        "电脑中了蠕虫病毒，杀毒软件也杀不死，怎么办？",
        "把下面的句子翻译成西班牙语：我的牙齿很白。",
        "罗汉鱼怎么养？",
        "算法为什么会有偏见？",
        "如何看待一部电影的续集？",
    ],
)
def test_other_trades_are_general_in_a_mixed_set(question: str) -> None:
    assert task_of(question, "这要看情况，可以先了解一下。") == "general"


@pytest.mark.parametrize(
    "question",
    ["刚出生的孩子打嗝是怎么回事？", "生理性黄疸几天能退？", "脱水怎样分度？", "单纯性和复杂性热性惊厥有什么区别？"],
)
def test_care_of_children_is_never_general(question: str) -> None:
    assert task_of(question, "这与新生儿的生理特点和病情有关，多数不必担心。") != "general"


def test_where_a_set_is_mostly_medical_only_another_trade_is_general() -> None:
    unclear, other = ("晚上总是翻来翻去怎么办？", "白天多活动，睡前不要太兴奋。"), ("帮我写一首诗", "春风又绿江南岸。")
    assert task_of(*unclear, mostly_medical=True) == "trerecom"
    assert task_of(*unclear) == "general"
    assert task_of(*other, mostly_medical=True) == "general"


def test_a_consultation_is_never_general() -> None:
    assert task_of("这个怎么弄？", "先放一放，过两天再看。", consultation=True) != "general"


def test_the_share_of_medical_talks_tells_what_a_set_is() -> None:
    medical, other = talk(("肺炎如何治疗？", "抗感染治疗。")), talk(("写一首诗", "春风又绿江南岸。"))
    assert is_mostly_medical([talks_column([medical] * 80), talks_column([other] * 8)])
    assert not is_mostly_medical([talks_column([medical] * 80), talks_column([other] * 80)])
    assert not is_mostly_medical([])


def test_labels_do_not_depend_on_the_rows_beside_them() -> None:
    rows = [talk(ASKED_BACK), talk(("写一首诗", "春风又绿江南岸。")), talk((CASE, "川崎病。")), []]
    together = label_tasks(talks_column(rows), is_consultation=False, mostly_medical=False).to_list()
    alone = [label_tasks(talks_column([row]), is_consultation=False, mostly_medical=False)[0] for row in rows]
    assert together == alone == ["evidiag", "general", "medkqa", "general"]
