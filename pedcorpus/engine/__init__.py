"""The engine: steps as data, what is fresh, and running tasks on any executor."""
