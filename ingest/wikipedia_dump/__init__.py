"""A MediaWiki dump: its streams, pages, wikitext, templates and language variants."""
