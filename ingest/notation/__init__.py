"""Formulas and odd characters as plain text: TeX, MathML, superscripts, symbol fonts, radicals."""
