"""What decides whether two texts are near-duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

RECALL = 0.999
"""Share of the pairs exactly at the threshold that must become candidates."""
MAX_ROWS = 5
"""Rows of a band: 5 leaves few false candidates at 0.8 and needs 25 bands (recall 1.0000, docs/benchmarks.md)."""
MAX_BANDS = 64
"""Bands, of 8 bytes per document; more would cost more memory than the texts."""


@dataclass(frozen=True)
class MinHash:
    """Character n-grams, banding and the threshold of the exact check.

    A pair at Jaccard J becomes a candidate with probability 1 - (1 - J**rows)**bands. With an edit rate e per
    character, J ≈ q / (2 - q), q = (1 - e)**ngram: 1 % edits 0.91, 2 % 0.83, 4 % 0.69 for n = 5.
    """

    ngram: int = 5
    bands: int = 25
    rows: int = 5
    seed: int = 1
    threshold: float = 0.8
    verify: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.ngram <= 64:
            raise ValueError(f"ngram is {self.ngram}; 1 to 64 was expected")
        if self.bands < 1 or self.rows < 1:
            raise ValueError(f"bands is {self.bands} and rows {self.rows}; at least 1 was expected")
        if not 0.0 < self.threshold <= 1.0:
            raise ValueError(f"threshold is {self.threshold}; more than 0 and at most 1 was expected")

    def detection(self, jaccard: float) -> float:
        """Return the probability that a pair at `jaccard` becomes a candidate."""
        return float(1.0 - (1.0 - jaccard**self.rows) ** self.bands)

    @classmethod
    def from_config(cls, section: Mapping[str, Any]) -> MinHash:
        """Return what a section `[dedup]` of a configuration says; its other keys are not looked at."""
        return cls(**{field.name: section[field.name] for field in fields(cls)})

    @classmethod
    def at(cls, threshold: float, ngram: int = 5, seed: int = 1) -> MinHash:
        """Choose the banding that finds a pair at `threshold` with probability 0.999 or more, where 64 bands can."""
        for rows in range(MAX_ROWS, 0, -1):
            for bands in range(25, MAX_BANDS + 1):
                settings = cls(ngram, bands, rows, seed, threshold)
                if settings.detection(threshold) >= RECALL:
                    return settings
        return cls(ngram, MAX_BANDS, 1, seed, threshold)
