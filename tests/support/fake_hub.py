"""A small Hugging Face Hub on loopback, over real HTTP: enough for create, upload, tag, and load_dataset.

`refuse` lets a test make the next requests of a kind fail, with a status or by a cut connection.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

CUT = 0
"""In place of a status: the connection ends without an answer."""
NAME = r"([^/]+/[^/]+)"


@dataclass
class Repository:
    """One dataset repository."""

    private: bool
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=lambda: ["0" * 40])
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Hub:
    """State of the stub: repositories, large files, and what was asked of it."""

    url: str = ""
    token: str = "hf_test_token"
    repositories: dict[str, Repository] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    refuse: dict[str, list[int]] = field(default_factory=dict)

    def writes(self) -> list[tuple[str, str]]:
        """Return the requests that change something."""
        return [(method, path) for method, path in self.requests if method not in ("GET", "HEAD")]


class Answer(Exception):
    """The end of a request."""

    def __init__(self, body: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.body, self.status, self.headers = body, status, headers or {}


def _create(hub: Hub, body: bytes) -> object:
    values = json.loads(body)
    name = f"{values.get('organization') or 'me'}/{values['name']}"
    url = f"{hub.url}/datasets/{name}"
    if name in hub.repositories:
        raise Answer({"error": "exists", "url": url, "name": name}, 409)
    hub.repositories[name] = Repository(_is_private(values))
    return {"url": url, "name": name, "id": "1"}


def _info(hub: Hub, body: bytes, name: str, _revision: str | None) -> object:
    repository = _repository(hub, name)
    siblings = [{"rfilename": path} for path in sorted(repository.files)]
    return {
        "id": name,
        "_id": "1",
        "sha": repository.commits[-1],
        "private": repository.private,
        "tags": [],
        "downloads": 0,
        "likes": 0,
        "siblings": siblings,
    }


def _settings(hub: Hub, body: bytes, name: str) -> object:
    _repository(hub, name).private = _is_private(json.loads(body))
    return {}


def _is_private(values: dict[str, Any]) -> bool:
    return bool(values.get("private")) or values.get("visibility") == "private"


def _preupload(hub: Hub, body: bytes, name: str, _revision: str) -> object:
    files = _repository(hub, name).files
    answers = []
    for item in json.loads(body)["files"]:
        path, mode = item["path"], "lfs" if item["path"].endswith(".parquet") else "regular"
        oid = _oid(files[path], mode) if path in files else None
        answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
    return {"files": answers}


def _oid(content: bytes, mode: str) -> str:
    return sha256(content).hexdigest() if mode == "lfs" else sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _batch(hub: Hub, body: bytes, name: str) -> object:
    objects = []
    for item in json.loads(body)["objects"]:
        upload = {"upload": {"href": f"{hub.url}/lfs/{item['oid']}", "header": {}}}
        known = {} if item["oid"] in hub.blobs else {"actions": upload}
        objects.append({"oid": item["oid"], "size": item["size"], **known})
    raise Answer({"transfer": "basic", "objects": objects}, headers={"Content-Type": "application/vnd.git-lfs+json"})


def _put(hub: Hub, body: bytes, oid: str) -> object:
    assert sha256(body).hexdigest() == oid
    hub.blobs[oid] = body
    return {}


def _commit(hub: Hub, body: bytes, name: str, _revision: str) -> object:
    repository = _repository(hub, name)
    for line in body.decode().splitlines():
        item = json.loads(line)
        value = item["value"]
        if item["key"] == "file":
            repository.files[value["path"]] = base64.b64decode(value["content"])
        elif item["key"] == "lfsFile":
            repository.files[value["path"]] = hub.blobs[value["oid"]]
        elif item["key"] == "deletedFile":
            del repository.files[value["path"]]
    repository.commits.append(sha1(body).hexdigest())
    url = f"{hub.url}/datasets/{name}/commit/{repository.commits[-1]}"
    return {"success": True, "commitOid": repository.commits[-1], "commitUrl": url, "hookOutput": ""}


def _tag(hub: Hub, body: bytes, name: str, revision: str) -> object:
    repository, tag = _repository(hub, name), json.loads(body)["tag"]
    if tag in repository.tags:
        raise Answer({"error": "Tag reference exists already"}, 409)
    repository.tags[tag] = revision if revision in repository.commits else repository.commits[-1]
    return {}


def _untag(hub: Hub, body: bytes, name: str, tag: str) -> object:
    del _repository(hub, name).tags[tag]
    return {}


def _refs(hub: Hub, body: bytes, name: str) -> object:
    tags = [
        {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": commit}
        for tag, commit in _repository(hub, name).tags.items()
    ]
    return {"branches": [], "converts": [], "tags": tags}


def _tree(hub: Hub, query: bytes, name: str, _revision: str, folder: str | None) -> object:
    prefix = (folder or "").strip("/") + "/" if folder else ""
    files = {path: content for path, content in _repository(hub, name).files.items() if path.startswith(prefix)}
    if prefix and not files:
        raise Answer({"error": "not found"}, 404, {"X-Error-Code": "EntryNotFound"})
    if b"recursive=true" in query.lower():
        return [_entry(path, content) for path, content in sorted(files.items())]
    inner = {path: path.removeprefix(prefix).split("/") for path in sorted(files)}
    folders = dict.fromkeys(prefix + parts[0] for parts in inner.values() if len(parts) > 1)
    shown = [_entry(path, files[path]) for path, parts in inner.items() if len(parts) == 1]
    return [*({"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in folders), *shown]


def _entry(path: str, content: bytes) -> dict[str, Any]:
    mode = "lfs" if path.endswith(".parquet") else "regular"
    entry = {"type": "file", "path": path, "size": len(content), "oid": _oid(content, "regular")}
    lfs = {"oid": _oid(content, "lfs"), "size": len(content), "pointerSize": 130}
    return {**entry, "lfs": lfs} if mode == "lfs" else entry


def _paths_info(hub: Hub, body: bytes, name: str, _revision: str) -> object:
    files = _repository(hub, name).files
    try:
        wanted = json.loads(body)["paths"]
    except ValueError:
        wanted = parse_qs(body.decode()).get("paths", [])
    entries = [_entry(path, files[path]) for path in wanted if path in files]
    folders = [path for path in wanted if any(file.startswith(path.rstrip("/") + "/") for file in files)]
    return [*entries, *({"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in folders)]


def _resolve(hub: Hub, body: bytes, name: str, _revision: str, path: str) -> object:
    repository = _repository(hub, name)
    content = repository.files.get(path)
    if content is None:
        raise Answer({"error": "not found"}, 404, {"X-Error-Code": "EntryNotFound"})
    headers = {"ETag": f'"{_oid(content, "lfs")}"', "X-Repo-Commit": repository.commits[-1], "Accept-Ranges": "bytes"}
    raise Answer(content, headers=headers)


def _repository(hub: Hub, name: str) -> Repository:
    if name not in hub.repositories:
        raise Answer({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
    return hub.repositories[name]


ROUTES: list[tuple[str, str, Callable[..., object]]] = [
    ("POST", r"/api/repos/create", _create),
    ("POST", r"/api/validate-yaml", lambda hub, body: {"errors": [], "warnings": []}),
    ("PUT", rf"/api/datasets/{NAME}/settings", _settings),
    ("POST", rf"/api/datasets/{NAME}/preupload/(.+)", _preupload),
    ("POST", rf"/datasets/{NAME}\.git/info/lfs/objects/batch", _batch),
    ("PUT", r"/lfs/([0-9a-f]+)", _put),
    ("POST", rf"/api/datasets/{NAME}/commit/(.+)", _commit),
    ("POST", rf"/api/datasets/{NAME}/tag/(.+)", _tag),
    ("DELETE", rf"/api/datasets/{NAME}/tag/(.+)", _untag),
    ("GET", rf"/api/datasets/{NAME}/refs", _refs),
    ("POST", rf"/api/datasets/{NAME}/paths-info/([^/]+)", _paths_info),
    ("GET", rf"/api/datasets/{NAME}/tree/([^/]+)(/.*)?", _tree),
    ("GET", rf"/datasets/{NAME}/resolve/([^/]+)/(.+)", _resolve),
    ("HEAD", rf"/datasets/{NAME}/resolve/([^/]+)/(.+)", _resolve),
    ("GET", rf"/api/datasets/{NAME}(?:/revision/([^/]+))?", _info),
]


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Serve a hub on a free loopback port."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

        def _serve(self) -> None:
            body = self._body()
            path, _, query = unquote(self.path).partition("?")
            hub.requests.append((self.command, path))
            try:
                self._check(path)
                raise Answer(_route(hub, self.command, path, body or query.encode()))
            except Answer as answer:
                self._send(answer)
            except ConnectionAbortedError:
                self.close_connection = True

        def _check(self, path: str) -> None:
            for pattern, statuses in hub.refuse.items():
                if statuses and re.search(pattern, f"{self.command} {path}"):
                    status = statuses.pop(0)
                    if status == CUT:
                        raise ConnectionAbortedError
                    raise Answer({"error": "refused by the test"}, status)
            given = self.headers.get("Authorization")
            if self.command not in ("GET", "HEAD") and not path.startswith("/lfs/") and given != f"Bearer {hub.token}":
                raise Answer({"error": "Invalid credentials"}, 401)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            blocks = b""
            while length := int(self.rfile.readline().strip(), 16):
                blocks += self.rfile.read(length)
                self.rfile.readline()
            self.rfile.readline()
            return blocks

        def _send(self, answer: Answer) -> None:
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _route(hub: Hub, method: str, path: str, body: bytes) -> object:
    for wanted, pattern, function in ROUTES:
        match = re.fullmatch(pattern, path)
        if match and wanted == method:
            return function(hub, body, *match.groups())
    raise Answer({"error": f"no such route: {method} {path}"}, 404)
