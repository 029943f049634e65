"""The LoRA mixture of universal and specific experts, as a method of stock peft (0.18.1 to 0.21.2).

Importing this package registers the type `PEDCORPUS_EXPERTS`; from then on `get_peft_model`, `PeftModel`,
`AutoPeftModelForCausalLM` and transformers' `load_adapter` know it.
"""

from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
from peft.utils.peft_types import register_peft_method

from training.experts.layer import ExpertsLayer, ExpertsLinear
from training.experts.model import ExpertsModel, expert_layers
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import EXPERTS, NAME

if EXPERTS not in PEFT_TYPE_TO_CONFIG_MAPPING:
    register_peft_method(name=NAME.lower(), config_cls=ExpertsConfig, model_cls=ExpertsModel)

__all__ = ["EXPERTS", "NAME", "ExpertsConfig", "ExpertsLayer", "ExpertsLinear", "ExpertsModel", "expert_layers"]
