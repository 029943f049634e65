"""The sections of a build's configuration: frozen pydantic models, a sentence with the unit for each field.

Everything in a section changes bytes and is part of the fingerprint of the steps that use it; `[run]` alone does not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
)

from pedcorpus.config.frozen import Frozen, Share
from pedcorpus.config.preference import FROM_FILE, SHARES, Rejected, Shares
from pedcorpus.config.quality_section import Quality
from pedcorpus.config.run_section import Run
from pedcorpus.config.source_kinds import BY_QUALITY, Kind


class Corpus(Frozen):
    """What is built."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$")]
    """Name of the corpus: letters, digits, `.`, `_`, `-`."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+([.-][0-9A-Za-z.-]+)?$")] = "0.1.0"
    """Version of the corpus, e.g. 0.1.0. The published commit is tagged with it."""
    license: str = "other"
    """Licence of the corpus as a whole, as the Hub names it."""


class SourceSettings(Frozen):
    """One `[[source]]`."""

    name: Annotated[str, Field(pattern=r"^[^\W_][\w-]{0,63}$")]
    """Name of the source: letters of any script, digits, `-`, `_`. It names the step `ingest-<name>`."""
    kind: Kind
    """What the source is."""
    path: str | Annotated[list[str], Field(min_length=1)]
    """File, folder, glob or fsspec URL, or a list of them; relative to the configuration file."""
    department: str = ""
    """Department of records that name none, e.g. 儿科."""
    license: str = "unknown"
    """Licence of the source; `internal` and `unknown` forbid publication."""
    max_rejected_share: Share = 0.5
    """Share of broken rows (unreadable, malformed, garbled) above which the build stops."""
    optional: bool = False
    """Leave the source out while its path holds no file; otherwise that stops the build."""
    format: str | None = None
    """Overrules the detected format: one of those that `sources` lists for the kind."""
    encoding: str | None = None
    """Overrules the detected encoding."""
    columns: dict[str, str | int] = {}
    """Our field name → the file's header name, or a 0-based column number where there is no header."""
    ocr: bool = False
    """Read pages without text by OCR (needs the extra `ocr`)."""
    relations: dict[str, str] = {}
    """Knowledge graphs: the file's word for a relation (or the key or column that is one) → ours, e.g.
    `{ has_sx = "症状" }`. Adds to the table in `ingest/graph_formats/relations.py` and overrules it; words of your own
    may be new."""
    hops: NonNegativeInt | None = None
    """Knowledge graphs: keep what lies within so many statements of the seeds, e.g. 1. Without it, the whole graph; 1
    where there are seeds."""
    seeds: list[str] = []
    """Knowledge graphs: names to start from. Without them, the diseases that children have by name or department."""
    privacy: Literal["strict", "identifiers"] | None = None
    """De-identification; default: strict for dialogues, identifiers elsewhere."""


class Clean(Frozen):
    """Normalisation, privacy and quality."""

    min_chars: PositiveInt = 10
    """Shortest text of a document or sample in characters (knowledge-graph terms are not measured)."""
    max_chars: PositiveInt = 200_000
    """Longest text of a document in characters."""
    min_han_share: Share = 0.3
    """Smallest share of Han characters among Han, kana and words of other scripts (units and short words apart)."""
    max_repeated_share: Share = 0.5
    """Largest share of a text's characters in repeated lines or repeated 10-grams."""
    max_symbol_share: Share = 0.4
    """Largest share of characters that are neither letters, digits, Chinese punctuation nor space."""
    privacy_mode: Literal["mask", "surrogate"] = "mask"
    """`mask` writes [姓名], [电话] …; `surrogate` writes consistent invented values of the same form."""
    privacy: Literal["strict", "identifiers"] | None = None
    """Overrules the default of every source that does not set its own."""


class Dedup(Frozen):
    """Near-duplicate removal. Measured recall and precision: docs/benchmarks.md."""

    ngram: Annotated[int, Field(ge=2, le=15)] = 5
    """Characters of a shingle. A threshold means something only together with it."""
    threshold: Annotated[float, Field(gt=0.0, le=1.0)] = 0.8
    """Exact Jaccard of shingle sets from which two texts are duplicates."""
    bands: PositiveInt = 25
    """Bands b. A pair at Jaccard J is found with probability 1 - (1 - J**rows)**bands."""
    rows: PositiveInt = 5
    """Rows r of a band; bands * rows hash functions are computed."""
    seed: NonNegativeInt = 1
    """Seed of the hash functions."""
    verify: bool = True
    """Check every candidate pair exactly. Without it about a quarter of what is removed has no duplicate."""
    prefer: list[Kind] = list(BY_QUALITY)
    """Which source kind survives a cluster, best first."""


class Wikipedia(Frozen):
    """Which articles stay."""

    lexicon: list[str] = []
    """Globs of term lists, one term per line, added to the bundled one; relative to the configuration file."""
    min_score: NonNegativeFloat = 3.0
    """Smallest score at which an article counts as medical."""
    general_share: Share = 0.1
    """Share of kept articles that may be general ones (chosen by id); 0 keeps none."""
    target_bytes: PositiveInt | None = None
    """Most bytes of Wikipedia text to keep, best scores first; without it, all that pass."""


class Instruct(Frozen):
    """Instruction samples by templates."""

    samples_per_record: PositiveInt = 12
    """Most samples made of one section of a document; the most useful stay: treatment, doses, diagnosis, symptoms …"""
    min_answer_chars: PositiveInt = 15
    """Shortest answer in characters."""
    max_answer_chars: PositiveInt = 2000
    """Longest answer in characters."""
    max_turns: PositiveInt = 24
    """Most turns of a multi-turn sample (half of the pediatric consultations of CMDD have 27 or fewer)."""


class Prefer(Frozen):
    """Preference pairs: an answer of the corpus, and a worse one to the same question."""

    size: PositiveInt = 15_556
    """Most pairs (size of PedCorpus-DFPO)."""
    chosen: Literal["reference"] = "reference"
    """The preferred answer: `reference` is the sample's own."""
    rejected: Rejected = "rules"
    """The worse answer: `rules` make it from the preferred one; `file:PATH` takes a local model's answers, JSON lines
    of id and prediction as `python -m training generate` writes them (relative to the configuration file)."""
    shares: Shares = SHARES
    """Most of the pairs that each rule may make, e.g. `{ other_aspect = 0.3, temperature_changed = 0.0 }`; 0 switches a
    rule off, rules not named keep their default."""

    @property
    def predictions(self) -> list[str]:
        """The path that `rejected` names, as a list of one; none for rules."""
        return [self.rejected.removeprefix(FROM_FILE)] if self.rejected.startswith(FROM_FILE) else []


class Benchmark(Frozen):
    """Held-out tests and what training must not contain. Test sizes are not public: ours are our default."""

    medkqa: NonNegativeInt = 300
    """Items of the MedKQ&A test."""
    evidiag: NonNegativeInt = 300
    """Items of the EviDiag test."""
    trerecom: NonNegativeInt = 300
    """Items of the TreRecom test."""
    max_share: Share = 0.1
    """Most of a task's pediatric samples that may become test items, so that a small corpus still trains; a task of two
    gets one, unless this is 0. Items are those that take the fewest training rows with them, and a test stays smaller
    where they would take over three each."""
    sources: list[Kind] = ["guideline", "textbook", "dialogue", "knowledge_graph", "distilled"]
    """Kinds of source that may give test items; those named first give theirs first."""
    min_reference_chars: PositiveInt = 40
    """Shortest reference of a test item in characters."""
    external: list[str] = []
    """Files of external benchmarks to decontaminate against; relative to the configuration file."""
    strict: bool = True
    """Parents of test items leave every training table, CPT too."""


class Split(Frozen):
    """Tables and mixtures."""

    seed: NonNegativeInt = 0
    """Seed of the division into train and validation, of the mixtures and of the order of rows."""
    validation: Share = 0.02
    """Share of clusters that go to validation; a table of 20 rows or more gets one at least, unless this is 0."""
    target_bytes: PositiveInt = 975_800_000
    """Most bytes of CPT text (size of PedCorpus-CPT)."""
    instruction_share: Share = 0.3
    """Most of the CPT bytes that may be instructions in completion form (our default; the share is not public). Where a
    corpus has no plain text, all may be, unless this is 0."""
    cpt_document_chars: PositiveInt = 4000
    """Characters to which the sections of a book or guideline are joined, in reading order, to one text of CPT."""
    cpt_general_share: Share = 0.0
    """Most of the instructions in CPT that may be of the task general, unless there are no others; 0 takes none."""
    sft_general_share: Share = 0.2
    """Most of the SFT rows that may be of the task general (our default), unless there are no others."""
    lora_general_share: Share = 0.1
    """Most of the LoRA rows that may be of the task general (our default), unless there are no others."""
    source_share: dict[str, Share] = {}
    """Name of a source → most of the SFT and LoRA rows that may come of it, e.g. `{ forum = 0.05 }`."""
    builder_share: dict[Literal["document", "graph", "dialogue", "distilled"], Share] = {"graph": 0.5}
    """Kind of builder (`document`, `graph`, `dialogue`, `distilled`) → most of the SFT and LoRA rows that may be made
    by it, unless there are no others. What was wished and what came of it stands on the card."""
    pediatric_weight: Annotated[float, Field(ge=1.0)] = 1.0
    """How much a sample about a child weighs in SFT against another medical one: at 2, every second of the others is
    left out."""


class Publish(Frozen):
    """`[publish]`."""

    contact: str = ""
    """Whom to write to for removal of data; stands on the card."""
    homepage: str = ""
    """Address shown on the card."""


class Config(Frozen):
    """A whole configuration."""

    corpus: Corpus
    source: Annotated[list[SourceSettings], Field(min_length=1)]
    clean: Clean = Clean()
    dedup: Dedup = Dedup()
    wikipedia: Wikipedia = Wikipedia()
    instruct: Instruct = Instruct()
    quality: Quality = Quality()
    prefer: Prefer = Prefer()
    benchmark: Benchmark = Benchmark()
    split: Split = Split()
    run: Run = Run()
    publish: Publish = Publish()
