"""A stand-in for the hub of models, which tests cannot reach: what of its HTTP surface fetching uses.

It serves folders as repositories with commits and branches, as huggingface_hub asks for them where
HF_ENDPOINT names it: what a revision is, what lies in it, and each file, in ranges too. It can refuse, and
cut a file off.
"""

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_REVISION = re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)(/revision/(?P<revision>.+))?")
_TREE = re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)/tree/(?P<revision>[^/]+)")
_FILE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")


@dataclass
class StandInHub:
    """Repositories by name: commits, each a folder, and branches and tags that name one of them."""

    url: str = ""
    commits: dict[str, dict[str, Path]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Status and error code for each repository that nobody gets."""
    cut: str | None = None
    """A file of which only the first half is sent, and nothing when its rest is asked for."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of all requests."""

    def add(self, repo, folder, *names):
        """Put a folder up as a commit; returns its hash. The names stand for it from now on."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        content = b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)
        commit = hashlib.sha1(content).hexdigest()
        self.commits.setdefault(repo, {})[commit] = folder
        self.names.setdefault(repo, {}).update(dict.fromkeys(names or ("main",), commit))
        return commit

    def files_sent(self):
        """The files whose content was asked for."""
        return [
            found["path"]
            for method, path in self.asked
            if method == "GET" and (found := _FILE.fullmatch(path))
        ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: StandInHub

    def log_message(self, *_):
        """Tests print nothing."""

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def _answer(self):
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path))
        asks = ((_FILE, self._file), (_TREE, self._tree), (_REVISION, self._revision))
        for pattern, answer in asks:
            found = pattern.fullmatch(path)
            if found:
                return self._of_repo(answer, **found.groupdict())
        return self._refuse(404, "")

    def _of_repo(self, answer, repo, revision=None, **more):
        if repo in self.hub.refused:
            return self._refuse(*self.hub.refused[repo])
        if repo not in self.hub.commits:
            return self._refuse(404, "RepoNotFound")
        commit = self.hub.names[repo].get(revision or "main", revision)
        if commit not in self.hub.commits[repo]:
            return self._refuse(404, "RevisionNotFound")
        return answer(repo, commit, self.hub.commits[repo][commit], **more)

    def _revision(self, repo, commit, folder):
        names = [{"rfilename": name} for name in _names(folder)]
        self._json(
            {"id": repo, "modelId": repo, "sha": commit, "siblings": names, "private": False, "tags": []}
        )

    def _tree(self, repo, commit, folder):
        self._json(
            [
                {
                    "type": "file",
                    "path": name,
                    "size": (folder / name).stat().st_size,
                    "oid": _etag(folder / name),
                }
                for name in _names(folder)
            ]
        )

    def _file(self, repo, commit, folder, path):
        if not (folder / path).is_file():
            return self._refuse(404, "EntryNotFound")
        content, first = (folder / path).read_bytes(), 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked:
            first = int(asked[1])
        self.send_response(206 if asked else 200)
        self.send_header("ETag", f'"{_etag(folder / path)}"')
        self.send_header("X-Repo-Commit", commit)
        self.send_header("Accept-Ranges", "bytes")
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        if self.command == "HEAD":
            return None
        if path == self.hub.cut:
            self.wfile.write(content[first : len(content) // 2])
            self.close_connection = True
        else:
            self.wfile.write(content[first:])
        return None

    def _json(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _refuse(self, status, code):
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", f"stand-in says {status}")
        self.send_header("Content-Length", "0")
        self.end_headers()


def _names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _etag(path):
    return hashlib.sha1(path.read_bytes()).hexdigest()


@contextmanager
def stand_in_hub():
    """A hub that serves until the end, on a port of its own."""
    hub = StandInHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
