"""Books, office files, tables, dumps: loops, bombs inside, lies about size, depth."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import MIB, Case, case

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY e0 "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CONTAINER = '<container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'
CHAPTER = "<html><body><h1>第一章 发热</h1><p>发热是儿科常见的症状，应当先判断病情。</p></body></html>"
ITEM = '<item id="a" href="{}" media-type="application/xhtml+xml"/>'
OPF = f"<package><manifest>{ITEM}</manifest><spine>{{}}</spine></package>"
REF = '<itemref idref="a"/>'
RIGHTS = '<encryption><EncryptedData><CipherReference URI="a.xhtml"/></EncryptedData></encryption>'
FAR = '<row r="1048576">{}</row>'
PICTURE = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 8"
PARAGRAPH = "<w:p><w:r><w:t>发热是儿科常见的症状。</w:t></w:r></w:p>"


def packed(members: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx(body: str, head: str = "", **more: str | bytes) -> bytes:
    document = f'<?xml version="1.0"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def epub(opf: str, chapters: Mapping[str, str | bytes], container: str = CONTAINER.format("content.opf")) -> bytes:
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "content.opf": opf, **chapters}
    )


def xlsx(sheet: str, strings: str | bytes = "", head: str = "") -> bytes:
    """A workbook by hand: one sheet, shared strings."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings"))
    types = "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{kinds}{kind}+xml"/>' for part, kind in parts)
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{head}<worksheet {main}>{sheet}</worksheet>',
            "xl/sharedStrings.xml": strings or f"<sst {main}/>",
        }
    )


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "ask")}{cell("B1", "answer")}</row>'


def parquet(table: pa.Table, **options: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


PARQUET = parquet(pa.table({"ask": ["孩子发热怎么办？"] * 500, "answer": ["多饮水，注意休息。"] * 500}))


def repeated(path: Path) -> None:
    """A small file of 30 million rows: one long answer, told once and repeated by its number."""
    answer = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), ["多饮水，注意休息。" * 200])
    batch = pa.table({"ask": answer, "answer": answer})
    with pq.ParquetWriter(path, batch.schema, compression="zstd") as writer:
        for _ in range(30):
            writer.write_table(batch, row_group_size=1_000_000)


def nested_parquet() -> bytes:
    kind: pa.DataType = pa.string()
    for _ in range(60):
        kind = pa.list_(kind)
    return parquet(pa.table({"ask": pa.array([None], kind), "answer": ["x"]}))


def dump(pages: str, head: str = "") -> str:
    return f"{head}<mediawiki>{pages}</mediawiki>"


def page(text: str, title: str = "发热") -> str:
    return f"<page><title>{title}</title><ns>0</ns><id>1</id><revision><id>2</id><text>{text}</text></revision></page>"


def pdf(objects: Mapping[int, bytes], root: int = 1, extra: bytes = b"") -> bytes:
    """A PDF of numbered objects, its table of places right."""
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 %s \n" % (places.get(n, 0), b"n" if n in places else b"f") for n in range(1, size))
    return out + b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, extra, start)


def stream(data: bytes, more: bytes = b"") -> bytes:
    packed_data = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed_data), more, packed_data)


FONT = b"<< /Font << /F 5 0 R >> >>"
SHOWN = b"BT /F 12 Tf 72 700 Td (Fever in children is common.) Tj ET\n"


def one_page(
    content: bytes, more: Mapping[int, bytes] | None = None, resources: bytes = FONT, box: bytes = b"0 0 595 842"
) -> bytes:
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources %s >>" % (box, resources),
            4: content,
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            **(more or {}),
        }
    )


FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
TREE = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>",
    3: b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
}
SOUND = one_page(stream(SHOWN * 40))

BOOK = "textbook"
CASES: list[Case] = [
    case("nested.html", BOOK, "truncated", "<div>" * 100_000 + "<p>发热是常见的症状。</p>" + "</div>" * 100_000),
    case("open.html", BOOK, "", "<b><i><p>发热是常见的症状。" * 20_000),
    case(
        "tables.html",
        BOOK,
        "truncated",
        "<table><tr><td>" * 5_000 + "发热" + "</td></tr></table>" * 5_000 + "<p>发热是常见的症状。</p>",
    ),
    case(
        "span.html",
        BOOK,
        "",
        '<table><tr><td colspan="999999999" rowspan="999999999">发热</td><td>咳嗽</td></tr></table>',
    ),
    case("entities.html", BOOK, "", f"{LAUGHS}<p>发热是常见的症状。&e9;</p>"),
    case("attributes.html", BOOK, "", "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">发热是常见的症状。</p>"),
    case("comment.html", BOOK, "", "<p>发热是常见的症状。</p><!--" + "x" * 4 * MIB),
    case("quotes.md", BOOK, "empty", ">" * 100_000 + " 发热是常见的症状。\n"),
    case("lists.md", BOOK, "", "".join(" " * (2 * i) + "- 发热\n" for i in range(2_000))),
    case("links.md", BOOK, "", "[" * 50_000 + "发热" + "](" * 50_000 + "\n\n发热是常见的症状。\n"),
    case("emphasis.md", BOOK, "", "*a **a " * 20_000 + "发热是常见的症状。\n"),
    case("ticks.md", BOOK, "", "".join("`" * i + "a" for i in range(1_500)) + "\n\n发热是常见的症状。\n"),
    case("columns.md", BOOK, "", "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000 + "\n" + ("|" + "1|" * 5_000 + "\n") * 20),
    case(
        "headings.md",
        BOOK,
        "",
        "".join("#" * (i % 6 + 1) + f" 第{i}章\n" for i in range(20_000)) + "发热是常见的症状。\n",
    ),
    case(
        "laughs.docx",
        BOOK,
        "empty malformed",
        docx("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", LAUGHS),
    ),
    case(
        "outside.docx",
        BOOK,
        "malformed unsafe_archive unreadable_file empty",
        docx("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", OUTSIDE),
    ),
    case("bomb.docx", BOOK, "unsafe_archive too_large", lambda path: path.write_bytes(docx(" " * 120 * MIB))),
    case("deep.docx", BOOK, "empty truncated malformed", docx("<w:tbl><w:tr><w:tc>" * 5_000 + PARAGRAPH)),
    case(
        "span.docx",
        BOOK,
        "",
        docx(f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{PARAGRAPH}</w:tc></w:tr></w:tbl>'),
    ),
    case(
        "hollow.docx",
        BOOK,
        "malformed unreadable_file truncated unknown_format unsafe_archive",
        packed({"[Content_Types].xml": "<Types/>"}),
    ),
    case("cut.docx", BOOK, "truncated malformed", docx(PARAGRAPH * 100)[:-60]),
    case("password.docx", BOOK, "unreadable_file encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    case(
        "spine.epub",
        BOOK,
        "",
        epub(OPF.format("a.xhtml", REF * 50_000), {"a.xhtml": CHAPTER}),
    ),
    case(
        "itself.epub", BOOK, "malformed empty missing_field unreadable_file", epub(OPF.format("content.opf", REF), {})
    ),
    case(
        "parent.epub",
        BOOK,
        "malformed unsafe_archive missing_field unreadable_file truncated empty",
        epub(OPF.format("../../etc/passwd", REF), {}),
    ),
    case(
        "loop.epub",
        BOOK,
        "malformed empty unreadable_file missing_field",
        epub("", {}, CONTAINER.format("META-INF/container.xml")),
    ),
    case(
        "rights.epub",
        BOOK,
        "encrypted",
        epub(
            OPF.format("a.xhtml", REF),
            {
                "a.xhtml": b"\x93\x12" * 500,
                "META-INF/encryption.xml": RIGHTS,
            },
        ),
    ),
    case("laughs.epub", BOOK, "empty malformed", epub(LAUGHS + OPF.format("&e9;", REF), {})),
    case(
        "bomb.epub",
        BOOK,
        "unsafe_archive too_large",
        lambda path: path.write_bytes(epub(OPF.format("a.xhtml", REF), {"a.xhtml": " " * 120 * MIB})),
    ),
    case(
        "strings.xlsx",
        "dialogue",
        "unsafe_archive too_large unreadable_file",
        lambda path: path.write_bytes(
            xlsx(f"<sheetData>{HEADER}</sheetData>", b"<sst>" + b"<si><t>a</t></si>" * 12 * MIB)
        ),
    ),
    case(
        "far.xlsx",
        "dialogue",
        "missing_field empty",
        xlsx(f'<dimension ref="A1:XFD1048576"/><sheetData>{HEADER}{FAR.format(cell("XFD1048576", "x"))}</sheetData>'),
    ),
    case(
        "laughs.xlsx",
        "dialogue",
        "malformed unsafe_archive unreadable_file too_large",
        xlsx(f'<sheetData><row r="1">{cell("A1", "&e9;")}</row></sheetData>', head=LAUGHS),
    ),
    case(
        "merged.xlsx",
        "dialogue",
        "empty missing_field",
        xlsx(
            f"<sheetData>{HEADER}</sheetData><mergeCells>"
            + '<mergeCell ref="A1:XFD1048576"/>' * 100_000
            + "</mergeCells>"
        ),
    ),
    case(
        "index.xlsx",
        "dialogue",
        "unreadable_file malformed missing_field empty",
        xlsx(f'<sheetData>{HEADER}<row r="2"><c r="A2" t="s"><v>99999999</v></c></row></sheetData>'),
    ),
    case("cut.xlsx", "dialogue", "truncated malformed", xlsx(f"<sheetData>{HEADER}</sheetData>")[:-50]),
    case("old.xls", "dialogue", "unknown_format encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    case("cut.parquet", "distilled", "truncated malformed unreadable_file", PARQUET[:-20]),
    case("magic.parquet", "distilled", "truncated malformed unreadable_file", b"PAR1PAR1"),
    case("footer.parquet", "distilled", "truncated malformed unreadable_file", PARQUET[:-8] + b"\xff\xff\xff\x7fPAR1"),
    case(
        "pages.parquet",
        "distilled",
        "truncated malformed unreadable_file",
        PARQUET[:40] + b"\xff" * 200 + PARQUET[240:],
    ),
    case("rows.parquet", "distilled", "", PARQUET.replace(b"\xe8\x07", b"\xe8\x7f")),
    case("nested.parquet", "distilled", "unreadable_file missing_field", nested_parquet()),
    case("password.parquet", "distilled", "encrypted truncated malformed unreadable_file", PARQUET[:-4] + b"PARE"),
    case("laughs.xml", "wikipedia", "malformed too_large", dump(page("&e9;"), LAUGHS)),
    case("outside.xml", "wikipedia", "malformed", dump(page("&e;"), OUTSIDE)),
    case(
        "quadratic.xml",
        "wikipedia",
        "malformed too_large",
        dump(page("&e;" * 50_000), f'<!DOCTYPE x [<!ENTITY e "{"哈" * 50_000}">]>'),
    ),
    case("deep.xml", "wikipedia", "too_large malformed truncated", "<mediawiki>" + "<x>" * 100_000),
    case("text.xml", "wikipedia", "too_large", lambda path: path.write_text(dump(page("y" * 12_000_000)))),
    case("cut.xml", "wikipedia", "truncated", dump(page("发热" * 60) * 20)[:-900]),
    case("nul.xml", "wikipedia", "malformed truncated", dump(page("发热\x00" * 60))),
    case(
        "titles.xml", "wikipedia", "truncated malformed too_large", "<mediawiki><page>" + "<title>a</title>" * 100_000
    ),
    case("templates.xml", "wikipedia", "", dump(page("{{a|" * 20_000))),
    case("links.xml", "wikipedia", "", dump(page("[[a|" * 20_000 + "]]" * 20_000))),
    case("html.xml", "wikipedia", "unknown_format", "<html><body><p>发热</p></body></html>"),
    case(
        "encoding.xml",
        "wikipedia",
        "malformed unknown_encoding unknown_format truncated",
        b'<?xml version="1.0" encoding="utf-16"?><mediawiki/>',
    ),
    case("cut.pdf", BOOK, "truncated malformed unreadable_file", SOUND[: len(SOUND) // 3]),
    case("head.pdf", BOOK, "truncated malformed unreadable_file", b"%PDF-1.7\n"),
    case(
        "password.pdf",
        BOOK,
        "encrypted unreadable_file malformed truncated",
        SOUND.replace(
            b"/Root 1 0 R",
            b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O ("
            + b"o" * 32
            + b") /U ("
            + b"u" * 32
            + b") /P -4 >> /ID [(a) (a)]",
        ),
    ),
    case("tree.pdf", BOOK, "unreadable_file malformed truncated empty no_text_layer", pdf(TREE)),
    case(
        "form.pdf",
        BOOK,
        "malformed",
        one_page(
            stream(SHOWN * 9 + b"/X Do"),
            {6: stream(b"/X Do " * 9, FORM)},
            b"<< /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >>",
        ),
    ),
    case("previous.pdf", BOOK, "", SOUND.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")),
    case("count.pdf", BOOK, "", SOUND.replace(b"/Count 1 ", b"/Count 99999999 ")),
    case("box.pdf", BOOK, "", one_page(stream(SHOWN * 9), box=b"0 0 99999999 99999999")),
    case(
        "bomb.pdf",
        BOOK,
        "too_large no_text_layer empty garbled malformed unreadable_file",
        lambda path: path.write_bytes(one_page(stream(b" " * 300 * MIB))),
    ),
    case("operators.pdf", BOOK, "", one_page(stream(b"q " * 200_000 + SHOWN))),
    case(
        "glyphs.pdf",
        BOOK,
        "",
        lambda path: path.write_bytes(
            one_page(
                stream(b"".join(b"BT /F 1 Tf %d %d Td (Fever.) Tj ET\n" % (i % 590, i % 840) for i in range(60_000)))
            )
        ),
    ),
    case(
        "image.pdf",
        BOOK,
        "no_text_layer",
        one_page(
            stream(b"/I Do"),
            {
                6: stream(
                    b"\0" * MIB,
                    PICTURE,
                )
            },
            b"<< /XObject << /I 6 0 R >> >>",
        ),
    ),
    case(
        "rules.pdf",
        BOOK,
        "",
        lambda path: path.write_bytes(
            one_page(
                stream(
                    SHOWN
                    + b"".join(
                        b"%d 0 m %d 842 l S 0 %d m 595 %d l S\n" % (i % 595, i % 595, i % 842, i % 842)
                        for i in range(20_000)
                    )
                )
            )
        ),
    ),
]

CLIPPED = b"q 0 0 595 842 re W n BT /F 12 Tf 72 700 Td (Fever.) Tj ET\n"
TWICE = zlib.compress(bytes(100 * MIB), 9)
CHAIN = {n: stream(b"/X Do " * 10, FORM.replace(b"6 0 R", b"%d 0 R" % (n + 1))) for n in range(6, 14)} | {
    14: stream(SHOWN, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
}
CASES += [
    case("clips.pdf", BOOK, "too_large", one_page(stream(CLIPPED * 20_000))),
    case("clipped.pdf", BOOK, "", one_page(stream((CLIPPED + b"Q ") * 20_000))),
    case("chain.pdf", BOOK, "too_large", one_page(stream(b"/X Do"), CHAIN, b"<< /XObject << /X 6 0 R >> >>")),
    case(
        "twice.pdf",
        BOOK,
        "too_large",
        one_page(stream(TWICE).replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode]")),
    ),
]

HEAVY: list[Case] = [case("repeated.parquet", "distilled", "unsafe_archive", repeated)]
Writer = Callable[[Path], object]
