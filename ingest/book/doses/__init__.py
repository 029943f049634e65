"""Dose tables: one dose per row, drug, unit, route, frequency, age and weight."""
