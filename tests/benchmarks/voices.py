"""Measure how well speakers without a role are told apart, on public consultations whose roles are known.

    python tests/benchmarks/voices.py [--fit] [SHARED_DATA]

Each set is judged with word weights fitted on the other sets only. `voices`: the names of the two sides are hidden;
`lines`: there are no names at all. `sure` is the share of dialogues of a confidence of at least 0.9, `right` of those
the share of dialogues (voices) or characters (lines) on the right side. `--fit` prints the weights fitted on all sets,
as they stand in `ingest/dialogue_formats/role_words.txt`; words of platforms, single diseases and persons are left out
there by hand.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from ingest import dialogue  # noqa: E402
from ingest.dialogue_formats import role_classifier  # noqa: E402
from ingest.dialogue_formats.assign_roles import MIN_CONFIDENCE  # noqa: E402
from ingest.source import SourceFile, SourceOptions  # noqa: E402
from ingest.vocabulary.jieba_words import words_of  # noqa: E402
from schemas.dialogue import Dialogue  # noqa: E402

Talk = list[tuple[bool, str]]
"""(is the doctor's, text) of each message."""
FILES = ("dialmed_dev.txt", "remedi_dev_human_annotation.txt", "toyhom_neike_gb18030.csv")
WORD = re.compile(r"[一-龥]{1,5}")
LEAST_TIMES, LEAST_TIMES_IN_A_SET, LEAST_WEIGHT, MOST_WEIGHT = 30, 5, 1.3, 3.0
SMOOTHING = 2.0


def main() -> None:
    """Print a table of the sets, or the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=Path(__file__).parents[2] / "../shared/data")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    sets = dict(read(options.shared / "dialogues"))
    if options.fit:
        by_weight = defaultdict(list)
        for word, weight in fitted(list(sets.values())).items():
            by_weight[weight].append(word)
        print("\n".join(f"{weight:+.1f} {' '.join(sorted(by_weight[weight]))}" for weight in sorted(by_weight)))
        return
    kept = role_classifier._weights().keys()
    for name, talks in sets.items():
        weights = fitted([other for key, other in sets.items() if key != name])
        role_classifier._weights = lambda weights=weights: {word: w for word, w in weights.items() if word in kept}
        measure(name, talks)


def read(folder: Path) -> Iterator[tuple[str, list[Talk]]]:
    """Yield the sets by name: CMDD message by message, the others turn by turn."""
    with tarfile.open(folder / "cmdd_train.tar.gz") as archive:
        files = (archive.extractfile(member) for member in archive if member.isfile())
        records = [json.loads(file.read())["dialogue-content"] for file in files if file]
    yield "cmdd", [[(u["speaker"] == "医生", u["sentence"]) for u in talk if u["sentence"].strip()] for talk in records]
    for name in FILES:
        found = dialogue.read(SourceFile.from_path(folder / name), SourceOptions("voices", "dialogue"))
        talks = [[(t.role == "doctor", t.text) for t in item.turns] for item in found if isinstance(item, Dialogue)]
        yield name.split("_")[0], talks


def fitted(sets: list[list[Talk]]) -> dict[str, float]:
    """Return the log odds of words, averaged over sets; words of one set only and of changing sign are left out."""
    counts = [counted(talks) for talks in sets]
    found: dict[str, float] = {}
    for word in set().union(*(doctors.keys() | patients.keys() for doctors, patients, _, _ in counts)):
        odds = [
            (
                math.log((d[word] + SMOOTHING) / (nd + 2 * SMOOTHING))
                - math.log((p[word] + SMOOTHING) / (np + 2 * SMOOTHING)),
                n,
            )
            for d, p, nd, np in counts
            if (n := d[word] + p[word]) >= LEAST_TIMES_IN_A_SET
        ]
        if len(odds) < min(2, len(sets)) or sum(d[word] + p[word] for d, p, _, _ in counts) < LEAST_TIMES:
            continue
        mean = sum(value * min(n, 200) for value, n in odds) / sum(min(n, 200) for _, n in odds)
        if abs(mean) >= LEAST_WEIGHT and not any(value * mean < 0 and abs(value) > 0.5 for value, _ in odds):
            found[word] = max(-MOST_WEIGHT, min(MOST_WEIGHT, round(mean * 2) / 2))
    return found


def counted(talks: list[Talk]) -> tuple[Counter[str], Counter[str], int, int]:
    """Return in how many messages of doctors and of patients each word stands, and how many messages there are."""
    doctors, patients, total = Counter[str](), Counter[str](), Counter[bool]()
    for is_doctor, text in (message for talk in talks for message in talk):
        total[is_doctor] += 1
        (doctors if is_doctor else patients).update(word for word in set(words_of(text)) if WORD.fullmatch(word))
    return doctors, patients, total[True], total[False]


def measure(name: str, talks: list[Talk]) -> None:
    """Print the line of one set."""
    both = [talk for talk in talks if len({is_doctor for is_doctor, _ in talk}) == 2]
    told = [
        role_classifier.roles_of_voices({str(s): [text for is_s, text in talk if is_s == s] for s in (True, False)})
        for talk in both
    ]
    sure = [sides["True"][0] == "doctor" for sides, confidence in told if confidence >= MIN_CONFIDENCE]
    lines = [(talk, *role_classifier.roles_of_lines([text for _, text in talk])) for talk in both]
    chars = Counter[bool]()
    for talk, sides, confidence in lines:
        if confidence >= MIN_CONFIDENCE:
            for (is_doctor, text), role in zip(talk, sides, strict=True):
                chars[(role[0] == "doctor") == is_doctor] += len(text)
    sure_lines = sum(confidence >= MIN_CONFIDENCE for _, _, confidence in lines)
    right = sum(sure) / max(len(sure), 1)
    print(
        f"{name:8} {len(both):5} dialogues  voices: sure {len(sure) / len(both):.3f} right {right:.4f}"
        f"  lines: sure {sure_lines / len(both):.3f} right {chars[True] / max(chars.total(), 1):.4f}"
    )


if __name__ == "__main__":
    main()
