"""Processes that search: ended where they do not listen, replaced where they die, and never too many."""

import threading

import processes
import pytest

from holdfast.attacks import HotFlip
from holdfast.core.snippet import Snippet
from holdfast.workbench.tools import conductor
from holdfast.workbench.tools.conductor import Processes
from holdfast.workbench.tools.searching import Assignment, Package

PACKAGE = Package("one", b"")
ASSIGNMENT = Assignment(HotFlip(), Snippet("a", "b"), 10, one_step=False, judged=False)


@pytest.fixture
def lent():
    lent = Processes(1)
    yield lent
    lent.close()


def test_one_that_does_not_listen_is_ended_and_its_best_is_kept(lent, monkeypatch):
    monkeypatch.setattr(conductor, "work", processes.deaf)
    stopping, steps = threading.Event(), []

    def hear(step):
        steps.append(step)
        stopping.set()

    end = lent.search(PACKAGE, ASSIGNMENT, hear, stopping)
    assert (end.reason, end.queries, end.best) == ("stopped", 7, steps[0])
    assert not lent._idle, "it is not lent again"


def test_one_that_dies_is_an_error_and_the_next_search_gets_another(lent, monkeypatch):
    monkeypatch.setattr(conductor, "work", processes.dying)
    for _ in range(2):
        end = lent.search(PACKAGE, ASSIGNMENT, lambda step: None, threading.Event())
        assert (end.reason, end.queries) == ("error", 3)
        assert "died" in end.message


def test_those_beyond_the_most_wait_and_may_be_stopped_meanwhile(lent, monkeypatch):
    monkeypatch.setattr(conductor, "work", processes.deaf)
    first_stops, begun, ends = threading.Event(), threading.Event(), []
    thread = threading.Thread(
        target=lambda: ends.append(lent.search(PACKAGE, ASSIGNMENT, lambda step: begun.set(), first_stops))
    )
    thread.start()
    begun.wait()
    stopping = threading.Event()
    threading.Timer(0.1, stopping.set).start()
    assert lent.search(PACKAGE, ASSIGNMENT, lambda step: None, stopping) is None
    first_stops.set()
    thread.join()
    assert ends[0].reason == "stopped"


def test_closing_ends_what_runs(lent, monkeypatch):
    monkeypatch.setattr(conductor, "work", processes.deaf)
    ends = []
    closing = threading.Thread(target=lent.close)
    ends.append(lent.search(PACKAGE, ASSIGNMENT, lambda step: closing.start(), threading.Event()))
    closing.join()
    assert ends[0].reason == "error"
    assert lent.search(PACKAGE, ASSIGNMENT, lambda step: None, threading.Event()) is None
