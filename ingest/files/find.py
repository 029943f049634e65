"""Find the files of a source: a file, a folder, a glob or an fsspec URL, or several of them.

In: what stands under `path` in the configuration. Out: `FoundFile`s, sorted, each once. What is inside a file is the
business of `archives.open_members`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingest.files.litter import is_litter
from schemas.errors import NothingFound, SourceError

_MAGIC = re.compile(r"[*?\[]")
"""`ta/*.cs` → `*`"""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One raw file, as plain data. `url` opens it, `path` names it in `Origin.file`: relative, with `/`."""

    url: str
    path: str

    @property
    def is_local(self) -> bool:
        """Return whether this is a file of this machine's file system."""
        return "://" not in self.url

    @property
    def size(self) -> int:
        """Size in bytes, compressed as it lies there."""
        if self.is_local:
            return Path(self.url).stat().st_size
        fs, path = _remote(self.url)
        return int(fs.size(path) or 0)

    def open(self) -> BinaryIO:
        """Open the raw bytes. The caller closes the stream."""
        if self.is_local:
            return Path(self.url).open("rb")
        fs, path = _remote(self.url)
        return cast(BinaryIO, fs.open(path, "rb"))

    def sha256(self) -> str:
        """Return the SHA-256 of the raw bytes in hex, streamed."""
        digest = sha256()
        with self.open() as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


def find_files(patterns: str | list[str], base: Path) -> list[FoundFile]:
    """Return the regular files that `patterns` name, sorted by path; `base` is where relative ones start.

    A folder is read recursively; what is hidden, or litter of systems and office programs, is passed over. `*` and `?`
    stay within a folder, `**` crosses folders. Raises `NothingFound` where a pattern finds nothing.
    """
    found: dict[str, FoundFile] = {}
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        files = list(_find_remote(pattern) if "://" in pattern else _find_local(pattern, base))
        if not files:
            raise NothingFound(
                f"{pattern}: nothing found, expected a file, a folder with files, a glob or a URL. "
                f"Check the path; relative ones start at {base}."
            )
        for file in sorted(files, key=lambda file: file.path):
            found.setdefault(_identity(file), file)
    return sorted(found.values(), key=lambda file: (file.path, file.url))


def _identity(file: FoundFile) -> str:
    """Return what makes two names the same file: links to one file are read once."""
    return os.path.realpath(file.url) if file.is_local else file.url


def _find_local(pattern: str, base: Path) -> Iterator[FoundFile]:
    path = base / Path(pattern).expanduser()
    if path.is_file():
        yield FoundFile(str(path.absolute()), path.name)
    elif path.is_dir():
        yield from _walk(path.absolute())
    elif _MAGIC.search(pattern):
        root, rest = _split_glob(path)
        matches = _glob_regex(rest).fullmatch
        if root.is_dir():
            yield from (file for file in _walk(root.absolute()) if matches(file.path))


def _split_glob(path: Path) -> tuple[Path, str]:
    """Return the folder in front of the first part with a wildcard, and the rest as a `/` pattern."""
    first = next(i for i, part in enumerate(path.parts) if _MAGIC.search(part))
    return Path(*path.parts[:first]), "/".join(path.parts[first:])


def _glob_regex(pattern: str) -> re.Pattern[str]:
    """Translate a glob into a regular expression over relative paths with `/`."""
    out, i = "", 0
    while i < len(pattern):
        if pattern.startswith("**/", i):
            out, i = out + "(?:[^/]+/)*", i + 3
        elif pattern.startswith("**", i):
            out, i = out + ".*", i + 2
        elif pattern[i] == "[" and (end := pattern.find("]", i + 2)) > 0:
            inner = pattern[i + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            out, i = out + "[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]", end + 1
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(pattern[i], re.escape(pattern[i]))
            i += 1
    try:
        return re.compile(out, re.DOTALL)
    except re.error as error:
        raise SourceError(f"{pattern}: not a glob ({error}), expected *, ?, ** or [abc]. Correct the path.") from None


def _walk(root: Path) -> Iterator[FoundFile]:
    """Yield the regular files below `root` that are not litter. Links are followed, but no folder is entered twice."""
    entered: set[tuple[int, int]] = set()
    for folder, names, files in os.walk(root, followlinks=True, onerror=_refuse):
        stat = Path(folder).stat()
        if (stat.st_dev, stat.st_ino) in entered:
            names.clear()
            continue
        entered.add((stat.st_dev, stat.st_ino))
        names[:] = sorted(name for name in names if not is_litter(name))
        for name in files:
            path = Path(folder, name)
            if not is_litter(name) and path.is_file():
                yield FoundFile(str(path), path.relative_to(root).as_posix())


def _refuse(error: OSError) -> None:
    reason = (error.strerror or "unreadable").lower()
    raise SourceError(f"{error.filename}: {reason}, expected a folder we may read. Correct its permissions.")


def _find_remote(url: str) -> Iterator[FoundFile]:
    fs, path = _remote(url)
    try:
        if _MAGIC.search(path):
            root = path[: _MAGIC.search(path).start()].rpartition("/")[0]  # type: ignore[union-attr]
            names = [name for name in fs.glob(path) if fs.isfile(name)]
        elif fs.isdir(path):
            root, names = path.rstrip("/"), fs.find(path)
        else:
            root, names = path.rpartition("/")[0], [path] if fs.exists(path) else []
    except (OSError, ValueError, ImportError) as error:
        raise SourceError(f"{url}: {error}, expected an address we can list. Check it and its credentials.") from None
    for name in names:
        inner = name[len(root) :].lstrip("/")
        if not is_litter(inner):
            yield FoundFile(fs.unstrip_protocol(name), inner)


def _remote(url: str) -> tuple[Any, str]:
    """Return fsspec's file system and path of a URL."""
    from fsspec.core import url_to_fs

    try:
        fs, path = url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise SourceError(
            f"{url}: {error}, expected a URL fsspec knows. Check it, or install its driver "
            "(http and s3: the extra `remote`)."
        ) from None
    return fs, path
