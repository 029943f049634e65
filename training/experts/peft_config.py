"""The configuration of one adapter of experts, saved by peft as adapter_config.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peft.config import PeftConfig

from training.experts.peft_type import EXPERTS

LOADER = "import training.experts (package pedcorpus), then load with peft or transformers as usual"


@dataclass
class ExpertsConfig(PeftConfig):
    """One universal and `experts` specific LoRA experts on each target layer (PediatricsGPT, phase 4).

    Defaults: T = 3 by the paper; r = 8, alpha = 16, no dropout, no balance loss by the released code.
    """

    experts: int = 3
    """Specific experts T beside the universal one."""
    r: int = 8
    """Rank of each expert."""
    alpha: float = 16.0
    """The experts' sum counts alpha / r."""
    dropout: float = 0.0
    """Share of the experts' input that is dropped in training; the router sees all of it."""
    noise: bool = True
    """Noise on the router's logits in training, never at inference."""
    balance: float = 0.0
    """Weight of the balance loss `T * sum_j mean(G_j)^2` of each layer; 0 as published."""
    target_modules: list[str] | set[str] | str | None = "all-linear"
    """`all-linear`, `ffn`, module names, or a regular expression."""
    exclude_modules: list[str] | set[str] | str | None = None
    """Modules left out, as names or a regular expression."""
    layers_to_transform: list[int] | int | None = None
    """Numbers of the decoder layers that carry experts; default: all."""
    layers_pattern: list[str] | str | None = None
    """Name of the list of layers that `layers_to_transform` counts in."""
    modules_to_save: list[str] | None = None
    """Other modules that are trained whole and saved with the adapter."""
    loader: str = LOADER
    """What a reader of adapter_config.json must do first; nothing reads it."""

    def __post_init__(self) -> None:
        """Set the type and refuse values that make no mixture."""
        super().__post_init__()
        self.peft_type = EXPERTS
        for name, good, expected in (
            ("experts", self.experts >= 1, "at least 1"),
            ("r", self.r >= 1, "at least 1"),
            ("alpha", self.alpha > 0, "above 0"),
            ("dropout", 0 <= self.dropout < 1, "from 0 to below 1"),
            ("balance", self.balance >= 0, "0 or more"),
        ):
            if not good:
                raise ValueError(f"ExpertsConfig.{name}: {getattr(self, name)!r}, expected {expected}.")
        for name in ("target_modules", "exclude_modules"):
            value = getattr(self, name)
            setattr(self, name, set(value) if isinstance(value, list) else value)

    @property
    def rank(self) -> int:
        """Rank of all experts together, (T + 1) r."""
        return (self.experts + 1) * self.r

    @property
    def scale(self) -> float:
        """The factor of the experts' sum, alpha / r."""
        return self.alpha / self.r

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration; names in order, so that equal adapters have equal files."""
        values: dict[str, Any] = super().to_dict()
        return {key: sorted(value) if isinstance(value, set) else value for key, value in values.items()}
