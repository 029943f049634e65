"""A corpus for benchmarks, with planted copies: of real sentences where there are, else of invented ones."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.shared_files import shared_folder

ROOT = Path(__file__).parents[2]
SHARED = shared_folder() / "data"
_SENTENCE = re.compile(r"[^。！？\n]{8,}[。！？]?")
_SYLLABLES = "患儿发热咳嗽腹泻皮疹呕吐肺炎支气管川崎病治疗检查血常规体温感染症状家长医院给予观察护理饮食睡眠精神尿量"


def strings(value: object) -> Iterator[str]:
    """Yield all strings in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def real_texts() -> Iterator[str]:
    """Yield the Chinese texts of the JSON files of real material."""
    for path in sorted(SHARED.glob("*/*.json*")) if SHARED.is_dir() else []:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                yield from strings(json.loads(line))
            except ValueError:
                yield line


def sentences(rng: random.Random) -> list[str]:
    """Return distinct sentences: the real ones, or as many invented."""
    found = dict.fromkeys(s for text in real_texts() for s in _SENTENCE.findall(text) if "一" <= s[0] <= "龥")
    if len(found) > 20_000:
        return list(found)
    return ["".join(rng.choices(_SYLLABLES, k=rng.randrange(8, 60))) + "。" for _ in range(60_000)]


def edited(text: str, share: float, letters: str, rng: random.Random) -> str:
    """Return the text with about `share` of its characters replaced, dropped or doubled."""
    out: list[str] = []
    for character in text:
        what = rng.randrange(3) if rng.random() < share else 3
        if what == 0:
            out.append(rng.choice(letters))
        elif what == 1:
            out += [character, rng.choice(letters)]
        elif what == 3:
            out.append(character)
    return "".join(out)


def corpus(path: Path, rows: int, copies: int, seed: int = 5) -> None:
    """Write `rows` documents to a Parquet file; `copies` of them repeat another with 0 to 6 % edits."""
    rng = random.Random(seed)
    known = sentences(rng)
    texts = ["".join(rng.choices(known, k=rng.randrange(3, 14))) for _ in range(rows - copies)]
    letters = "".join(known[:20_000])
    texts += [edited(texts[rng.randrange(rows - copies)], rng.random() * 0.06, letters, rng) for _ in range(copies)]
    rng.shuffle(texts)
    ids = [f"d{k:07d}" for k in range(rows)]
    pq.write_table(pa.table({"id": ids, "text": pa.array(texts, pa.large_string())}), path)
