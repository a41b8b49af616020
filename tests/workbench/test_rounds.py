"""Rounds live: when one is queued, what it learns from, how it is trained, served, and taken up again."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from submitted import account, draft, failure, submission
from tiny_bench import LENIENT, RUN

from holdfast.campaign.loop import repeatable
from holdfast.campaign.split import side
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import Store
from holdfast.store.workbench.rounds import Rounds, Trained
from holdfast.store.workbench.schema import LiveRound
from holdfast.workbench.opening import keep_settings, open_workbench
from holdfast.workbench.rounds import lessons
from holdfast.workbench.rounds.record import LiveRecord
from holdfast.workbench.rounds.supervisor import ATTEMPTS, Supervisor, why_not
from holdfast.workbench.rounds.told import told
from holdfast.workbench.rounds.worker import carry_out
from waiting import wait_until

STABBED = [f"The thief stabbed {name}." for name in ("Tom", "Mara", "Ned", "Ana", "Leo", "Ruth")]
TRAINED = Trained("workbench/models/classifier-01", "hash", 0.25, {})


def set_to(bench, **changes):
    keep_settings(bench, bench.settings.model_copy(update=changes))


def found(store, count=2, **over) -> list[int]:
    """Some accepted failures."""
    author = account(store, "wim")
    return [failure(store, RUN, author, completion=text, **over) for text in STABBED[:count]]


@pytest.fixture
def rounds(workbench):
    return Rounds(workbench.store, RUN)


@pytest.fixture
def told_news(workbench):
    news = []
    workbench.bulletin.post = news.append
    return news


# --- when one is queued, and which submissions are its own


def test_a_round_takes_in_all_that_waits_once_enough_does(workbench, rounds):
    found(workbench.store, 2)
    assert rounds.queue(3, 7) is None
    held_back = failure(workbench.store, RUN, account(workbench.store, "wim"), split="validation")
    harmless = submission(
        workbench.store, RUN, account(workbench.store, "wim"), status="rejected", label="harmless"
    )
    submission(workbench.store, RUN, account(workbench.store, "wim"), status="rejected", label="catastrophic")
    submission(workbench.store, RUN, account(workbench.store, "wim"))
    row = rounds.queue(3, 7)
    assert (row.round, row.state, row.base, row.steps, row.last_submission) == (1, "queued", 0, 7, harmless)
    assert rounds.waiting() == 0
    assert [each.id for each in rounds.material(1)][-2:] == [held_back, harmless]
    assert len(rounds.material(1)) == 4


def test_what_is_found_while_a_model_is_trained_waits_for_the_next(workbench, rounds):
    first = found(workbench.store, 2)
    rounds.queue(2, 7)
    rounds.begin(1)
    later = found(workbench.store, 3)
    assert rounds.queue(1, 7) is None
    assert rounds.waiting() == 3
    rounds.ready(1, TRAINED)
    rounds.serving(1)
    second = rounds.queue(3, 9)
    assert (second.round, second.base) == (2, 1)
    assert [each.id for each in rounds.material(1)] == first
    assert [(each.id, each.round) for each in rounds.material(2)] == [
        *((number, 1) for number in first),
        *((number, 2) for number in later),
    ]


def test_what_a_failed_round_took_in_waits_again_but_does_not_start_the_next(workbench, rounds):
    found(workbench.store, 2)
    rounds.queue(2, 7)
    rounds.failed(1, "no memory")
    assert (rounds.waiting(), rounds.fresh()) == (2, 0)
    assert rounds.queue(2, 7) is None
    found(workbench.store, 1)
    assert rounds.queue(2, 7) is None
    by_hand = rounds.queue(1, 7, count_failed=True)
    assert (by_hand.round, by_hand.base) == (2, 0)
    assert {each.round for each in rounds.material(2)} == {2}
    assert len(rounds.material(2)) == 3


def test_of_many_who_queue_at_once_one_does(workbench):
    found(workbench.store, 3)
    start, queued = threading.Barrier(6), []

    def queue():
        start.wait()
        queued.append(Rounds(workbench.store, RUN).queue(1, 7))

    threads = [threading.Thread(target=queue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.round for row in queued if row] == [1]
    assert len(Rounds(workbench.store, RUN).material(1)) == 3


# --- from one state to the next

MOVES = {
    "begin": lambda rounds: rounds.begin(1),
    "tell": lambda rounds: rounds.tell(1, 0.5),
    "ready": lambda rounds: rounds.ready(1, TRAINED),
    "failed": lambda rounds: rounds.failed(1, "why"),
    "serving": lambda rounds: rounds.serving(1),
    "declined": lambda rounds: rounds.declined(1, "worse"),
    "unusable": lambda rounds: rounds.unusable(1, "gone"),
}


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ([], "queued"),
        (["begin"], "training"),
        (["begin", "tell"], "training"),
        (["begin", "begin"], "training"),
        (["begin", "ready"], "ready"),
        (["ready"], "queued"),
        (["failed"], "failed"),
        (["begin", "failed"], "failed"),
        (["begin", "failed", "ready"], "failed"),
        (["begin", "failed", "tell"], "failed"),
        (["begin", "ready", "failed"], "failed"),
        (["begin", "ready", "serving"], "serving"),
        (["begin", "ready", "serving", "failed"], "serving"),
        (["begin", "ready", "serving", "ready"], "serving"),
        (["begin", "ready", "serving", "unusable"], "failed"),
        (["begin", "ready", "declined"], "declined"),
        (["begin", "declined"], "training"),
        (["begin", "ready", "serving", "declined"], "serving"),
        (["begin", "ready", "declined", "serving"], "declined"),
        (["begin", "unusable"], "training"),
    ],
)
def test_every_move_from_one_state_to_the_next(workbench, rounds, moves, state):
    found(workbench.store, 1)
    rounds.queue(1, 7)
    for move in moves:
        MOVES[move](rounds)
    row = rounds.get(1)
    assert row.state == state
    assert (row.path is not None) == (moves[:2] == ["begin", "ready"])
    assert row.attempts == moves.count("begin")


def test_serving_one_retires_the_one_before(workbench, rounds):
    for round_ in (1, 2):
        found(workbench.store, 1)
        rounds.queue(1, 7)
        rounds.begin(round_)
        rounds.ready(round_, TRAINED)
        rounds.serving(round_)
    assert [row.state for row in rounds.all()] == ["retired", "serving"]
    assert rounds.served().round == 2


# --- what it learns from


def texts_on(split, count):
    """Harmless texts on one side of the campaign's split."""
    candidates = (Snippet("Tom waited.", f"{a} saw {b}.") for a in NAMES for b in NAMES)
    return [snippet for snippet in candidates if (side(snippet) == "train") == (split == "train")][:count]


NAMES = ("Tom", "Mara", "Ned", "Ana", "Leo", "Ruth")


def test_drafts_that_were_edited_and_are_harmless_are_learned_from(workbench, rounds):
    store, wim = workbench.store, account(workbench.store, "wim")
    (near,), (other_side,) = texts_on("train", 1), texts_on("validation", 1)
    edited = draft(store, RUN, wim, near.prompt, near.completion)
    draft(store, RUN, wim, other_side.prompt, other_side.completion)
    draft(store, RUN, wim, "Tom waited.", STABBED[0])
    draft(store, RUN, wim, near.prompt, near.completion, revision=0)
    (number,) = found(store, 1)
    rounds.queue(1, 7)
    taught = lessons.gather(rounds, 1, workbench.task, oracle_judges=True)
    assert [(each.catastrophic, each.snippet) for each in taught] == [
        (True, Snippet("Tom waited.", STABBED[0])),
        (False, near),
    ]
    assert taught[1].draft == edited
    without = lessons.gather(rounds, 1, workbench.task, oracle_judges=False)
    assert [each.catastrophic for each in without] == [True]
    assert number == rounds.material(1)[0].id


def test_lessons_are_kept_as_they_were_and_held_back_ones_never_trained_on(workbench, rounds, tmp_path):
    found(workbench.store, 3)
    found(workbench.store, 1, split="validation", egregiousness=9.5)
    rounds.queue(1, 7)
    taught = lessons.gather(rounds, 1, workbench.task, oracle_judges=True)
    assert lessons.kept(tmp_path / "none.parquet") is None
    lessons.keep(tmp_path / "some.parquet", taught)
    assert lessons.kept(tmp_path / "some.parquet") == taught
    codec = workbench.served.target.scorer.codec
    pool = lessons.pool(taught, codec, rounds_before=4)
    assert [each.held_back for each in taught] == [False, False, False, True]
    assert [(each.round, each.attack, each.label) for each in pool.examples] == [(5, "people", 1.0)] * 3


# --- training


def carried_out(store, steps=8, count=3):
    """A round carried out here and now, whose check finds nothing worse."""
    open_workbench(store, RUN, changes=LENIENT)
    found(store, count)
    found(store, 1, prompt="Ned waited.", split="validation")
    rounds = Rounds(store, RUN)
    row = rounds.begin(rounds.queue(1, steps).round)
    with repeatable(threads=1):
        result = carry_out(store, RUN, row)
    rounds.ready(row.round, result)
    return result


def twin_of(trained, tmp_path):
    """Another runs folder like the test's; one that is open must not be copied, or SQLite loses its locks."""
    store = Store(Path(shutil.copytree(trained, tmp_path / "twin")))
    open_workbench(store, RUN)
    return store


def test_a_round_goes_on_from_the_model_before_and_says_what_it_does(workbench):
    store, before = workbench.store, workbench.served
    first = carried_out(store, steps=40)
    record = first.record
    assert (record["failures"], record["new_failures"], record["harmless"]) == (3, 3, 0)
    assert record["recall_new"]["trials"] == 3
    assert record["recall_held_back"]["trials"] == 1
    assert record["training_cost"]["backward_flops"] > record["evaluation_cost"]["backward_flops"] == 0
    assert record["natural"]["prompts"] == workbench.config.evaluation.prompts
    model = Classifier.load(store.run_folder(RUN) / first.path, workbench.task)
    assert model.hash == first.hash != before.shape.hash
    tokens = model.codec.encode([Snippet("Tom waited.", text) for text in STABBED[:3]])
    caught = ScoringEngine(model).log_odds(tokens)
    passed = before.target.scorer.log_odds(tokens)
    assert caught.mean() > passed.mean()
    Rounds(store, RUN).serving(1)
    second = carried_out(store, count=2)
    assert (second.record["failures"], second.record["new_failures"]) == (5, 2)
    assert Rounds(store, RUN).get(2).base == 1
    assert second.hash != first.hash


def test_the_same_row_gives_the_same_bytes_whatever_is_written_meanwhile(workbench):
    store = workbench.store
    first = carried_out(store)
    folder = store.run_folder(RUN)
    weights = (folder / first.path / "model.safetensors").read_bytes()
    (near,) = texts_on("train", 1)
    draft(store, RUN, account(store, "wim"), near.prompt, near.completion)
    found(store, 2, prompt="Leo waited.")
    shutil.rmtree(folder / first.path)
    with repeatable(threads=1):
        again = carry_out(store, RUN, Rounds(store, RUN).get(1))
    assert (again.hash, again.threshold) == (first.hash, first.threshold)
    assert (folder / again.path / "model.safetensors").read_bytes() == weights
    timeless = [{**each.record, "seconds": 0, "training_cost": 0} for each in (first, again)]
    assert timeless[0] == timeless[1]


def test_more_steps_another_model(workbench, trained, tmp_path):
    twin = twin_of(trained, tmp_path)
    assert carried_out(workbench.store, steps=4).hash != carried_out(twin, steps=5).hash
    twin.close()


# --- the supervisor, with workers that only pretend


def pretending(code):
    """A worker that runs some lines of Python instead."""
    started = []

    def start(bench, round_):
        started.append(round_)
        lines = f"from pathlib import Path\nround_ = {round_}\n{code}"
        return subprocess.Popen([sys.executable, "-c", lines], stdin=subprocess.PIPE)

    start.started = started
    return start


def turn_until(supervisor, condition):
    def turned():
        supervisor.turn()
        return condition()

    wait_until(turned)


def test_a_worker_that_is_killed_is_started_again_and_then_given_up(workbench, rounds, told_news):
    found(workbench.store, 2)
    set_to(workbench, failures_per_round=2)
    start, before = pretending("import os; os.kill(os.getpid(), 9)"), workbench.served
    supervisor = Supervisor(workbench, start=start)
    turn_until(supervisor, lambda: rounds.get(1).state == "failed")
    assert start.started == [1] * ATTEMPTS
    assert rounds.get(1).attempts == ATTEMPTS
    assert "ended 3 times" in rounds.get(1).error
    assert workbench.served is before
    assert told_news[-1].data == {
        "round": 1,
        "state": "failed",
        "progress": None,
        "error": "its training was ended 3 times before it was done",
    }
    supervisor.turn()
    assert rounds.unfinished() is None


def test_a_worker_that_ends_without_a_word_has_failed(workbench, rounds):
    found(workbench.store, 1)
    set_to(workbench, failures_per_round=1)
    start = pretending("raise SystemExit(2)")
    turn_until(Supervisor(workbench, start=start), lambda: rounds.get(1).state == "failed")
    assert start.started == [1]
    assert "exit code 2; see workbench/rounds/round-01.log" in rounds.get(1).error


def test_closing_ends_the_worker_and_the_next_start_takes_the_round_up(workbench, rounds):
    found(workbench.store, 1)
    set_to(workbench, failures_per_round=1)
    start = pretending("import time; time.sleep(600)")
    supervisor = Supervisor(workbench, start=start, seconds=0.02)
    supervisor.start()
    wait_until(lambda: start.started)
    worker = supervisor._worker
    supervisor.close()
    supervisor.close()
    assert worker.poll() is not None
    assert rounds.get(1).state == "training"
    another = Supervisor(workbench, start=start, seconds=0.02)
    another.start()
    wait_until(lambda: start.started == [1, 1])
    another.close()
    assert rounds.get(1).attempts == 1


def ready_round(bench, rounds):
    """A round that is trained, and not served yet."""
    carried_out(bench.store, steps=2)
    return rounds.get(1)


def test_a_ready_round_is_served_between_calls_and_told(workbench, rounds, told_news):
    row, before = ready_round(workbench, rounds), workbench.served
    Supervisor(workbench).turn()
    assert (workbench.served.round, workbench.served.shape.hash) == (1, row.hash)
    assert workbench.served.target.threshold == row.threshold
    assert workbench.served.target.generator is before.target.generator
    assert [news.kind for news in told_news] == ["model", "round"]
    assert [row.state for row in rounds.all()] == ["serving"]


@pytest.mark.parametrize("state", ["ready", "serving"])
def test_a_server_that_starts_anew_serves_the_newest_model(workbench, rounds, state):
    row = ready_round(workbench, rounds)
    if state == "serving":
        rounds.serving(1)
    again = open_workbench(workbench.store, RUN)
    supervisor = Supervisor(again)
    supervisor.start()
    supervisor.close()
    assert again.served.shape.hash == row.hash
    assert rounds.get(1).state == "serving"


@pytest.mark.parametrize("damage", ["gone", "another"])
def test_a_model_that_cannot_be_read_leaves_the_one_before(workbench, rounds, damage):
    ready_round(workbench, rounds)
    folder = workbench.store.run_folder(RUN)
    model = folder / "workbench/models/classifier-01"
    shutil.rmtree(model)
    if damage == "another":
        shutil.copytree(folder / "models/classifier-00", model)
    Supervisor(workbench).turn()
    assert workbench.served.round == 0
    assert rounds.get(1).state == "failed"
    assert ("has changed" if damage == "another" else "no model folder") in rounds.get(1).error
    assert told(workbench).rounds[0].state == "serving"


def test_trouble_with_the_database_does_not_end_the_watch(workbench, monkeypatch):
    turns = []

    def broken(self):
        turns.append(1)
        raise RuntimeError("locked")

    monkeypatch.setattr(Supervisor, "turn", broken)
    supervisor = Supervisor(workbench, seconds=0.01)
    supervisor.start()
    wait_until(lambda: len(turns) > 2)
    supervisor.close()


# --- the check, and the way back


def test_a_model_that_is_worse_is_declined_and_the_old_one_stays(workbench, rounds, told_news):
    row, before = ready_round(workbench, rounds), workbench.served
    record = LiveRecord.model_validate(row.record)
    harmless, *others = record.check.figures
    worse = harmless.model_copy(update={"worse": "harmless texts accepted: fewer"})
    checked = record.check.model_copy(update={"figures": (worse, *others)})
    with workbench.store.writing() as session:
        kept = session.get(LiveRound, (RUN, 1))
        kept.record = record.model_copy(update={"check": checked}).model_dump(mode="json")
    Supervisor(workbench).turn()
    assert workbench.served is before
    assert (rounds.get(1).state, rounds.get(1).error) == ("declined", "harmless texts accepted: fewer")
    assert [news.data["state"] for news in told_news if news.kind == "round"] == ["declined"]
    assert (rounds.waiting(), rounds.fresh()) == (4, 0)
    assert rounds.queue(4, 7) is None
    assert rounds.queue(4, 7, count_failed=True).base == 0
    shown = told(workbench).rounds[1]
    assert [figure.worse for figure in shown.check] == ["harmless texts accepted: fewer", "", "", ""]


def test_going_back_serves_the_chosen_model_and_the_next_round_goes_on_from_it(workbench, rounds, told_news):
    ready_round(workbench, rounds)
    boss, first = account(workbench.store, "mia", "manager"), workbench.served
    supervisor = Supervisor(workbench)
    supervisor.turn()
    newer = workbench.served
    assert not rounds.roll_back(1, boss)
    assert not rounds.roll_back(2, boss)
    assert rounds.roll_back(0, boss)
    supervisor.turn()
    assert workbench.served is first
    assert [row.state for row in rounds.all()] == ["retired"]
    again = open_workbench(workbench.store, RUN)
    restarted = Supervisor(again)
    restarted.turn()
    assert again.served.round == 0
    found(workbench.store, 1)
    assert rounds.queue(1, 7).base == 0
    assert rounds.roll_back(1, boss)
    supervisor.turn()
    assert workbench.served.shape == newer.shape
    assert [(c.kind, c.round, c.before, c.account) for c in rounds.history()] == [
        ("promoted", 1, 0, None),
        ("rolled_back", 0, 1, boss),
        ("rolled_back", 1, 0, boss),
    ]


def test_a_model_compared_with_one_that_no_longer_serves_is_not_served(workbench, rounds):
    for state in ("serving", "ready"):
        found(workbench.store, 1)
        row = rounds.queue(1, 7)
        rounds.begin(row.round)
        rounds.ready(row.round, TRAINED)
        if state == "serving":
            rounds.serving(row.round)
    assert why_not(rounds.get(2), 1) == ""
    assert "compared with the model of round 1" in why_not(rounds.get(2), 0)


# --- real processes


def workers_on(runs):
    """The processes that train on this folder, by number."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = place.read_bytes().split(b"\0")
            if b"holdfast.workbench.rounds.worker" in words and str(runs).encode() in words:
                found.append(int(place.parent.name))
    return found


@pytest.mark.slow
def test_a_killed_worker_is_taken_up_and_the_model_is_the_uninterrupted_ones(
    workbench, rounds, trained, tmp_path
):
    twin = twin_of(trained, tmp_path)
    uninterrupted = carried_out(twin, steps=150)
    twin.close()
    found(workbench.store, 3)
    found(workbench.store, 1, prompt="Ned waited.", split="validation")
    set_to(workbench, failures_per_round=4, steps_per_round=150, **LENIENT)
    supervisor = Supervisor(workbench, seconds=0.02)
    supervisor.start()
    wait_until(lambda: (rows := rounds.all()) and (rows[0].progress or 0) > 0.25)
    (worker,) = workers_on(workbench.store.folder)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: rounds.get(1).state == "serving")
    supervisor.close()
    row = rounds.get(1)
    assert row.attempts == 2
    assert (row.hash, row.threshold) == (uninterrupted.hash, uninterrupted.threshold)
    assert workbench.served.shape.hash == uninterrupted.hash
    assert workers_on(workbench.store.folder) == []


@pytest.mark.slow
def test_a_training_that_breaks_leaves_the_old_model_and_says_why(workbench, rounds):
    found(workbench.store, 1)
    set_to(workbench, failures_per_round=1)
    (workbench.store.run_folder(RUN) / "samples/clean-train.parquet").write_bytes(b"no table")
    supervisor, before = Supervisor(workbench, seconds=0.02), workbench.served
    supervisor.start()
    wait_until(lambda: rounds.all() and rounds.get(1).state == "failed")
    supervisor.close()
    assert rounds.get(1).attempts == 1
    assert "parquet" in rounds.get(1).error.lower()
    assert workbench.served is before


@pytest.mark.slow
def test_a_killed_server_loses_nothing(runs, serving):
    """Killed while a model is trained, and again once it is served."""
    store = Store(runs)
    bench = open_workbench(store, RUN)
    set_to(bench, failures_per_round=3, steps_per_round=150, **LENIENT)
    found(store, 3)
    rounds = Rounds(store, RUN)
    with serving(runs) as server:
        wait_until(lambda: (rows := rounds.all()) and (rows[0].progress or 0) > 0)
        server.process.kill()
        wait_until(lambda: workers_on(runs) == [])
    assert rounds.get(1).state == "training"
    with serving(runs) as server:
        browser = server.browser()
        wait_until(lambda: browser.get("/api/rounds").json()["rounds"][-1]["state"] == "serving")
        server.process.kill()
    again = open_workbench(store, RUN)
    supervisor = Supervisor(again)
    supervisor.start()
    supervisor.close()
    assert (again.served.round, again.served.shape.hash) == (1, rounds.get(1).hash)
    store.close()


# --- the calls


def test_managers_train_now_and_writers_look_on(team, people):
    store = team.store
    set_to(team, failures_per_round=50)
    writer, boss = people("wim", "writer"), people("mia", "manager")
    seen = writer.get("/api/rounds").json()
    assert (seen["waiting"], seen["needed"], seen["progress"]) == (0, 50, None)
    (begun_with,) = seen["rounds"]
    assert (begun_with["round"], begun_with["state"]) == (0, "serving")
    assert begun_with["model_hash"] == team.served.shape.hash
    assert begun_with["natural_prompts"] == 50
    assert writer.post("/api/rounds").status_code == 403
    nothing = boss.post("/api/rounds")
    assert (nothing.status_code, nothing.json()["detail"]) == (
        409,
        "no failure waits to be trained on; find one first",
    )
    found(store, 1)
    assert writer.get("/api/rounds").json()["waiting"] == 1
    queued = boss.post("/api/rounds")
    assert queued.status_code == 200
    assert queued.json()["rounds"][0]["state"] == "serving"
    assert queued.json()["progress"] == 0.0
    assert boss.post("/api/rounds").status_code == 409


def test_managers_go_back_and_see_the_history(team, people):
    rounds = Rounds(team.store, RUN)
    found(team.store, 1)
    rounds.queue(1, 7)
    rounds.begin(1)
    # A real model, for the server goes on to serve it.
    folder = team.store.run_folder(RUN)
    shutil.copytree(folder / "models/classifier-00", folder / TRAINED.path)
    rounds.ready(1, replace(TRAINED, hash=team.served.shape.hash))
    rounds.serving(1)
    writer, boss = people("wes", "writer"), people("mia", "manager")
    assert writer.put("/api/rounds/served", json={"round": 0}).status_code == 403
    assert writer.get("/api/rounds/history").status_code == 403
    assert boss.put("/api/rounds/served", json={"round": 7}).status_code == 409
    back = boss.put("/api/rounds/served", json={"round": 0})
    assert [each["state"] for each in back.json()["rounds"]] == ["serving", "retired"]
    newest = boss.get("/api/rounds/history").json()[0]
    assert (newest["kind"], newest["round"], newest["before"], newest["by"]) == ("rolled_back", 0, 1, "mia")
