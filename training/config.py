"""The trainer's configuration: frozen pydantic models, one per table of the TOML file, a sentence for each key.

Paths (`model.base`, `model.tokenizer`, `data.path`, `run.out`) are relative to the configuration file. What the paper
does not say is our default, and says so.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from pydantic_core import PydanticCustomError

Share = Annotated[float, Field(ge=0.0, le=1.0)]
PhaseName = Literal["cpt", "sft", "dfpo", "lora"]
PHASES: tuple[PhaseName, ...] = ("cpt", "sft", "dfpo", "lora")
DEFAULT_TOKENS = 4096
"""Tokens of a forward pass where the file says nothing: fills a GPU, fits a laptop with a small model."""
DEFAULT_LENGTH = 1024
"""Longest row where the file says nothing: the block length of the authors' released code."""


class Frozen(BaseModel):
    """Base of all tables: immutable, unknown keys are errors, no infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


def _refuse(problems: list[tuple[str, str]]) -> None:
    """Raise all problems (key, what is wrong) of a table as one error; none raises nothing."""
    if problems:
        raise PydanticCustomError("keys", "contradictory keys", {"problems": problems})


class Model(Frozen):
    """`[model]`: what to train."""

    base: str
    """Folder or Hub id of a causal language model."""
    tokenizer: str | None = None
    """Folder or Hub id of the tokenizer; default: the one beside the model."""
    dtype: Literal["float32", "bfloat16"] | None = None
    """Type of the weights; default: bfloat16 on a GPU, float32 on a CPU. The optimizer's state is float32 in both."""
    template: Literal["auto", "plain"] = "auto"
    """Chat format: the tokenizer's own template where it has one, or always the plain `Human: … Assistant: …`."""
    attention: Literal["auto", "varlen", "segments", "sdpa", "eager", "padded"] = "auto"
    """Attention over packed rows; auto: varlen on a GPU in bfloat16, else segments; padded for a model's own code."""
    trust_remote_code: bool = False
    """Run Python code that comes with the model. Only for models whose code you have read."""


class Data(Frozen):
    """`[data]`: what to train on."""

    path: str
    """`OUT/dataset` of a build (folders cpt, sft, dfpo, lora), or a Hub dataset id of that form."""


class Run(Frozen):
    """`[run]`: where and in which order."""

    out: str
    """Folder of the run; phases, metrics and the manifest go below it."""
    seed: NonNegativeInt = 0
    """Seed of packing order, dropout and new weights, combined with the phase's name."""
    phases: list[PhaseName] = Field(default_factory=lambda: list(PHASES), min_length=1)
    """Phases of `all`, in order; default: those with a table in this file, or all four."""
    compile: bool = False
    """Compile each decoder layer with static shapes (torch.compile): slower to start, faster on a GPU."""
    trackers: list[Literal["tensorboard", "wandb"]] = []
    """Where metrics go besides metrics.jsonl; the package must be installed."""

    @model_validator(mode="after")
    def _once(self) -> Run:
        problems = [("phases", "a phase is named twice")] if len(set(self.phases)) < len(self.phases) else []
        if "lora" in self.phases[:-1]:
            problems.append(("phases", "lora leaves an adapter, which no phase can start from. Name it last"))
        _refuse(problems)
        return self


class Adapter(Frozen):
    """`[<phase>.adapter]`: train a LoRA through peft instead of the whole model."""

    r: PositiveInt = 16
    """Rank."""
    alpha: PositiveFloat = 32.0
    """Scale: the update counts alpha / r."""
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    """Dropout before the adapter."""
    targets: str | list[str] = "all-linear"
    """`all-linear` or names of linear layers."""
    quantise: bool = False
    """QLoRA: hold the frozen weights in 4-bit NF4 (needs bitsandbytes and a GPU)."""
    merge: bool = True
    """Leave a merged model that the next phase and any server loads, the adapter beside it in `adapter/`."""


class PhaseSettings(Frozen):
    """The keys every phase has."""

    epochs: PositiveFloat | None = None
    """Passes over the table. Neither `epochs` nor `max_steps`: one."""
    max_steps: PositiveInt | None = None
    """Optimizer steps, instead of `epochs`."""
    learning_rate: PositiveFloat = 1e-5
    """Highest learning rate (our default; the paper's is not public)."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the rate falls to zero after warm-up."""
    warmup_ratio: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.03
    """Share of the steps over which the rate rises; the first step's rate is above zero."""
    weight_decay: NonNegativeFloat = 0.0
    """Decoupled weight decay on matrices (not on norms and biases)."""
    betas: Annotated[list[Share], Field(min_length=2, max_length=2)] = [0.9, 0.999]
    """Adam's decay rates of the first and second moment."""
    max_grad_norm: NonNegativeFloat = 1.0
    """Gradient norm above which gradients are scaled down; 0 leaves them."""
    max_length: Annotated[int, Field(ge=2)] | None = None
    """Longest row in tokens; default 1024, or `tokens_per_batch` where that is less."""
    tokens_per_batch: Annotated[int, Field(ge=2)] | None = None
    """Tokens of one forward pass on one process; default 4096. A step = this x accumulation x processes."""
    accumulation: PositiveInt = 1
    """Forward passes of a step on each process."""
    save_steps: PositiveInt = 500
    """Steps between checkpoints (one is written at the end in any case)."""
    eval_steps: PositiveInt | None = None
    """Steps between evaluations; default: `save_steps`. Only where the table has a validation split."""
    keep_checkpoints: Annotated[int, Field(ge=2)] = 2
    """Checkpoints kept: the latest and, with `best`, the best; two at least, so that one is always whole."""
    best: bool = True
    """Leave the weights of the best evaluation rather than the last ones."""
    patience: NonNegativeInt = 0
    """Stop after this many evaluations without improvement; 0 never stops early."""
    checkpointing: Share = 0.0
    """Share of decoder layers whose activations are recomputed in the backward pass: less memory, more time."""
    adapter: Adapter | None = None
    """Train a LoRA instead of the whole model."""

    @property
    def tokens(self) -> int:
        """Tokens of one forward pass on one process."""
        return self.tokens_per_batch or max(DEFAULT_TOKENS, self.max_length or 0)

    @property
    def length(self) -> int:
        """Longest row in tokens."""
        return self.max_length or min(DEFAULT_LENGTH, self.tokens)

    @model_validator(mode="after")
    def _consistent(self) -> Any:
        problems = []
        if self.epochs and self.max_steps:
            problems.append(("max_steps", "epochs and max_steps are both given. Keep one of them"))
        if self.length > self.tokens:
            text = f"{self.tokens} is less than max_length = {self.length}, so rows would not fit. Raise it"
            problems.append(("tokens_per_batch", text))
        if self.best and self.eval_steps and self.save_steps % self.eval_steps:
            text = f"{self.eval_steps} does not divide save_steps = {self.save_steps}, which best = true needs"
            problems.append(("eval_steps", text))
        if self.patience and not self.best:
            problems.append(("patience", "stopping early needs best = true. Set it, or set patience = 0"))
        _refuse(problems)
        return self


class Cpt(PhaseSettings):
    """`[cpt]`: continuous pre-training on every token of `text`; over-long rows are split."""

    learning_rate: PositiveFloat = 2e-5
    """Highest learning rate (our default)."""


class Sft(PhaseSettings):
    """`[sft]`: fine-tuning on every assistant turn of `messages`."""

    overlong: Literal["drop", "split-turns"] = "drop"
    """Rows above `max_length`: dropped and counted, or split between turns."""


class Dfpo(PhaseSettings):
    """`[dfpo]`: direct following preference optimisation."""

    learning_rate: PositiveFloat = 1e-6
    """Highest learning rate (our default)."""
    tokens_per_batch: Annotated[int, Field(ge=2)] | None = None
    """Tokens of one forward pass, chosen and rejected together; default 4096. Larger pairs are dropped."""
    overlong: Literal["drop"] = "drop"
    """Pairs with a side above `max_length` are dropped and counted."""
    beta: PositiveFloat = 0.1
    """Strength of the preference term (default of the released code)."""
    mu: NonNegativeFloat = 1.0
    """Weight of the likelihood of the chosen answer; 0 is plain DPO and is warned about (our default: 1)."""
    nll_mean: Literal["sequence", "token"] = "sequence"
    """Mean of per-answer means as in the released code, or mean over all chosen tokens of the step."""


class Lora(Sft):
    """`[lora]`: the mixture of universal and specific LoRA experts."""

    learning_rate: PositiveFloat = 1e-4
    """Highest learning rate (our default)."""
    experts: PositiveInt = 3
    """Specific experts beside the universal one (paper: 3)."""
    r: PositiveInt = 8
    """Rank of each expert (released code: 8)."""
    alpha: PositiveFloat = 16.0
    """Scale: the experts' sum counts alpha / r (released code: 16)."""
    targets: Literal["all-linear", "ffn"] = "all-linear"
    """Which linear layers carry experts."""
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    """Dropout before the experts (released code: 0)."""
    quantise: bool = False
    """Hold the frozen weights in 4-bit NF4 (needs bitsandbytes and a GPU)."""
    noise: bool = True
    """Noise on the router in training, never at inference."""
    balance: NonNegativeFloat = 0.0
    """Weight of a balance loss on the router; 0 as published."""

    @model_validator(mode="after")
    def _no_second_adapter(self) -> Lora:
        text = "the experts are this phase's adapter. Remove the table; r, alpha, dropout, quantise stand in [lora]"
        _refuse([("adapter", text)] if self.adapter else [])
        return self


class Config(Frozen):
    """A whole configuration."""

    model: Model
    data: Data
    run: Run
    cpt: Cpt = Cpt()
    sft: Sft = Sft()
    dfpo: Dfpo = Dfpo()
    lora: Lora = Lora()

    def phase(self, name: str) -> PhaseSettings:
        """Return the settings of one phase."""
        settings = getattr(self, name)
        assert isinstance(settings, PhaseSettings)
        return settings
