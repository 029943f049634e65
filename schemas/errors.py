"""The error tree. A message says: where: what is, what was expected. What to do.

PedCorpusError
├── ConfigError     the configuration file is wrong (all problems in one error)
├── SourceError     a source as a whole cannot be used (nothing usable, too much rejected, a folder we may not read)
│   └── NothingFound    no file is where it looks
├── UnreadableFile  one file cannot be read; ingest turns it into a counted rejection
├── UnusableRecord  one record cannot be read; its reader turns it into a counted rejection
├── LedgerError     read ≠ kept + rejected: a fault of ours, never of the user
└── PublishRefused  a gate before publication said no
"""

from __future__ import annotations

from schemas.rejection import Reason


class PedCorpusError(Exception):
    """Base of all errors we raise on purpose; the command line prints its message alone and ends with status 2."""

    exit_status = 2


class ConfigError(PedCorpusError):
    """One or more problems of a configuration, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SourceError(PedCorpusError):
    """A source gives nothing, or more of it is broken than its `max_rejected_share` allows."""


class NothingFound(SourceError):
    """The path of a source holds no file."""


class UnreadableFile(PedCorpusError):
    """One file, or the rest of one, cannot be read. Carries the reason under which it is counted."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class UnusableRecord(PedCorpusError):
    """One record of a file is nothing its reader can use. Carries the reason under which it is counted."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class LedgerError(PedCorpusError):
    """A step lost or invented rows."""

    exit_status = 1


class PublishRefused(PedCorpusError):
    """A dataset may not be published as it is."""
