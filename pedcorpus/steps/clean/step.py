"""Step `clean`: normalise, de-identify, judge. From here on rows hold no private data, nor do rejected excerpts.

One task per ingest shard; the same tables come out. Ids stay those of ingest, so that a row can be followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from ingest import SOURCES
from ingest.cleaning.normalise import PUNCTUATION, normalise_series
from ingest.cleaning.quality import reasons, term_reasons
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.steps.clean.text_columns import TextColumn, joined, text_columns, with_texts
from schemas.rejection import EXCERPT_CHARS, Reason
from schemas.shards import file_sha256, iter_batches, table_name, write_shard
from schemas.tables import TABLES

if TYPE_CHECKING:
    from ingest.privacy import Mode, PrivacyLevel

VERSION = 4


def tasks(context: StepContext) -> list[Task]:
    """List one task per shard of ingest."""
    return [context.task("clean", shard.label, shard) for shard in context.all_shards()]


def clean(task: Task) -> TaskResult:
    """Clean one shard, in batches."""
    (path,) = task.paths()
    table = table_name(path)
    result = TaskResult()
    kept, rejected = [TABLES[table].empty_table()], [TABLES["rejected"].empty_table()]
    for batch in iter_batches(path):
        good, bad = _clean_batch(batch, table, task, result.figures)
        result.read += batch.num_rows
        result.kept += good.num_rows
        result.rejected.update(bad["reason"].to_pylist())
        kept.append(good)
        rejected.append(bad)
    name = f"part-{task.label}.parquet"
    if result.kept:
        write_shard(pa.concat_tables(kept), task.folder / name, table)
        sha256 = file_sha256(task.folder / name)
        result.shards.append(Shard(f"steps/{task.step}/{name}", result.kept, sha256, table))
    write_shard(pa.concat_tables(rejected), task.folder / "rejected" / name, "rejected")
    return result


ROUNDS = (Round("clean", tasks, clean),)


def level_of(source: str, config: Mapping[str, Any]) -> PrivacyLevel:
    """Return how far a source is de-identified: as it asks, as `[clean]` asks, else as its kind needs it."""
    settings = config["sources"][source]
    asked: PrivacyLevel | None = settings.get("privacy") or config["clean"].get("privacy")
    return asked or SOURCES[settings["kind"]].privacy


def _clean_batch(batch: pa.RecordBatch, table: str, task: Task, figures: Counter[str]) -> tuple[pa.Table, pa.Table]:
    """Return the rows to keep and the rejections of one batch of one source."""
    settings = task.config["clean"]
    level = level_of(batch["source"][0].as_py(), task.config)
    columns = text_columns(batch, table)
    for column in columns:
        figures["punctuation.before"] += _punctuation(column.strings)
        column.strings = normalise_series(column.strings)
        figures["punctuation.after"] += _punctuation(column.strings)
    before = [column.strings for column in columns]
    counts = _mask(columns, pl.Series(batch["id"]), level, settings["privacy_mode"])
    figures.update({f"privacy.{name}": n for name, n in counts.items()})
    quality = _quality(columns, batch, table, settings)
    residual = _residual(columns, before, batch.num_rows, level)
    verdict = _verdict(quality, residual)
    return _divide(with_texts(batch, columns), verdict, task.step)


def _punctuation(strings: pl.Series) -> int:
    return int(strings.str.count_matches(f"[{PUNCTUATION}]").sum() or 0)


def _mask(columns: Sequence[TextColumn], ids: pl.Series, level: PrivacyLevel, mode: Mode) -> Counter[str]:
    """De-identify each row as one record over all its columns: who is named in one turn is masked in all."""
    from ingest.privacy import deidentify_column

    strings = pl.concat([column.strings.rename("text") for column in columns])
    keys = pl.concat([ids.gather(column.rows) for column in columns])
    texts, counts = deidentify_column(strings, level, mode, keys)
    start = 0
    for column in columns:
        column.strings = texts.slice(start, len(column.strings))
        start += len(column.strings)
    return counts


def _quality(
    columns: Sequence[TextColumn], batch: pa.RecordBatch, table: str, settings: Mapping[str, Any]
) -> pl.DataFrame:
    """Return `text` and why it is not worth keeping, `quality`: null where it is.

    A table repeats its column names in every sentence by nature, and a dose table is the last thing to lose. A caption
    is short by nature, and a table says little without it.
    """
    texts = pl.DataFrame({f"text_{i}": joined(columns[i], batch.num_rows) for i in range(2)})
    text, second = pl.col("text_0"), pl.col("text_1")
    if table == "triple":
        return texts.select(text=text, quality=pl.coalesce(term_reasons(text), term_reasons(second)))
    quality = reasons(text, settings)
    if table == "document":
        texts = texts.with_columns(kind=pl.Series(batch["kind"]))
        repeats = (pl.col("kind") == "table") & (quality == Reason.REPETITIVE.value)
        is_short = (pl.col("kind") == "caption") & (quality == Reason.TOO_SHORT.value)
        quality = pl.when((repeats | is_short).fill_null(False)).then(None).otherwise(quality)
    return texts.select(text=text, quality=quality)


def _verdict(quality: pl.DataFrame, residual: pl.Series) -> pl.DataFrame:
    """Return `reason` (null: keep) and `excerpt` of each row.

    Where private data were still found, the excerpt names their classes instead of the text.
    """
    return quality.with_columns(residual=residual).select(
        reason=pl.when(pl.col("residual").is_not_null())
        .then(pl.lit(Reason.RESIDUAL_PRIVATE_DATA.value))
        .otherwise("quality"),
        excerpt=pl.coalesce("residual", pl.col("text").fill_null("").str.slice(0, EXCERPT_CHARS)),
    )


def _residual(
    columns: Sequence[TextColumn], before: Sequence[pl.Series], n_rows: int, level: PrivacyLevel
) -> pl.Series:
    """Return the classes of private data still found in each row, e.g. `[email, phone]`; null where none.

    Only texts that were rewritten are looked at: in the others the same detectors have just found nothing.
    """
    from ingest.privacy import residual

    changed = [column.strings.ne_missing(old) for column, old in zip(columns, before, strict=True)]
    strings = pl.concat([c.strings.rename("text").filter(new) for c, new in zip(columns, changed, strict=True)])
    places = pl.concat([pl.Series(c.rows).filter(new) for c, new in zip(columns, changed, strict=True)])
    hits = residual(strings, level)
    found = pl.DataFrame({"row": places.gather(hits["row"]), "kind": hits["class"]})
    kinds = found.unique().sort("row", "kind").group_by("row").agg(pl.col("kind").str.join(", "))
    rows = pl.DataFrame({"row": range(n_rows)})
    return rows.join(kinds, on="row", how="left", maintain_order="left").select("[" + pl.col("kind") + "]").to_series()


def _divide(rows: pa.Table, verdict: pl.DataFrame, step: str) -> tuple[pa.Table, pa.Table]:
    """Return the rows without a reason, and the rejections of the others."""
    bad = verdict["reason"].is_not_null()
    wrong = rows.filter(bad.to_arrow())
    why = verdict.filter(bad)
    told = why.select("reason", "excerpt", step=pl.lit(step))
    columns = {name: told[name].to_arrow(compat_level=pl.CompatLevel.oldest()) for name in told.columns}
    columns |= {"id": wrong["id"], "origin": wrong["origin"]}
    schema = TABLES["rejected"]
    return rows.filter((~bad).to_arrow()), pa.table([columns[f.name].cast(f.type) for f in schema], schema=schema)
