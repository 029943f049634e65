"""Train a causal language model on a built corpus: continuous pre-training, fine-tuning, preferences, experts."""
