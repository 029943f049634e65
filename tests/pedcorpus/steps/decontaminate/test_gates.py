from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pedcorpus.config.sections import Benchmark
from pedcorpus.steps.decontaminate.gates import is_faultless, may_be_tested, ranks
from schemas.tables import TABLES
from tests.support.passing_signals import THRESHOLDS, put_signals
from tests.support.run_step import table_of

CARE = "发热的孩子应多饮水、少穿盖；精神差、尿量明显减少、呼吸急促或持续高热不退时，应尽快到医院就诊。"
WEIGHED = "孩子咳嗽五天，夜间明显，双肺有中细湿啰音，呼吸增快，结合胸片结果，考虑支气管肺炎，需要进一步化验血常规。"


def item(*turns: str, task: str = "trerecom", source: str = "book", number: int = 0) -> dict[str, Any]:
    messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(turns)]
    return {"id": f"ins-{number}", "messages": messages, "task": task, "source": source}


def may(tmp_path: Path, row: dict[str, Any], signals: dict[str, float] | None = None, **benchmark: Any) -> bool:
    config = {
        "benchmark": Benchmark(**benchmark).model_dump(mode="json"),
        "quality": THRESHOLDS,
        "sources": {"book": {"kind": "textbook"}, "zhwiki": {"kind": "wikipedia"}},
    }
    rows = pl.DataFrame(pl.from_arrow(table_of("instruction", [row], TABLES["instruction"])))
    values = {name: {row["id"]: value} for name, value in (signals or {}).items()}
    shard = put_signals(tmp_path, "book", [row], **values)
    (found,) = may_be_tested(rows, pl.read_parquet(tmp_path / shard.file), config)
    return bool(found)


def test_what_a_pediatrician_would_set_may_be_tested(tmp_path: Path) -> None:
    assert may(tmp_path, item("孩子发热在家应该怎样护理？", CARE))
    assert may(
        tmp_path, item("孩子咳嗽五天了。", "夜里咳得厉害吗？", "夜里厉害，医生说肺里有啰音。", WEIGHED, task="evidiag")
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (item("孩子发热怎么办？", "多喝水。"), "a reference of a few words"),
        (item("孩子发热怎么办？", CARE.removesuffix("。")), "a reference that does not end"),
        (item("谢谢医生", CARE), "nothing is asked"),
        (
            item(
                "孩子发热怎么办？",
                "不客气，祝宝宝早日康复，有问题可以随时咨询我，祝您生活愉快，也祝孩子健康成长，再见。",
            ),
            "courtesy",
        ),
        (item("孩子咳嗽五天了，是什么病？", WEIGHED, task="evidiag"), "evidence in a single round"),
        (item("孩子咳嗽。", "几天了？", "五天了，没有发热。", CARE, task="evidiag"), "no disease is named"),
        (item("孩子发热怎么办？", CARE, task="general"), "not of medicine"),
        (item("孩子发热怎么办？", CARE, source="zhwiki"), "a kind of source that gives no tests"),
    ],
)
def test_other_rows_may_not(tmp_path: Path, row: dict[str, Any], why: str) -> None:
    assert not may(tmp_path, row), why


def test_an_item_stays_well_below_every_threshold(tmp_path: Path) -> None:
    row = item("孩子发热在家应该怎样护理？", CARE)
    assert not may(tmp_path, row, {"broken_characters": 1.0})
    assert not may(tmp_path, row, {"answer_chars": THRESHOLDS["answer_chars"] - 1})


def test_a_signal_that_is_off_or_does_not_apply_speaks_against_nothing() -> None:
    signals = pl.DataFrame({"courtesy": [None, 1.0]}, schema={"courtesy": pl.Float32})
    others = signals.with_columns(
        pl.lit(None, pl.Float32).alias(name) for name in THRESHOLDS if name not in signals.columns
    )
    assert is_faultless(others, THRESHOLDS).to_list() == [True, False]
    assert is_faultless(others, dict.fromkeys(THRESHOLDS, "off")).to_list() == [True, True]


def test_kinds_named_first_give_their_items_first() -> None:
    config = {
        "benchmark": {"sources": ["dialogue", "textbook"]},
        "sources": {"book": {"kind": "textbook"}, "talks": {"kind": "dialogue"}, "kg": {"kind": "knowledge_graph"}},
    }
    assert ranks(pl.DataFrame({"source": ["book", "kg", "talks"]}), config).tolist() == [1, 2, 0]
