"""Marks of answers that string names of a knowledge graph together in the place of an answer."""
