"""A tiny run to work on, the workbench over it, and ways to call it."""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tiny_bench import CONFIG, HOSTS, ORIGIN, RUN, signed_in

from holdfast.campaign.config import resolve
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged
from holdfast.store.store import Store
from holdfast.workbench.access import passwords
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.app import create_app
from holdfast.workbench.opening import open_workbench
from waiting import PATIENCE


@pytest.fixture(scope="session", autouse=True)
def strong_hasher():
    """Passwords are hashed as cheaply as can be in these tests; the value is what hashes them elsewhere."""
    strong = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield strong
    passwords._hasher = strong


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A runs folder with one finished storyworld run named `tiny`; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("trained") / "runs"
    smoke = preset("storyworld", "smoke").model_dump()
    Campaign(resolve(merged(smoke, CONFIG)), folder / RUN).run()
    return folder


@pytest.fixture
def runs(trained, tmp_path) -> Path:
    """A copy of the runs folder for one test."""
    return Path(shutil.copytree(trained, tmp_path / "runs"))


@pytest.fixture
def store(runs) -> Store:
    kept = Store(runs)
    yield kept
    kept.close()


@pytest.fixture
def workbench(store):
    """A single user's workbench."""
    return open_workbench(store, RUN)


@pytest.fixture
def team(store):
    """A team's workbench, without accounts yet."""
    return open_workbench(store, RUN, team=True)


@pytest.fixture
def app(workbench):
    return create_app(workbench, HOSTS)


@pytest.fixture
def client(app):
    """The single user's browser, signed in, with the app's parts running."""
    with signed_in(app) as browser:
        yield browser


@pytest.fixture
def team_app(team):
    return create_app(team, HOSTS)


@pytest.fixture
def people(team_app):
    """Makes browsers of a team: `people("ann", "reviewer")`; the app's parts run meanwhile."""
    with TestClient(team_app, base_url=ORIGIN):
        yield lambda name, role="writer": signed_in(team_app, name, role)


@dataclass
class Server:
    """A real server in a process of its own; `said` is what its terminal has shown so far."""

    process: subprocess.Popen
    said: list[str]

    @property
    def url(self) -> str:
        return re.search(r"http://[^\s/]+", "".join(self.said))[0]

    @property
    def token(self) -> str:
        return re.search(r"\?token=(\S+)", "".join(self.said))[1]

    def browser(self) -> httpx2.Client:
        """A browser that has opened the link."""
        client = httpx2.Client(base_url=self.url, timeout=PATIENCE)
        assert client.get("/", params={"token": self.token}).status_code == 303
        client.headers[CSRF_HEADER] = client.get("/api/session").json()["csrf"]
        return client


@contextmanager
def serving(runs: Path, *options: str, port: int = 0, run: str | None = RUN):
    """`holdfast serve` on a free port or the one given, killed in the end if it still runs."""
    named = [] if run is None else [run]
    command = [sys.executable, "-m", "holdfast.cli.main", "serve", *named, "--runs", str(runs)]
    process = subprocess.Popen(
        [*command, "--port", str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C closes" in line:
            break
    try:
        assert process.poll() is None, "".join(said)
        yield Server(process, said)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def server(runs):
    """A single user's real server."""
    with serving(runs) as running:
        yield running


@pytest.fixture(scope="session", name="serving")
def serving_as_fixture():
    """`with serving(runs, "--team") as server:` for tests that start servers themselves."""
    return serving
