"""Build, inspect and publish the corpus: configuration, plan, steps, command line."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """Return `__version__`, which is read from the installed package when it is asked for."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("pedcorpus")
