"""The body of the card. Every figure is handed in from manifests and shards; what was not measured says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dedup.leak_rule import CONTAINMENT, JACCARD, LONG, LONG_SHARE, SHORT
from pedcorpus.config.licences import may_be_published
from pedcorpus.engine.step import ALL_DEPARTMENTS
from pedcorpus.steps.card.figures import KIND_TITLES, TASK_TITLES, default_table, filled_tables, told_preference
from pedcorpus.steps.card.makers import Made, describe_makers, describe_pairs
from pedcorpus.steps.card.markdown import size, table
from pedcorpus.steps.card.mixture import mixture_markdown, mixture_rows
from schemas.manifest import StepManifest
from schemas.sample import MEDICAL_TASKS, TASKS
from schemas.tables import DATASET_TABLES

FIELDS = {
    "id": "content-derived, stable on every machine",
    "text": "a text to continue pre-training on",
    "kind": "`plain`, or `instruction` for a question and answer joined as running text",
    "messages": "the conversation, `role` and `content`",
    "prompt": "the conversation up to the answer",
    "chosen": "the preferred answer, as messages",
    "rejected": "the worse answer to the same question, as messages",
    "reference": "the answer to compare with",
    "task": "`medkqa`, `evidiag`, `trerecom` or `general`",
    "source": "name of the source",
    "department": "department of the source or record",
    "pediatric": "whether the patient is a child, or the topic is one of children",
    "parents": "ids of all records the text came from",
    "builder": "what wrote it: kind, name, version, model",
    "chosen_by": "what wrote the preferred answer",
    "rejected_by": "what made the other answer worse, or wrote it: a rule or a model",
}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything the card says."""

    corpus: Mapping[str, str]
    sources: Mapping[str, Mapping[str, str]]
    publish: Mapping[str, str]
    sizes: Mapping[str, Mapping[str, Mapping[str, int]]]
    corpus_table: Sequence[Mapping[str, Any]]
    manifests: Mapping[str, StepManifest]
    examples: Mapping[str, str]
    builders: Sequence[Made]
    columns: Mapping[str, Sequence[str]]
    rejected_by: Sequence[Made] = ()


def body(facts: CardFacts) -> str:
    """Return the card below its YAML head."""
    parts = [
        _title(facts),
        _section("Corpus", corpus_markdown(facts.corpus_table)),
        _section("Tables", describe_tables(facts)),
        _section("Mixture", _mixture(facts)),
        _section("From sources to rows", _flow(facts.manifests)),
        _section("Load and train", describe_usage(facts)),
        _section("Fields", _fields(facts)),
        _section("Sources and licences", _sources(facts)),
        _section("Steps", _steps(facts.manifests)),
        _section("Duplicates and contamination", _duplicates(facts.manifests)),
        _section("Privacy", _privacy(facts)),
        _section("Who made the text", describe_makers(facts.builders)),
        _section("Preference pairs", describe_pairs(facts.rejected_by)),
        _section("Uses and limits", _LIMITS),
        _section("Citation and contact", _contact(facts)),
    ]
    return "\n\n".join(parts) + "\n"


def corpus_markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the corpus table: sources × departments × sizes × tasks."""
    head = [
        "table",
        "source",
        "department",
        "size",
        "preference pairs",
        "human preference",
        *(TASK_TITLES[task] for task in TASKS),
    ]
    return table(head, (_corpus_cells(row) for row in rows))


def _corpus_cells(row: Mapping[str, Any]) -> list[object]:
    kind = KIND_TITLES.get(row["kind"] or "")
    source = f"{row['source']} ({kind})" if kind else row["source"]
    amount = size(row["size"]) if row["unit"] == "bytes" else row["size"]
    tasks = [row[task] or None for task in TASKS]
    return [
        row["table"],
        source,
        row["department"],
        amount,
        row["preference_pairs"] or None,
        told_preference(row),
        *tasks,
    ]


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _title(facts: CardFacts) -> str:
    rows = {name: sum(split["rows"] for split in facts.sizes.get(name, {}).values()) for name in DATASET_TABLES}
    tests = sum(rows[task] for task in MEDICAL_TASKS)
    return (
        f"# {facts.corpus['name']} {facts.corpus['version']}\n\n"
        f"A Chinese pediatric and medical corpus built by pedcorpus after the recipe of PedCorpus, the data behind "
        f"PediatricsGPT (NeurIPS 2024): {rows['cpt']:,} texts for continuous pre-training, {rows['sft']:,} instruction "
        f"samples, {rows['dfpo']:,} preference pairs, and {tests:,} held-out test items. "
        "Every row names the records it came from."
    )


def describe_tables(facts: CardFacts) -> str:
    """Return the section on tables: rows and bytes per split, and which tables have no rows."""
    rows = (
        (name, split, values["rows"], size(values["bytes"]))
        for name, splits in facts.sizes.items()
        for split, values in splits.items()
    )
    empty = ", ".join(f"`{name}`" for name in facts.sizes if name not in filled_tables(facts.sizes))
    note = f"\n\nWithout rows, and so without a config: {empty}." if empty else ""
    if any(ALL_DEPARTMENTS in manifest.figures for manifest in facts.manifests.values()):
        note += (
            "\n\nHardly any sample is about children: `dfpo`, `lora` and the tests were made of all departments. "
            "This is no pediatric corpus."
        )
    return table(["config", "split", "rows", "file size"], rows) + note


def _mixture(facts: CardFacts) -> str:
    split = facts.manifests["split"]
    return mixture_markdown(mixture_rows(split), split.config["split"]["pediatric_weight"])


def _flow(manifests: Mapping[str, StepManifest]) -> str:
    rows = []
    for name, m in manifests.items():
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in sorted(m.rejected.items(), key=lambda item: -item[1]))
        made = sum(m.made.values()) if m.made else None
        rows.append((name, m.read, m.kept, sum(m.rejected.values()), reasons or None, made))
    note = "read = kept + rejected for every step; `made` counts the rows a step wrote of another kind."
    return table(["step", "read", "kept", "rejected", "reasons", "made"], rows) + f"\n\n{note}"


def describe_usage(facts: CardFacts) -> str:
    """Return the section on use: Python that loads the tables, and the trainer's command."""
    name = default_table(facts.sizes)
    if name is None:
        return "No table has rows."
    return (
        f'```python\nfrom datasets import load_dataset\n\n{name} = load_dataset("dataset", "{name}")'
        "  # in the folder of the build; of a published dataset, its OWNER/NAME\n```\n\n"
        f"Configs: {', '.join(f'`{table}`' for table in filled_tables(facts.sizes))}. The columns follow the "
        "conversational conventions of trl (`messages`; `prompt`, `chosen`, `rejected`; `text`).\n\n"
        "```bash\npython -m training all train.toml   # [data] path = this folder\n```"
    )


def _fields(facts: CardFacts) -> str:
    rows = [(name, ", ".join(columns)) for name, columns in facts.columns.items()]
    meaning = [(f"`{name}`", text) for name, text in FIELDS.items()]
    examples = "\n\n".join(
        f"<details><summary>One row of {name}</summary>\n\n```json\n{row}\n```\n\n</details>"
        for name, row in facts.examples.items()
    )
    return "\n\n".join((table(["config", "columns"], rows), table(["column", "meaning"], meaning), examples))


def _sources(facts: CardFacts) -> str:
    rows = []
    for name, values in facts.sources.items():
        manifest = facts.manifests[f"ingest-{name}"]
        publishable = may_be_published(values["license"])
        kind = KIND_TITLES.get(values["kind"], values["kind"])
        rows.append((name, kind, values["license"], publishable, len(manifest.content)))
    return table(["source", "kind", "licence", "may be republished", "files"], rows)


def _steps(manifests: Mapping[str, StepManifest]) -> str:
    rows = ((name, m.version, describe_settings(m) or None, f"`{m.fingerprint[:12]}`") for name, m in manifests.items())
    command = "Rebuild with the same configuration and files: `python -m pedcorpus build CONFIG`."
    return table(["step", "version", "settings", "fingerprint"], rows) + f"\n\n{command}"


def describe_settings(manifest: StepManifest) -> str:
    """Return the plain values of a step's configuration, as `section.key = value`."""
    sections = {
        name: values
        for name, values in manifest.config.items()
        if isinstance(values, dict) and name not in ("sources", "terms", "external", "predictions")
    }
    return ", ".join(
        f"{name}.{key} = {json.dumps(value, ensure_ascii=False)}"
        for name, values in sections.items()
        for key, value in values.items()
        if isinstance(value, str | int | float) and value != ""
    )


def _duplicates(manifests: Mapping[str, StepManifest]) -> str:
    settings = manifests["dedup"].config["dedup"]
    removed = {name: manifests[name].rejected for name in ("dedup", "dedup-instructions")}
    rows = [(step, reason, n) for step, reasons in removed.items() for reason, n in reasons.items()]
    leaks = manifests["decontaminate"].rejected
    leak_rows = [(reason, n) for reason, n in leaks.items()]
    check = "every candidate pair verified by exact" if settings["verify"] else "candidate pairs not verified:"
    method = (
        f"Near-duplicates: MinHash on character {settings['ngram']}-grams, {settings['bands']} bands of "
        f"{settings['rows']} rows, {check} Jaccard ≥ {settings['threshold']}, each member checked against the survivor "
        "of its cluster. Pairs that differ in a dose, number, age, drug, route or negation are kept."
    )
    rule = (
        f"Contamination: a training row leaves when it holds at least {LONG_SHARE:.0%} of a test item's "
        f"{LONG}-character n-grams (boilerplate apart) or, in {SHORT}-grams, reaches a containment of {CONTAINMENT} or "
        f"a Jaccard of {JACCARD} with its question or answer."
    )
    external = len(manifests["decontaminate"].config.get("external", {}))
    return "\n\n".join(
        (
            method,
            table(["step", "reason", "rows"], rows) if rows else "No duplicates were found.",
            rule,
            table(["reason", "rows"], leak_rows) if leak_rows else "No training row was removed.",
            f"External benchmarks checked: {external}. Recall and precision on this corpus: not measured.",
        )
    )


def _privacy(facts: CardFacts) -> str:
    figures = facts.manifests["clean"].figures
    rows = [(name.removeprefix("privacy."), n) for name, n in figures.items() if name.startswith("privacy.")]
    found = table(["class", "replaced"], rows) if rows else "No private data were found."
    contact = facts.publish.get("contact") or "not given"
    return (
        f"Replaced during cleaning:\n\n{found}\n\nRows in which a scan after cleaning still found private data: "
        f"{facts.manifests['clean'].rejected.get('residual_private_data', 0):,} (removed). "
        f"Recall on this corpus: not measured. Contact for removal: {contact}."
    )


_LIMITS = (
    "For research on Chinese medical language models. Not for diagnosis or treatment, and no substitute for a doctor: "
    "texts may be outdated, incomplete or wrong. Doses in the texts are those of their sources and were not checked "
    "against current labels. Sources, regions and departments are not represented evenly; see the corpus table."
)


def _contact(facts: CardFacts) -> str:
    home = f" {facts.publish['homepage']}" if facts.publish.get("homepage") else ""
    return (
        "The recipe: PediatricsGPT: Large Language Models as Chinese Medical Assistants for Pediatric Applications, "
        f"NeurIPS 2024, arXiv 2405.19266.{home} Contact: {facts.publish.get('contact') or 'not given'}."
    )
