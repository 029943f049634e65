"""Adding a source kind is one file and one line, as CONTRIBUTING shows."""

from __future__ import annotations

import re
import types
from pathlib import Path

from ingest.files import FoundFile
from ingest.source import Source, SourceFile, SourceOptions
from pedcorpus.reading import read_found
from schemas.document import Document
from schemas.rejection import Reason, Rejection

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def shown() -> tuple[types.ModuleType, Source]:
    """Run the code of CONTRIBUTING: the reader's file, and its line in the register."""
    file, line = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    leaflet = types.ModuleType("leaflet")
    exec(file, leaflet.__dict__)
    register = eval("{" + line + "}", {"Source": Source, "leaflet": leaflet})
    return leaflet, register["leaflet"]


def test_the_reader_in_contributing_reads_its_own_example() -> None:
    leaflet, source = shown()
    file = SourceFile.from_bytes("a.txt", f"{source.example}\n没有名称的一行\n".encode("gb18030"))
    good, bad = leaflet.read(file, SourceOptions("leaflets", "leaflet"))
    assert isinstance(good, Document)
    assert (good.title, good.origin.locator) == ("布洛芬混悬液", "line 1")
    assert isinstance(bad, Rejection)
    assert (bad.reason, bad.origin.locator) == (Reason.MISSING_FIELD, "line 2")


def test_its_line_in_the_register_is_all_that_ingest_needs(tmp_path: Path) -> None:
    _, source = shown()
    path = tmp_path / "leaflets.txt"
    path.write_text(source.example, encoding="utf-8")
    found = FoundFile(str(path), path.name)
    (record,) = read_found(found, found.sha256(), SourceOptions("leaflets", "leaflet"), source)
    assert isinstance(record, Document)
    assert source.table == "document"
