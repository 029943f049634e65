"""Count the parameters a mixture trains, by configuration alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import PREFIX


@dataclass(frozen=True, slots=True)
class ParameterCount:
    """Parameters: of the experts (A and B), of the router and its noise, of the base."""

    experts: int
    router: int
    base: int

    @property
    def share(self) -> float:
        """Return A and B over the base's parameters, as the paper counts (0.95 % at T = 3, r = 8 on its 7B model)."""
        return self.experts / self.base

    def __str__(self) -> str:
        return (
            f"experts train {self.experts:,} of {self.base:,} ({100 * self.share:.3f} %), "
            f"router and noise beside them {self.router:,}"
        )


def count_parameters(model: Any, config: ExpertsConfig | None = None) -> ParameterCount:
    """Return the counts of a model; with a configuration its experts are put on first (the meta device will do)."""
    if config is not None:
        from peft import get_peft_model

        model = get_peft_model(model, config)
    counts = {"experts": 0, "router": 0, "base": 0}
    for name, weight in model.named_parameters():
        own = "base" if PREFIX not in name else "experts" if f"{PREFIX}A" in name or f"{PREFIX}B" in name else "router"
        counts[own] += weight.numel()
    return ParameterCount(**counts)
