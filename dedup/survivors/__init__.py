"""Who survives in a cluster of near-duplicates."""
