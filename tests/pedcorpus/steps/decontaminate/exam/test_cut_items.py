from typing import Any

import polars as pl
import pytest

from pedcorpus.steps.decontaminate.exam.cut_items import cut_items, item_lengths
from schemas.tables import TABLES
from tests.support.run_step import table_of

KINDS = {"talks": "dialogue", "made": "distilled", "book": "textbook"}
WEIGHED = (
    "孩子咳嗽五天，夜间明显，医生听到湿啰音，呼吸又比平时快，结合这些表现，考虑支气管肺炎。"
    "需要化验血常规，必要时拍胸片，由医生决定是否用抗生素。"
)
CARE = "多给孩子喂水，少穿盖，注意观察精神和尿量。如果持续高热不退、精神差或者呼吸急促，应尽快到医院就诊，由医生检查。"
EVIDENCE = (
    "宝宝三岁，咳嗽五天了，没有发热，精神还好。",
    "夜里咳得厉害吗，有没有去听过肺？",
    "夜里咳得厉害，医生听了说有湿啰音。",
)
THANKS = ("好的，谢谢医生。", "不客气，祝宝宝早日康复，有问题可以随时咨询我，祝您生活愉快，也祝孩子健康成长，再见。")


def row(*turns: str, task: str = "evidiag", source: str = "talks", pediatric: bool = True) -> pl.DataFrame:
    messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(turns)]
    values: dict[str, Any] = {"id": "a", "messages": messages, "task": task, "source": source, "pediatric": pediatric}
    found = pl.from_arrow(table_of("instruction", [values], TABLES["instruction"]))
    assert isinstance(found, pl.DataFrame)
    return found


def length(*turns: str, **values: Any) -> int:
    return int(item_lengths(row(*turns, **values), KINDS)[0])


def test_a_talk_ends_where_the_doctor_says_what_it_is() -> None:
    talk = row(*EVIDENCE, WEIGHED, *THANKS)
    assert item_lengths(talk, KINDS).tolist() == [4]
    (messages,) = cut_items(talk, KINDS)["messages"].to_list()
    assert [message["content"] for message in messages] == [*EVIDENCE, WEIGHED]


def test_the_last_such_turn_counts() -> None:
    later = WEIGHED.replace("考虑支气管肺炎", "更像喘息性支气管炎").replace("咳嗽五天", "今天又喘了")
    later = later.replace("更像", "考虑")
    assert length(*EVIDENCE, WEIGHED, "今天又喘起来，没有发热。", later, *THANKS) == 6


def test_a_row_that_gives_no_item_stays_as_it_is() -> None:
    talk = row(*EVIDENCE, CARE, *THANKS)
    assert item_lengths(talk, KINDS).tolist() == [0]
    assert cut_items(talk, KINDS)["messages"].to_list() == talk["messages"].to_list()


@pytest.mark.parametrize(
    ("turns", "values"),
    [
        ((*EVIDENCE[:2], "那吃什么药好？", WEIGHED), {}),
        (("宝宝三岁，咳嗽五天了，医生听了说有湿啰音。", WEIGHED), {}),
        (("我怀孕五个月了，宝宝三岁。", EVIDENCE[1], EVIDENCE[2], WEIGHED), {}),
        (("一名3岁男孩发热两天，应该如何护理？", CARE), {"task": "trerecom", "source": "made"}),
        (("宝宝发热，应该如何护理？", CARE + "有问题请留言。"), {"task": "trerecom", "source": "made"}),
    ],
    ids=["asks what to do", "one round", "a grown-up", "made up", "of a platform"],
)
def test_talks_that_give_none(turns: tuple[str, ...], values: dict[str, Any]) -> None:
    assert length(*turns, **values) == 0


def test_of_all_departments_nobody_need_be_a_child() -> None:
    talk = ("咳嗽五天了，夜里咳得厉害，没有发热。", "有没有去听过肺？", "夜里咳得厉害，医生听了说有湿啰音。")
    told = WEIGHED.replace("孩子", "您")
    assert length(*talk, told, pediatric=False) == 4
    assert length(*talk, told) == 0


def test_treatment_is_asked_for_and_advised() -> None:
    assert length("宝宝发热两天，在家应该怎样护理？", CARE, task="trerecom", source="made") == 0
    why = "婴幼儿发热一般由于病毒感染，多在三天内退热。"
    assert length("宝宝发热两天，在家应该怎样护理？", why + CARE, task="trerecom", source="made") == 2


def test_printed_rows_are_items_as_they_are() -> None:
    assert length("热性惊厥怎样处理？", "让孩子侧卧。", task="trerecom", source="book") == 2
    assert length(*EVIDENCE, CARE, source="book") == 0
