"""The clinical guard: facts, numbers and words that make look-alike texts differ.

`guard.py` compares two texts, `facts.py` reads their facts (numbers by `numbers.py`, words by `lexicon_words.py` from
`lexicon/*.txt`), `align.py` finds where they differ, `differences.py` says it in words.
"""
