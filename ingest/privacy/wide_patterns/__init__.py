"""What a text must hold for a detector to find anything: wide patterns in the syntax of Polars' engine.

That engine knows no look-around, and the texts are not folded yet, so full-width signs stand beside the plain ones. The
examples below the fields are run by a test: `text` → `match`.
"""
