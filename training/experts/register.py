"""Make peft know the mixture of experts: apart from `peft_type.py`, which the tuner itself needs for its names."""

from __future__ import annotations

from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
from peft.utils.peft_types import register_peft_method

from training.experts.model import ExpertsModel
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import EXPERTS, NAME


def register_experts() -> None:
    """Register configuration and tuner under the type's name; doing it again changes nothing."""
    if EXPERTS not in PEFT_TYPE_TO_CONFIG_MAPPING:
        register_peft_method(name=NAME.lower(), config_cls=ExpertsConfig, model_cls=ExpertsModel)
