"""What systems and office programs leave beside files: nobody's data, passed over in folders, globs and archives."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information", "@eadir", "lost+found"})
_FILES = frozenset({"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"})
_OF_OFFICE = re.compile(r"~\$.*|~.*\.tmp", re.DOTALL)
"""Who has a document open, and copies while it is written. `~$问诊记录.xlsx` → `~$问诊记录.xlsx`"""


def is_litter(name: str) -> bool:
    """Return whether a path, relative to the folder or archive that is read, is hidden or nobody's data."""
    parts = [part.casefold() for part in PurePosixPath(name.replace("\\", "/")).parts]
    if any(part in _FOLDERS or (part.startswith(".") and part != "..") for part in parts):
        return True
    return bool(parts) and (parts[-1] in _FILES or _OF_OFFICE.fullmatch(parts[-1]) is not None)
