"""Group unnamed Type 3 fonts into typefaces, by which characters stand next to each other.

Programs that draw type as Type 3 cut a typeface into many nameless fonts. Fonts whose Chinese characters and marks
stand side by side in a line are one face. Which face it is nobody says, but most text of a page is set in one, and
headings in another.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingest.pdf.drawing.glyphs import Glyphs, is_wide

TEXT, OTHER = "(text)", "(other)"
"""Names given to the face of most characters of a page, and to all others."""


def name_faces(glyphs: Glyphs) -> Glyphs:
    """Return the glyphs with names for their nameless fonts, where these are of several faces."""
    nameless = np.array([not font.name for font in glyphs.fonts], bool)
    if nameless.sum() < 2 or not len(glyphs.code):
        return glyphs
    wide = is_wide(glyphs.code) & nameless[glyphs.font]
    face = _faces(glyphs, wide)
    weight = np.bincount(face[glyphs.font[wide]], minlength=len(face))
    if np.count_nonzero(weight) < 2:
        return glyphs
    names = np.where(face == weight.argmax(), TEXT, OTHER).tolist()
    fonts = tuple(replace(font, name=font.name or name) for font, name in zip(glyphs.fonts, names, strict=True))
    return replace(glyphs, fonts=fonts)


def _faces(glyphs: Glyphs, wide: np.ndarray) -> np.ndarray:
    """Return for each font the first font of its face."""
    size, base = glyphs.size, glyphs.baseline
    beside = wide[1:] & wide[:-1] & (np.abs(np.diff(base)) < 0.1 * size[1:]) & (np.abs(np.diff(size)) < 0.02 * size[1:])
    beside &= np.abs(glyphs.box[1:, 0] - glyphs.box[:-1, 2]) < size[1:]
    face = np.arange(len(glyphs.fonts))
    for a, b in np.unique(np.stack([glyphs.font[:-1][beside], glyphs.font[1:][beside]], axis=1), axis=0).tolist():
        if face[a] != face[b]:
            face[face == max(face[a], face[b])] = min(face[a], face[b])
    return face
