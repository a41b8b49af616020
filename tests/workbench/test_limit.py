"""A sliding window of tries, against a plain count over all of them."""

from hypothesis import given
from hypothesis import strategies as st

from holdfast.workbench.access import limit
from holdfast.workbench.access.limit import TryLimit


@given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from("ab")), max_size=60))
def test_it_lets_through_what_a_plain_count_would(steps):
    now = 0.0
    limited = TryLimit(3, 10.0, clock=lambda: now)
    let_through = []
    for wait, key in steps:
        now += wait
        recent = [time for time, other in let_through if other == key and time > now - 10.0]
        told = limited.enter(key)
        if len(recent) < 3:
            assert told is None
            let_through.append((now, key))
        else:
            assert told == recent[0] + 10.0 - now
            assert told > 0


def test_a_success_clears_its_key_alone():
    limited = TryLimit(1, 10.0, clock=lambda: 0.0)
    assert limited.enter("a") is limited.enter("b") is None
    limited.clear("a")
    assert limited.enter("a") is None
    assert limited.enter("b") == 10.0


def test_a_right_try_is_forgiven_and_a_wrong_one_is_not():
    limited = TryLimit(2, 10.0, clock=lambda: 0.0)
    for _ in range(5):
        assert limited.enter("a") is None
        limited.forgive("a")
    assert limited.enter("a") is limited.enter("a") is None
    assert limited.enter("a") == 10.0
    limited.forgive("nobody")


def test_guessing_at_names_fills_no_memory(monkeypatch):
    monkeypatch.setattr(limit, "_REMEMBERED", 5)
    limited = TryLimit(1, 10.0, clock=lambda: 0.0)
    for number in range(100):
        limited.enter(str(number))
    assert len(limited._tries) == 5
    assert limited.enter("99") == 10.0
