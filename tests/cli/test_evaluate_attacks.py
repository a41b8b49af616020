"""`holdfast evaluate --attacks`: what it counts, claims, compares, and finds again when it goes on."""

import json
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from holdfast.campaign.evaluate.attack_plan import AttacksAsked
from holdfast.campaign.evaluate.pipeline import evaluate, read_seconds
from holdfast.campaign.evaluate.planning import Asked, plan_evaluation
from holdfast.campaign.evaluate.subject import OtherModel, Overrides, subject_of_model
from holdfast.campaign.split import side
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import FailureTimes, Proportion, hazard_ratio, log_rank_test, median_ratio
from holdfast.evaluation.claims import Claim, Method
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.models.size import ModelSize
from holdfast.report.evaluation_page import write_evaluation_report
from holdfast.store.disk import read_table
from holdfast.tasks.brackets import Brackets
from tolerances import SAME_LOG_ODDS, in_a_gap
from waiting import wait_until

ATTACKS = ("random_rewrite", "greedy_rewrite")
SEEDS, QUERIES = 30, 4
SIZE = ModelSize(layers=1, width=16, heads=2, positions=48)

MISTAKES = [
    # options, what the line says
    (["--attacks", "random_rewrit"], "did you mean 'random_rewrite'?"),
    (["--attacks", "genetic,genetic"], "attack 'genetic' is given twice"),
    (["--attacks", "genetic", "--compare-round", "0"], "name another with --against"),
    (["--attacks", "genetic", "--against", "MODEL"], "give one with --against-threshold"),
    (["--attacks", "genetic", "--against", "MODEL", "--against-threshold", "0.5"], "compared with itself"),
    (["--attacks", "genetic", "--telltale", "MODEL"], "give one with --telltale-threshold"),
    (["--attacks", "genetic", "--telltale", "MODEL", "--telltale-threshold", "0.5"], "compared with, by"),
    (["--telltale", "MODEL"], "name the attacks with --attacks"),
    (["--against", "MODEL"], "name the attacks with --attacks"),
]


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Two more classifiers, with what stands for their thresholds."""
    folder = tmp_path_factory.mktemp("others")
    for number in (3, 4):
        Classifier.create(Brackets(), SIZE, Stream(number)).save(folder / str(number))
    return folder


@pytest.fixture(scope="module")
def plan(models, others, middling):
    given = Overrides(generator=models / "generator", threshold=middling, max_draws=3)
    subject = subject_of_model(models / "classifier", "brackets", given)
    task, snippets = Brackets(), Brackets().sample(200, Stream(0), "hard")
    half = [in_a_gap(ScoringEngine(Classifier.load(others / n, task)).score(snippets)) for n in "34"]
    asked = AttacksAsked(
        ATTACKS,
        SEEDS,
        QUERIES,
        other=OtherModel(others / "3", half[0], "the model before"),
        neutral=OtherModel(others / "4", half[1], "a third model"),
        clean=40,
    )
    return plan_evaluation(subject, Asked(samples=300, attacks=asked))


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory):
    """The folder of a finished evaluation, and its record."""
    folder = tmp_path_factory.mktemp("whole") / "here"
    record = evaluate(plan, folder, workers=1)
    write_evaluation_report(record, folder, read_seconds(folder))
    return folder, record


def attempts(folder, attack, role):
    tables = [read_table(path) for path in sorted((folder / "attacks" / attack / role).iterdir())]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def times_of(table):
    firsts = [int(q) if q > 0 else None for q in table["first_query"]]
    return FailureTimes.within(firsts, QUERIES)


def test_the_figures_are_those_of_the_attempts(whole, plan):
    folder, record = whole
    assert [one.attack for one in record.attacks.attacks] == list(ATTACKS)
    for one in record.attacks.attacks:
        for role, told in (("this", one.this), ("other", one.other)):
            table = attempts(folder, one.attack, role)
            broken = int(table["catastrophic"].sum())
            assert (told.success.events, told.success.trials) == (broken, SEEDS)
            assert told.success.at_most == pytest.approx(Proportion(broken, SEEDS).upper())
            assert told.queries == table["queries"].sum() <= SEEDS * QUERIES
            assert told.worst == table["egregiousness"].max()
            counts = [
                int((table["egregiousness"][table["catastrophic"]] >= b.lower).sum()) for b in told.severity
            ]
            assert [band.at_least.events for band in told.severity] == counts
            assert all(f is None or 1 <= f <= QUERIES for f in told.times[0].first)
        before, after = (times_of(attempts(folder, one.attack, role)) for role in ("other", "this"))
        hazard, test = hazard_ratio(before, after), log_rank_test(before, after)
        harder = one.harder[0]
        assert harder.unit == "queries"
        assert harder.p_value == pytest.approx(test.p_value)
        assert harder.times == pytest.approx(hazard.times_slower)
        assert harder.lower == pytest.approx(hazard.times_slower_limits.lower)
        firsts = [
            [t if f else None for t, f in zip(s.observed, s.found, strict=True)] for s in (before, after)
        ]
        medians = median_ratio(*firsts, watched=QUERIES)
        assert harder.medians is not None
        assert harder.medians.ratio == medians.ratio
        assert harder.medians.lower == pytest.approx(medians.limits.lower)


def test_every_attempt_ends_in_what_its_table_says(whole, plan):
    """The worst failure of each attempt is a catastrophe of that grade that the filter passes."""
    folder, _ = whole
    task, limit = Brackets(), log_odds_of(plan.threshold)
    scorer = ScoringEngine(Classifier.load(plan.classifier, task))
    for attack in ATTACKS:
        table = attempts(folder, attack, "this")
        seeds = [Snippet(*p) for p in zip(table["seed_prompt"], table["seed_completion"], strict=True)]
        assert all(v.catastrophic for v in task.oracle.judge(seeds))
        assert {side(seed) for seed in seeds} == {"evaluation"}
        rows = np.flatnonzero(table["catastrophic"])
        found = [Snippet(table["prompt"][i], table["completion"][i]) for i in rows]
        grades = [v.egregiousness for v in task.oracle.judge(found) if v.catastrophic]
        assert grades == table["egregiousness"][rows].tolist()
        assert (scorer.log_odds(scorer.codec.encode(found)) < limit).all()
        plain = scorer.log_odds(scorer.codec.encode([task.restate(snippet) for snippet in found]))
        assert np.allclose(plain, table["plain_log_odds"][rows], atol=SAME_LOG_ODDS)
    first = attempts(folder, ATTACKS[0], "this")["seed_prompt"].tolist()
    assert first == attempts(folder, ATTACKS[0], "other")["seed_prompt"].tolist()
    assert first != attempts(folder, ATTACKS[1], "this")["seed_prompt"].tolist()


def test_claims_on_attacks_hold_when_they_are_verified(whole, holdfast):
    folder, record = whole
    told = {one.what: one.why for one in record.not_claimed}
    for one in record.attacks.attacks:
        table = attempts(folder, one.attack, "this")
        success = folder / "claims" / f"attack-success-{one.attack}.json"
        claim = Claim.from_json(success.read_text())
        assert claim.bound == pytest.approx(one.this.success.at_most)
        assert claim.evidence.planned == SEEDS
        worst = folder / "claims" / f"worst-found-{one.attack}.json"
        if one.this.worst == 10:
            assert "above which there is none" in told[f"worst failure that {one.attack} found"]
        else:
            search = Claim.from_json(worst.read_text())
            assert (search.method, search.evidence.worst) == (Method.SEARCH, table["egregiousness"].max())
            assert search.evidence.queries == table["queries"].sum()
        for file in (success, *([] if one.this.worst == 10 else [worst])):
            ended = holdfast("claim", "verify", file, "--rejudge", "all")
            assert (ended.code, "which the evaluation's plan names" in ended.out) == (0, True), ended.out
            assert "scores: the failures of" in ended.out
    assert any(one.this.worst < 10 for one in record.attacks.attacks)


def test_the_telltale_test_is_of_failures_that_neither_model_selected(whole, plan):
    folder, record = whole
    found = record.attacks.telltale
    assert found is not None, record.attacks.not_measured
    written = [attempts(folder, attack, "neutral") for attack in ATTACKS]
    assert found.failures == sum(int(table["catastrophic"].sum()) for table in written)
    assert 0 <= found.power.lower <= found.power.value <= found.power.upper <= 1
    assert [one.attack for one in found.held_out] == list(ATTACKS)
    scorer = ScoringEngine(Classifier.load(plan.classifier, Brackets()))
    texts = [
        Snippet(p, c)
        for t in written
        for p, c, bad in zip(t["prompt"], t["completion"], t["catastrophic"], strict=True)
        if bad
    ]
    stopped = scorer.log_odds(scorer.codec.encode(texts)) >= log_odds_of(plan.threshold)
    assert found.gain.after == pytest.approx(stopped.mean())


def test_the_page_tells_it_all(whole):
    folder, record = whole
    page = (folder / "report.html").read_text().replace("\u00a0", " ")
    for told in (
        "How hard it is to break",
        "How much harder to break than the other model",
        "all together",
        "Does the model lack the concept, or did the wording fool it?",
    ):
        assert told in page
    assert "share of the gain that survives" in page
    assert all(one.sentence.replace("'", "&#39;") in page for one in record.claims)
    for name in ("times", "hardness", "seconds", "attempts", "attack-severity", "intent"):
        assert f'href="data/{name}.csv"' in page
        assert (folder / "data" / f"{name}.csv").is_file()
    rows = (folder / "data" / "attempts.csv").read_text().splitlines()
    assert len(rows) == 1 + len(ATTACKS) * 2 * SEEDS


def bytes_but_seconds(folder):
    """Every file but the lock and what tells seconds, on which no two evaluations agree."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("lock", "report.html") and "seconds" not in str(path)
    }


def test_an_evaluation_cut_short_goes_on_to_the_same_bytes(whole, plan, tmp_path):
    folder, _ = whole
    cut = tmp_path / "cut"
    shutil.copytree(folder, cut)
    lost = sorted(cut.glob("attacks/*/*/*.parquet"))[1::2]
    for path in (*lost, cut / "evaluation.json", cut / "seconds.json"):
        path.unlink()
    torn = sorted(cut.glob("attacks/*/*/*.parquet"))[0]
    torn.write_bytes(torn.read_bytes()[:-10])
    record = evaluate(plan, cut, workers=1)
    write_evaluation_report(record, cut, read_seconds(cut))
    assert len(lost) >= 3
    assert bytes_but_seconds(cut) == bytes_but_seconds(folder)


@pytest.mark.slow
def test_a_killed_evaluation_goes_on_to_the_same_bytes(command, holdfast, tmp_path):
    options = ("--samples", 300, "--attacks", "random_rewrite", "--attack-seeds", 75, "--attack-queries", 20)
    broken, uncut = tmp_path / "broken", tmp_path / "uncut"
    arguments = [str(part) for part in command(*options, "--out", broken, "--workers", 2)]
    process = subprocess.Popen(
        [sys.executable, "-m", "holdfast.cli.main", *arguments], stdout=subprocess.DEVNULL
    )
    shards = "attacks/*/this/*-*.parquet"
    wait_until(lambda: list(broken.glob(shards)) or process.poll() is not None, pause=0.01)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (broken / "evaluation.json").exists()
    assert "shards were finished already" in holdfast(*command(*options, "--out", broken)).out
    assert holdfast(*command(*options, "--out", uncut)).code == 0
    assert bytes_but_seconds(broken) == bytes_but_seconds(uncut)


def test_the_plan_names_the_attacks_and_models_beforehand(whole, plan, holdfast, command):
    folder, _ = whole
    stored = json.loads((folder / "plan.json").read_text())["attacks"]
    assert (stored["seeds"], stored["queries"]) == (SEEDS, QUERIES)
    assert [choice["kind"] for choice in stored["attacks"]] == list(ATTACKS)
    assert all("patience" in choice or "places" in choice for choice in stored["attacks"])
    assert stored["other"]["told"] == "the model before"
    ended = holdfast(*command("--samples", 300, "--out", folder))
    assert (ended.code, "another plan (" in ended.err) == (2, True)


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=lambda value: " ".join(value)[:50])
def test_mistakes_leave_nothing_behind(options, says, command, holdfast, models, tmp_path):
    named = [models / "classifier" if part == "MODEL" else part for part in options]
    ended = holdfast(*command(*named, "--out", tmp_path / "here"))
    assert ended.code == 2
    assert says in ended.err.splitlines()[-1]
    assert not (tmp_path / "here").exists()
