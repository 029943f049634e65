"""Step `dedup-instructions`: no conversation, no answer and no question twice.

Three levels, each among the rows the one before left, all with the guard of `dedup.clinical.guard` on:

1. pair: the whole conversation. Copies across sources, and growing contexts of one dialogue.
2. answer: all answers of a conversation together. Public sets share 91 % of their answers under other prompts, which
   pairs do not show; nor do two phrasings we built of one record, which go alike. Answers below MIN_ANSWER characters
   (是的, 儿科) are exempt: they say nothing without their question.
3. question: everything but the answers, so that the turns before count. Of several answers to one question the best
   authority's stays: a model cannot learn two.

At each level the source kind first in `dedup.prefer` survives, then the longest conversation, then the smallest id.
Boilerplate is learnt in each source and left out: without it, questions of one template about two diseases are alike.
The survivor in `evidence/` is the row that was compared; it may itself have left at a later level, for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.settings import MinHash
from pedcorpus.engine.step import Round, StepContext, Task, TaskResult
from pedcorpus.steps.dedup.compared_texts import answer_of, question_of, text_of
from pedcorpus.steps.dedup.step import common_of, learn, learn_tasks
from schemas.rejection import Reason
from schemas.shards import read_shards

VERSION = 2
"""Raise it when a rule or the lexicon of `dedup` changes what is removed."""
TABLE = "instruction"
MIN_ANSWER = 15
"""Shortest answer in characters, its mark included, that may be a duplicate by itself; `instruct` writes none below."""


def _pair(rows: pa.Table) -> pa.Array:
    return text_of(rows, TABLE)


def _answer(rows: pa.Table) -> pa.Array:
    answers = answer_of(rows)
    return pc.if_else(pc.less(pc.utf8_length(answers), MIN_ANSWER), None, answers)


LEVELS: tuple[tuple[str, Reason, Callable[[pa.Table], pa.Array]], ...] = (
    ("pair", Reason.DUPLICATE_PAIR, _pair),
    ("answer", Reason.DUPLICATE_ANSWER, _answer),
    ("question", Reason.DUPLICATE_QUESTION, question_of),
)


def sign_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [context.task("sign", shard.label, shard) for shard in context.all_shards(TABLE)]


def sign(task: Task) -> TaskResult:
    """Hash and sign the rows of a shard, level by level."""
    from dedup.across_shards import sign_shard

    rows, common = read_shards(task.paths(), ["messages"]), common_of(task.work, TABLE)
    settings = MinHash.from_config(task.config["dedup"])
    for name, _, column in LEVELS:
        sign_shard(column(rows), settings, common, task.work / "sign" / name / task.label)
    return TaskResult()


def decide_tasks(context: StepContext) -> list[Task]:
    """List the one task that sees the signatures of all rows."""
    shards = context.all_shards(TABLE)
    return [context.task("decide", "all", *shards)] if shards else []


def decide(task: Task) -> TaskResult:
    """Decide over all rows, level by level."""
    from dedup.across_shards import SignedCorpus, decide_all
    from pedcorpus.steps.dedup.decisions import KEPT, KIND_STEP, Decided, priorities, ranks, write_decisions

    paths, labels = task.paths(), task.labels
    rows = read_shards(paths, ["id", "source"])
    chars = [np.load(task.work / "sign" / "pair" / label / "chars.npy") for label in labels]
    priority = priorities(rows["source"], task.config) + np.minimum(np.concatenate(chars), KIND_STEP - 1)
    decided = Decided(rows.num_rows)
    for level, (name, _, column) in enumerate(LEVELS):
        corpus = SignedCorpus(
            [task.work / "sign" / name / label for label in labels],
            partial(_column, column, paths),
            priority,
            ranks(rows["id"]),
            absent=decided.level != KEPT,
        )
        decisions = decide_all(
            corpus, MinHash.from_config(task.config["dedup"]), common_of(task.work, TABLE), task.work / "spool" / name
        )
        decided.add(decisions, level)
    return write_decisions(decided, rows["id"], decisions.starts, [task.work / "decisions" / label for label in labels])


def write_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [context.task("write", shard.label, shard) for shard in context.all_shards(TABLE)]


def write(task: Task) -> TaskResult:
    """Part a shard's rows into kept and rejected ones."""
    from pedcorpus.steps.dedup.decisions import Comparison, split_kept_rejected

    levels = [Comparison(f"spool/{name}", reason, reason) for name, reason, _ in LEVELS]
    return split_kept_rejected(task, task.work / "decisions" / task.label, TABLE, levels)


def _learn_tasks(context: StepContext) -> list[Task]:
    return learn_tasks(context, (TABLE,))


ROUNDS = (
    Round("learn", _learn_tasks, learn),
    Round("sign", sign_tasks, sign),
    Round("decide", decide_tasks, decide),
    Round("write", write_tasks, write),
)


def _column(column: Callable[[pa.Table], pa.Array], paths: Sequence[Path], shard: int) -> pa.Array:
    return column(read_shards([paths[shard]], ["messages"]))
