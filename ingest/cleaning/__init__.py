"""What cleaning does to a text: normalisation, quality measures, repetition."""
