"""Books and guidelines in any format: blocks, their outline, and the documents made of them.

Every format reader yields `Block`s; `documents.documents` is the one place where blocks become records.
"""
