"""Answer every question of a benchmark with a trained model: JSON lines, and beside them what they were made with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch

from schemas.errors import ConfigError
from training.answers.answerer import Answerer, find_model_folder
from training.data.dataset_tables import list_shards
from training.locate import locate_data
from training.manifest import model_sha256, write_text
from training.metrics import whole_lines

PLACES = ("out", "model", "data", "tokens_per_batch")
"""What of a request may change before a file is finished: where things lie, and what changes no answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to answer, with what, and how. `tokens_per_batch` counts prompts and room for answers."""

    model: str
    data: str
    out: Path
    tables: tuple[str, ...]
    max_new_tokens: int
    tokens_per_batch: int
    temperature: float
    seed: int
    name: str
    trust_remote_code: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One row to answer; `reference` where the data has an answer."""

    id: str
    task: str
    messages: list[dict[str, str]]
    reference: str | None


def generate_file(request: Request) -> None:
    """Write one line for each question, longest prompts first; lines already there are kept."""
    questions = _questions(request)
    done = _written(request.out)
    waiting = [question for question in questions if question.id not in done]
    _same_settings(request, questions, model_sha256(find_model_folder(request.model)), begun=bool(done))
    if waiting:
        answerer = Answerer(request.model, trust_remote_code=request.trust_remote_code)
        with request.out.open("a", encoding="utf-8") as file:
            for batch in _batches(waiting, answerer, request):
                lines = [
                    json.dumps(line, ensure_ascii=False) + "\n" for line in _answer_lines(batch, answerer, request)
                ]
                file.write("".join(lines))
                file.flush()
                done |= {question.id for question, _ in batch}
                print(
                    f"\r{len(done):,}/{len(questions):,} answers", end="" if sys.stdout.isatty() else "\n", flush=True
                )
    print(f"done: {request.out}, {len(questions):,} answers", flush=True)


def _answer_lines(
    batch: list[tuple[Question, list[int]]], answerer: Answerer, request: Request
) -> Iterator[dict[str, Any]]:
    key = f"{request.seed}:{batch[0][0].id}".encode()
    torch.manual_seed(int.from_bytes(sha256(key).digest()[:4], "big"))
    answers = answerer.answer([ids for _, ids in batch], request.max_new_tokens, request.temperature)
    for (question, _), answer in zip(batch, answers, strict=True):
        line = {"id": question.id, "task": question.task, "prediction": answer}
        yield (
            line
            | ({"reference": question.reference} if question.reference is not None else {})
            | {"model": request.name}
        )


def _batches(
    questions: list[Question], answerer: Answerer, request: Request
) -> Iterator[list[tuple[Question, list[int]]]]:
    """Yield batches of questions and prompts, longest first: padding is small, and what is too large fails at once."""
    prompts = sorted(((q, answerer.ids(q.messages)) for q in questions), key=lambda pair: (-len(pair[1]), pair[0].id))
    while prompts:
        size = max(1, request.tokens_per_batch // (len(prompts[0][1]) + request.max_new_tokens))
        yield prompts[:size]
        prompts = prompts[size:]


def _questions(request: Request) -> list[Question]:
    path = Path(request.data)
    if path.is_file():
        rows = _read_file(path)
    else:
        folder = locate_data(request.data, Path(), list(request.tables), quick=False)
        if isinstance(folder, str):
            raise ConfigError([f"--data: {folder}"])
        files = [
            file
            for table in request.tables
            for split in ("test", "validation")
            for file in list_shards(folder, table, split)
        ]
        if not files:
            raise ConfigError([f"--data: {folder} has no test or validation shards of {', '.join(request.tables)}."])
        rows = [row for file in files for row in _read_file(file)]
    questions = {row.id: row for row in rows}
    if not questions:
        raise ConfigError([f"--data: {request.data} holds no question."])
    return list(questions.values())


def _read_file(path: Path) -> list[Question]:
    """Return the questions of a file. An answer at the end of `messages` becomes the reference."""
    try:
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
        else:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        return [_question(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigError([f"{path}: {error!r}. Expected Parquet or JSON lines with id and messages."]) from None


def _question(row: dict[str, Any]) -> Question:
    messages, reference = list(row["messages"]), row.get("reference")
    if messages[-1]["role"] == "assistant":
        reference = reference if reference is not None else messages[-1]["content"]
        messages.pop()
    return Question(str(row["id"]), str(row.get("task") or "general"), messages, reference)


def _written(out: Path) -> set[str]:
    """Return the ids already answered; a line cut by a kill is removed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    lines = whole_lines(out)
    if out.is_file() and out.stat().st_size != len("".join(lines).encode()):
        write_text(out, "".join(lines))
    try:
        return {json.loads(line)["id"] for line in lines}
    except (ValueError, KeyError, TypeError):
        raise ConfigError([f"{out}: not predictions of this command. Name another file."]) from None


def _same_settings(request: Request, questions: list[Question], weights: str, *, begun: bool) -> None:
    """Keep beside the output what it was made with; raise ConfigError where one that was begun was made otherwise."""
    asked = {name: value for name, value in asdict(request).items() if name not in PLACES}
    digest = sha256(json.dumps([asdict(question) for question in questions]).encode()).hexdigest()
    settings = json.loads(json.dumps(asked | {"questions": digest, "weights": weights}))
    path = request.out.with_name(request.out.name + ".settings.json")
    if begun and path.is_file() and (old := json.loads(path.read_text(encoding="utf-8"))) != settings:
        changed = ", ".join(key for key in settings if old.get(key) != settings[key])
        raise ConfigError([f"{request.out}: begun with other settings ({changed}). Name another file, or remove it."])
    write_text(path, json.dumps(settings, ensure_ascii=False, indent=2) + "\n")
