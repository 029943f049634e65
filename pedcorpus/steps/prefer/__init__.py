"""Step prefer: preference pairs."""
