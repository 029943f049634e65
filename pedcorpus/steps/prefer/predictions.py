"""Answers of a local model as rejected ones: JSON lines `{id, prediction, model?}`, as `training generate` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pedcorpus.steps.prefer.overlap import two_grams
from schemas.errors import ConfigError

NAME, VERSION = "prediction", "1"
"""What stands in `rejected_by` besides kind and model."""
HELD_SHARE = 0.8
"""Share of the chosen answer's 2-grams from which a prediction says what it says, and may be the better one."""


MIN_HAN_SHARE = 0.3
"""Share of Han characters from which an answer is Chinese (as in `[clean]`)."""
_HAN = re.compile(r"[\u3400-\u9fff]")
"""`take 布洛芬` → `布`"""


class Prediction(NamedTuple):
    """An answer and the model that gave it."""

    text: str
    model: str


def read_predictions(paths: Mapping[str, str], wanted: set[str]) -> dict[str, Prediction]:
    """Return id → prediction of the wanted samples, the first of each; `paths` are name → place of the files."""
    import fsspec

    found: dict[str, Prediction] = {}
    for name, url in sorted(paths.items()):
        with fsspec.open(url, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    row = _row(name, number, line)
                    if row["id"] in wanted and row["id"] not in found:
                        model = row.get("model") or PurePosixPath(name).stem
                        found[row["id"]] = Prediction(row["prediction"].strip(), str(model))
    return found


def is_worse(prediction: str, chosen: str) -> bool:
    """Return whether a prediction may stand against the chosen answer: Chinese, and not the same said again or more."""
    if len(_HAN.findall(prediction)) < max(MIN_HAN_SHARE * len(prediction), 1):
        return False
    grams = two_grams(chosen)
    return len(grams & two_grams(prediction)) < HELD_SHARE * max(len(grams), 1)


def _row(name: str, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get("prediction"), str):
        raise ConfigError(
            [
                f"prefer.rejected: {name}, line {number}: expected a JSON object with id and prediction. "
                "Write the file with `python -m training generate`."
            ]
        )
    return row
