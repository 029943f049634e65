"""Locate a model or a dataset: a folder on this disk, or a repository of the Hugging Face Hub.

Each function returns a folder, or one sentence that says what is wrong.
"""

from __future__ import annotations

import re
from pathlib import Path

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")
"""Names of repositories: `baichuan-inc/Baichuan2-7B-Base` → `baichuan-inc/Baichuan2-7B-Base`."""
PATIENCE_S = 10.0
"""Seconds to wait for the Hub's first answer."""
QUICK_S = 1.0
"""The same where the configuration is wrong anyway and the other problems should not wait."""
MODEL_FILES = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja", "*.py"]
"""Files of a repository a model needs; nothing that would be unpickled."""


def locate_model(name: str, folder: Path, kind: str, quick: bool) -> Path | str:
    """Return the folder of a model (kind `base`) or tokenizer."""
    place = _find_local(name, folder) or _fetch(name, folder, "model", ["config.json", "tokenizer_config.json"], quick)
    if isinstance(place, str):
        return place
    needed = ("config.json", "adapter_config.json") if kind == "base" else ("tokenizer_config.json", "tokenizer.json")
    if not any((place / file).is_file() for file in needed):
        return f"{place} holds no model: {' or '.join(needed)} expected. Name a folder that `save_pretrained` wrote."
    return place


def locate_data(name: str, folder: Path, phases: list[str], quick: bool) -> Path | str:
    """Return the folder of a dataset; of one on the Hub only the tables of `phases` are fetched."""
    patterns = [f"{phase}/*.parquet" for phase in phases]
    return _find_local(name, folder) or _fetch(name, folder, "dataset", patterns, quick)


def fetch_model(name: str, found: Path) -> Path:
    """Return the folder with a model's whole content, fetching it where `found` is a Hub snapshot."""
    if "snapshots" not in found.parts:
        return found
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=MODEL_FILES))


def _find_local(name: str, folder: Path) -> Path | str | None:
    """Return the folder called `name`, or None where the name may be a repository's."""
    path = folder / Path(name).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        return f"{path} is a file. A folder is expected."
    parent = path.parent
    if not _HUB_ID.fullmatch(name) or (parent != folder and parent.is_dir()):
        near = sorted(entry.name for entry in parent.iterdir() if entry.is_dir())[:8] if parent.is_dir() else []
        return f"{path} is not there. " + (f"Beside it: {', '.join(near)}." if near else "Check the path.")
    return None


def _fetch(name: str, folder: Path, kind: str, patterns: list[str], quick: bool) -> Path | str:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        timeout = QUICK_S if quick else PATIENCE_S
        return Path(snapshot_download(name, repo_type=kind, allow_patterns=patterns, etag_timeout=timeout))
    except (OSError, ValueError, HfHubHTTPError) as error:
        reason = str(error).strip().split("\n")[0][:160]
        return f"no folder {folder / name}, and no {kind} {name!r} on the Hub within reach ({reason}). Check the name."
