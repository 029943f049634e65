"""Files behind s3:// are found, opened in pieces and read: against a small stub of the protocol on this machine."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import pytest

from ingest import SOURCES
from ingest.files.find import find_files
from ingest.source import SourceOptions
from pedcorpus.steps.ingest.read_file import read_found

TALK = "患者：孩子发热一天了。\n医生：精神怎么样？有没有咳嗽？\n患者：有点咳。\n".encode()
OBJECTS = {"talks/a.txt": TALK, "talks/deep/b.txt.gz": gzip.compress(TALK * 2), "talks/.hidden.txt": b"x"}
DATE = "<LastModified>2024-01-01T00:00:00.000Z</LastModified>"
ITEM = f"<Contents><Key>{{}}</Key>{DATE}<ETag>x</ETag><Size>{{}}</Size></Contents>"


class Bucket(BaseHTTPRequestHandler):
    """Answers HEAD, GET with a range, and the listing of a bucket named `clinic`."""

    def _key(self) -> str:
        return unquote(urlparse(self.path).path).removeprefix("/clinic").removeprefix("/")

    def _send(
        self, status: int, body: bytes, kind: str = "application/octet-stream", length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        found = OBJECTS.get(self._key())
        self._send(404 if found is None else 200, b"", length=len(found or b""))

    def do_GET(self) -> None:
        key = self._key()
        if not key:
            self._send(200, self._listing().encode(), "application/xml")
        elif key not in OBJECTS:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        elif wanted := self.headers.get("Range"):
            first, last = wanted.removeprefix("bytes=").split("-")
            self._send(206, OBJECTS[key][int(first) : int(last or 10**9) + 1])
        else:
            self._send(200, OBJECTS[key])

    def _listing(self) -> str:
        query = parse_qs(urlparse(self.path).query)
        prefix, mark = query.get("prefix", [""])[0], query.get("delimiter", [""])[0]
        keys = [key for key in sorted(OBJECTS) if key.startswith(prefix)]
        folders = sorted(
            {prefix + key[len(prefix) :].split("/")[0] + "/" for key in keys if mark and "/" in key[len(prefix) :]}
        )
        files = "".join(ITEM.format(k, len(OBJECTS[k])) for k in keys if not (mark and "/" in k[len(prefix) :]))
        below = "".join(f"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>" for folder in folders)
        count = f"<KeyCount>{len(keys)}</KeyCount><IsTruncated>false</IsTruncated>"
        return f"<ListBucketResult><Name>clinic</Name><Prefix>{prefix}</Prefix>{count}{files}{below}</ListBucketResult>"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("s3fs")
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "us-east-1")):
            monkeypatch.setenv(f"AWS_{name}", value)
        yield "s3://clinic"
        server.shutdown()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_bucket_is_read_like_a_folder(bucket: str) -> None:
    found = find_files(f"{bucket}/talks", Path.cwd())
    assert [file.path for file in found] == ["a.txt", "deep/b.txt.gz"]
    assert [file.path for file in find_files(f"{bucket}/talks/*.txt", Path.cwd())] == ["a.txt"]
    options = SourceOptions("talks", "dialogue")
    for file in found:
        records = list(read_found(file, file.sha256(), options, SOURCES["dialogue"]))
        assert len(records) == 1
        assert "精神怎么样" in str(records[0])
