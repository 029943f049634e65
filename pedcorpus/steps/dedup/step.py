"""Step `dedup`: one row of each set of duplicates, across all sources of a table.

Compared are documents (text), dialogues (turns), samples (messages) with their like: a Wikipedia article that repeats a
book passage goes, a dialogue and a document are different things and never meet. Triples are compared exactly on head,
relation and tail. Which row survives: the source kind first in `dedup.prefer`, then the longest (of triples: the most
qualifiers), then the smallest id.

Texts are compared by character n-grams. Boilerplate is learnt in each source of dialogues and samples and left out of
them, for there greetings and forms of answer (病情分析：… 指导意见：…) join strangers; books and articles are compared
as they stand. Rows that differ in a dose, a frequency, an age, a drug, a route or a negation are kept and listed.

Rounds: learn (boilerplate, a task per source), sign (per shard), decide (per table), write (per shard), contradict
(what several graphs say). Beside the shards lie `evidence/` (id, survivor, measure, value, difference), `conflicts/`
(id_a, id_b, value, difference) and, where graphs contradict each other, `contradictions.jsonl`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup.settings import MinHash
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.steps.dedup.compared_texts import text_of
from schemas.rejection import Reason
from schemas.shards import iter_batches, read_shards
from schemas.tables import WORDS

VERSION = 3
"""Raise it when a rule or the lexicon of `dedup` changes what is removed."""
WITH_BOILERPLATE = ("dialogue", "sample")
"""Tables whose sources write by forms."""
EXACT = ("triple",)
"""Tables compared exactly alone."""


def learn_tasks(context: StepContext, tables: Sequence[str] = WITH_BOILERPLATE) -> list[Task]:
    """List one task per source of the tables with boilerplate."""
    shards: dict[tuple[str, str], list[Shard]] = {}
    for shard in context.all_shards():
        if shard.table in tables:
            batch = next(iter_batches(context.out / shard.file, 1, ["source"]))
            shards.setdefault((shard.table, batch["source"][0].as_py()), []).append(shard)
    return [context.task("learn", f"{table}-{source}", *some, table=table) for (table, source), some in shards.items()]


def learn(task: Task) -> TaskResult:
    """Learn the boilerplate of a source and leave it as a bitmap."""
    from dedup.boilerplate import learn_boilerplate

    table = task.payload["table"]
    columns = (column_of(path, table) for path in task.paths())
    folder = task.work / "boilerplate" / table
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{task.label}.npy", learn_boilerplate(columns, task.config["dedup"]["ngram"]))
    return TaskResult()


def sign_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [context.task("sign", shard.label, shard, table=shard.table) for shard in context.all_shards()]


def sign(task: Task) -> TaskResult:
    """Hash and sign the rows of a shard."""
    from dedup.across_shards import sign_shard

    table, settings = task.payload["table"], MinHash.from_config(task.config["dedup"])
    column, folder = column_of(task.paths()[0], table), task.work / "sign" / task.label
    sign_shard(column, settings, common_of(task.work, table), folder, exact=table in EXACT)
    return TaskResult()


def decide_tasks(context: StepContext) -> list[Task]:
    """List one task per table."""
    tables = sorted({shard.table for shard in context.all_shards()})
    return [context.task("decide", table, *context.all_shards(table), table=table) for table in tables]


def decide(task: Task) -> TaskResult:
    """Decide over all rows of a table."""
    from dedup.across_shards import SignedCorpus, decide_all
    from pedcorpus.steps.dedup.decisions import Decided, priorities, ranks, write_decisions

    table, paths = task.payload["table"], task.paths()
    rows = read_shards(paths, ["id", "source", *(["qualifiers"] if table in EXACT else [])])
    priority = priorities(rows["source"], task.config)
    if table in EXACT:
        priority += pc.fill_null(pc.list_value_length(rows["qualifiers"]), 0).to_numpy()
    corpus = SignedCorpus(
        [task.work / "sign" / label for label in task.labels],
        lambda shard: column_of(paths[shard], table),
        priority,
        ranks(rows["id"]),
    )
    decisions = decide_all(
        corpus, MinHash.from_config(task.config["dedup"]), common_of(task.work, table), task.work / "spool" / table
    )
    decided = Decided(rows.num_rows)
    decided.add(decisions, 0)
    return write_decisions(
        decided, rows["id"], decisions.starts, [task.work / "decisions" / label for label in task.labels]
    )


def write(task: Task) -> TaskResult:
    """Part a shard's rows into kept and rejected ones."""
    from pedcorpus.steps.dedup.decisions import Comparison, split_kept_rejected

    table = task.payload["table"]
    levels = [Comparison(f"spool/{table}", Reason.DUPLICATE_EXACT, Reason.DUPLICATE_NEAR)]
    return split_kept_rejected(task, task.work / "decisions" / task.label, table, levels)


def write_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [context.task("write", shard.label, shard, table=shard.table) for shard in context.all_shards()]


def contradict_tasks(context: StepContext) -> list[Task]:
    """List one task where several graphs meet; each alone was looked at when it was read."""
    written = {f"steps/{context.step}/part-{s.label}.parquet": s.source for s in context.all_shards("triple")}
    kept = [name for name in written if (context.out / name).is_file()]
    sources = {written[name] for name in kept}
    return [context.task("contradict", "triple", *kept)] if len(sources) > 1 else []


def contradict(task: Task) -> TaskResult:
    """List what the statements of several graphs contradict."""
    from pedcorpus.graph.merge_statements import list_contradictions

    result = TaskResult()
    list_contradictions(task.paths(), task, result)
    return result


ROUNDS = (
    Round("learn", learn_tasks, learn),
    Round("sign", sign_tasks, sign),
    Round("decide", decide_tasks, decide),
    Round("write", write_tasks, write),
    Round("contradict", contradict_tasks, contradict),
)


def column_of(path: Path, table: str) -> pa.Array:
    """Return the texts of a shard."""
    return text_of(read_shards([path], [name for name, _ in WORDS[table]]), table)


def common_of(work: Path, table: str) -> NDArray[np.uint64]:
    """Return the boilerplate of all sources of a table."""
    from dedup.boilerplate import merge_bitmaps

    files = sorted((work / "boilerplate" / table).glob("*.npy"))
    return merge_bitmaps(np.load(file) for file in files)
