"""Step clean: normalise, de-identify, judge."""
