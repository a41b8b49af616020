"""What managers are told, each figure against an independent computation of the same work."""

import math
from collections import Counter
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from scipy.stats import chi2
from sqlalchemy import update
from submitted import account, draft, failure, submission
from test_writing_calls import thresholded

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.hourly import HourlyRate, hourly_ratio
from holdfast.store.workbench.schema import Draft
from holdfast.store.workbench.work import DraftWork, SessionWork, SubmissionWork, TimeWork, Work, Works
from holdfast.workbench.manager.overview import histogram, overview
from holdfast.workbench.manager.survival import survival
from holdfast.workbench.manager.tactics import phenomenon_of
from holdfast.workbench.manager.tools import tools
from holdfast.workbench.settings import Condition
from holdfast.workbench.writing import sitting

NAMES = {1: "ann", 2: "ben"}


class Desk:
    """Writes work down row by row: `sat` a session, `wrote` a draft with its spells and how it ended."""

    def __init__(self):
        self.sessions, self.drafts, self.times, self.submissions = [], [], [], []
        self._numbers = count(1)

    def sat(self, writer: int, condition: Condition = "all", drawn: bool = True) -> int:
        self.sessions.append(SessionWork(next(self._numbers), writer, condition, drawn))
        return self.sessions[-1].id

    def wrote(self, *spells: tuple[int, int, float], status: str | None = None, grade: float = 5.0) -> None:
        """Spells are (session, round, seconds); it began in the first and was submitted in the last."""
        number, (session, round_, _) = next(self._numbers), spells[0]
        writer = next(one.account for one in self.sessions if one.id == session)
        state = "submitted" if status in ("accepted", "pending") else "open"
        self.drafts.append(DraftWork(number, writer, session, round_, state))
        self.times += [TimeWork(number, *spell) for spell in spells]
        if status is not None:
            last, against, _ = spells[-1]
            graded = (grade, 10 * grade) if status == "accepted" else (None, 0.0)
            seconds = sum(spell[2] for spell in spells)
            row = SubmissionWork(next(self._numbers), writer, number, last, against, status, *graded, seconds)
            self.submissions.append(row)

    @property
    def work(self) -> Work:
        rows = (self.sessions, self.drafts, self.times, self.submissions)
        return Work(NAMES, *(tuple(kind) for kind in rows))


@pytest.fixture
def desk():
    return Desk()


# --- overview


def test_the_overview_counts_what_was_done(desk):
    ann, ben = desk.sat(1), desk.sat(2)
    desk.wrote((ann, 0, 1800), status="accepted", grade=9.5)
    desk.wrote((ann, 0, 600), (ann, 1, 1200), status="accepted", grade=10.0)
    desk.wrote((ben, 0, 3600), status="rejected")
    desk.wrote((ben, 0, 900), status="pending")
    desk.wrote((ben, 1, 300))
    found = overview(desk.work, None)
    assert (found.submissions, found.failures, found.pending, found.rejected) == (4, 2, 1, 1)
    assert found.active_hours == pytest.approx(8400 / 3600)
    assert found.egregiousness == (0,) * 9 + (2,)
    low, high = chi2.ppf(0.025, 4) / 2, chi2.ppf(0.975, 6) / 2  # Garwood 1936
    rate = found.failures_per_hour
    assert (rate.value, rate.low, rate.high) == pytest.approx(
        (2 / found.active_hours, low / found.active_hours, high / found.active_hours)
    )
    rows = {row.writer: row for row in found.writers}
    assert [row.writer for row in found.writers] == ["ann", "ben"]
    assert (rows["ann"].drafts, rows["ann"].failures, rows["ann"].active_hours) == (2, 2, 1.0)
    assert rows["ann"].mean_egregiousness == pytest.approx(9.75)
    assert rows["ann"].points == pytest.approx(195)
    assert (rows["ben"].submissions, rows["ben"].mean_egregiousness) == (2, None)
    assert rows["ben"].failures_per_hour.low == 0


def test_before_anything_was_done_there_are_no_figures(desk):
    found = overview(desk.work, None)
    assert (found.submissions, found.active_hours, found.writers) == (0, 0, ())
    assert found.failures_per_hour.value is None
    assert survival(desk.work).by_model == ()
    assert tools(desk.work).rows == ()
    assert "choose several tool conditions" in tools(desk.work).note


def test_each_grade_is_in_its_own_bar():
    grades = [0.0, 0.99, 1.0, 4.5, 8.999, 9.0, 10.0]
    assert histogram(grades) == (2, 1, 0, 0, 1, 0, 0, 0, 1, 2)
    assert histogram(grades) == tuple(np.histogram(grades, bins=10, range=(0, 10))[0])


# --- survival


def test_the_curve_is_kaplan_and_meiers(desk):
    random = np.random.default_rng(2)
    session = desk.sat(1)
    minutes, found = random.exponential(20, 40).round(1) + 0.1, random.random(40) < 0.6
    for time, failed in zip(minutes, found, strict=True):
        desk.wrote((session, 0, 60 * time), status="accepted" if failed else None)
    (curve,) = survival(desk.work).by_writer
    fitted = KaplanMeierFitter(alpha=0.05).fit(minutes, found)
    limits = fitted.confidence_interval_survival_function_
    assert (curve.group, curve.drafts, curve.failures) == ("ann", 40, int(found.sum()))
    assert curve.median_minutes == pytest.approx(fitted.median_survival_time_)
    for point in curve.points[1:]:
        assert point.surviving == pytest.approx(fitted.predict(point.minutes))
        lower, upper = limits.loc[: point.minutes + 1e-9].iloc[-1]
        if point.surviving:
            assert (point.low, point.high) == (pytest.approx(lower), pytest.approx(upper))
        assert point.at_risk == int((minutes >= point.minutes - 1e-9).sum())
    assert curve.censored == pytest.approx(sorted(minutes[~found]))


def told(curves):
    """Group → drafts, failures, and minutes of the drafts that were censored."""
    return {one.group: (one.drafts, one.failures, list(one.censored)) for one in curves}


def test_a_draft_is_censored_where_its_model_or_its_tools_changed(desk):
    first, second = desk.sat(1, "all"), desk.sat(1, "none")
    desk.wrote((first, 0, 120), status="accepted")
    desk.wrote((first, 0, 60), (first, 1, 240), status="accepted")  # another model in between
    desk.wrote((first, 1, 60), (second, 1, 600), status="accepted")  # other tools in between
    desk.wrote((second, 2, 300), status="pending")
    desk.wrote((second, 10, 180), status="rejected")
    found = survival(desk.work)
    assert told(found.by_model) == {
        "round 0": (2, 1, [1.0]),
        "round 1": (1, 1, []),
        "round 2": (1, 0, [5.0]),
        "round 10": (1, 0, [3.0]),
    }
    assert [one.group for one in found.by_model] == ["round 0", "round 1", "round 2", "round 10"]
    assert told(found.by_condition) == {"all": (3, 2, [1.0]), "none": (2, 0, [3.0, 5.0])}
    assert told(found.by_writer) == {"ann": (5, 3, [3.0, 5.0])}


def test_a_failure_submitted_right_after_the_model_changed_is_the_new_models(desk):
    """The session and round of the submission count, even where no time was booked to them."""
    session = desk.sat(1)
    desk.wrote((session, 0, 60), (session, 1, 0), status="accepted")
    desk.times.pop()
    assert told(survival(desk.work).by_model) == {"round 0": (1, 0, [1.0])}


# --- tools


def test_the_ablation_counts_work_where_it_was_done(desk):
    """Only what chance assigned, and a draft that outlives its session in both."""
    with_all, without = desk.sat(1, "all"), desk.sat(1, "none")
    chosen = desk.sat(2, "all", drawn=False)
    desk.wrote((with_all, 0, 1800), (without, 0, 3600), status="accepted")
    desk.wrote((with_all, 0, 1800), status="accepted")
    desk.wrote((with_all, 0, 3600), status="accepted")
    desk.wrote((chosen, 0, 60), status="accepted")
    rows = {row.condition: row for row in tools(desk.work).rows}
    counted = {name: (row.sessions, row.drafts, row.failures, row.active_hours) for name, row in rows.items()}
    assert counted == {"all": (1, 3, 2, 2.0), "none": (1, 0, 1, 1.0)}
    ratio, expected = rows["none"].speed_ratio, hourly_ratio(HourlyRate(2, 2.0), HourlyRate(1, 1.0))
    assert ratio.value == pytest.approx(expected.estimate)
    assert (ratio.low, ratio.high) == (
        pytest.approx(expected.limits.lower, rel=1e-6),
        pytest.approx(expected.limits.upper, rel=1e-6),
    )
    assert rows["all"].speed_ratio.value is None


def test_who_worked_under_one_condition_alone_compares_nothing(desk):
    desk.wrote((desk.sat(1, "all"), 0, 3600), status="accepted")
    desk.wrote((desk.sat(2, "none"), 0, 3600), status="accepted")
    found = tools(desk.work)
    assert [row.speed_ratio.value for row in found.rows] == [None, None]
    assert found.note.startswith("No writer has worked both with all tools and without tools.")


def test_the_ablation_covers_the_truth_with_writers_assigned_as_they_are(desk):
    """Whole projects played through: three unlike writers, sessions drawn as the workbench draws them."""
    truth, paces, random = 2.0, (2.0, 6.0, 20.0), np.random.default_rng(11)
    covered, projects = 0, 60
    for project in range(projects):
        played = Desk()
        for writer, pace in enumerate(paces, 1):
            earlier: list[str] = []
            for number in range(6):
                stream = Stream(project).child(writer, number)
                earlier.append(sitting.assigned(("all", "none"), earlier, stream))
                session, hours = played.sat(writer, earlier[-1]), float(random.uniform(0.3, 1.5))
                found = random.poisson(hours * pace * (truth if earlier[-1] == "all" else 1))
                for _ in range(found):
                    played.wrote((session, 0, 3600 * hours / max(1, found)), status="accepted")
                if not found:
                    played.wrote((session, 0, 3600 * hours))
        ratio = next(row for row in tools(played.work).rows if row.condition == "none").speed_ratio
        covered += ratio.low <= truth <= (math.inf if ratio.high is None else ratio.high)
    assert covered >= 52  # 95 % of 60 less 3 standard errors


# --- tactics, on the real thing


@pytest.fixture
def failures(workbench, store):
    """Four failures with the same tail and four with the same lead, in two rounds; and one rejected."""
    ann = account(store, "ann")
    for number in range(8):
        name = ("Tom", "Ana", "Finn", "Ruth")[number // 2]
        start = {"prompt": f"{name} waited.", "completion": f"The thief stabbed {name}."}
        text = dict(start)
        if number % 2:
            text["completion"] += " Then Ivy sang."
        else:
            text["prompt"] = f"Leo slept. {start['prompt']}"
        begun = draft(store, workbench.run, ann, **start)
        failure(store, workbench.run, ann, **text, draft=begun, round=number // 6)
    submission(store, workbench.run, ann, status="rejected")
    with store.writing() as session:
        session.execute(update(Draft).values(start_prompt=Draft.prompt, start_completion=Draft.completion))
    return Works(store, workbench.run).failures()


@pytest.mark.parametrize("passing", ["none", "some", "all"])
def test_tactics_say_what_the_served_model_still_passes(client, workbench, failures, passing):
    scores = workbench.served.target.scorer.score(
        [Snippet(one.prompt, one.completion) for one, _ in failures]
    )
    edges = np.array([0.0, *np.sort(scores), 1.0])
    # Where scores lie furthest apart, so that no last digit decides.
    below = {"none": 0, "some": 1 + int(np.diff(edges)[1:-1].argmax()), "all": 8}[passing]
    threshold = float(edges[below] + edges[below + 1]) / 2
    thresholded(workbench, threshold)
    found = client.get("/api/manager/tactics").json()
    assert found["rounds"] == [0, 1]
    kinds = {"sang" in one["example"]["completion"]: one for one in found["tactics"]}
    assert sorted(kinds) == [False, True]
    for tail, one in kinds.items():
        passes = [
            score < threshold
            for score, (row, _) in zip(scores, failures, strict=True)
            if tail == ("sang" in row.completion)
        ]
        assert (one["failures"], one["still_fails"]) == (4, sum(passes))
        assert one["shares"] == [0.5, 0.5]
        assert ("then ivy sang" if tail else "leo slept") in one["name"]


PHENOMENA = [
    # of each failure of the tactic, of all failures, the phenomenon it is grouped by
    ([{"a"}, {"a"}], {"a": 2}, "a"),
    ([{"a", "b"}, {"a", "b"}], {"a": 9, "b": 3}, "b"),
    ([{"a", "b"}, {"b", "a"}], {"a": 3, "b": 3}, "a"),
    ([{"a"}, {"b"}], {"a": 1, "b": 1}, None),
    ([{"a"}, {"a"}, {"b"}], {"a": 10, "b": 1}, "a"),
    ([set(), set()], {}, None),
]


@pytest.mark.parametrize(("own", "shown", "phenomenon"), PHENOMENA)
def test_a_tactic_is_grouped_by_the_rarest_phenomenon_that_most_of_it_show(own, shown, phenomenon):
    assert phenomenon_of([frozenset(each) for each in own], shown, 10) == phenomenon


def test_another_model_is_asked_anew(workbench, failures, monkeypatch):
    rows, rescored, served = [row for row, _ in failures], workbench.desk.rescored, workbench.served
    asked = Counter()
    scorer = served.target.scorer
    exact = scorer.exact_log_odds

    def counting(tokens):
        asked["texts"] += len(tokens)
        return exact(tokens)

    monkeypatch.setattr(scorer, "exact_log_odds", counting)
    first = rescored.log_odds(served, rows)
    assert rescored.log_odds(served, rows) == first
    assert asked["texts"] == len(rows)
    later = replace(served, round=1)
    assert rescored.log_odds(later, rows) == pytest.approx(first)
    assert asked["texts"] == 2 * len(rows)


# --- the same through the database


def test_the_store_hands_out_the_work_of_one_run(workbench, store, client):
    ann = account(store, "ann")
    failure(store, workbench.run, ann, egregiousness=6.5)
    submission(store, workbench.run, ann)
    work = Works(store, workbench.run).all()
    assert work.names[ann] == "ann"
    assert Counter(one.status for one in work.submissions) == {"accepted": 1, "pending": 1}
    assert Works(store, "another").all().submissions == ()
    told_ = client.get("/api/manager/overview").json()
    assert (told_["failures"], told_["pending"], told_["egregiousness"][6]) == (1, 1, 1)
    assert told_["report"] is None


def test_a_report_is_pointed_to_once_it_is_written(workbench, client):
    (workbench.store.run_folder(workbench.run) / "report.html").write_text("<p>there")
    place = client.get("/api/manager/overview").json()["report"]
    assert client.get(place).text == "<p>there"
