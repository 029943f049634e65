"""Instruction building by templates: rows of the corpus in, samples with all their parents out."""
