"""Read a TOML file; whatever keeps it from being read is one clear line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError


def read_toml(path: Path, example: str, advice: str) -> dict[str, Any]:
    """Return the values of a TOML file in UTF-8. Raise ConfigError where it cannot be read or is not TOML.

    `example` is the usual name of such a file, `advice` ends the sentence `Expected a TOML configuration…` where there
    is none.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problem = f"no such file. Expected a TOML configuration{advice}"
    except IsADirectoryError:
        problem = f"a folder. Expected a TOML file, e.g. {path / example}"
    except UnicodeDecodeError as error:
        problem = f"not UTF-8 at byte {error.start}. Save the file as UTF-8"
    except OSError as error:
        problem = f"{(error.strerror or 'unreadable').lower()}. Expected a TOML file"
    except tomllib.TOMLDecodeError as error:
        problem = f"not TOML: {str(error).rstrip('.')}"
    raise ConfigError([f"{path}: {problem}."])
