"""The steps of the build: each folder has a `step.py` with its version and rounds."""
