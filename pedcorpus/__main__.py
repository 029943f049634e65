"""`python -m pedcorpus`, and the command `pedcorpus`.

Python looks into the folder it was started in before it looks among what is installed. A user's own `dedup.py` there
would be imported in place of our package, so that is told before anything of ours is.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

OURS = ("schemas", "ingest", "dedup", "training")


def main() -> None:
    """Run the command line; end with status 2 where a file of the user's hides a package of ours."""
    if hiding := _files_in_place_of_ours():
        names = ", ".join(hiding)
        print(f"error: {names}: hides a package of pedcorpus. Rename it, or work in another folder.", file=sys.stderr)
        sys.exit(2)
    from pedcorpus.cli import main as run

    run()


def _files_in_place_of_ours() -> list[str]:
    home = Path(__file__).resolve().parents[1]
    origins = [spec.origin for name in OURS if (spec := find_spec(name)) is not None and spec.origin]
    return [origin for origin in origins if Path(origin).resolve().parent.parent != home]


if __name__ == "__main__":
    main()
