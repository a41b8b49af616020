"""The tiny run that the workbench is tested over, and a browser signed in to it."""

from starlette.testclient import TestClient

from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.access.hosts import Hosts
from holdfast.workbench.access.passwords import hashed
from tiny import TINY

RUN = "tiny"
PASSWORD = "a long enough password"
ORIGIN = "http://127.0.0.1:8765"
HOSTS = Hosts("127.0.0.1", 8765)

CONFIG = {
    **TINY,
    "rounds": 1,
    "attacks": TINY["attacks"][:1],
    "held_out": [],
    "evaluation": {
        **TINY["evaluation"],
        "at_ends": {"prompts": 50, "attack_seeds": 4, "queries_per_seed": 40},
    },
}

LENIENT = {
    "check_texts": 100,
    "harmless_margin": 1,
    "recall_margin": 1,
    "held_back_margin": 1,
    "natural_margin": 1,
}
"""Settings by which the check of a live round finds no model worse."""


def signed_in(app, name=None, role="writer") -> TestClient:
    """A browser that is signed in: as the single user, or as that account of a team, made if need be.

    It sends the CSRF token with every call. Enter it as a context manager to have the app's parts run.
    """
    client = TestClient(app, base_url=ORIGIN)
    entry = app.state.entry
    if name is None:
        assert client.get(f"/?token={entry.token}", follow_redirects=False).status_code == 303
        session = client.get("/api/session").json()
    else:
        if entry.accounts.named(name) is None:
            entry.accounts.add(name, role, hashed(PASSWORD))
        session = client.post("/api/session", json={"name": name, "password": PASSWORD}).json()
    client.headers[CSRF_HEADER] = session["csrf"]
    return client
