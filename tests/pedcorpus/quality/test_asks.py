import pytest

from pedcorpus.quality.asks import asks
from tests.support.talk_parts import value_of


@pytest.mark.parametrize(
    "statement",
    [
        "一名7岁男孩反复咳嗽两周，夜间加重，听诊有哮鸣音。",
        "患者出现颈部包块，伴低热、盗汗，结核菌素试验阳性。",
        "小明，5岁，双下肢出现紫红色皮疹，伴有腹痛。",
        "赵女士，35岁，近期出现多饮、多尿和体重下降",
    ],
)
def test_a_case_of_a_stranger_that_asks_nothing_is_a_statement(statement: str) -> None:
    assert value_of(asks, statement, "考虑进一步检查。") == 0
    assert value_of(asks, f"{statement}请问应做哪些检查？", "考虑进一步检查。") == 1


@pytest.mark.parametrize(
    "complaint",
    [
        "孩子三天没大便了，肚子胀，晚上哭闹",
        "左下腹隐痛半年，吃了药不见好",
        "右膝外伤，上周骑车摔倒，现在下蹲就疼",
    ],
)
def test_a_complaint_asks_for_advice_without_a_question_mark(complaint: str) -> None:
    assert value_of(asks, complaint, "建议就诊。") == 1


@pytest.mark.parametrize("title", ["小儿腹泻病的治疗方法", "布洛芬混悬液的用法用量", "一名早产儿应如何喂养"])
def test_a_title_is_a_task(title: str) -> None:
    assert value_of(asks, title, "见下。") == 1


@pytest.mark.parametrize("statement", ["月亮是地球的卫星。", "我们必须保护森林。"])
def test_a_bare_statement_asks_nothing(statement: str) -> None:
    assert value_of(asks, statement, "是的。", task="general") == 0


@pytest.mark.parametrize("task", ["列出三种鸟类。", "编辑以下句子，使其更加流畅。今天很冷。", "给诗歌加上标题。"])
def test_an_order_is_a_task(task: str) -> None:
    assert value_of(asks, task, "好的。", task="general") == 1


def test_whoever_talks_with_a_doctor_asks() -> None:
    case = "患者出现发热三天，咳嗽。"
    assert value_of(asks, case, "有痰吗？", builder="dialogue-evidiag") == 1
    assert value_of(asks, case, "考虑肺炎。") == 0


def test_one_question_in_a_talk_is_enough() -> None:
    assert value_of(asks, "为什么会发烧？", "感染所致。", "一名患者出现皮疹。", "考虑出疹性疾病。") == 1


def test_what_helps_is_no_request_for_help() -> None:
    assert value_of(asks, "散步可以帮助放松心情。", "是的，散步能减轻压力。", task="general") == 0
    assert value_of(asks, "请帮助我放松心情。", "可以试试散步。", task="general") == 1
