"""The index that grows, and our signatures beside datasketch's."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash as Reference

from dedup import MinHash
from dedup.index import Index
from dedup.signatures.minhash import sign_texts
from dedup.signatures.texts import as_texts
from tests.support.near_duplicate_pairs import edited, grams, jaccard, planted, sentence, true_pairs

SETTINGS = MinHash()


def test_new_material_is_found_in_what_was_added_before() -> None:
    rng = random.Random(2)
    old = [sentence(rng, 150) for _ in range(50)]
    index = Index(SETTINGS)
    index.add([f"old-{k}" for k in range(50)], pa.array(old))
    new = [edited(old[7], 0.01, rng), sentence(rng, 150), old[3], "短", ""]
    found = index.matches(pa.array(new)).to_pylist()
    assert [(row["row"], row["id"]) for row in found] == [(0, "old-7"), (2, "old-3")]
    assert found[0]["value"] == jaccard(grams(new[0], 5), grams(old[7], 5))
    index.add(["new-3", "new-4"], pa.array(["短", ""]))
    assert index.matches(pa.array(["短", ""])).to_pylist() == [{"row": 0, "id": "new-3", "value": 1.0}]
    assert len(index) == 51


def test_an_id_is_added_once() -> None:
    index = Index(SETTINGS)
    index.add(["a"], pa.array(["川崎病的诊断与治疗"]))
    with pytest.raises(ValueError, match="'a' is in the index"):
        index.add(["a"], pa.array(["手足口病的诊断与治疗"]))


def test_signatures_estimate_jaccard_as_well_as_the_reference_does() -> None:
    texts = planted(300, 500, seed=6)
    pairs = true_pairs(texts, 5, 0.4)
    ours = sign_texts(as_texts(pa.array(texts)), SETTINGS, 125)
    theirs = []
    for text in texts:
        reference = Reference(num_perm=125)
        reference.update_batch([gram.encode() for gram in grams(text, 5)])
        theirs.append(reference.hashvalues)
    estimates = {
        "ours": np.array([(ours[a] == ours[b]).mean() for a, b in pairs]),
        "theirs": np.array([(theirs[a] == theirs[b]).mean() for a, b in pairs]),
    }
    exact = np.array(list(pairs.values()))
    spread = {name: float(np.sqrt(np.mean((values - exact) ** 2))) for name, values in estimates.items()}
    assert len(pairs) > 300
    assert abs(float(np.mean(estimates["ours"] - exact))) < 0.005
    assert spread["ours"] < 1.2 * spread["theirs"]


def test_another_seed_makes_other_signatures_and_too_many_hashes_are_refused() -> None:
    texts = as_texts(pa.array(["川崎病是一种以全身血管炎为主要病变的疾病"]))
    assert not np.array_equal(sign_texts(texts, SETTINGS, 125), sign_texts(texts, MinHash(seed=2), 125))
    with pytest.raises(ValueError, match="129 hash functions"):
        sign_texts(texts, SETTINGS, 129)
