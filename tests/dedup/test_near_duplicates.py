"""What `near_duplicates` and `clusters` promise, against Python sets."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup import MinHash, clusters, near_duplicates
from dedup.across_shards import SignedCorpus, decide_all, sign_shard
from dedup.in_memory import NO_BOILERPLATE
from dedup.signatures.minhash import fill_band_hashes
from dedup.signatures.texts import HUGE, as_texts, longest
from dedup.survivors.choose import go_through_texts
from tests.support.near_duplicate_pairs import edited, grams, jaccard, planted, sentence, true_pairs

SETTINGS = MinHash()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return planted(1500, 900, seed=3)


@pytest.fixture(scope="module")
def truth(texts: list[str]) -> dict[tuple[int, int], float]:
    return true_pairs(texts, 5, 0.8)


def test_every_removed_text_reaches_the_threshold_with_its_own_survivor(texts: list[str]) -> None:
    found = near_duplicates(pa.array(texts), SETTINGS)
    removed = np.flatnonzero(~found.kept)
    assert len(removed) > 300
    for row in removed:
        survivor = found.survivor[row]
        assert found.kept[survivor]
        exact = jaccard(grams(texts[row], 5), grams(texts[survivor], 5))
        assert found.value[row] == exact >= 0.8
        assert found.measure[int(row)].as_py() == ("exact" if texts[row] == texts[survivor] else "jaccard")


def test_no_two_kept_texts_are_duplicates(texts: list[str], truth: dict[tuple[int, int], float]) -> None:
    found = near_duplicates(pa.array(texts), SETTINGS, guard=False)
    left = [pair for pair in truth if found.kept[pair[0]] and found.kept[pair[1]]]
    assert len(left) <= len(truth) // 1000


def test_components_join_exactly_what_chains_of_true_pairs_join(
    texts: list[str], truth: dict[tuple[int, int], float]
) -> None:
    label = list(range(len(texts)))
    for a, b in truth:
        low, high = sorted((label[a], label[b]))
        label = [low if known == high else known for known in label]
    assert clusters(pa.array(texts), SETTINGS).tolist() == label


def test_priority_then_length_then_row_decide_who_survives() -> None:
    base = sentence(random.Random(1), 120)
    texts = pa.array([base, base + "观察", base, base + "护理"])
    assert near_duplicates(texts, SETTINGS).survivor.tolist() == [1, 1, 1, 1]
    assert near_duplicates(texts, SETTINGS, priority=np.array([0, 0, 1, 0])).survivor.tolist() == [2, 2, 2, 2]
    assert near_duplicates(texts.take([3, 2, 1, 0]), SETTINGS).survivor.tolist() == [0, 0, 0, 0]


def test_a_chain_removes_nobody_below_the_threshold() -> None:
    rng = random.Random(7)
    chain = [sentence(rng, 200)]
    for step in range(6):
        text = chain[-1]
        chain.append(text[: step * 25] + sentence(rng, 16) + text[step * 25 + 16 :])
    found = near_duplicates(pa.array(chain), SETTINGS, guard=False)
    assert len(set(found.survivor.tolist())) > 1
    assert len(set(clusters(pa.array(chain), SETTINGS).tolist())) == 1
    for row, survivor in enumerate(found.survivor):
        assert jaccard(grams(chain[row], 5), grams(chain[survivor], 5)) >= 0.8


def test_layouts_of_arrow_make_no_difference(texts: list[str]) -> None:
    rows = [*texts[:200], None, ""]
    expected = near_duplicates(pa.array(rows), SETTINGS).survivor.tolist()
    padded = pa.array(["前", *rows, "后"])
    layouts = [
        pa.array(rows, pa.large_string()),
        pa.array(rows, pa.string_view()),
        pa.array(rows).dictionary_encode(),
        padded.slice(1, len(rows)),
        pa.chunked_array([pa.array(rows[:77]), pa.array(rows[77:])]),
        pa.chunked_array([padded.slice(1, 77), padded.slice(78, len(rows) - 77)]),
    ]
    for layout in layouts:
        assert near_duplicates(layout, SETTINGS).survivor.tolist() == expected


def test_no_kernel_is_compiled_again_for_another_layout(texts: list[str], tmp_path: Path) -> None:
    rows = pa.array(texts[:300])
    near_duplicates(rows, SETTINGS)
    before = len(go_through_texts.signatures), len(fill_band_hashes.signatures)
    near_duplicates(rows.cast(pa.large_string()).slice(1), SETTINGS)
    near_duplicates(pa.chunked_array([rows, pa.array([None, "短"])]), SETTINGS)
    sign_shard(rows, SETTINGS, NO_BOILERPLATE, tmp_path / "0")
    corpus = SignedCorpus([tmp_path / "0"], lambda _: rows, np.zeros(300, np.int64), np.arange(300))
    decide_all(corpus, SETTINGS, NO_BOILERPLATE, tmp_path / "spool")
    assert (len(go_through_texts.signatures), len(fill_band_hashes.signatures)) == before


def test_texts_without_content_are_kept_and_short_ones_compared_whole() -> None:
    rows = [None, "", "  \u3000\n", "", None, "好的", "好 的", "好的！", "是的", "ＯＫ", "ok", "x²y", "x2y"]
    found = near_duplicates(pa.array(rows), SETTINGS)
    assert found.survivor.tolist() == [0, 1, 2, 3, 4, 6, 6, 7, 8, 9, 9, 11, 12]


def test_an_empty_column_gives_an_empty_answer() -> None:
    for column in (pa.array([], pa.string()), pa.chunked_array([], pa.string()), pa.nulls(3)):
        found = near_duplicates(column, SETTINGS)
        assert found.survivor.tolist() == list(range(len(column)))
        assert found.conflicts.num_rows == 0
        assert clusters(column, SETTINGS).tolist() == list(range(len(column)))


def test_numbers_are_refused_as_texts() -> None:
    with pytest.raises(TypeError, match="int64"):
        near_duplicates(pa.array([1, 2]), SETTINGS)


def test_thousands_of_copies_and_of_look_alikes_are_settled() -> None:
    rng = random.Random(5)
    form = sentence(rng, 150)
    copies = [edited(form, 0.002, rng) for _ in range(3000)]
    doses = [f"{form}每次{k}mg，口服。" for k in range(3000)]
    found = near_duplicates(pa.array(copies + doses), SETTINGS)
    assert found.kept[:3000].sum() < 100
    assert found.kept[3000:].all()
    assert 0 < len(found.conflicts) <= 16 * 6000


def test_without_the_exact_check_a_large_bucket_is_a_cluster_too() -> None:
    base = sentence(random.Random(4), 300)
    texts = pa.array([base + sentence(random.Random(k), 4) for k in range(200)])
    assert near_duplicates(texts, MinHash(verify=False), guard=False).kept.sum() == 1


def test_a_crowd_of_one_form_is_settled_exactly() -> None:
    rng = random.Random(13)
    form, gaps = sentence(rng, 120), [sentence(rng, 18) for _ in range(150)]
    texts = [form[:60] + rng.choice(gaps) + form[60:] + rng.choice(gaps[:60]) for _ in range(400)]
    texts = list(dict.fromkeys(texts + [text + sentence(rng, rng.randrange(9)) for text in texts[:100]]))
    for priority in (None, np.arange(len(texts))):
        found = near_duplicates(pa.array(texts), SETTINGS, priority=priority)
        pairs = true_pairs(texts, 5, 0.8)
        assert 100 < found.kept.sum() < len(texts) - 50
        assert not [pair for pair in pairs if found.kept[pair[0]] and found.kept[pair[1]]]


def test_containment_removes_a_passage_inside_a_longer_text_only_when_asked() -> None:
    rng = random.Random(9)
    passage = sentence(rng, 90)
    whole = sentence(rng, 700) + passage + sentence(rng, 700)
    other = passage.replace(passage[40:43], "不宜口服")
    texts = pa.array([passage, whole, other])
    assert near_duplicates(texts, SETTINGS).kept.all()
    found = near_duplicates(texts, SETTINGS, containment=0.8)
    assert found.survivor.tolist() == [1, 1, 2]
    assert found.measure.to_pylist()[0] == "containment"
    assert found.value[0] == 1.0


def test_boilerplate_does_not_join_strangers() -> None:
    rng = random.Random(11)
    form = "病情分析：您好，根据您的描述考虑如下情况。{}指导意见：建议及时到正规医院就诊，谨遵医嘱，祝宝宝早日康复。"
    form += "以上是对这个问题的建议，希望对您有帮助，如有疑问请继续提问，感谢您的信任与支持，期待您的好评。"
    texts = pa.array([form.format(sentence(rng, 12)) for _ in range(200)])
    lax = MinHash(threshold=0.7)
    assert near_duplicates(texts, lax).kept.sum() < 100
    assert near_duplicates(texts, lax, boilerplate=True).kept.all()


def test_a_huge_text_has_room_for_what_it_spells_also_where_its_bytes_are_broken() -> None:
    rng = random.Random(8)
    huge = sentence(rng, 400_000)
    assert HUGE // 3 < longest(as_texts(pa.array([huge, "短", "a" * 1000]))) < 700_000
    assert near_duplicates(pa.array([huge, huge[:-1], "a" * HUGE]), SETTINGS).survivor.tolist() == [0, 0, 2]
    broken = [b"\x80" * (HUGE + 1), b"\xff\x80" * HUGE, b"a" * HUGE + b"\xe4\xe4\xe4"]
    column = pa.array(broken, pa.large_binary()).view(pa.large_string())
    assert near_duplicates(column, SETTINGS).kept.all()


def test_importing_the_package_loads_no_kernel() -> None:
    code = "import sys, dedup; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"threshold": 0.0}, {"threshold": 1.5}, {"ngram": 0}, {"bands": 0}):
        with pytest.raises(ValueError, match="was expected"):
            MinHash(**wrong)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.95])
def test_banding_chosen_for_a_threshold_finds_pairs_there(threshold: float) -> None:
    assert MinHash.at(threshold).detection(threshold) >= 0.999


def test_lower_thresholds_are_found_with_their_banding(texts: list[str]) -> None:
    found = clusters(pa.array(texts), SETTINGS, threshold=0.6)
    pairs = true_pairs(texts, 5, 0.6)
    assert sum(found[a] != found[b] for a, b in pairs) <= len(pairs) // 1000
