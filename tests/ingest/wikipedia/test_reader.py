"""Dumps: what is an article, what is not and why; cuts, hostile XML, the gate, and parts of a multistream file."""

from __future__ import annotations

import bz2
from collections import Counter
from pathlib import Path

import pytest

from ingest import wikipedia
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Reason, Rejection

OPTIONS = SourceOptions("zhwiki", "wikipedia", department="", license="cc-by-sa-4.0")
HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-{v}/" version="{v}" xml:lang="zh">'
    "<siteinfo><sitename>Wikipedia</sitename></siteinfo>"
)
BODY = "'''川崎病'''是一種好發於兒童的急性血管炎，患者發熱五天以上，伴有皮疹、結膜炎與淋巴結腫大，可用免疫球蛋白治療。"
LAKE = (
    "賽里木湖位於新疆，是天山最大的高山湖泊，湖岸有草原和雲杉林，"
    "每年夏季舉行大會，遊客眾多，風景優美，設有旅館，交通便利。"
)


def page(number: int, title: str, text: str, ns: int = 0, more: str = "") -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<page><title>{title}</title><ns>{ns}</ns><id>{number}</id>{more}<revision><id>{number + 1000}</id>"
        "<timestamp>2020-01-01T00:00:00Z</timestamp>"
        f'<text bytes="9" xml:space="preserve">{escaped}</text></revision></page>\n'
    )


def dump(*pages: str, version: str = "0.11", end: str = "</mediawiki>") -> SourceFile:
    return SourceFile.from_bytes("zhwiki.xml", (HEAD.format(v=version) + "".join(pages) + end).encode())


def outcomes(file: SourceFile, gated: bool | None = None) -> list[str]:
    """Return the title of each document and the reason of each rejection, in order."""
    found = wikipedia.read(file, OPTIONS, gated=gated)
    return [record.title if isinstance(record, Document) else record.reason.value for record in found]


@pytest.mark.parametrize("version", ["0.3", "0.10", "0.11", "0.99"])
def test_an_article_is_one_document_in_simplified_characters(version: str) -> None:
    (found,) = wikipedia.read(dump(page(7, "川崎病", BODY), version=version), OPTIONS)
    assert isinstance(found, Document)
    assert found.text.startswith("川崎病是一种好发于儿童的急性血管炎")
    assert (found.title, found.origin.locator, found.license) == ("川崎病", "page 7 rev 1007", "cc-by-sa-4.0")
    assert (found.section, found.kind) == ((), "text")


def test_an_export_without_a_namespace_is_read() -> None:
    data = f"<mediawiki>{page(1, '川崎病', BODY)}</mediawiki>".encode()
    assert outcomes(SourceFile.from_bytes("a.xml", data)) == ["川崎病"]


def test_pages_of_old_exports_have_their_namespace_in_the_title() -> None:
    names = '<namespaces><namespace key="0" /><namespace key="10">Template</namespace></namespaces>'
    head = HEAD.format(v="0.3").replace("</siteinfo>", f"{names}</siteinfo>")
    pages = page(1, "Template:病", BODY) + page(2, "川崎病", BODY)
    file = SourceFile.from_bytes("a.xml", f"{head}{pages.replace('<ns>0</ns>', '')}</mediawiki>".encode())
    assert outcomes(file) == ["other_namespace", "川崎病"]


def test_what_is_no_article_is_named() -> None:
    file = dump(
        page(1, "川崎氏病", "#REDIRECT [[川崎病]]", more='<redirect title="川崎病" />'),
        page(2, "川崎症", "#重定向 [[川崎病]]"),
        page(3, "Template:病", BODY, ns=10),
        page(4, "川崎 (消歧义)", BODY),
        page(5, "川崎", "{{disambig}}\n" + BODY),
        page(6, "水仙", BODY + "{{人名消歧义}}"),
        page(7, "兒科疾病列表", BODY),
        page(8, "短", "很短。"),
        page(9, "小", BODY + "{{med-stub}}"),
        page(10, "空", ""),
        page(11, "川崎病", BODY),
    )
    expected = [
        "redirect",
        "redirect",
        "other_namespace",
        *["disambiguation"] * 3,
        "list_page",
        "stub",
        "stub",
        "empty",
    ]
    assert outcomes(file) == [*expected, "川崎病"]


def test_only_the_last_revision_counts() -> None:
    two = page(1, "川崎病", BODY).replace("<revision>", f"<revision><id>5</id><text>{LAKE}</text></revision><revision>")
    (found,) = wikipedia.read(dump(two), OPTIONS)
    assert isinstance(found, Document)
    assert found.origin.locator == "page 1 rev 1001"


def test_of_a_cut_dump_what_was_complete_is_kept() -> None:
    whole = dump(page(1, "川崎病", BODY), page(2, "川崎病二", BODY)).open().read()
    for at in (len(whole) - 200, len(whole) - 150, len(whole) - 3):
        found = list(wikipedia.read(SourceFile.from_bytes("a.xml", whole[:at]), OPTIONS))
        last = found[-1]
        assert isinstance(last, Rejection)
        assert last.reason is Reason.TRUNCATED
        assert last.origin.locator.startswith("after page")
        assert isinstance(found[0], Document)


BOMB = '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY a{i} "{("&a;" if i == 1 else f"&a{i - 1};") * 10}">' for i in range(1, 10)
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated"),
        (b"no xml at all", "unknown_format"),
        (b"<html><page><title>x</title></page></html>", "unknown_format"),
        (
            f"{BOMB}]>{HEAD.format(v='0.11')}{page(1, 'x', 'y')}</mediawiki>".replace(
                "y</text>", "&a9;</text>"
            ).encode(),
            None,
        ),
        (b'<!DOCTYPE m SYSTEM "file:///etc/passwd"><mediawiki><page><title>x</title></page></mediawiki>', "malformed"),
        (
            b"<mediawiki><page><title>x</title><revision><text>" + b"y" * 12_000_000 + b"</text></revision></page>",
            "too_large",
        ),
        (b"<mediawiki>" + b"<x>" * 3000, "too_large"),
        (b"<mediawiki><page><title>x\x00</title></page></mediawiki>", "malformed"),
    ],
)
def test_hostile_or_foreign_xml_is_one_rejection(data: bytes, reason: str | None) -> None:
    (found,) = wikipedia.read(SourceFile.from_bytes("a.xml", data), OPTIONS)
    assert isinstance(found, Rejection)
    assert found.reason.value == reason or (reason is None and found.reason in (Reason.MALFORMED, Reason.TOO_LARGE))
    assert "root:" not in found.excerpt


def test_the_gate_passes_medicine_and_a_fixed_share_of_the_rest() -> None:
    file = dump(page(1, "川崎病", BODY), *(page(i, f"湖{i}", LAKE) for i in range(2, 202)))
    counts = Counter(outcomes(file, gated=True))
    assert counts["川崎病"] == 1
    drawn = sum(wikipedia.is_drawn(str(i)) for i in range(2, 202))
    assert 0 < drawn < 30
    assert counts["off_topic"] == 200 - drawn
    assert "off_topic" not in outcomes(file), "a small dump is parsed whole"


def test_large_files_are_gated_of_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikipedia, "UNGATED_CHARS", 1000)
    monkeypatch.setattr(wikipedia, "BATCH_CHARS", 300)
    file = dump(*(page(i, f"湖{i}", LAKE) for i in range(100)))
    assert Counter(outcomes(file)) == Counter(outcomes(file, gated=True))


def test_traditional_articles_pass_the_gate_as_simplified_ones() -> None:
    simple = "川崎病是一种好发于儿童的急性血管炎，患者发热五天以上，伴有皮疹、结膜炎与淋巴结肿大，可用免疫球蛋白治疗。"
    assert outcomes(dump(page(2, "甲", BODY), page(3, "乙", simple)), gated=True) == ["甲", "乙"]


def test_real_dumps_are_read_whole(shared: Path) -> None:
    counts = {}
    for path in sorted((shared / "data/wiki").glob("*.xml.bz2")):
        file = SourceFile.from_bytes(path.stem, bz2.decompress(path.read_bytes()))
        found = list(wikipedia.read(file, OPTIONS))
        counts[path.name[:2]] = Counter("kept" if isinstance(r, Document) else r.reason.value for r in found)
        assert not [
            r for r in found if isinstance(r, Document) and ("{{" in r.text or "]]" in r.text or "<ref" in r.text)
        ]
    assert counts["en"].total() == 206
    assert counts["en"]["redirect"] == 99
    assert counts["zh"]["kept"] == 636
