"""Formats of books as blocks: DOCX, EPUB, HTML, Markdown, plain text; `ingest/read_book.py` lists them, PDF too."""
