"""What writers leave in the store: nothing twice, nothing lost, nothing that is another's."""

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from holdfast.store.schema import Run
from holdfast.store.store import Store, now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.benches import Benches
from holdfast.store.workbench.log import Log
from holdfast.store.workbench.schema import Draft, DraftTime, Event, Submission
from holdfast.store.workbench.writing import Sitting, Writings

RUN = "a"
names = (f"writer-{number}" for number in itertools.count())
texts = st.sampled_from(["one", "two", "three"])
keys = st.sampled_from(["first", "second"])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    kept = Store(tmp_path_factory.mktemp("writings"))
    kept.add_run(
        Run(id=RUN, task="t", preset="p", seed=0, config={}, version="0", machine="m", started=now())
    )
    Benches(kept).keep(RUN, {})
    yield kept
    kept.close()


def begun(store, account, session, key, text="start"):
    row = Draft(
        run=RUN,
        account=account,
        session=session,
        key=key,
        origin="blank",
        round=0,
        start_prompt=text,
        start_completion="",
        prompt=text,
        completion="",
        created=now(),
        updated=now(),
    )
    return Writings(store, RUN).add_draft(row)


def submitted(account, draft, key, status="accepted", text="one"):
    return Submission(
        run=RUN,
        account=account,
        draft=draft,
        key=key,
        prompt=text,
        completion="",
        rating=1.0,
        status=status,
        reason="",
        label=None,
        egregiousness=None,
        why="",
        phenomena=[],
        points=None,
        score=0.1,
        log_odds=-2.0,
        threshold=0.5,
        round=0,
        model_hash="",
        split="train",
        active_seconds=0.0,
        created=now(),
    )


def entry(account, client, sequence, draft=None, kind="edit"):
    return Event(
        run=RUN,
        account=account,
        session=None,
        draft=draft,
        client=client,
        sequence=sequence,
        kind=kind,
        at=now(),
        received=now(),
        detail={"n": sequence},
    )


def one_second_more(draft, time, moments):
    return draft.active_seconds + 1


class Writing(RuleBasedStateMachine):
    """Calls that come late, twice, or out of order, beside a plain account of what was promised."""

    store: Store

    def __init__(self):
        super().__init__()
        self.writings = Writings(self.store, RUN)
        self.account = Accounts(self.store).add(next(names), "writer", "hash").id
        self.begin_session()
        self.drafts, self.submissions, self.logged = {}, {}, set()
        self.seconds = {}

    def begin_session(self):
        self.session = self.writings.start_session(self.account, lambda *_: ("all", False)).id

    @initialize()
    def one_draft(self):
        self.begin(key="first")

    @rule()
    def sit_down_again(self):
        self.begin_session()

    @rule(key=keys)
    def begin(self, key):
        row = begun(self.store, self.account, self.session, key)
        if key in self.drafts:
            assert row.id == self.drafts[key][0]
        else:
            self.drafts[key] = [row.id, 0, "start", "open"]
            self.seconds[row.id] = 0.0

    @rule(key=keys, text=texts, back=st.integers(0, 2))
    def change(self, key, text, back):
        if key not in self.drafts:
            return
        number, revision, kept, state = self.drafts[key]
        asked = revision - back
        saved = self.writings.save_draft(
            self.account, number, asked, (text, ""), Sitting(self.session, 0), one_second_more
        )
        assert saved.taken == (text == kept or (state == "open" and back == 0))
        if saved.taken and state == "open":
            self.seconds[number] += 1
            if back == 0:
                self.drafts[key][1:3] = revision + 1, text

    @rule(key=keys)
    def discard(self, key):
        if key in self.drafts:
            row = self.writings.discard_draft(self.account, self.drafts[key][0])
            if self.drafts[key][3] == "open":
                self.drafts[key][3] = "discarded"
            assert row.state == self.drafts[key][3]

    @rule(draft=keys, key=keys, text=texts, status=st.sampled_from(["accepted", "pending", "rejected"]))
    def submit(self, draft, key, text, status):
        if draft not in self.drafts:
            return
        number, revision, _, state = self.drafts[draft]
        row = self.writings.add_submission(
            submitted(self.account, number, key, status, text), Sitting(self.session, 0), one_second_more
        )
        if key in self.submissions:
            assert (row.id, row.prompt, row.status) == self.submissions[key]
        elif state != "open":
            assert row is None
        else:
            self.submissions[key] = (row.id, text, status)
            self.seconds[number] += 1
            assert row.active_seconds == self.seconds[number]
            if status != "rejected":
                self.drafts[draft][1:] = revision + 1, text, "submitted"

    @rule(client=st.sampled_from(["tab-one-", "tab-two-"]), numbers=st.lists(st.integers(0, 5), max_size=4))
    def log(self, client, numbers):
        new = {(client, number) for number in numbers} - self.logged
        assert Log(self.store, RUN).add(
            self.account, [entry(self.account, client, n) for n in numbers]
        ) == len(new)
        self.logged |= new

    @invariant()
    def what_was_promised_is_kept(self):
        for number, revision, text, state in self.drafts.values():
            row = self.writings.draft(self.account, number)
            assert (row.revision, row.prompt, row.state) == (revision, text, state)
            assert row.active_seconds == self.seconds[number]
        listed = {row.id for row in self.writings.open_drafts(self.account)}
        assert listed == {number for number, _, _, state in self.drafts.values() if state == "open"}
        kept = {row.key: (row.id, row.prompt, row.status) for row in self.writings.submissions(self.account)}
        assert kept == self.submissions

    def teardown(self):
        """Time is booked once, and so is every entry of the log."""
        with self.store.reading() as session:
            for number, seconds in self.seconds.items():
                booked = session.scalars(select(DraftTime.active_seconds).where(DraftTime.draft == number))
                assert sum(booked) == seconds
            mine = select(Event).where(Event.account == self.account)
            kept = [(e.client, e.sequence) for e in session.scalars(mine.where(Event.kind == "edit"))]
            assert sorted(kept) == sorted(self.logged)


def test_calls_that_come_late_twice_or_out_of_order(store):
    Writing.store = store
    run_state_machine_as_test(Writing, settings=settings(max_examples=25, stateful_step_count=25))


@pytest.fixture
def ann(store):
    account = Accounts(store).add(next(names), "writer", "hash").id
    session = Writings(store, RUN).start_session(account, lambda *_: ("all", False))
    return account, session.id


def refused(store, draft):
    with store.reading() as session:
        rows = session.scalars(select(Event).where(Event.draft == draft, Event.kind == "refused_edit"))
        return [row.detail for row in rows]


def test_what_a_refused_change_said_is_in_the_log_once(store, ann):
    account, session = ann
    draft = begun(store, account, session, "key")
    writings, sitting = Writings(store, RUN), Sitting(session, 0)
    for text in ("mine", "theirs", "theirs", "others'", "theirs"):
        writings.save_draft(account, draft.id, 0, (text, ""), sitting, one_second_more)
    said = [detail["prompt"] for detail in refused(store, draft.id)]
    assert said == ["theirs", "others'", "theirs"]
    assert writings.draft(account, draft.id).prompt == "mine"


def test_a_change_of_a_discarded_draft_is_refused_and_logged(store, ann):
    account, session = ann
    draft = begun(store, account, session, "key")
    writings = Writings(store, RUN)
    writings.discard_draft(account, draft.id)
    saved = writings.save_draft(account, draft.id, 0, ("late", ""), Sitting(session, 0), one_second_more)
    assert not saved.taken
    assert refused(store, draft.id)[0]["prompt"] == "late"


def test_time_is_booked_where_it_was_spent(store, ann):
    account, first = ann
    writings = Writings(store, RUN)
    draft = begun(store, account, first, "key")
    second = writings.start_session(account, lambda *_: ("none", True)).id
    for session, round_ in ((first, 0), (first, 1), (second, 1), (second, 1)):
        revision = writings.draft(account, draft.id).revision
        text = (f"{session} {round_} {revision}", "")
        writings.save_draft(account, draft.id, revision, text, Sitting(session, round_), one_second_more)
    with store.reading() as session:
        rows = session.scalars(select(DraftTime).where(DraftTime.draft == draft.id))
        booked = {(row.session, row.round): row.active_seconds for row in rows}
    assert booked == {(first, 0): 1, (first, 1): 1, (second, 1): 2}


def test_an_entry_of_anothers_draft_is_kept_without_it(store, ann):
    account, session = ann
    other = Accounts(store).add(next(names), "writer", "hash").id
    draft = begun(store, account, session, "key")
    assert Log(store, RUN).add(other, [entry(other, "their-tab", 0, draft.id)]) == 1
    with store.reading() as reading:
        assert reading.scalars(select(Event.draft).where(Event.account == other)).all() == [None]


def test_only_one_session_of_a_writer_is_open(store, ann):
    account, first = ann
    writings = Writings(store, RUN)
    second = writings.start_session(account, lambda *_: ("none", True))
    assert second.id != first
    assert writings.open_session(account).id == second.id
    assert (
        writings.start_session(account, lambda number, earlier: (",".join(earlier), True)).condition == "none"
    )


def test_a_session_is_in_use_while_older_drafts_are_worked_on_in_it(store, ann):
    account, first = ann
    writings = Writings(store, RUN)
    assert writings.last_use(first) is None
    draft = begun(store, account, first, "key")
    assert writings.last_use(first) == draft.updated
    second = writings.start_session(account, lambda *_: ("none", True)).id
    assert writings.last_use(second) is None
    saved = writings.save_draft(account, draft.id, 0, ("x", ""), Sitting(second, 0), one_second_more)
    assert writings.last_use(second) == saved.draft.updated > draft.updated


def test_a_refused_change_alone_is_no_use(store, ann):
    account, first = ann
    writings = Writings(store, RUN)
    draft = begun(store, account, first, "key")
    writings.discard_draft(account, draft.id)
    second = writings.start_session(account, lambda *_: ("none", True)).id
    writings.save_draft(account, draft.id, 0, ("x", ""), Sitting(second, 0), one_second_more)
    assert writings.last_use(second) is None
