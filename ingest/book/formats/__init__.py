"""Formats of books as blocks: DOCX, EPUB, HTML, Markdown, plain text, and detecting which."""
