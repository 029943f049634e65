"""Step signals: measure what rows are like."""
