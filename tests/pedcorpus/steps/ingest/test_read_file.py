from collections import Counter
from pathlib import Path

import pytest

from ingest import SOURCES
from ingest.files.find import FoundFile
from ingest.source import SourceOptions
from pedcorpus.steps.ingest.read_file import read_found
from schemas.rejection import Reason, Rejection


@pytest.mark.parametrize("content", ["\n\n  \n", "question,answer\n", "[]"])
@pytest.mark.parametrize("kind", ["dialogue", "distilled"])
def test_a_file_without_any_record_is_counted_as_empty(tmp_path: Path, kind: str, content: str) -> None:
    path = tmp_path / "a.csv" if "question" in content else tmp_path / "a.txt"
    path.write_text(content)
    found = FoundFile(str(path), path.name)
    (one,) = read_found(found, "0" * 64, SourceOptions("s", kind), SOURCES[kind], figures=Counter())
    assert isinstance(one, Rejection)
    assert (one.reason, one.origin.locator) == (Reason.EMPTY, "")
