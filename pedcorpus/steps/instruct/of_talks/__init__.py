"""Samples from consultations and from sets that others made."""
