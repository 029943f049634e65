"""Dataset tables as packed batches of tokens."""
