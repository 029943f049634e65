"""Step `filter-wikipedia`: keep pediatric and medical articles, a small share of general ones, and no more than asked.

`score` and `class` (pediatric, medical, general) stand beside each kept article; `evidence/` says of every article
which terms gave its score (`inspect --id` shows it). Terms: the bundled lists, the user's (`[wikipedia].lexicon`, one
term a line; a file called `pediatric*`, `common*`, `contrary*` or `traps*` adds to that list, any other to the medical
one) and the entities of the knowledge graph.

Rounds: terms (one task), score (a task per shard), choose (one task, over scores alone), write (a task per shard).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa

from ingest import SOURCES
from ingest.files.decode import decoded
from ingest.files.find import FoundFile
from ingest.source import SourceFile, SourceOptions
from ingest.vocabulary.medical_terms import bundled, classes, scores
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.steps.filter_wikipedia.choose_articles import choose_articles
from schemas.shards import file_sha256, iter_batches, read_shards, write_shard
from schemas.tables import TABLES

VERSION = 3

ENTITY_TYPES = ("disease", "symptom", "sign", "drug", "check", "treatment")
"""Types of knowledge-graph entities that become terms; foods, departments and the like are words of every text."""
ENTITY_CHARS = (3, 12)
"""Shortest and longest entity in characters: shorter ones are ambiguous, longer ones are sentences."""
SCORE_ROWS = 1024
"""Articles scored at once: some 4 MB of text; the automaton is built once a batch."""
SCORED = {"id": pl.String, "score": pl.Float64, "class": pl.String, "bytes": pl.UInt32, "why": pl.String}
"""What is known of an article before it is decided over all of them."""
SCHEMA = TABLES["document"].append(pa.field("score", pa.float64())).append(pa.field("class", pa.string()))


def term_tasks(context: StepContext) -> list[Task]:
    """List the one task that collects terms from all triples."""
    return [context.task("terms", "terms", *context.all_shards("triple"))]


def collect_terms(task: Task) -> TaskResult:
    """Write term and class of the whole lexicon."""
    terms = _entities(task.paths())
    terms.update(bundled())
    terms.update(_own(task.payload.get("paths", {})))
    frame = pl.DataFrame(
        {"term": list(terms), "class": list(terms.values())}, schema={"term": pl.String, "class": pl.String}
    )
    frame.sort("term").write_parquet(task.work / "terms.parquet")
    return TaskResult()


def shard_tasks(round: str, context: StepContext) -> list[Task]:
    """List one task per shard of Wikipedia."""
    sources = context.config["sources"]
    return [
        context.task(round, shard.label, shard)
        for shard in context.all_shards("document")
        if SOURCES[sources[shard.source]["kind"]].is_encyclopedia
    ]


def score(task: Task) -> TaskResult:
    """Write id, score, class, size and the reasons of the score of each article of one shard."""
    terms = dict(pl.read_parquet(task.work / "terms.parquet").iter_rows())
    parts = [pl.DataFrame(schema=SCORED)]
    for batch in iter_batches(task.paths()[0], SCORE_ROWS, ["id", "title", "text"]):
        rows = pl.DataFrame(pl.from_arrow(batch))
        found = scores(rows["title"], rows["text"], terms)
        kind = classes(task.config["wikipedia"]["min_score"]).alias("class")
        parts.append(
            pl.concat([rows, found], how="horizontal").select(
                "id", "score", kind, bytes=pl.col("text").str.len_bytes(), why="why"
            )
        )
    pl.concat(parts).write_parquet(task.work / f"score-{task.label}.parquet")
    return TaskResult()


def choose_tasks(context: StepContext) -> list[Task]:
    """List the one task that decides over all articles."""
    return [context.task("choose", "choose")]


def choose(task: Task) -> TaskResult:
    """Write id, score, class and the reason against each article (null: keep)."""
    files = sorted(task.work.glob("score-*.parquet"))
    if files:
        columns = ["id", "score", "class", "bytes"]
        scored = pl.concat(pl.read_parquet(file, columns=columns) for file in files)
        chosen = choose_articles(scored, task.config["wikipedia"])
        chosen.write_parquet(task.work / "chosen.parquet")
    return TaskResult()


def write(task: Task) -> TaskResult:
    """Write the kept articles of one shard with score and class, and the rejections."""
    rows = read_shards(task.paths())
    verdict = pl.DataFrame({"id": rows["id"]}).join(
        pl.read_parquet(task.work / "chosen.parquet"), on="id", how="left", maintain_order="left"
    )
    for name in ("score", "class"):
        column = verdict[name].to_arrow(compat_level=pl.CompatLevel.oldest())
        rows = rows.append_column(SCHEMA.field(name), column.cast(SCHEMA.field(name).type))
    bad = verdict["reason"].is_not_null()
    kept, wrong = rows.filter((~bad).to_arrow()), rows.filter(bad.to_arrow())
    result = TaskResult(read=rows.num_rows, kept=kept.num_rows)
    result.rejected.update(verdict["reason"].drop_nulls())
    result.figures.update(f"class.{name}" for name in kept["class"].to_pylist())
    name = f"part-{task.label}.parquet"
    if kept.num_rows:
        write_shard(kept, task.folder / name, "document")
        sha256 = file_sha256(task.folder / name)
        result.shards.append(Shard(f"steps/{task.step}/{name}", kept.num_rows, sha256, "document"))
    evidence = pl.read_parquet(task.work / f"score-{task.label}.parquet").drop("bytes").to_arrow()
    write_shard(evidence, task.folder / "evidence" / name, "evidence")
    opening = pl.col("title") + ": " + pl.col("text")
    rejected = rejections_of(pl.DataFrame(wrong), task.step, verdict["reason"].drop_nulls(), opening)
    write_shard(rejected, task.folder / "rejected" / name, "rejected")
    return result


ROUNDS = (
    Round("terms", term_tasks, collect_terms),
    Round("score", partial(shard_tasks, "score"), score),
    Round("choose", choose_tasks, choose),
    Round("write", partial(shard_tasks, "write"), write),
)


def _entities(shards: Sequence[Path]) -> dict[str, str]:
    """Return the entities of the graph that can be terms."""
    ends = [
        pl.DataFrame(pl.from_arrow(read_shards([path], [end, f"{end}_type"]))).rename(
            {end: "term", f"{end}_type": "type"}
        )
        for path in shards
        for end in ("head", "tail")
    ]
    if not ends:
        return {}
    is_term = pl.col("type").is_in(ENTITY_TYPES) & pl.col("term").str.contains(r"^[\p{Han}\p{Latin}\d-]*\p{Han}+$")
    known = pl.concat(ends).filter(is_term & pl.col("term").str.len_chars().is_between(*ENTITY_CHARS))
    return dict.fromkeys(known["term"].unique().sort(), "entity")


def _own(paths: Mapping[str, str]) -> dict[str, str]:
    """Return the user's terms."""
    options = SourceOptions("terms", "terms")
    terms: dict[str, str] = {}
    for name, url in sorted(paths.items()):
        found = FoundFile(url, name)
        with decoded(SourceFile(name, "", found.open), options) as file:
            text = file.read()
        stem = Path(name).stem.lower()
        kind = next((kind for kind in ("pediatric", "common", "contrary", "trap") if stem.startswith(kind)), "medical")
        terms.update(dict.fromkeys((line.strip() for line in _lines(text)), kind))
    return terms


def _lines(text: str) -> list[str]:
    """Return one term per line; one may hold spaces, unlike those of the bundled lists."""
    return [line for line in text.splitlines() if len(line.strip()) > 1 and not line.lstrip().startswith("#")]
