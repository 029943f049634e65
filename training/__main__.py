"""`python -m training`.

Python looks into the folder it was started in before it looks among what is installed: a user's own `schemas.py` there
would be imported in place of our package, so that is told before anything of ours is.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    """Run the command line; end with status 2 where a file of the user's hides the package `schemas`."""
    spec = find_spec("schemas")
    origin = spec.origin if spec else None
    if origin and Path(origin).resolve().parent.parent != Path(__file__).resolve().parents[1]:
        print(f"error: {origin}: hides a package of pedcorpus. Rename it, or work in another folder.", file=sys.stderr)
        sys.exit(2)
    from training.cli import main as run

    run()


if __name__ == "__main__":
    main()
