"""Step decontaminate: choose test items, take what leaks them out of training."""
