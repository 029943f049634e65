"""Step prefer: preference pairs whose answers differ in quality on the same question."""
