"""Read a PDF: page by page from glyphs to lines and tables, then over all pages to the blocks of a book.

`read.read` is the way in. The folders are floors, each built on those before it and on none above:

drawing    what the page draws: glyphs with their Unicode values and fonts, rules; open, refuse or repair the file
lines      spans, segments and lines of glyphs, superscripts at their place; lines of a table of contents
tables     cells and rows of ruled tables, of tables between a few rules or in the open, page-wide tables
layout     a page with its columns in reading order, and running heads, which are judged over all pages
structure  blocks: headings, paragraphs, footnotes, captions, the title
ocr        pages without text, recognised from their picture: makes segments, so that all floors above serve it too

What to open when something is wrong:

a heading lost, or text taken for one   structure/headings, and ingest.book.heading_numbers for its number
a paragraph torn apart or run together  structure/paragraph
columns mixed up                        layout/columns
a page number or running head in text   layout/running_heads, and layout/page_edges for what is looked at
a table read as text, or wrong cells    tables/ruled where rules draw its cells, else tables/borderless, tables/cells
wrong or unreadable characters          drawing/repair_glyphs, which asks mojibake and glyphs_without_unicode
text that is missing                    drawing/dropped_glyphs
superscripts                            lines/read_segments for their place, ingest.notation.superscripts for words
"""
