"""Answers of a trained model: to a file of questions, or in a terminal."""
