"""The structure of a document: headings, paragraphs, footnotes, titles, blocks."""
