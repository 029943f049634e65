"""The clinical guard: facts, numbers and words that make look-alike texts differ."""
