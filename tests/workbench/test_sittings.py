"""Writing sessions: assigned by chance, balanced within each writer, and not open to choice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Draft
from holdfast.store.workbench.writing import Writings
from holdfast.workbench.settings import WorkbenchSettings, tools_of
from holdfast.workbench.shapes import MemberShape
from holdfast.workbench.writing import sitting

CONDITIONS = ("all", "none", "without_saliency", "without_suggestions", "without_phrase_fill")


def drawn(conditions, count, seed, earlier=()):
    """A writer's sessions, one after the other."""
    found = list(earlier)
    for number in range(count):
        found.append(sitting.assigned(conditions, found, Stream(seed).child(number)))
    return found[len(earlier) :]


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 1000))
def test_every_block_has_every_condition_once(kinds, blocks, seed):
    conditions = CONDITIONS[:kinds]
    sessions = drawn(conditions, kinds * blocks, seed)
    for start in range(0, len(sessions), kinds):
        assert sorted(sessions[start : start + kinds]) == sorted(conditions)


def test_every_order_of_a_block_is_as_likely():
    orders = Counter(tuple(drawn(CONDITIONS[:3], 3, seed)) for seed in range(600))
    assert len(orders) == 6
    assert sum((count - 100) ** 2 / 100 for count in orders.values()) < 20.5  # chi-square, 5 df, 0.1 %


@given(st.lists(st.sampled_from(CONDITIONS), max_size=12), st.integers(0, 100))
def test_changed_settings_begin_a_block_without_catching_up(earlier, seed):
    """However lopsided the past was, the next two blocks are whole but for what the last had already."""
    after = drawn(("all", "none"), 4, seed, earlier)
    assert 1 <= Counter(after)["all"] <= 3


@pytest.fixture
def member(workbench):
    account = Accounts(workbench.store).single()
    return MemberShape(id=account.id, name=account.name, role="manager")


@pytest.fixture
def several(workbench):
    workbench.settings = WorkbenchSettings(conditions=CONDITIONS)
    return workbench


def use(bench, session, ago=timedelta(0)):
    """Have a draft begun in the session, some time ago."""
    time = (datetime.now(UTC) - ago).isoformat(timespec="microseconds")
    row = Draft(
        run=bench.run,
        account=session.account,
        session=session.id,
        key="some draft",
        origin="blank",
        round=0,
        start_prompt="",
        start_completion="",
        prompt="",
        completion="",
        created=time,
        updated=time,
    )
    Writings(bench.store, bench.run).add_draft(row)


def test_one_condition_is_not_called_chance(workbench, member):
    session = sitting.current_session(workbench, member)
    assert (session.condition, session.drawn) == ("all", False)


def test_the_same_session_until_it_ends(several, member):
    session = sitting.current_session(several, member)
    assert session.drawn
    assert sitting.current_session(several, member).id == session.id
    assert sitting.return_to_page(several, member).id == session.id
    assert sitting.current_tools(several, member) == tools_of(session.condition)


def test_an_unused_session_cannot_be_drawn_again(several, member):
    session = sitting.current_session(several, member)
    assert {sitting.start_anew(several, member).id for _ in range(5)} == {session.id}
    use(several, session)
    another = sitting.start_anew(several, member)
    assert another.id != session.id
    assert another.condition != session.condition


@pytest.mark.parametrize(("away", "same"), [(timedelta(minutes=29), True), (timedelta(minutes=31), False)])
def test_who_comes_back_late_begins_another(several, member, away, same):
    session = sitting.current_session(several, member)
    use(several, session, away)
    assert (sitting.return_to_page(several, member).id == session.id) is same


def test_a_restarted_server_goes_on_with_the_session(several, member):
    session = sitting.current_session(several, member)
    several.desk.sessions.clear()
    assert sitting.current_session(several, member).id == session.id


def test_a_condition_that_is_no_longer_offered_ends_with_the_page(several, member):
    session = sitting.current_session(several, member)
    several.settings = WorkbenchSettings(conditions=tuple(c for c in CONDITIONS if c != session.condition))
    assert sitting.current_session(several, member).id == session.id
    assert sitting.return_to_page(several, member).condition != session.condition


def test_the_draw_is_that_of_the_runs_seed_and_the_sessions_number(several, member):
    session = sitting.current_session(several, member)
    stream = Stream(several.config.seed).child("workbench", "session", session.id)
    assert session.condition == sitting.assigned(CONDITIONS, [], stream)
