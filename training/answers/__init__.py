"""Answers of a trained model: `generate` writes those of a whole benchmark, `talk` is the chat in the terminal.

Both load the model and ask it through `answerer`.
"""
