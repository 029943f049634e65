"""Where the real files lie: beside the repository, or under PEDCORPUS_SHARED."""

from __future__ import annotations

import os
from pathlib import Path


def shared_folder() -> Path:
    """Return the folder of real files, which may be absent. Tests take it from the fixture `shared`, which skips."""
    return Path(os.environ.get("PEDCORPUS_SHARED", Path(__file__).parents[3] / "shared"))
