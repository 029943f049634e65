"""The bundled sample is what its README and `planted.json` say, told by the standard library alone."""

from __future__ import annotations

import bz2
import csv
import io
import json
import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pedcorpus.config.sections import Config
from schemas.rejection import Reason
from tests.sample.make import build_pdfs, build_wiki, manuscript

SAMPLE = Path(__file__).parents[2] / "pedcorpus" / "sample"
PLANTED = json.loads((SAMPLE / "planted.json").read_text("utf-8"))["rows"]
DUMP = "wiki/zhwiki-sample-pages-articles-multistream.xml.bz2"
ONLINE, QUESTIONS = "dialogues/online_consultations.json", "dialogues/outpatient_questions.csv"
ALPACA, SHAREGPT = "distilled/alpaca_pediatrics.json", "distilled/sharegpt_consultations.jsonl"
FLAWED = "distilled/flawed_answers.jsonl"
TRIPLES, DISEASES = "knowledge_graph/pediatric_triples.tsv", "knowledge_graph/disease_records.json"
EXPORT = "{http://www.mediawiki.org/xml/export-0.11/}"


def text_of(name: str) -> str:
    encoding = "gb18030" if name == QUESTIONS else "utf-8"
    return (SAMPLE / name).read_bytes().decode(encoding)


def words(value: object) -> str:
    """What a row says: all its strings in order, without its number and the names of roles."""
    if isinstance(value, dict):
        parts = [words(part) for key, part in value.items() if key not in ("id", "role", "from")]
    else:
        parts = [words(part) for part in value] if isinstance(value, list) else [str(value)]
    return "\n".join(part for part in parts if part)


def located(name: str) -> dict[str, str]:
    """Locator → text of every row of a file."""
    if name == DUMP:
        pages = ET.fromstring(bz2.decompress((SAMPLE / name).read_bytes())).iter(f"{EXPORT}page")
        return {
            f"page {page.findtext(EXPORT + 'id')} rev {page.findtext(f'{EXPORT}revision/{EXPORT}id')}": (
                f"{page.findtext(EXPORT + 'title')}\n{page.findtext(f'{EXPORT}revision/{EXPORT}text')}"
            )
            for page in pages
        }
    if name in (ONLINE, ALPACA):
        return {f"#{number}": words(row) for number, row in enumerate(json.loads(text_of(name)))}
    if name == QUESTIONS:
        rows = csv.reader(io.StringIO(text_of(name), newline=""))
        return {f"line {rows.line_num - words(row).count(chr(10)) + len(row) - 1}": words(row) for row in rows}
    lines = text_of(name).splitlines()
    return {
        f"line {n}": words(json.loads(line)) if name in (SHAREGPT, FLAWED) and whole(line) else line
        for n, line in enumerate(lines, 1)
    }


def whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def jaccard(a: str, b: str) -> float:
    """Exact Jaccard of the sets of character 5-grams."""
    first, second = ({text[at : at + 5] for at in range(len(text) - 4)} for text in (a, b))
    return len(first & second) / len(first | second)


def test_every_planted_row_stands_where_the_list_says() -> None:
    for row in PLANTED:
        assert row["has"] in located(row["file"])[row["locator"]], row


def test_planted_rows_expect_what_a_build_can_do() -> None:
    steps = {"clean", "dedup", "instruct", "quality"} | {f"ingest-{source.name}" for source in configuration().source}
    for row in PLANTED:
        assert row["expect"] in ("rejected", "masked", "kept")
        assert row["expect"] != "rejected" or (row["step"] in steps and Reason(row["reason"]))


def test_repeated_rows_are_as_alike_as_they_claim() -> None:
    for row in PLANTED:
        if "pair" not in row or row["file"] == TRIPLES:
            continue
        first, second = located(row["file"])[row["locator"]], located(row["pair"]["file"])[row["pair"]["locator"]]
        alike = jaccard(first, second)
        assert alike == 1.0 if row.get("reason") == "duplicate_exact" else 0.8 <= alike < 1.0, row


def test_the_counts_of_the_readme_are_true() -> None:
    triples = [line.split("\t") for line in text_of(TRIPLES).splitlines()[1:]]
    assert len({row[0] for row in triples}) == 57
    assert len([row for row in triples if len(row) == 3]) == 408
    assert len(text_of(DISEASES).splitlines()) == 14
    online = [row for row in json.loads(text_of(ONLINE)) if {turn["role"] for turn in row["dialogue"]} > {"家长"}]
    questions = [row for row in csv.reader(io.StringIO(text_of(QUESTIONS))) if len(row) == 4 and len(row[3]) > 1]
    assert (len(online), len(questions) - 2) == (24, 14)  # the header and the advertisement
    assert len(json.loads(text_of(ALPACA))) + len(text_of(SHAREGPT).splitlines()) == 101
    assert len(text_of(FLAWED).splitlines()) == 14
    assert len(located(DUMP)) == 80
    assert len(re.findall(r"^推荐\d+：", text_of("guidelines/diarrhea_fever_sample_guideline.md"), re.M)) == 14
    assert len(re.findall(r"^# 第", text_of("books/pediatrics_sample_textbook.md"), re.M)) == 7


def test_the_transcript_has_rising_times_and_named_speakers() -> None:
    cues = text_of("dialogues/clinic_recording_mumps.srt").strip().split("\n\n")
    times = [re.findall(r"\d\d:\d\d:\d\d,\d{3}", cue) for cue in cues]
    assert all(len(pair) == 2 for pair in times)
    assert [time for pair in times for time in pair] == sorted(time for pair in times for time in pair)
    assert {cue.splitlines()[2].split("：")[0] for cue in cues} == {"家长", "医生", "患儿", "护士"}


def test_private_data_are_invented_and_all_listed() -> None:
    listed = {row["has"] for row in PLANTED if row["expect"] == "masked"}
    every = "\n".join(text_of(str(path.relative_to(SAMPLE))) for path in texts())
    assert set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", every)) <= listed
    assert set(re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", every)) <= listed
    assert {mail for mail in re.findall(r"[\w.]+@[\w.]+\w", every) if not mail.endswith("example.org")} == set()
    assert all(row["has"] in every for row in PLANTED if row["expect"] == "masked")


def test_the_identity_number_is_well_formed_and_of_no_region() -> None:
    (number,) = (row["has"] for row in PLANTED if row.get("class") == "id_card")
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert number[17] == "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]
    assert number.startswith("110199")  # not among the codes of GB/T 2260


def texts() -> list[Path]:
    """Files of the sample that are text."""
    return [path for path in sorted(SAMPLE.glob("*/*")) if path.suffix not in (".pdf", ".bz2")]


def configuration() -> Config:
    return Config.model_validate(tomllib.loads(text_of("pedcorpus.toml")))


def test_the_configuration_is_short_valid_and_may_be_published() -> None:
    config = configuration()
    assert len(text_of("pedcorpus.toml").splitlines()) <= 60
    assert {source.license for source in config.source} == {config.corpus.license} == {"cc-by-4.0"}
    assert {source.kind for source in config.source} == {
        "textbook", "guideline", "knowledge_graph", "dialogue", "distilled", "wikipedia",
    }  # fmt: skip
    for source in config.source:
        patterns = source.path if isinstance(source.path, list) else [source.path]
        assert all(list(SAMPLE.glob(pattern)) for pattern in patterns)


def test_the_sample_is_small_and_says_that_it_is_no_advice() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 2_000_000
    assert all(path.stat().st_size < 300_000 for path in SAMPLE.glob("*/*.pdf"))
    for name in ("README.md", "books/pediatrics_sample_textbook.md", "guidelines/diarrhea_fever_sample_guideline.md"):
        assert "不构成医疗建议" in text_of(name)


@pytest.mark.parametrize("name", ["books/pediatrics_sample_textbook", "guidelines/diarrhea_fever_sample_guideline"])
def test_each_pdf_holds_its_source_word_for_word(name: str) -> None:
    import pypdfium2

    text = manuscript.read_manuscript(text_of(f"{name}.md"))
    heads = [text.meta["head"], *(block.text for block in text.blocks if block.level == 1)]
    pages = [packed(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(SAMPLE / f"{name}.pdf")]
    printed = "".join(page[: max(page.rfind(packed(head)) for head in heads)] for page in pages)
    for block in text.blocks:
        for part in [block.text, block.note, *(cell for row in block.rows for cell in row)]:
            assert packed(part) in printed


def packed(text: str) -> str:
    """A text without spaces, line ends and hyphens, which setting and extraction change."""
    return re.sub(r"[\s\x02\ufffe-]", "", text)


def test_the_pdfs_and_the_dump_are_what_the_scripts_make() -> None:
    assert build_wiki.build_dump() == (SAMPLE / DUMP).read_bytes()
    if not (build_pdfs.HAN_FONT.exists() and build_pdfs.LATIN_FONT.exists()):
        pytest.skip("needs fonts-droid-fallback and fonts-dejavu-core")
    first, second = build_pdfs.build_all(), build_pdfs.build_all()
    assert first == second
    assert sorted(first) == sorted(SAMPLE.glob("*/*.pdf"))
