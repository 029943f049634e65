"""Books and guidelines in any format: their blocks, their heading tree, and the documents made of them.

Every reader of a format yields `Block`s (`block`), and `blocks_to_documents` is the one place where blocks become
records. Which reader takes which file is decided in `ingest.read_book`; PDF has a package of its own, `ingest.pdf`.

What to open:

the number of a heading, and its rank      heading_numbers
how deep a heading stands                  heading_tree
white space, captions, unmarked headings   line_text
tables: merged cells, sentences of rows    expand_spans, table_sentences
doses in tables                            doses/dose_tables for columns, doses/dose_cell for the words of a cell
grades of recommendations                  grades/grade_marks for notations, grades/grades for texts, grades/graded_rows
"""
