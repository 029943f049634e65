"""What several steps do with rows: their texts, n-grams, near-duplicate clusters."""
