"""Formulas and odd characters as plain text: TeX, MathML, superscripts, codes of symbol fonts, radicals."""
