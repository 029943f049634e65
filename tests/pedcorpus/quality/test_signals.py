import polars as pl

from pedcorpus.config.sections import Quality
from pedcorpus.quality.signals import SIGNALS, measure_signals, reasons_of

THRESHOLDS = Quality().model_dump(mode="json")
BUILDER = {"kind": "original", "name": "distilled", "version": "1", "model": None}


def rows(*answers: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "id": f"ins-{i}",
                "source": "set",
                "messages": [{"role": "user", "content": "孩子发热怎么办？"}, {"role": "assistant", "content": answer}],
                "task": "trerecom",
                "builder": BUILDER,
            }
            for i, answer in enumerate(answers)
        ]
    )


def test_every_signal_has_a_threshold_and_every_threshold_a_signal() -> None:
    assert [signal.name for signal in SIGNALS] == list(THRESHOLDS)


def test_signals_are_numbers_beside_the_ids_in_the_order_of_the_rows() -> None:
    found = measure_signals(rows("多喝水，注意休息，观察精神和尿量。", "多喝\ufffd水"), "instruction")
    assert found.columns == ["id", "source", *(signal.name for signal in SIGNALS)]
    assert found["id"].to_list() == ["ins-0", "ins-1"]
    assert found["broken_characters"].to_list() == [0, 1]
    assert all(found[signal.name].dtype == pl.Float32 for signal in SIGNALS)


def test_a_threshold_gives_the_reason_and_off_gives_none() -> None:
    found = measure_signals(
        rows("多喝水，注意休息，观察精神和尿量。", "多喝\ufffd水，注意休息，观察精神和尿量。", "多喝水。"),
        "instruction",
    )
    assert reasons_of(found, THRESHOLDS).to_list() == [None, "garbled", "too_short"]
    loose = {**THRESHOLDS, "broken_characters": 1.0, "answer_chars": "off"}
    assert reasons_of(found, loose).to_list() == [None, None, None]
    assert reasons_of(found, dict.fromkeys(THRESHOLDS, "off")).to_list() == [None, None, None]
