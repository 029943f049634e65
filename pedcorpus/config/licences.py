"""Which licences allow publication."""

from __future__ import annotations

FORBIDDEN_LICENSES = ("internal", "unknown", "")
"""Licences that forbid publication, however they are capitalised; none stated is unknown."""


def may_be_published(license: str) -> bool:
    """Return whether a licence allows publication."""
    return license.strip().casefold() not in FORBIDDEN_LICENSES
