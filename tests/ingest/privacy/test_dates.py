import re
from datetime import date

import pytest

from ingest.privacy import deidentify


@pytest.mark.parametrize("mode", ["mask", "surrogate"])
def test_dates_move_together_and_everything_else_stays(mode: str) -> None:
    texts = [
        "2021年3月5日开始发烧，体重12.5kg，3岁2个月",
        "3月12号复查，布洛芬5ml，每6小时一次",
        "2021-03-20出院，2020年也住过院",
    ]
    moved, counts = deidentify(texts, level="strict", mode=mode, key="d")  # type: ignore[arg-type]
    found = [tuple(map(int, m)) for text in moved for m in re.findall(r"(\d{4})[年-](\d{1,2})[月-](\d{1,2})", text)]
    days = [date(*parts) for parts in found]
    assert [(later - days[0]).days for later in days] == [0, 7, 15]
    assert all(day.year >= 2100 for day in days)
    assert days[0].weekday() == date(2021, 3, 5).weekday()
    assert "体重12.5kg，3岁2个月" in moved[0]
    assert "布洛芬5ml，每6小时一次" in moved[1]
    assert "2020年" not in moved[2]
    assert counts == {"date": 4}


@pytest.mark.parametrize(
    "text",
    [
        "二〇二一年三月五日",
        "21年3月5号做的胃镜",
        "20210305做的检查",
        "3.5号复查",
        "三月五号发烧",
        "2021/3/5",
        "2021.03.05",
        "3月5日-8日住院",
        "生日是3月5",
        "2019年8月停药",
    ],
)
def test_dates_in_every_form_are_moved(text: str) -> None:
    (moved,), counts = deidentify([text], level="strict", mode="mask", key="x")
    assert counts["date"] >= 1
    assert moved != text
    assert re.search(r"2[1-3]\d\d|二[一二三]", moved)


def test_dates_over_new_year_keep_their_distance() -> None:
    (moved,), _ = deidentify(["12月28日发烧，1月3日住院"], level="strict", mode="mask", key="n")
    first, second = (date(*map(int, parts)) for parts in re.findall(r"(\d{4})年(\d+)月(\d+)日", moved))
    assert (second - first).days == 6


def test_records_differ_in_how_far_their_dates_move() -> None:
    assert len({deidentify(["2021年3月5日"], level="strict", mode="mask", key=str(i))[0][0] for i in range(20)}) > 10


@pytest.mark.parametrize(
    "text",
    [
        "2022年6月版指南推荐",
        "中华医学会2019年3月5日发布的共识",
        "批号20210305",
        "国家卫健委2020年2月19日印发",
        "有效期至2023-05-01",
    ],
)
def test_dates_of_guidelines_and_packs_stay(text: str) -> None:
    assert deidentify([text], level="strict", mode="mask", key="x")[0] == [text]


def test_forms_keep_their_width_and_both_ends_of_a_range_move() -> None:
    for text in ("2022-11-03到2022-12-10", "20211104复查", "2022/12/01-2022/12/05住院"):
        (moved,), _ = deidentify([text], level="strict", mode="mask", key="w")
        assert len(moved) == len(text)
        assert "2022" not in moved


def test_a_day_that_does_not_exist_is_masked() -> None:
    assert deidentify(["2月30日发烧"], level="strict", mode="mask", key="x")[0] == ["[日期]发烧"]


def test_bare_days_and_years_follow_the_dates_of_their_dialogue_only() -> None:
    alone, none = deidentify(["8号去的医院", "2018年停药"], level="strict", mode="mask", key="x")
    assert (alone, none) == (["8号去的医院", "2018年停药"], {})
    moved, counts = deidentify(["3月5号发烧，8号去的医院"], level="strict", mode="mask", key="x")
    found = [date(*map(int, parts)) for parts in re.findall(r"(\d{4})年(\d+)月(\d+)号", moved[0])]
    assert (found[1] - found[0]).days == 3
    assert counts == {"date": 2}
