"""DFPO against its oracles: trl's trainer and the formula of the authors' code."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import logsigmoid

from tests.support.tiny_model import build_tokenizer, sentence
from training.config import Dfpo
from training.data.batches import model_inputs, pack
from training.data.chat_format import ChatFormat
from training.data.token_store import TokenStore, cached_store
from training.model.load_model import answer_with_logps, load_tokenizer
from training.objectives.dfpo import PreferenceLoss, encode

BETA, MU = 0.1, 0.7
# The template puts nothing after the end token, so that trl's completions are the trained tokens.
TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


class Case:
    """Eight pairs, a policy and another model as reference."""

    def __init__(self, folder: Path) -> None:
        import random

        import pyarrow as pa
        from transformers import AutoModelForCausalLM, Qwen2Config

        self.tokenizer = load_tokenizer(build_tokenizer(folder))
        self.tokenizer.chat_template = TEMPLATE
        draw = random.Random(0)
        self.rows = [
            {
                "prompt": [{"role": "user", "content": sentence(draw, 1, 6)}],
                "chosen": [{"role": "assistant", "content": sentence(draw, 1, 9)}],
                "rejected": [{"role": "assistant", "content": sentence(draw, 1, 9)}],
            }
            for _ in range(8)
        ]
        labels = {"id": "", "task": "general", "source": "made"}
        batch = pa.RecordBatch.from_pylist([row | labels | {"id": str(i)} for i, row in enumerate(self.rows)])
        chat = ChatFormat(self.tokenizer)
        self.store: TokenStore = cached_store(folder, {}, encode([batch], chat, Dfpo()))
        special = {"eos_token_id": self.tokenizer.eos_token_id, "pad_token_id": self.tokenizer.pad_token_id}
        sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
        heads = {"num_key_value_heads": 2, "initializer_range": 0.2, "bos_token_id": None}
        config = Qwen2Config(vocab_size=len(self.tokenizer), **sizes, **heads, **special)
        torch.manual_seed(0)
        self.policy, self.reference = (AutoModelForCausalLM.from_config(config).train() for _ in range(2))

    def ours(self, nll_mean: str) -> tuple[float, torch.Tensor]:
        """Return the packed loss and the gradient of the policy."""
        for model in (self.policy, self.reference):
            vars(model).pop("forward", None)  # accelerate leaves one of its own
            answer_with_logps(model)
        batch = pack(self.store, range(8))
        loss = PreferenceLoss(Dfpo(beta=BETA, mu=MU, nll_mean=nll_mean))
        with torch.no_grad():
            logps = self.reference(**model_inputs(batch))
        sums = torch.zeros(16).index_add(0, batch["target_sequence"], logps).view(-1, 2)
        chosen = int((batch["target_sequence"] % 2 == 0).sum())
        batch |= {"reference": sums, "step_units": 8, "step_chosen": chosen}
        self.policy.zero_grad()
        value = loss.units(self.policy(**model_inputs(batch)), batch)["loss"].sum() / 8
        value.backward()
        return value.item(), gradient(self.policy)


def gradient(model: Any) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None]).clone()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("pairs"))


def test_loss_and_gradient_equal_trl(case: Case, tmp_path: Path) -> None:
    ours, our_gradient = case.ours("token")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trl = pytest.importorskip("trl")
        from datasets import Dataset

        settings = trl.DPOConfig(
            output_dir=str(tmp_path), per_device_train_batch_size=8, report_to=[], use_cpu=True, bf16=False, beta=BETA,
            gradient_checkpointing=False, loss_type=["sigmoid", "sft"], loss_weights=[1.0, MU], max_length=None,
            disable_tqdm=True,
        )  # fmt: skip
        for model in (case.policy, case.reference):
            vars(model).pop("forward", None)
        trainer = trl.DPOTrainer(
            model=case.policy, ref_model=case.reference, args=settings, train_dataset=Dataset.from_list(case.rows),
            processing_class=case.tokenizer,
        )  # fmt: skip
        batch = next(iter(trainer.get_train_dataloader()))
        case.policy.train()
        case.policy.zero_grad()
        value = trainer.compute_loss(case.policy, batch)
        value.backward()
    theirs = gradient(case.policy)
    assert ours == pytest.approx(value.item(), abs=2e-6)
    assert float((our_gradient - theirs).norm() / theirs.norm()) < 5e-6


def test_loss_and_gradient_equal_the_authors_formula(case: Case) -> None:
    ours, our_gradient = case.ours("sequence")
    for model in (case.policy, case.reference):
        vars(model).pop("forward", None)

    def answers(model: Any, side: str) -> tuple[torch.Tensor, torch.Tensor]:
        sums, counts = [], []
        for row in case.rows:
            text = case.tokenizer.apply_chat_template([*row["prompt"], *row[side]], tokenize=False)
            prompt = case.tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
            ids = torch.tensor(case.tokenizer(text, add_special_tokens=False)["input_ids"])
            start = len(case.tokenizer(prompt, add_special_tokens=False)["input_ids"])
            logps = model(input_ids=ids[None]).logits[0, start - 1 : -1].log_softmax(-1)
            sums.append(logps.gather(1, ids[start:, None]).sum())
            counts.append(len(ids) - start)
        return torch.stack(sums), torch.tensor(counts)

    case.policy.zero_grad()
    (chosen, lengths), (rejected, _) = answers(case.policy, "chosen"), answers(case.policy, "rejected")
    with torch.no_grad():
        (chosen_ref, _), (rejected_ref, _) = answers(case.reference, "chosen"), answers(case.reference, "rejected")
    ratio = (chosen - chosen_ref) - (rejected - rejected_ref)
    value = -logsigmoid(BETA * ratio).mean() + MU * (-chosen / lengths).mean()
    value.backward()
    theirs = gradient(case.policy)
    assert ours == pytest.approx(value.item(), abs=2e-6)
    assert float((our_gradient - theirs).norm() / theirs.norm()) < 5e-6


def test_pairs_that_cannot_be_learnt_are_counted(case: Case) -> None:
    import pyarrow as pa

    row = case.rows[0] | {"task": "general", "source": "made"}
    rows = [
        row | {"id": "same", "rejected": row["chosen"]},
        row | {"id": "none", "chosen": []},
        row | {"id": "long", "rejected": [{"role": "assistant", "content": "发 热" * 900}]},
    ]
    [units] = encode([pa.RecordBatch.from_pylist(rows)], ChatFormat(case.tokenizer), Dfpo())
    assert [unit.reason for unit in units] == ["chosen equals rejected", "nothing to learn", "over-long"]


def test_a_wrong_reference_is_found_at_the_first_step(tmp_path: Path, tiny_model: Path, made_data: Path) -> None:
    import pyarrow.parquet as pq

    from tests.support.tiny_model import KEYS, write_config
    from training.phases import run
    from training.reference_logps import WrongReference

    keys = KEYS.replace("max_steps = 6", "max_steps = 1")
    run(write_config(tmp_path / "a.toml", tiny_model, made_data, tmp_path / "run", keys=keys), ["dfpo"])
    [path] = (tmp_path / "run/cache").glob("reference-*-train.parquet")
    table = pq.read_table(path).to_pydict()
    table["chosen_logp"] = [value + 3 for value in table["chosen_logp"]]
    import pyarrow as pa

    pq.write_table(pa.table(table), path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "cache").symlink_to(tmp_path / "run/cache")
    with pytest.raises(WrongReference, match="not the reference at step 0"):
        run(write_config(tmp_path / "b.toml", tiny_model, made_data, other, keys=keys), ["dfpo"])
