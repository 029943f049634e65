from typing import Any

import polars as pl
import pytest

from pedcorpus.config.quality_section import Quality
from pedcorpus.quality.signals import SIGNALS, evidence_of, measure_signals, reasons_of

DEFAULTS = {signal.name: getattr(Quality(), signal.name) for signal in SIGNALS}
GOOD = ("宝宝发烧38.8度怎么办？", "可以先减少衣物、多喝水，体温超过38.5度且不舒服时口服退热药，精神差要及时就医。")


def rows(*talks: tuple[str, ...], task: str = "trerecom") -> pl.DataFrame:
    messages = [
        [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(talk)] for talk in talks
    ]
    ids = [f"ins-{i}" for i in range(len(talks))]
    builder = [{"kind": "original", "name": "distilled"}] * len(talks)
    return pl.DataFrame({"id": ids, "source": "a", "messages": messages, "task": task, "builder": builder})


def reasons(*talks: tuple[str, ...], task: str = "trerecom", **thresholds: Any) -> list[str | None]:
    signals = measure_signals(rows(*talks, task=task), "instruction")
    return reasons_of(signals, DEFAULTS | thresholds).to_list()


def test_a_sound_answer_passes_all_signals() -> None:
    assert reasons(GOOD) == [None]


def test_each_signal_has_a_threshold_that_may_be_off() -> None:
    assert set(Quality.model_fields) == {signal.name for signal in SIGNALS}
    bad = (GOOD[0], "根据知识，治疗包括退热药和补液，具体请遵医嘱使用药物。")
    assert reasons(bad) == ["serialised"]
    assert reasons(bad, serialised="off") == [None]


def test_the_first_signal_that_speaks_gives_the_reason() -> None:
    talk = (GOOD[0], "根据知识，建议服用本院祖传秘方，详情请点击左侧咨询。")
    assert reasons(talk) == ["serialised"]
    assert reasons(talk, serialised="off") == ["advertisement"]
    assert reasons(talk, serialised="off", advertising="off") == ["folk_cure"]


def test_a_medical_score_judges_only_where_it_is_asked_for() -> None:
    talk = ("春天有哪些花？", "春天常见的花有迎春、玉兰、桃花和樱花，花期多在三月到四月之间。")
    assert reasons(talk) == [None]
    assert reasons(talk, medical=1) == ["off_topic"]
    assert reasons(GOOD, medical=0.1) == [None]


def test_a_general_task_may_ask_for_one_word_and_a_medical_answer_is_longer() -> None:
    assert reasons(("将下面的词分类：苹果", "水果"), task="general") == [None]
    assert reasons(("手足口病是什么病？", "传染病"), task="medkqa") == ["too_short"]


@pytest.mark.parametrize("table", ["document", "pretrain"])
def test_running_text_is_judged_as_text_alone(table: str) -> None:
    texts = pl.DataFrame(
        {"id": ["doc-1"], "source": ["a"], "text": ["民间偏方不能代替治疗，谢邀、题主这类词也会被引用。" * 3]}
    )
    signals = measure_signals(texts, table)
    assert reasons_of(signals, DEFAULTS).to_list() == [None]
    assert signals["folk_cure"].to_list() == [None]


def test_what_a_template_of_ours_wrote_is_not_suspected_of_others_flaws() -> None:
    ours = rows(("一名3岁男孩出现发热、咳嗽。", "考虑肺炎，应拍胸片。" * 3)).with_columns(
        builder=pl.struct(kind=pl.lit("template"), name=pl.lit("graph-evidiag"))
    )
    assert reasons_of(measure_signals(ours, "instruction"), DEFAULTS).to_list() == [None]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_can_be_explained(signal: Any) -> None:
    from pedcorpus.quality.conversation import conversation_parts, text_parts

    parts = conversation_parts(rows(GOOD, ("谢邀", "答")))
    assert evidence_of(signal.name, parts).dtype == pl.String
    assert evidence_of(signal.name, text_parts(pl.DataFrame({"text": ["正文"]}))).len() == 1


def test_a_box_to_tick_in_a_book_is_no_broken_character() -> None:
    texts = pl.DataFrame({"id": ["doc-1", "doc-2"], "source": ["book"] * 2, "text": ["□发热 □咳嗽", "退热药\ufffd片"]})
    assert measure_signals(texts, "document")["broken_characters"].to_list() == [0, 1]
