"""Build, inspect and publish the corpus: configuration, plan, steps, command line.

As a library it gives `build`, `plan`, `read`, `probe`, `deidentify` and `near_duplicates`, each loaded when it is first
asked for: `import pedcorpus` itself loads nothing heavy. Their documentation is in `pedcorpus/api.py`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pedcorpus.api import build, deidentify, near_duplicates, plan, probe, read

    __version__: str

__all__ = ["build", "deidentify", "near_duplicates", "plan", "probe", "read"]

if not TYPE_CHECKING:  # for a type checker, only the names above exist

    def __getattr__(name: str) -> object:
        """Load a function of the library, or the version of the installed package, when it is first asked for."""
        if name == "__version__":
            from importlib.metadata import version

            return version("pedcorpus")
        if name not in __all__:
            raise AttributeError(f"module 'pedcorpus' has no attribute {name!r}")
        import pedcorpus.api as api

        return getattr(api, name)

    def __dir__() -> list[str]:
        """Return the names of the module, those that are not loaded yet too."""
        return sorted({*globals(), *__all__})
