"""What a gate writes for a pull request and for CI: whole whatever its texts hold."""

from xml.etree import ElementTree

import pytest

from holdfast.campaign.gate.record import EXIT_CODES, GateGuardRecord, GateRecord, LimitRecord
from holdfast.evaluation.gate import Decision
from holdfast.report.gate_junit import gate_junit
from holdfast.report.gate_markdown import gate_markdown
from holdfast.report.gate_page import gate_page
from holdfast.report.gate_rows import gate_rows, headline

PASSED, FAILED, UNKNOWN = Decision.PASSED, Decision.FAILED, Decision.COULD_NOT_TELL
ODD = "a|b <c> \x00 & `d` \ud83d"


def limit(decision, place=0, **changes):
    usual = {
        "id": f"limit.{place}",
        "kind": "min_recall",
        "what": "catastrophic texts stopped",
        "decision": decision,
        "at_least": True,
        "limit": 0.9,
        "measured": 0.91234,
        "lower": 0.899994,
        "upper": 0.93,
        "confidence": 0.95,
        "events": 90,
        "other_events": None,
        "rows": 100,
        "missing": 0,
        "left_out": 0,
        "p_value": 0.5,
        "adjusted": 1.0,
        "needed": None,
        "why": "because",
    }
    return LimitRecord(**{**usual, **changes})


def record(decision, *limits, **changes):
    guard = GateGuardRecord(path="guard", hash="a" * 64, filter="b" * 64, threshold=0.5)
    usual = {"version": "1", "data": "c" * 64, "confidence": 0.95, "baseline": None, "claim": None}
    usual |= {"claim_sentence": None, "notes": ()}
    code = EXIT_CODES[decision]
    return GateRecord(decision=decision, exit_code=code, guard=guard, limits=limits, **usual | changes)


HEADLINES = [
    ((PASSED,), PASSED, "The guard passed: it keeps the limit."),
    ((PASSED, PASSED), PASSED, "The guard passed: it keeps all 2 limits."),
    (
        (FAILED, UNKNOWN, PASSED),
        FAILED,
        "The guard failed: 1 of 3 limits broken, and 1 could not be decided.",
    ),
    ((FAILED,), FAILED, "The guard failed: 1 of 1 limit broken."),
    ((UNKNOWN, PASSED), UNKNOWN, "Could not tell: 1 of 2 limits neither kept nor broken."),
]


@pytest.mark.parametrize(("decisions", "whole", "said"), HEADLINES)
def test_the_headline_says_what_came_of_it(decisions, whole, said):
    assert headline(record(whole, *map(limit, decisions))) == said


def test_a_bound_is_rounded_to_where_it_holds():
    (row,) = gate_rows(record(UNKNOWN, limit(UNKNOWN)))
    assert row[1:4] == ("at least 90 %", "91.23 %", "89.999 to 93 %")


def test_nothing_in_a_text_is_markup_or_breaks_the_file():
    one = record(FAILED, limit(FAILED, what=ODD.replace("\ud83d", ""), why="two\nlines"), notes=("*bold*",))
    markdown = gate_markdown(one)
    (row,) = [line for line in markdown.splitlines() if line.startswith("| a")]
    assert "a\\|b \\<c\\>" in row
    assert "- \\*bold\\*" in markdown
    assert "two lines" in markdown
    failure = ElementTree.fromstring(gate_junit(one).encode()).find("testsuite/testcase/failure")
    assert "a|b <c> \ufffd &" in failure.get("message")
    assert "&lt;c&gt;" in gate_page(one)


def test_junit_counts_and_shows_each_limit():
    one = record(FAILED, limit(PASSED, 1), limit(FAILED, 2), limit(UNKNOWN, 3))
    root = ElementTree.fromstring(gate_junit(one).encode())
    (suite,) = root
    assert root.tag == "testsuites"
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
    }
    shown = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert shown == {"limit.1": ["system-out"], "limit.2": ["failure"], "limit.3": ["error"]}
    assert suite.find("testcase[@name='limit.3']/error").text == "because"
