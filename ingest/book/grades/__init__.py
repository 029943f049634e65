"""Grades of recommendations: their notations, in text and in tables."""
