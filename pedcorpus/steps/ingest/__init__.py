"""Steps ingest-<source>: read raw files into records."""
