"""Make PDF books with known truth: our own small writer, Adobe's standard Chinese fonts, no font file needed.

PDF readers know the fonts STSong-Light and STHeiti-Regular with the encoding UniGB-UCS2-H by name, so nothing is
embedded and the books are the same bytes on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.0, 842.0
SONG, BOLD = "F1", "F2"


def units(text: str) -> float:
    """Width of a text in em: ASCII glyphs are half as wide as all others."""
    return sum(0.5 if char < "\x7f" else 1.0 for char in text)


@dataclass
class Canvas:
    """Pages of PDF operators; coordinates in points with the origin at the top left."""

    pages: list[list[str]] = field(default_factory=list)
    rotate: int = 0
    box: tuple[float, float] = (WIDTH, HEIGHT)

    def page(self) -> None:
        self.pages.append([])

    def text(self, x: float, y: float, text: str, size: float, font: str = SONG, matrix: str = "1 0 0 1") -> None:
        codes = text.encode("utf-16-be").hex()
        self.pages[-1].append(f"BT /{font} {size:g} Tf {matrix} {x:.2f} {self.box[1] - y:.2f} Tm <{codes}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"0.5 w {x0:.2f} {self.box[1] - y0:.2f} m {x1:.2f} {self.box[1] - y1:.2f} l S")

    def save(self, title: str = "", extra: str = "") -> bytes:
        fonts = f"/{SONG} 3 0 R /{BOLD} 4 0 R"
        objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "",
            *(_font(name) for name in ("STSong-Light", "STHeiti-Regular")),
        ]
        kids = []
        for operators in self.pages:
            stream = "\n".join(operators)
            objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
            content = len(objects)
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {self.box[0]:g} {self.box[1]:g}] /Rotate {self.rotate} "
                f"/Resources << /Font << {fonts} >> >> /Contents {content} 0 R {extra} >>"
            )
            kids.append(f"{len(objects)} 0 R")
        objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
        objects.append(f"<< /Title <feff{title.encode('utf-16-be').hex()}> >>")
        return assemble(objects, f"/Root 1 0 R /Info {len(objects)} 0 R")


def _font(name: str) -> str:
    system = "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    flags = f"<< /Type /FontDescriptor /FontName /{name} /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    flags += f"/Ascent 880 /Descent -120 /CapHeight 880 /StemV {160 if 'Heiti' in name else 93} >>"
    descendant = f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /CIDSystemInfo {system} /DW 1000 "
    descendant += f"/W [1 95 500] /FontDescriptor {flags} >>"
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /UniGB-UCS2-H /DescendantFonts [{descendant}] >>"
    )


def assemble(objects: list[str], trailer: str) -> bytes:
    """Number the objects from 1 and write the file with its cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


@dataclass
class Truth:
    """What a perfect reader finds."""

    title: str = ""
    headings: list[tuple[str, ...]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    pages: int = 0


_SUBJECTS_TEXT = "患儿|本病|急性期患者|婴幼儿|新生儿|轻症者|重症肺炎患儿|该类药物|母乳喂养儿|多数病例|学龄前儿童|早产儿"
_SUBJECTS = _SUBJECTS_TEXT.split("|")
_VERBS_TEXT = "常表现为|多见于|应警惕|可出现|需要监测|主要累及|通常伴有|不宜使用|建议给予|容易并发"
_VERBS = _VERBS_TEXT.split("|")
_THINGS_TEXT = (
    "发热、咳嗽及呼吸急促|阿莫西林50 mg/(kg·d)，分3次口服|血氧饱和度低于92%|右上肺实变|C反应蛋白＞40 mg/L|喘息和三凹"
    "征|布洛芬5~10 mg/kg|白细胞计数15×10⁹/L|脱水与电解质紊乱|头孢曲松（每日1次静脉滴注）|Epstein-Barr病毒感染"
    "|体温38.5℃以上|惊厥持续超过5 min|心率增快|肝脾肿大|Hib疫苗接种史"
)
_THINGS = _THINGS_TEXT.split("|")


def sentence(rng: random.Random) -> str:
    first, second = rng.sample(_THINGS, 2)
    joint = rng.choice(["，并", "，同时", "；随后", "，少数"])
    return f"{rng.choice(_SUBJECTS)}{rng.choice(_VERBS)}{first}{joint}{rng.choice(_VERBS)}{second}。"


def paragraph(rng: random.Random, n: int) -> str:
    return "".join(sentence(rng) for _ in range(n))


_NO_START = "，。；：、！？）》”%"


def broken(text: str, width: float, first: float) -> list[str]:
    """Break a paragraph into lines of `width` em, the first one shorter by `first`; no line begins with a comma."""
    lines, line, room = [], "", width - first
    for char in text:
        if units(line + char) > room and (char not in _NO_START or units(line) > room):
            lines.append(line)
            line, room = "", width
        line += char
    return [*lines, line]


@dataclass
class Book:
    """Typesets a book column by column and keeps the truth of what it set."""

    columns: int = 1
    seed: int = 0
    size: float = 10.5
    heads: bool = True
    title: str = "儿科学示例教程"
    canvas: Canvas = field(default_factory=Canvas)
    truth: Truth = field(default_factory=Truth)
    chapter: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.gutter, self.left, self.top, self.bottom = 22.0, 62.0, 92.0, 770.0
        self.measure = (WIDTH - 2 * self.left - (self.columns - 1) * self.gutter) / self.columns
        self.column, self.y, self.leading, self.band = self.columns, self.bottom, 1.6 * self.size, self.top
        self.truth.title = self.title

    @property
    def x(self) -> float:
        return self.left + self.column * (self.measure + self.gutter)

    def room(self, points: float) -> None:
        """Go to the next column or page where `points` do not fit."""
        if self.y + points <= self.bottom - 18 * len(self.notes):
            return
        if self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, self.band
        else:
            self.close_page()
            self.open_page()

    def open_page(self) -> None:
        self.canvas.page()
        self.column, self.y, self.band = 0, self.top, self.top
        number = len(self.canvas.pages)
        if self.heads:
            self.canvas.line(self.left, 66, WIDTH - self.left, 66)
            head = self.title if number % 2 == 0 else f"{self.chapter}　Journal of Pediatrics, Vol. 3"
            self.canvas.text(self.left, 60, head, 9)
            self.canvas.text(WIDTH / 2 - 10, 806, f"· {number} ·", 9)

    def close_page(self) -> None:
        """Set the footnotes of the page below the last column."""
        if not self.notes:
            return
        y = self.bottom - 18 * len(self.notes) + 14
        self.canvas.line(self.x, y - 10, self.x + 90, y - 10)
        for mark, note in self.notes:
            self.canvas.text(self.x, y, f"{mark} {note}", 7.5)
            self.truth.footnotes.append(f"{mark} {note}")
            y += 13
        self.notes = []

    def heading(self, text: str, level: int, path: tuple[str, ...]) -> None:
        size = {1: 18.0, 2: 15.0, 3: 12.5, 4: self.size}[level]
        if level == 1:
            self.chapter = text
            if self.canvas.pages:
                self.close_page()
            self.open_page()
        self.room(size * 2 + 2 * self.leading)
        self.y += size * 0.9 + (4 if level < 4 else 0)
        self.canvas.text(self.x, self.y, text, size, BOLD)
        self.y += 8 if level < 4 else 2
        if level == 1:
            self.band = self.y
        self.truth.headings.append(path)

    def body(self, text: str, reference: str = "", note: str = "") -> None:
        """Set a paragraph; `reference` becomes a superscript at its end, `note` a footnote of the page."""
        lines = broken(text, self.measure / self.size, 2.0)
        for i, line in enumerate(lines):
            self.room(self.leading)
            self.y += self.leading
            x = self.x + (2 * self.size if i == 0 else 0)
            self.canvas.text(x, self.y, line, self.size)
        end = self.x + units(lines[-1]) * self.size + (2 * self.size if len(lines) == 1 else 0)
        if reference and end + 2 * self.size < self.x + self.measure:
            self.canvas.text(end + 0.5, self.y - 0.38 * self.size, reference, 0.6 * self.size)
        if note:
            self.notes.append(("①②③④⑤"[len(self.notes)], note))
        self.truth.paragraphs.append(text)

    def table(self, caption: str, rows: list[list[str]], style: str) -> None:
        """Set a table with a caption: `ruled`, `three` (three rules), or `open` (no rule)."""
        height = 18.0
        self.room(height * (len(rows) + 2) + 12)
        self.y += 20
        self.canvas.text(self.x + 0.2 * self.measure, self.y, caption, 9, BOLD)
        self.truth.captions.append(caption)
        top, n = self.y + 6, len(rows[0])
        wide = self.measure / n
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                self.canvas.text(self.x + c * wide + 3, top + r * height + 12.5, cell, 9 if self.columns < 3 else 7.5)
        right, bottom = self.x + self.measure, top + height * len(rows)
        rules = {"ruled": range(len(rows) + 1), "three": (0, 1, len(rows)), "open": ()}[style]
        for r in rules:
            self.canvas.line(self.x, top + r * height, right, top + r * height)
        for c in range(n + 1) if style == "ruled" else ():
            self.canvas.line(self.x + c * wide, top, self.x + c * wide, bottom)
        self.y = bottom + 8
        self.truth.tables.append(rows)

    def save(self) -> tuple[bytes, Truth]:
        self.close_page()
        self.truth.pages = len(self.canvas.pages)
        return self.canvas.save(self.title), self.truth


_DRUGS = ["阿莫西林", "头孢曲松", "阿奇霉素", "布洛芬", "沙丁胺醇", "布地奈德"]
_DOSES = ["50 mg/kg", "80 mg/kg", "10 mg/kg", "5~10 mg/kg", "2.5 mg", "0.5 mg"]
_TIMES = ["每日3次", "每日1次", "每8 h 1次", "必要时", "每日2次", "每6 h 1次"]


def dose_table(rng: random.Random, n: int) -> list[list[str]]:
    picked = rng.sample(range(6), n)
    return [["药物", "剂量", "频次"], *([_DRUGS[i], rng.choice(_DOSES), rng.choice(_TIMES)] for i in picked)]


def make_book(
    columns: int = 1, seed: int = 0, chapters: int = 3, notes: bool = True, tables: bool = True
) -> tuple[bytes, Truth]:
    """Make a book of `chapters` chapters with four levels of headings."""
    book = Book(columns=columns, seed=seed)
    rng = book.rng
    han = "一二三四五六"
    for c in range(chapters):
        chapter = f"第{han[c]}章 {rng.choice(['呼吸系统疾病', '消化系统疾病', '儿童保健', '新生儿疾病'])}"
        book.heading(chapter, 1, (chapter,))
        book.body(paragraph(rng, 2))
        for s in range(2):
            section = f"第{han[s]}节 {rng.choice(['支气管肺炎', '婴幼儿腹泻', '高热惊厥', '先天性心脏病'])}"
            book.heading(section, 2, (chapter, section))
            for k, name in enumerate(rng.sample(["病因", "临床表现", "诊断与鉴别诊断", "治疗"], 3)):
                part = f"{han[k]}、{name}"
                book.heading(part, 3, (chapter, section, part))
                book.body(paragraph(rng, rng.randint(2, 5)), reference=rng.choice(["", "[1]", "[2-4]", "[3]"]))
                for m in range(2):
                    point = f"（{han[m]}）{rng.choice(['一般情况', '药物选择', '实验室检查'])}"
                    book.heading(point, 4, (chapter, section, part, point))
                    note = f"{sentence(rng)[:12]}，参见附录{c + s}。"
                    book.body(paragraph(rng, rng.randint(1, 4)), note=note if notes and m and k == 1 else "")
                    book.body(paragraph(rng, rng.randint(1, 3)))
                if tables and k == 2:
                    style = ("ruled", "three", "open")[(c + s) % 3]
                    book.table(f"表{c + 1}-{s + 1} 常用药物剂量", dose_table(rng, rng.randint(3, 5)), style)
    return book.save()
