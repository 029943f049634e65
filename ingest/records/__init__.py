"""A file as rows or JSON values: delimited text, workbooks, Parquet, HTML tables, JSON."""
