"""A server on loopback that speaks the part of the hub's protocol which a download needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

COMMITS = {"main": "a" * 40, "v1": "b" * 40}


@dataclass
class Hub:
    """What the server holds, and what was asked of it.

    Attributes
    ----------
    files : dict
        Content by commit, then by name.
    cut : dict
        Files whose first transfer breaks off after so many bytes.
    changed : dict
        Files that are sent with other bytes than the hub says they have.
    """

    files: dict[str, dict[str, bytes]]
    repo: str = "org/tiny"
    gated: bool = False
    cut: dict[str, int] = field(default_factory=dict)
    changed: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""

    def sent(self, name: str) -> list[str | None]:
        """Return the Range header of each transfer of a file."""
        return [
            part
            for verb, path, part in self.asked
            if verb == "GET" and "/resolve/" in path and path.endswith(f"/{name}")
        ]


def hub_of(folder: Path) -> Hub:
    """Return a hub with one model: the files of a folder, under `main` and, changed, under `v1`."""
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    older = content | {"README.md": b"older", "pytorch_model.bin": b"pickled", "model.py": b"code"}
    return Hub({COMMITS["main"]: content | {"README.md": b"newer"}, COMMITS["v1"]: older})


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve a hub on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[Hub]
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        path = unquote(self.path.split("?")[0])
        self.hub.asked.append((self.command, path, self.headers.get("Range")))
        info, repo = f"/api/models/{self.hub.repo}", f"/{self.hub.repo}/resolve/"
        if path.startswith(f"{info}/tree/"):
            self._tree(path.removeprefix(f"{info}/tree/"))
        elif path == info or path.startswith(f"{info}/revision/"):
            self._info(path.removeprefix(info).removeprefix("/revision/") or "main")
        elif path.startswith(repo):
            self._file(*path.removeprefix(repo).split("/", 1))
        else:
            self._refuse(404, "RepoNotFound")

    def _commit(self, revision: str) -> str | None:
        commit = COMMITS.get(revision, revision)
        return commit if commit in self.hub.files else None

    def _info(self, revision: str) -> None:
        commit = self._commit(revision)
        if commit is None:
            self._refuse(404, "RevisionNotFound")
            return
        self._json({"id": self.hub.repo, "sha": commit, "siblings": []})

    def _tree(self, revision: str) -> None:
        commit = self._commit(revision)
        if commit is None:
            self._refuse(404, "RevisionNotFound")
            return
        entries = []
        for name, content in self.hub.files[commit].items():
            entry = {"type": "file", "path": name, "size": len(content), "oid": git_hash(content)}
            if name.endswith(".safetensors"):
                entry["lfs"] = {
                    "oid": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 130,
                }
            entries.append(entry)
        self._json(entries)

    def _file(self, revision: str, name: str) -> None:
        commit = self._commit(revision)
        content = self.hub.files.get(commit or "", {}).get(name)
        if content is None:
            self._refuse(404, "EntryNotFound")
            return
        if self.hub.gated:
            self._refuse(403, "GatedRepo")
            return
        large = name.endswith(".safetensors")
        etag = hashlib.sha256(content).hexdigest() if large else git_hash(content)
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": str(commit)}
        if large:
            headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(content))}
        body, status = self.hub.changed.get(name, content), 200
        start = self.headers.get("Range")
        if start:
            first = int(start.removeprefix("bytes=").split("-")[0])
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
            body, status = body[first:], 206
        self._send(status, body, headers, cut=self._cut(name))

    def _cut(self, name: str) -> int | None:
        return self.hub.cut.pop(name, None) if self.command == "GET" else None

    def _json(self, content: object) -> None:
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _refuse(self, status: int, code: str) -> None:
        self._send(status, b"", {"X-Error-Code": code, "X-Error-Message": code})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], *, cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
