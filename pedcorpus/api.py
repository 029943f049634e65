"""The library: what `import pedcorpus` gives. Each function is documented with an example that a test runs.

All of them raise PedCorpusError (`schemas/errors.py`) for what a user can mend, and ValueError for an argument that is
none of the values listed. The examples read the bundled sample, from the root of a checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dedup import Duplicates
    from ingest.files.find import FoundFile
    from ingest.privacy import Mode, PrivacyLevel
    from ingest.source import SourceOptions
    from pedcorpus.commands.probing.probe import Probe
    from pedcorpus.engine.freshness import StepState
    from schemas.rejection import Rejection
    from schemas.tables import Record


def build(
    config: Path | str | None = None,
    out: Path | str | None = None,
    *,
    workers: int | None = None,
    executor: str | None = None,
    only: str | None = None,
    fresh: bool = False,
) -> Path:
    """Build the dataset of a configuration and return its folder OUT; `OUT/dataset` is the Hub repository.

    `config` is a TOML file, by default that of the bundled sample; `out` is `build/<corpus.name>` by default. `workers`
    are tasks at once (default: the cores) and `executor` is local, slurm or ray; neither changes a byte. `only` names
    the step to build, with what it needs. With `fresh`, finished steps are forgotten. Progress goes to standard error.
    What is built and unchanged is skipped, and a build that was interrupted goes on. A script calls this below
    `if __name__ == "__main__":`, for worker processes import it. Raise ConfigError for all problems of the
    configuration at once, SourceError for a source that gives nothing.

    >>> import pedcorpus
    >>> out = pedcorpus.build(out="build/first", only="ingest-guideline")
    >>> [path.name for path in (out / "steps" / "ingest-guideline").glob("*.json")]
    ['manifest.json']
    """
    from pedcorpus.commands.build import run_build

    return run_build(
        None if config is None else Path(config),
        None if out is None else Path(out),
        workers=workers,
        executor=executor,
        only=only,
        fresh=fresh,
    )


def plan(config: Path | str | None = None, out: Path | str | None = None) -> list[StepState]:
    """Return the steps of a build in their order, each fresh, stale or missing, and what changed.

    `config` and `out` are those of `build`. The raw files are hashed, nothing is built. Raise ConfigError.

    >>> import pedcorpus
    >>> [(row.step.name, row.state, row.changed) for row in pedcorpus.plan(out="build/second")][:2]
    [('ingest-textbook', 'missing', ()), ('ingest-guideline', 'missing', ())]
    """
    from pedcorpus.commands.plan import plan_states

    return plan_states(None if config is None else Path(config), None if out is None else Path(out))


def read(
    path: Path | str | Sequence[Path | str],
    kind: str,
    *,
    name: str = "read",
    department: str = "",
    license: str = "unknown",
    format: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str | int] | None = None,
    ocr: bool = False,
    relations: Mapping[str, str] | None = None,
) -> Iterator[Record | Rejection]:
    """Yield the records of files of one kind, and a Rejection with its reason for each that cannot be used.

    `path` is a file, folder (with all below it), glob or fsspec URL, or a list of them; relative ones start at the
    working folder; archives are opened. `kind` is a key of `ingest.SOURCES`. The options are those of a `[[source]]`
    table in `docs/configuration.md`; `name` goes into the ids of the records. Nothing is masked yet: records hold what
    the file says. Raise PedCorpusError for an unknown kind or format, NothingFound where no file is.

    >>> import pedcorpus
    >>> dialogue, *more = pedcorpus.read("pedcorpus/sample/dialogues/outpatient_questions.csv", "dialogue")
    >>> [turn.role for turn in dialogue.turns], dialogue.origin.locator
    (['patient', 'doctor'], 'line 2')
    """
    from ingest import SOURCES
    from ingest.files.find import find_files
    from ingest.source import SourceOptions

    _require("kind", kind, SOURCES)
    if format is not None:
        _require("format", format, SOURCES[kind].formats)
    found = find_files(_patterns(path), Path.cwd())
    options = SourceOptions(
        name, kind, department, license, format, encoding, dict(columns or {}), ocr, dict(relations or {})
    )
    return _records(found, options)


def _records(found: Sequence[FoundFile], options: SourceOptions) -> Iterator[Record | Rejection]:
    """Yield what the files hold; readers that join files see them all."""
    from ingest import SOURCES
    from ingest.files.archives import Siblings
    from pedcorpus.steps.ingest.read_file import read_found

    siblings = Siblings(tuple(found))
    for file in found:
        yield from read_found(file, _sha256(file), options, SOURCES[options.kind], siblings)


def _sha256(file: FoundFile) -> str:
    """Return the hash of a file, "" where it may not be read: its reader then says why."""
    try:
        return str(file.sha256())
    except OSError:
        return ""


def _require(what: str, given: object, known: Collection[str]) -> None:
    """Raise PedCorpusError for a value that is none of the known ones."""
    from schemas.errors import PedCorpusError

    if not isinstance(given, str) or given not in known:
        raise PedCorpusError(f"{what} {given!r}: no such {what}. Known: {', '.join(known)}.")


def _patterns(path: Path | str | Sequence[Path | str]) -> list[str]:
    """Return paths as patterns to look for. Raise NothingFound for none, TypeError for what is no path."""
    from schemas.errors import NothingFound

    paths = [path] if isinstance(path, Path | str) else list(path)
    if wrong := [item for item in paths if not isinstance(item, Path | str)]:
        raise TypeError(f"path holds {wrong[0]!r}; a string or Path was expected")
    if not paths or "" in paths:
        raise NothingFound('no path: expected a file, folder, glob or URL ("." is the working folder).')
    return [str(item) for item in paths]


def probe(path: Path | str | Sequence[Path | str], kind: str | None = None) -> list[Probe]:
    """Return how each file of a folder, glob or URL would be read: kind, encoding, rejections, three masked records.

    The first 200 records of a file are read; `kind` is a key of `ingest.SOURCES`, by default the one that fits best.
    Raise PedCorpusError for an unknown kind, NothingFound where no file is.

    >>> import pedcorpus
    >>> (found,) = pedcorpus.probe("pedcorpus/sample/dialogues/outpatient_questions.csv")
    >>> found.kind, found.records, found.encodings
    ('dialogue', 16, ['gb18030'])
    """
    from ingest import SOURCES
    from ingest.files.archives import Siblings
    from ingest.files.find import find_files
    from pedcorpus.commands.probing.probe import probe as probe_file

    if kind is not None:
        _require("kind", kind, SOURCES)
    found = find_files(_patterns(path), Path.cwd())
    siblings = Siblings(tuple(found)) if len(found) > 1 else None
    return [probe_file(file, kind, siblings) for file in found]


@overload
def deidentify(  # type: ignore[overload-overlap]  # a string is text, though iterable
    texts: str, *, level: PrivacyLevel = "strict", mode: Mode = "mask", key: str = ""
) -> str: ...
@overload
def deidentify(
    texts: Iterable[str], *, level: PrivacyLevel = "strict", mode: Mode = "mask", key: str = ""
) -> list[str]: ...
def deidentify(
    texts: str | Iterable[str], *, level: PrivacyLevel = "strict", mode: Mode = "mask", key: str = ""
) -> str | list[str]:
    """Return a text, or the texts of one record, without private data. A second run changes nothing.

    The texts of a list are one record, as the turns of a dialogue: a name found in one is replaced in all. Level
    `strict` covers every class (`docs/configuration.md`), `identifiers` what no book needs: phones, numbers of cards
    and records, e-mail, handles. Mode `mask` writes the class, `surrogate` an invented value of the same form, always
    the same for the same `key`, an id of the record and no secret. Raise ValueError for another level or mode,
    TypeError for what is no text.

    >>> import pedcorpus
    >>> pedcorpus.deidentify("我叫王小明，电话13912345678，孩子咳嗽三天。")
    '我叫[姓名]，电话[电话]，孩子咳嗽三天。'
    >>> pedcorpus.deidentify(["我叫王小明。", "王小明您好。"], level="identifiers")
    ['我叫王小明。', '王小明您好。']
    """
    from ingest.privacy import deidentify as deidentify_record

    if level not in ("strict", "identifiers"):
        raise ValueError(f"level is {level!r}; 'strict' or 'identifiers' was expected")
    if mode not in ("mask", "surrogate"):
        raise ValueError(f"mode is {mode!r}; 'mask' or 'surrogate' was expected")
    given = [texts] if isinstance(texts, str) else list(texts)
    if wrong := [value for value in (*given, key) if not isinstance(value, str)]:
        raise TypeError(f"a text or the key is {wrong[0]!r}; a string was expected")
    masked, _ = deidentify_record(given, level=level, mode=mode, key=key)
    return masked[0] if isinstance(texts, str) else masked


def near_duplicates(
    texts: Any,
    *,
    threshold: float = 0.8,
    ngram: int = 5,
    guard: bool = True,
    boilerplate: bool = False,
    containment: float | None = None,
    priority: NDArray[np.int64] | None = None,
) -> Duplicates:
    """Decide which of n texts stay: all but exact copies and near-duplicates of a text that stays.

    `texts` is a list of strings (None: no text, stays), or a column of text: Arrow array, Polars series. Two texts are
    duplicates whose sets of character n-grams reach `threshold`, the exact Jaccard, 0 to 1. With `guard`, texts that
    differ in a dose, an age, a drug, a route or a negation both stay and are listed as `conflicts`. `priority`
    (int64[n]), `boilerplate` and `containment` (a share, 0 to 1) are those of `dedup.near_duplicates`; without a
    priority the longest survives, then the first. Raise ValueError for a number out of range, TypeError for no text.

    >>> import pedcorpus
    >>> text = "布洛芬混悬液每次5毫升，发热超过38.5度时口服，两次之间至少间隔六小时，一天不超过四次。"
    >>> texts = [text, text, text.replace("5毫升", "8毫升"), "多喝水，注意休息。"]
    >>> found = pedcorpus.near_duplicates(texts, threshold=0.7)
    >>> found.kept.tolist(), found.survivor.tolist()
    ([True, False, True, True], [0, 0, 2, 3])
    >>> found.conflicts.select(["a", "b", "difference"]).to_pylist()
    [{'a': 0, 'b': 2, 'difference': 'number 5毫升 → 8毫升'}]
    """
    import pyarrow as pa

    import dedup

    if containment is not None and not 0 < containment <= 1:
        raise ValueError(f"containment is {containment}; a share above 0 and up to 1 was expected")
    if isinstance(texts, str | bytes | dict):
        raise TypeError("texts is one value; a list or column of texts was expected")
    column = texts.to_arrow() if hasattr(texts, "to_arrow") else texts
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        column = pa.array(column, pa.large_string())
    settings = dedup.MinHash.at(threshold, ngram)
    return dedup.near_duplicates(
        column, settings, priority=priority, guard=guard, boilerplate=boilerplate, containment=containment
    )
