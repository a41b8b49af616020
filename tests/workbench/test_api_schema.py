"""The calls keep to the schema that the front end is made from, whatever they are sent."""

import shutil

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access import passwords
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.app import calls
from holdfast.workbench.openapi import SCHEMA, schema
from waiting import PATIENCE

load_all_checks()
api = schemathesis.openapi.from_dict(calls().openapi())
# A stream of events has no end, and signing out would end the test's own login.
finite = api.exclude(path_regex="/events$").exclude(method="DELETE", path="/api/session")

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]


@pytest.fixture(scope="module")
def browser(trained, serving, tmp_path_factory):
    runs = shutil.copytree(trained, tmp_path_factory.mktemp("schema") / "runs")
    store = Store(runs)
    Accounts(store).add("ann", "manager", passwords.hashed("a long enough password"))
    store.close()
    with serving(runs, "--team") as running:
        browser = httpx2.Client(base_url=running.url, timeout=PATIENCE)
        session = browser.post("/api/session", json={"name": "ann", "password": "a long enough password"})
        browser.headers[CSRF_HEADER] = session.json()["csrf"]
        yield browser


@finite.parametrize()
@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_call_keeps_to_the_schema(case, browser):
    answer = case.call(
        base_url=str(browser.base_url),
        headers=dict(browser.headers),
        cookies=dict(browser.cookies),
        timeout=PATIENCE,
    )
    case.validate_response(answer, checks=CHECKS)
    assert answer.headers["cache-control"] == ["no-store"]


def test_the_schema_that_the_front_end_is_made_from_is_current():
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "run: python -m holdfast.workbench.openapi"
