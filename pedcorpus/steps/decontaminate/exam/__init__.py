"""Which turn of a conversation a test may end at, and what its question and its reference must be."""
