"""Repair the characters of a page: radicals, symbol fonts, Chinese bytes read as Latin, glyphs without meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.glyphs import Glyphs
from ingest.radicals import RADICALS

UNREADABLE = 0x25A1
"""□, which stands for a glyph whose meaning the file does not tell."""

_KANGXI = (
    "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气"
    "水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑"
    "非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"
)
"""The 214 ideographs of the Kangxi radicals U+2F00–2FD5, in order (as NFKC maps them)."""

_SYMBOL = {0x61: "α", 0x62: "β", 0x64: "δ", 0x65: "ε", 0x67: "γ", 0x6B: "κ", 0x6C: "λ", 0x6D: "μ", 0x44: "Δ"}
_SYMBOL |= {0x57: "Ω", 0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"}
_SYMBOL |= {0xA5: "∞", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB7: "•", 0xD7: "·", 0x2D: "−", 0x7E: "~"}
_SYMBOL |= {code: chr(code) for code in range(0x20, 0x40) if code not in (0x22, 0x24, 0x27, 0x2A, 0x2D)}
"""Adobe Symbol encoding, as far as medical text uses it; PDF producers shift it to U+F000."""
_DINGBATS = {0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0xFB: "✗"}
"""Wingdings marks that carry meaning; all others are bullets."""


def _table() -> NDArray[np.uint32]:
    table = np.arange(0x3000, dtype=np.uint32)
    for radical, ideograph in zip(range(0x2F00, 0x2FD6), _KANGXI, strict=True):
        table[radical] = ord(ideograph)
    for radical, ideograph in RADICALS.items():
        table[ord(radical)] = ord(ideograph)
    table[0x02] = table[0xAD] = 0x2D  # PDFium's mark for a hyphen at a line end; soft hyphen
    table[0xA0] = 0x20
    return table


_PLAIN = _table()


def repair(glyphs: Glyphs) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the glyphs' repaired codes, and which of them stay unreadable (their code is then that of □)."""
    code = glyphs.code.copy()
    low = code < len(_PLAIN)
    code[low] = _PLAIN[code[low]]
    _symbols(code, glyphs)
    bad = glyphs.unmapped | _meaningless(code)
    code[bad] = UNREADABLE
    return code, bad


def _meaningless(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which codes say nothing: controls, private use, surrogates, replacement and non-characters."""
    bad = (code < 0x20) | ((code >= 0x7F) & (code < 0xA0)) | ((code >= 0xD800) & (code <= 0xF8FF))
    return bad | (code == 0xFFFD) | ((code & 0xFFFE) == 0xFFFE) | (code >= 0xF0000)


def _symbols(code: NDArray[np.uint32], glyphs: Glyphs) -> None:
    """Give glyphs of Symbol and Wingdings fonts, shifted to U+F0xx, their meaning, in place."""
    for place in np.flatnonzero((code >= 0xF020) & (code <= 0xF0FF)).tolist():
        name = glyphs.fonts[int(glyphs.font[place])].name.lower()
        low = int(code[place]) & 0xFF
        if "dings" in name:
            code[place] = ord(_DINGBATS.get(low, "•"))
        elif low in _SYMBOL:
            code[place] = ord(_SYMBOL[low])
