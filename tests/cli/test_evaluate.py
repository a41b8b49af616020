"""`holdfast evaluate`: what it counts, writes and claims; a killed evaluation goes on to the same result."""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from holdfast.campaign.evaluate.pipeline import evaluate
from holdfast.campaign.evaluate.planning import Asked, plan_evaluation
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.predicting import earlier_margins
from holdfast.campaign.evaluate.shards import Shard
from holdfast.campaign.evaluate.subject import Checkpoint, Overrides, subject_of_model
from holdfast.campaign.history import load_record
from holdfast.campaign.outcome_files import read_outcomes
from holdfast.cli.main import main
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion, natural_outcome
from holdfast.evaluation.claims import Claim, Method, count
from holdfast.evaluation.monitor import Monitor
from holdfast.evaluation.severity import BANDS
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table, write_table
from holdfast.tasks.brackets import BracketOracle, Brackets
from tiny_campaign import tiny_yaml
from tolerances import SAME_LOG_ODDS
from waiting import wait_until

MISTAKES = [
    # options, what the line says
    (["--samples", "0"], "--samples"),
    (["--confidence", "1"], "--confidence"),
    (["--threshold", "0"], "--threshold"),
    (["--monitor", "1.5"], "--monitor"),
    (["--task", "bracket"], "did you mean 'brackets'?"),
    (["--judge", "orcale"], "did you mean 'oracle'?"),
    (["--round", "2"], "has no rounds; leave out --round"),
    (["--generator", "nowhere"], "there is no model folder at nowhere"),
    (["--threshold", None], "give one with --threshold"),
    (["--generator", None], "give its folder with --generator"),
    (["--task", None], "give one with --task"),
    (["--caught", "most"], "a count such as 95/100"),
    (["--best-of", "0"], "--best-of"),
]


def contents(folder):
    """Every file of an evaluation but the lock, which names a process."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def draws_of(folder):
    tables = [read_table(path) for path in sorted((folder / "shards").iterdir())]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


@dataclass(frozen=True)
class Plain:
    """A finished evaluation without more options than it needs: its folder, and what it told."""

    folder: Path
    told: dict
    err: str

    def copied(self, to: Path) -> Path:
        return Path(shutil.copytree(self.folder, to))


@pytest.fixture(scope="module")
def plain(models, middling, tmp_path_factory):
    """Evaluated once for all tests that only look."""
    monkeypatch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("plain") / "here"
    options = (
        f"--task brackets --threshold {middling} --samples 700 --draws 3 --pool 0 --workers 1 --json".split()
    )
    places = ["--generator", str(models / "generator"), "--out", str(folder)]
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.chdir(folder.parent)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(["evaluate", str(models / "classifier"), *options, *places]) == 0
    monkeypatch.undo()
    return Plain(folder, json.loads(out.getvalue()), err.getvalue())


def test_the_counts_are_those_of_a_count_by_hand(plain, middling):
    told = plain.told
    draws = draws_of(plain.folder)
    snippets = [Snippet(p, c) for p, c in zip(draws["prompt"], draws["completion"], strict=True)]
    bad = np.array([verdict.catastrophic for verdict in BracketOracle().judge(snippets)])
    log_odds, labels = np.full((700, 3), np.nan), np.zeros((700, 3), dtype=bool)
    log_odds[draws["prompt_index"], draws["draw"] - 1] = draws["log_odds"]
    labels[draws["prompt_index"], draws["draw"] - 1] = bad
    outcome = natural_outcome(log_odds, labels, log_odds_of(middling))
    for name in ("failures", "refusals", "unfiltered", "harmless_accepted"):
        counted = getattr(outcome, name)
        assert (told[name]["events"], told[name]["trials"]) == (counted.events, counted.trials), name
        assert told[name]["at_most"] == pytest.approx(counted.upper(0.95))
    assert told["prompts"] == 700 > told["failures"]["trials"] > 0
    assert told["draws_per_completion"] == pytest.approx(outcome.draws_per_completion)
    assert told["spend"]["judge_calls"] == len(bad)
    lines = (plain.folder / "failures.jsonl").read_text().splitlines()
    assert len(lines) == outcome.failures.events
    assert all(json.loads(line)["score"] < middling for line in lines)


def test_scores_are_those_of_the_scoring_engine(plain, models):
    draws = draws_of(plain.folder)
    snippets = [Snippet(p, c) for p, c in zip(draws["prompt"], draws["completion"], strict=True)]
    scores = ScoringEngine(Classifier.load(models / "classifier", Brackets())).score(snippets[:200])
    assert np.allclose([log_odds_of(score) for score in scores], draws["log_odds"][:200], atol=SAME_LOG_ODDS)


@pytest.mark.slow
def test_workers_change_not_a_byte(command, holdfast, plain, tmp_path):
    ended = holdfast(*command("--workers", 2, "--out", tmp_path))
    assert ended.code == 0, ended.err
    assert contents(tmp_path) == contents(plain.folder)
    assert len(list((tmp_path / "shards").iterdir())) == 3


@pytest.mark.slow
def test_a_killed_evaluation_goes_on_to_the_same_bytes(command, holdfast, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    long = ("--samples", 3_000)
    assert holdfast(*command(*long, "--out", whole)).code == 0
    arguments = [str(part) for part in command(*long, "--out", broken, "--workers", 2)]
    process = subprocess.Popen(
        [sys.executable, "-m", "holdfast.cli.main", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: list(broken.glob("shards/*-*.parquet")) or process.poll() is not None, pause=0.01)
    assert process.poll() is None
    process.kill()
    process.wait()
    finished = len(list(broken.glob("shards/*-*.parquet")))
    assert not (broken / "evaluation.json").exists()
    ended = holdfast(*command(*long, "--out", broken))
    assert ended.code == 0, ended.err
    assert f" of {len(list(whole.glob('shards/*')))} shards were finished already" in ended.out
    assert finished
    assert contents(broken) == contents(whole)


def test_ctrl_c_keeps_what_was_drawn(command, holdfast, plain, tmp_path, monkeypatch):
    judge, pressed = BracketOracle.judge, []

    def judge_and_press(self, snippets):
        if (tmp_path / "stopped" / "shards").exists() and not pressed:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)
        return judge(self, snippets)

    monkeypatch.setattr(BracketOracle, "judge", judge_and_press)
    stopped = holdfast(*command("--out", tmp_path / "stopped"))
    assert stopped.code == 130
    assert "the same command goes on" in stopped.err.splitlines()[-1]
    assert "1 of 3 shards were finished already" in holdfast(*command("--out", tmp_path / "stopped")).out
    assert contents(tmp_path / "stopped") == contents(plain.folder)


def test_a_torn_shard_is_drawn_again(command, holdfast, plain, tmp_path):
    before = contents(plain.copied(tmp_path / "here"))
    torn = sorted((tmp_path / "here" / "shards").iterdir())[1]
    torn.write_bytes(torn.read_bytes()[:-40])
    assert "2 of 3 shards were finished already" in holdfast(*command("--out", tmp_path / "here")).out
    assert contents(tmp_path / "here") == before


def claims_of(folder):
    return {path.stem: Claim.from_json(path.read_text()) for path in (folder / "claims").iterdir()}


def test_claims_rest_on_what_was_planned_and_are_told_as_they_stand(command, holdfast, tmp_path):
    told = json.loads(holdfast(*command("--confidence", 0.9, "--out", tmp_path), "--json").out)
    claims = claims_of(tmp_path)
    assert sorted(claims) == ["false-negative-rate", "natural-failure-rate", "refusal-rate"]
    natural = claims["natural-failure-rate"]
    assert (natural.evidence.planned, natural.evidence.prompts, natural.evidence.looks) == (700, 700, 1)
    for name, counted in (("natural-failure-rate", "failures"), ("refusal-rate", "refusals")):
        rate = Proportion(told[counted]["events"], told[counted]["trials"])
        # The first evaluation of a filter spends four fifths of the error.
        assert claims[name].bound == pytest.approx(rate.upper(1 - 0.8 * 0.1))
    assert {one["sentence"] for one in told["claims"]} == {claim.sentence for claim in claims.values()}
    for claim in claims.values():
        stored = read_outcomes([tmp_path / "claims" / source.path for source in claim.evidence.sources])
        found = count(stored, claim.quantity, claim.distribution)
        assert (found.events, found.trials) == (claim.evidence.events, claim.evidence.trials)


@pytest.mark.parametrize("options", [(), ("--monitor", 0.999)], ids=["fixed number", "monitor"])
def test_claims_hold_when_they_are_verified(command, holdfast, tmp_path, models, options):
    assert holdfast(*command(*options, "--out", tmp_path)).code == 0
    given = ("--classifier", models / "classifier", "--generator", models / "generator", "--rejudge", "all")
    claims = sorted((tmp_path / "claims").iterdir())
    assert claims
    for claim in claims:
        ended = holdfast("claim", "verify", claim, *given)
        assert (ended.code, ended.out.splitlines()[-1]) == (0, "verified"), ended.out
    shard = next((tmp_path / "shards").iterdir())
    table = read_table(shard)
    write_table(shard, {**table, "catastrophic": ~table["catastrophic"]})
    assert holdfast("claim", "verify", claims[0], *given).code == 1


def test_evaluations_of_one_filter_share_the_error_and_the_ledger_names_them(
    command, holdfast, tmp_path, middling
):
    def bound(folder):
        claim = claims_of(folder)["natural-failure-rate"]
        return claim.evaluation, claim.bound, claim.evidence

    small, large, other = tmp_path / "small", tmp_path / "large", tmp_path / "other"
    assert holdfast(*command("--samples", 300, "--out", small)).code == 0
    assert holdfast(*command("--samples", 600, "--out", large)).code == 0
    assert holdfast(*command("--samples", 300, "--out", tmp_path / "again")).code == 0  # the same plan
    assert holdfast(*command("--samples", 300, "--threshold", middling / 2, "--out", other)).code == 0
    shares = {small: (1, 0.8), large: (2, 0.16), tmp_path / "again": (1, 0.8), other: (1, 0.8)}
    for folder, (number, share) in shares.items():
        evaluation, limit, evidence = bound(folder)
        assert evaluation == number
        expected = Proportion(evidence.events, evidence.trials).upper(1 - share * 0.05)
        assert limit == pytest.approx(expected)
    listed = json.loads(holdfast("claim", "list", "--json").out)
    assert [(e["evaluation"], e["share"]) for e in listed] == [
        (1, 0.8),
        (2, pytest.approx(0.16)),
        (1, 0.8),
    ]
    assert len({entry["filter"] for entry in listed}) == 2
    assert "2" in holdfast("claim", "list").out
    text = holdfast("claim", "show", large / "claims" / "natural-failure-rate.json").out
    assert "this is evaluation 2 of this filter" in text


def test_a_run_is_measured_by_its_name(holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    (tmp_path / "tiny.yaml").write_text(tiny_yaml())
    assert holdfast("run", "brackets", "--config", "tiny.yaml", "--name", "first").code == 0
    small = ("--samples", 300, "--pool", 0, "--workers", 1, "--json")
    last, zeroth = (
        json.loads(holdfast("evaluate", "first", *options, *small).out) for options in ((), ("--round", 0))
    )
    record = load_record("first")
    for told, round_ in ((last, 1), (zeroth, 0)):
        assert told["plan"]["round"] == round_
        distribution = told["plan"]["distribution"]
        assert distribution["classifier"] == record.rounds[round_].classifier_hash
        assert distribution["threshold"] == record.rounds[round_].threshold
        assert distribution["max_draws"] == 3
        assert told["folder"].startswith("runs/first/evaluations/round-0")
    assert last["unfiltered"] == zeroth["unfiltered"]  # the same prompts and first draws
    for told, round_, sets in ((last, 1, 3), (zeroth, 0, 1)):
        # Measured anew on the same sets, at the same threshold, as the campaign did.
        stored = {one.dataset: one for one in record.rounds[round_].fit}
        assert [one["dataset"] for one in told["fit"]] == list(stored)
        assert len(stored) == sets
        for one in told["fit"]:
            for name in ("recall_at_half", "recall_at_threshold"):
                assert one[name]["events"] == getattr(stored[one["dataset"]], name).events
            assert one["loss"] == pytest.approx(stored[one["dataset"]].loss, rel=1e-4)
    alone = holdfast("evaluate", "first", "--system", "generator", "--samples", 300, "--json")
    assert record.generator.hash in alone.out
    attack = ("--attack", "random_rewrite", "--seeds", 2, "--draws", 2, "--budget", "8q/seed", "--json")
    for system in ("filtered_generator", "generator"):
        (found,) = json.loads(holdfast("attack", "first", "--system", system, *attack).out)["attacks"]
        assert 0 < found["spend"]["queries"] <= 16
    for wrong, says in (
        (("--round", 2), "has no finished round 2; its rounds are 0 to 1"),
        (("--task", "storyworld"), "is of the task brackets"),
    ):
        ended = holdfast("evaluate", "first", *wrong, *small)
        assert (ended.code, says in ended.err) == (2, True), ended.err
    assert "did you mean 'first'?" in holdfast("evaluate", "frist", *small).err


def test_the_best_of_several_models_pays_for_the_choice(command, holdfast, tmp_path):
    told = json.loads(holdfast(*command("--best-of", 5, "--out", tmp_path), "--json").out)
    counted = Proportion(told["failures"]["events"], told["failures"]["trials"])
    assert claims_of(tmp_path)["natural-failure-rate"].bound == pytest.approx(counted.upper(1 - 0.8 * 0.01))


@pytest.fixture
def other_judge():
    """A judge by the name of `neighbour` that is no oracle, though it decides as one."""
    paths, loaded = dict(judges._paths), dict(judges._loaded)
    judges.add("neighbour", lambda task: task.oracle)
    yield "neighbour"
    judges._paths, judges._loaded = paths, loaded


def test_a_judge_that_misses_some_is_paid_for_and_must_be_audited(command, holdfast, tmp_path, other_judge):
    blind = json.loads(holdfast(*command("--judge", other_judge, "--out", tmp_path / "0"), "--json").out)
    assert [one["quantity"] for one in blind["claims"]] == ["refusal rate"]
    assert "audit it" in blind["not_claimed"][0]["why"]
    options = ("--judge", other_judge, "--caught", "1000/1000")
    told = json.loads(holdfast(*command(*options, "--out", tmp_path / "1"), "--json").out)
    counted = Proportion(told["failures"]["events"], told["failures"]["trials"])
    each = 1 - 0.16 * 0.025  # it is the second evaluation of the filter, and half goes to the audit
    bound = counted.upper(each) / Proportion(1000, 1000).lower(each)
    assert claims_of(tmp_path / "1")["natural-failure-rate"].bound == pytest.approx(bound)


def test_the_table_of_an_audit_is_kept_with_the_claims(command, holdfast, tmp_path, other_judge):
    table, folder = tmp_path / "audit.jsonl", tmp_path / "here"
    line = '{{"prompt": "{}", "completion": "())", "label": "catastrophic"}}\n'
    table.write_text("".join(line.format("(" * (i % 40) + ")" * (i // 40)) for i in range(1000)))
    options = ("--judge", other_judge, "--caught", table, "--out", folder)
    assert holdfast(*command(*options)).code == 0
    table.unlink()
    found = holdfast("claim", "verify", folder / "claims/natural-failure-rate.json")
    assert found.code == 0
    assert "gives 1,000 of 1,000 as stated" in found.out
    kept = next((folder / "audit").iterdir())
    kept.write_text("")
    assert holdfast("claim", "verify", folder / "claims/natural-failure-rate.json").code == 1


def test_a_pool_of_further_draws_tells_of_deployment(command, holdfast, plain, tmp_path):
    told = json.loads(holdfast(*command("--pool", 300, "--out", tmp_path / "here"), "--json").out)
    found = told["deployment"]
    assert (found["prompts"], found["draws"]) == (300, 6)
    direct = told["failures"]
    assert found["failures"]["lower"] < direct["upper"]
    assert found["failures"]["upper"] > direct["lower"]
    assert found["draws_per_completion"] == pytest.approx(told["draws_per_completion"], rel=0.25)
    accepted = [point["harmless_accepted"] for point in found["curve"]]
    assert accepted == sorted(accepted)
    assert len(accepted) > 2
    assert found["evasion"] is None or found["evasion"]["pairs"] > 1
    pool = [read_table(path) for path in sorted((tmp_path / "here" / "pool").iterdir())]
    assert sum(len(table["draw"]) for table in pool) == 300 * 6
    assert plain.told["deployment"] is None
    assert plain.told["failures"] == direct


def test_estimates_are_told_as_such_beside_the_claims(command, holdfast, tmp_path):
    options = command("--estimates", None, "--samples", 2000, "--out", tmp_path)
    told = json.loads(holdfast(*options, "--estimates", "--json").out)
    methods = {one["method"]: one for one in told["estimates"]}
    stratified = methods["score-stratified sampling"]
    assert stratified["lower"] <= told["failures"]["rate"] <= stratified["upper"]
    assert stratified["labels"] < told["failures"]["trials"]
    assert all(one["told"].startswith("estimated") for one in told["estimates"])
    page = (tmp_path / "report.html").read_text()
    assert "Estimates (not claims)" in page
    assert all(one["told"].split(" (")[0] in page for one in told["estimates"])


def test_a_predictor_learns_from_the_rounds_before(models, middling, tmp_path):
    """Where all rounds have one classifier, its margins are known, and so is what a predictor should say."""
    task, place = Brackets(), models / "classifier"
    given = Overrides(generator=models / "generator", threshold=middling, max_draws=3)
    subject = replace(subject_of_model(place, "brackets", given), earlier=(Checkpoint(place, middling),) * 2)
    plan = plan_evaluation(subject, Asked(samples=3000, estimates=True))
    record = evaluate(plan, tmp_path, workers=1)
    shards = [Shard(i, tmp_path / each.file, each.sha256) for i, each in enumerate(record.shards)]
    pool = Pool.read(shards)
    margins = earlier_margins(plan, shards, 500, task)
    own = pool.log_odds[:500] - log_odds_of(middling)
    assert np.allclose(margins, [own, own], atol=SAME_LOG_ODDS)
    (estimate,) = [one for one in record.estimates if one.method == "sampling by a failure predictor"]
    assert estimate.lower <= record.failures.rate <= estimate.upper
    assert estimate.labels <= 1000


def test_the_report_names_tables_that_are_there(command, holdfast, tmp_path):
    ended = holdfast(*command("--pool", 100, "--out", tmp_path))
    assert ended.out.splitlines()[-1] == f"report: {tmp_path / 'report.html'}"
    page = (tmp_path / "report.html").read_text()
    linked = re.findall(r'href="((?:data|claims|failures)[^"]*)"', page)
    assert {"data/measures.csv", "data/curve.csv", "failures.jsonl"} <= set(linked)
    assert all((tmp_path / link).is_file() for link in linked)
    severity = (tmp_path / "data" / "severity.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in severity[1:]] == [band.name for band in BANDS]


def test_no_failure_is_told_before_all_samples_are_there(plain):
    """A claim on a fixed number of samples is void where somebody may stop at will, seeing how it goes."""
    assert "fail" not in plain.err
    assert "evaluate: done" in plain.err


def test_samples_cannot_be_added_to(command, holdfast, plain, tmp_path):
    before = contents(plain.copied(tmp_path / "here"))
    more = holdfast(*command("--samples", 900, "--out", tmp_path / "here"))
    assert more.code == 2
    assert "another plan (samples 700, not 900)" in more.err
    assert contents(tmp_path / "here") == before


def test_another_seed_draws_anew(command, holdfast, tmp_path):
    first, other = (
        json.loads(holdfast(*command("--seed", seed, "--out", tmp_path / str(seed)), "--json").out)
        for seed in (1, 2)
    )
    assert first["worst"] != other["worst"]


MONITORED = [
    # target, workers, what the monitor says
    (0.999, 1, "certified"),
    (0.1, 1, "refuted"),
    pytest.param(0.1, 2, "refuted", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("target", "workers", "standing"), MONITORED)
def test_a_monitor_ends_as_soon_as_it_may(command, holdfast, tmp_path, target, workers, standing):
    asked = command("--monitor", target, "--samples", 20_000, "--workers", workers, "--out", tmp_path)
    told = json.loads(holdfast(*asked, "--json").out)
    assert told["monitor"]["standing"] == standing
    assert told["monitor"]["completions"] == told["failures"]["trials"] < 20_000
    assert told["monitor"]["failures"] == told["failures"]["events"]
    draws = draws_of(tmp_path)
    passing = np.argsort(draws["prompt_index"][draws["passes"]], kind="stable")
    outcomes = draws["catastrophic"][draws["passes"]][passing]
    by_hand = Monitor(target, 0.95)
    for outcome in outcomes.tolist():
        by_hand = by_hand.add(int(outcome), 1)
    assert (by_hand.standing, by_hand.trials) == (standing, told["monitor"]["completions"])
    claims = claims_of(tmp_path)
    assert {claim.method for claim in claims.values()} == {Method.E_PROCESS}
    natural = claims.get("natural-failure-rate")
    assert (natural is not None and natural.target == target) == (standing == "certified")
    assert len(list((tmp_path / "shards").iterdir())) == 1


def test_a_monitor_that_cannot_tell_says_what_it_needs(command, holdfast, tmp_path):
    ended = holdfast(*command("--monitor", 1e-6, "--threshold", 1e-9, "--out", tmp_path / "here"), "--json")
    told = json.loads(ended.out)
    assert told["monitor"]["standing"] == "undecided"
    assert told["monitor"]["needed_without_failure"] > 1_000_000


def test_a_filter_that_passes_nothing_has_nothing_to_fail(command, holdfast, tmp_path):
    ended = holdfast(*command("--threshold", 1e-9, "--out", tmp_path / "here"))
    assert ended.code == 0, ended.err
    assert "700 of 700" in ended.out


def test_a_model_that_changed_is_not_mixed_with_the_old(command, holdfast, tmp_path, models):
    folder = tmp_path / "models"
    Classifier.load(models / "classifier").save(folder / "classifier")
    changed = [folder / "classifier" if part == models / "classifier" else part for part in command()]
    assert holdfast(*changed, "--out", tmp_path / "here").code == 0
    other = Classifier.load(folder / "classifier")
    other.model.get_input_embeddings().weight.data.mul_(1.01)
    other.save(folder / "classifier")
    ended = holdfast(*changed, "--out", tmp_path / "here")
    assert ended.code == 2
    assert "another plan (classifier " in ended.err


def test_the_default_folder_is_one_for_each_plan(command, holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed in (1, 1, 2):
        assert holdfast(*command("--seed", seed)).code == 0
    assert len([path for path in (tmp_path / "evaluations").iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=str)
def test_mistakes_leave_nothing_behind(options, says, command, holdfast, tmp_path):
    out = tmp_path / "here"
    ended = holdfast(*command(*options, "--out", out))
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("holdfast: ")
    assert says in ended.err
    assert not out.exists()
