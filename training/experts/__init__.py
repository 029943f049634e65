"""The LoRA mixture of universal and specific experts, as a method of stock peft (0.18.1 to 0.21.2).

Importing this package registers the type `PEDCORPUS_EXPERTS`; from then on `get_peft_model`, `PeftModel`,
`AutoPeftModelForCausalLM` and transformers' `load_adapter` know it. What to open for what:

- the mathematics of a layer (router, noise, gate, balance loss): `layer.py`; where layers get experts: `model.py`;
- the keys of an adapter and its type: `peft_config.py`, `peft_type.py`; its registration with peft: `register.py`;
- what the routers do, and on which rows it is measured: `router_gates.py`, `calibration.py`, `share_plot.py`;
- an ordinary LoRA from a mixture: `static.py`; an adapter of the authors' code: `released_layout.py`;
- the model card and the count of parameters: `card.py`, `parameter_count.py`.

The training phase itself is `training/experts_phase.py`, the export `training/export_experts.py`.
"""

from training.experts.layer import ExpertsLayer, ExpertsLinear
from training.experts.model import ExpertsModel, expert_layers
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import EXPERTS, NAME
from training.experts.register import register_experts

register_experts()

__all__ = ["EXPERTS", "NAME", "ExpertsConfig", "ExpertsLayer", "ExpertsLinear", "ExpertsModel", "expert_layers"]
