import polars as pl
import pytest

from pedcorpus.steps.decontaminate.exam.drug_leaflets import is_leaflet, is_whole_leaflet, with_bare_questions

ASKED = "请介绍小儿甲颗粒的适应证、用法用量和注意事项。"
USE = "适应证:用于小儿外感风热引起的发热和咳嗽。"
DOSE = "用法用量:开水冲服，1～3岁一次3g，4～6岁一次6g，一日3次。"
MIND = "注意事项:对本品过敏者禁用，糖尿病患儿慎用。"


def is_whole(*parts: str) -> bool:
    return bool(pl.DataFrame({"t": ["\n".join(parts)]}).select(is_whole_leaflet(pl.col("t"))).item())


def test_a_leaflet_with_use_dose_and_what_to_mind_is_whole() -> None:
    assert is_whole(USE, MIND, DOSE)
    assert is_whole(USE, "禁忌证:对本品过敏者禁用。", DOSE)


@pytest.mark.parametrize(
    "parts",
    [
        (USE, DOSE),
        (USE, MIND),
        (USE, MIND, "用法用量:口服，一次2片，一日3次。"),
        (USE, MIND, DOSE.replace("1～3岁", "l～3岁")),
        (USE, "剂型:每5ml含磷酸可待因5mg。", MIND, DOSE),
    ],
    ids=["nothing to mind", "no dose", "no dose for children", "misread digits", "no longer given"],
)
def test_others_are_not(parts: tuple[str, ...]) -> None:
    assert not is_whole(*parts)


def test_leaflets_are_compared_by_the_name_of_the_drug() -> None:
    messages = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": "适应证:感冒。"}]
    other = [{"role": "user", "content": "孩子发热怎么办？"}, {"role": "assistant", "content": ASKED}]
    rows = pl.DataFrame({"id": ["a", "b"], "messages": [messages, other]})
    assert rows.select(is_leaflet(pl.lit(ASKED))).item()
    found = with_bare_questions(rows)["messages"].to_list()
    assert found[0] == [{"role": "user", "content": "小儿甲颗粒"}, messages[1]]
    assert found[1] == other
