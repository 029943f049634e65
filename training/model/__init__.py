"""The model: loading, attention, log-probabilities, optimizer, checkpoints, cost."""
