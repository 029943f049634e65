"""Step split: the tables of the dataset."""
