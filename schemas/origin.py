"""Where a record came from, and the content-derived ids of records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a raw file.

    `file` is the path as listed under the source (relative, with `/`), `sha256` the content hash of that file.
    `locator` is one of: PDF `p.12 [x0,y0,x1,y1]` or `p.12-13 [...]` (points, origin top left); text and CSV
    `line 17`; JSON arrays `#17`; inside an archive `member.json: …`; wiki `page 123 rev 456`; voice
    `00:01:05.200-00:01:09.900`.
    """

    file: str
    locator: str
    sha256: str


def content_id(prefix: str, parts: Iterable[str]) -> str:
    """Return `prefix-` and 20 hex digits (80 bits) of BLAKE2b over the parts, each ended by a separator.

    Same parts, same id, on every machine. 80 bits: for 10**8 rows the chance of any collision is below 1e-8.
    """
    digest = blake2b(digest_size=10)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\x1f")
    return f"{prefix}-{digest.hexdigest()}"
