"""Whether the tables for children take only pediatric samples or, for want of them, those of all departments.

Decided once per corpus, from what `instruct` counted, so that preference pairs, tests and the LoRA table agree. A step
that takes all departments says so in its manifest (figure `scope.all_departments`) and on its line of progress.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pedcorpus.engine.freshness import manifest_path
from pedcorpus.engine.step import ALL_DEPARTMENTS, StepContext
from schemas.manifest import read_manifest

__all__ = ["ALL_DEPARTMENTS", "MEDICAL", "PEDIATRIC", "has_no_children", "in_scope", "takes_all"]

MEDICAL, PEDIATRIC = "samples.medical", "samples.pediatric"
"""Figures of `instruct`: samples of medicine (all tasks but general), and those of them about children."""
MIN_PEDIATRIC = 20
"""Fewer pediatric samples fill no table (a table of 20 rows is the smallest that is divided) …"""
MIN_SHARE = 0.1
"""… unless they are this share of all medical ones: a small corpus of pediatrics stays one."""


def takes_all(context: StepContext) -> bool:
    """Return whether the tables for children take the samples of all departments."""
    manifest = read_manifest(manifest_path(context.out, "instruct"))
    return manifest is not None and has_no_children(manifest.figures)


def has_no_children(figures: Mapping[str, int]) -> bool:
    """Return whether, by the figures of `instruct`, hardly any of its samples are about children."""
    pediatric, medical = figures.get(PEDIATRIC, 0), figures.get(MEDICAL, 0)
    return pediatric < MIN_PEDIATRIC and pediatric < MIN_SHARE * medical


def in_scope(rows: pl.DataFrame, payload: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return which samples tables for children may take; `payload` is that of a task, with `takes_all`."""
    return np.ones(rows.height, np.bool_) if payload.get("takes_all") else rows["pediatric"].fill_null(False).to_numpy()
