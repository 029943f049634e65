"""Read a PDF page by page: glyphs, rulings, columns, tables, headings; out come the blocks of a book.

`blocks.read` is the way in; every other module is one step of it, in this order: `opening`, `fonts`, `glyphs`,
`rulings`, `spans`, `tables`, `edges`, `furniture`, `columns`, `runs`, `cells`, `lines`, `body`, `contents`, `flow`.
"""
