import polars as pl
import pytest

from pedcorpus.steps.instruct.completion import completion


def told(task: str, *messages: tuple[str, str]) -> str:
    turns = [{"role": role, "content": content} for role, content in messages]
    return pl.DataFrame({"messages": [turns], "task": [task]}).select(text=completion())["text"][0]


ROUND = (("user", "孩子发热两天。"), ("assistant", "精神怎么样？"))


def test_one_round_needs_no_speakers() -> None:
    assert told("trerecom", ("system", "你是医生。"), *ROUND) == "孩子发热两天。\n精神怎么样？"


@pytest.mark.parametrize(
    ("task", "marks"),
    [("evidiag", ("患者：", "医生：")), ("trerecom", ("患者：", "医生：")), ("medkqa", ("问：", "答："))],
)
def test_a_talk_of_several_rounds_says_who_speaks(task: str, marks: tuple[str, str]) -> None:
    lines = told(task, *ROUND, ("user", "还好。"), ("assistant", "先观察。")).split("\n")
    assert [line[: len(marks[0])] for line in lines] == [*marks, *marks]


def test_dialogue_roles_are_speakers_too() -> None:
    talk = told("evidiag", ("patient", "咳嗽。"), ("doctor", "几天了？"), ("patient", "三天。"), ("doctor", "来查查。"))
    assert talk == "患者：咳嗽。\n医生：几天了？\n患者：三天。\n医生：来查查。"
