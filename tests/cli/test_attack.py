"""`holdfast attack`: what it finds, prints and writes."""

import json
import os
import re
import signal
from typing import get_args, get_type_hints

import numpy as np
import pytest

from holdfast.attacks.objective import OBJECTIVES
from holdfast.cli.attack_options import Methods
from holdfast.core.files import folder_hash
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.evaluation.claims import Claim
from holdfast.store.disk import read_table, write_table
from holdfast.tasks.brackets import BracketOracle, Brackets
from tolerances import alike

MISTAKES = [
    # options, what the line says
    (["--attack", "random_rewrit"], "did you mean 'random_rewrite'?"),
    (["--attack", "genetic,random_rewrit"], "did you mean 'random_rewrite'?"),
    (["--attack", "genetic,genetic"], "attack 'genetic' is given twice"),
    (["--budget", "60 parsecs"], "60s or 1e12flops"),
    (["--set.widht", "3", "--attack", "random_rewrite"], "no field 'widht'; did you mean 'width'?"),
    (["--set.width", "0", "--attack", "random_rewrite"], "field 'width'"),
    (["--threshold", "1.5"], "--threshold"),
    (["--classifier", "nowhere"], "nowhere"),
    (["--objective", "worst"], "worst"),
    (["--attack", "best_of_n"], "give one with --generator"),
    (["--report", "."], ". is a folder; name a file in it"),
    (["--workers", "2"], "500q/seed"),
    (["--draws", "4"], "give one with --generator"),
    (["--workers", "2", "--journal", "here"], "leave out --workers"),
    (["--distance", "0"], "--distance"),
    (["--claims", "here", "--budget", "500q"], "as in 500q/seed"),
    (["--claims", "here", "--budget", "500q/seed,60s"], "as in 500q/seed"),
    (["--claims", "here", "--budget", "500q/seed", "--attack", "auto"], "no independent trials"),
    (["--log-prob", "-3"], "the constraint 'log_prob' needs a generator"),
    (["--frozen", "title"], "--frozen"),
]


@pytest.fixture
def basics(models):
    classifier = ["--classifier", models / "classifier", "--threshold", "0.999"]
    return ["attack", "--task", "brackets", *classifier, "--seeds", 5, "--attack", "random_rewrite"]


def test_failures_are_written_whole_and_hold(basics, holdfast, tmp_path):
    out = tmp_path / "deep" / "found.jsonl"
    ended = holdfast(*basics, "--budget", "200q", "--out", out, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    (one,) = told["attacks"]
    assert one["broken"] == len(one["attempts"]) == one["summary"]["broken"] == 5
    assert one["spend"]["queries"] <= 200
    assert all(0 < seconds < one["spend"]["seconds"] for seconds in one["first_failure_seconds"])
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == sum(attempt["failures"] for attempt in one["attempts"])
    assert sum(row["distinct"] for row in rows) == told["distinct_failures"]
    assert {row["tactic"] for row in rows} == {tactic["name"] for tactic in told["tactics"]}
    assert all(row["score"] < 0.999 for row in rows)
    verdicts = Brackets().oracle.judge([Snippet(row["prompt"], row["completion"]) for row in rows])
    assert all(verdict.catastrophic for verdict in verdicts)
    assert [path.name for path in out.parent.iterdir()] == ["found.jsonl"]


def test_failures_keep_to_the_constraints(basics, holdfast, tmp_path):
    out = tmp_path / "found.jsonl"
    limits = ("--frozen", "prompt", "--distance", 2, "--stop", "budget")
    told = json.loads(holdfast(*basics, *limits, "--budget", "300q", "--out", out, "--json").out)
    assert "most_edits=2, log_prob=None" in told["attacks"][0]["attack"]
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert rows
    assert all(row["prompt"] == row["seed"]["prompt"] for row in rows)
    assert all(abs(len(row["completion"]) - len(row["seed"]["completion"])) <= 2 for row in rows)


def test_attack_success_is_claimed_and_the_claim_verified(basics, holdfast, models, tmp_path):
    claims = tmp_path / "claims"
    options = ["--budget", "6q/seed", "--attack", "random_rewrite,hotflip", "--claims", claims]
    low = [*basics[:3], "--classifier", models / "classifier", "--threshold", "0.3", "--seeds", 12]
    told = holdfast(*low, *options).out
    for name in ("random_rewrite", "hotflip"):
        file = claims / f"{name}-success.json"
        claim = Claim.from_json(file.read_text())
        assert f"claim ({file})" in told
        assert claim.evidence.trials == claim.evidence.planned == 12
        assert claim.evaluation == 1  # which spends four fifths of the chance of error
        assert claim.bound == pytest.approx(Proportion(claim.evidence.events, 12).upper(0.96))
        found = holdfast("claim", "verify", file, "--rejudge", "all", "--classifier", models / "classifier")
        assert found.code == 0, found.err + found.out
        assert "the failures of" in found.out
    summed = json.loads(holdfast(*low, *options[:4], "--json").out)
    broken = {one["name"]: one["broken"] for one in summed["attacks"]}
    assert broken["hotflip"] == claim.evidence.events
    again = json.loads((claims / "hotflip-success.json").read_text())
    assert again["evaluation"] == 1
    holdfast(*low, "--seed", 7, *options)
    second = Claim.from_json((claims / "hotflip-success.json").read_text())
    assert second.evaluation == 2
    assert holdfast("claim", "verify", claims / "hotflip-success.json").code == 0
    listed = holdfast("claim", "list", claims).out
    assert "attempts by hot flip" in listed
    told = {name: getattr(second, name) for name in ("method", "confidence", "judge")}
    hidden = Claim.of(second.evidence, second.distribution, **told, evaluation=1)
    (claims / "hotflip-success.json").write_text(hidden.to_json())
    assert "the ledger has its plan as evaluation 2" in (
        holdfast("claim", "verify", claims / "hotflip-success.json").err
    )
    (claims / "hotflip-attempts.parquet").write_bytes(b"something else")
    assert holdfast("claim", "verify", claims / "hotflip-success.json").code == 1


def test_the_worst_failure_found_is_claimed_and_the_claim_verified(basics, holdfast, tmp_path):
    claims, out = tmp_path / "claims", tmp_path / "found.jsonl"
    # With one query a seed nothing is searched: what the seeds are is all there is.
    told = holdfast(*basics, "--budget", "1q/seed", "--claims", claims, "--out", out).out
    file = claims / "random_rewrite-worst.json"
    claim = Claim.from_json(file.read_text())
    assert "no claim on the success of random_rewrite: 5 events in 5 independent trials" in told
    assert f"claim ({file}): In 5 queries a search found no failure above" in told
    grades = [json.loads(line)["egregiousness"] for line in out.read_text().splitlines()]
    assert claim.evidence.worst == claim.above == max(grades) < 10
    assert (claim.evidence.queries, claim.evidence.events, claim.bound) == (5, 0, None)
    found = holdfast("claim", "verify", file, "--rejudge", "all")
    assert (found.code, "egregiousness: the failures of" in found.out) == (0, True), found.err + found.out
    table = claims / "random_rewrite-attempts.parquet"
    milder = {**read_table(table), "egregiousness": np.full(5, 1.0)}
    write_table(table, milder)
    lowered = claim.model_dump(mode="json")
    lowered["evidence"]["sources"][0]["sha256"] = folder_hash(table)
    lowered["evidence"]["worst"] = lowered["above"] = 1.0
    file.write_text(json.dumps(lowered))
    assert "is stored with egregiousness 1, and the oracle gives" in (
        holdfast("claim", "verify", file, "--rejudge", "all").err
    )


def test_nothing_is_claimed_above_the_worst_that_can_be(basics, holdfast, tmp_path):
    told = holdfast(*basics, "--stop", "budget", "--budget", "300q/seed", "--claims", tmp_path).out
    assert (
        "no claim on the worst failure that random_rewrite found: it found a failure of egregiousness 10,"
        in told
    )
    assert not (tmp_path / "random_rewrite-worst.json").exists()


def test_a_journal_is_resumed_from_and_belongs_to_one_model(basics, holdfast, models, tmp_path):
    journal = tmp_path / "journal"
    options = (*basics, "--budget", "200q", "--stop", "budget", "--json")
    whole = json.loads(holdfast(*options).out)
    holdfast(*options, "--journal", journal)
    journal.write_bytes(journal.read_bytes()[: journal.stat().st_size // 2])
    resumed = json.loads(holdfast(*options, "--journal", journal).out)
    # A resumed run scores in other batches.
    assert alike(resumed["attacks"][0]["attempts"], whole["attacks"][0]["attempts"])
    journal.write_text("something else\n")
    assert "is no journal" in holdfast(*options, "--journal", journal).err


def test_the_same_seed_finds_the_same(basics, holdfast):
    first, second, other = (
        json.loads(holdfast(*basics, "--budget", "100q", "--seed", seed, "--json").out)["attacks"][0][
            "attempts"
        ]
        for seed in (1, 1, 2)
    )
    assert first == second != other


def test_several_attacks_are_compared_on_the_same_seeds(basics, holdfast, tmp_path):
    out = tmp_path / "found.jsonl"
    both = [*basics[:-1], "genetic,random_rewrite", "--budget", "100q", "--stop", "budget"]
    told = json.loads(holdfast(*both, "--out", out, "--json").out)
    assert [one["name"] for one in told["attacks"]] == ["genetic", "random_rewrite"]
    assert all(one["spend"]["queries"] <= 100 for one in told["attacks"])
    assert [one["of"] for one in told["overlap"]] == ["distinct failures", "seeds", "tactics"]
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    seeds = {(row["seed_index"], json.dumps(row["seed"])) for row in rows}
    assert len(seeds) == len({index for index, _ in seeds})
    alone = json.loads(holdfast(*basics, "--budget", "100q", "--stop", "budget", "--json").out)
    assert alone["attacks"][0]["broken"] == told["attacks"][1]["broken"]
    assert [attempt["queries"] for attempt in alone["attacks"][0]["attempts"]] == [
        attempt["queries"] for attempt in told["attacks"][1]["attempts"]
    ]


def test_a_field_goes_to_the_attacks_that_have_it(basics, holdfast):
    both = [*basics[:-1], "genetic,random_rewrite", "--set.width", 3]
    told = json.loads(holdfast(*both, "--budget", "30q", "--json").out)
    assert ["width=3" in one["attack"] for one in told["attacks"]] == [False, True]


def test_an_attack_may_be_made_of_others(basics, holdfast):
    made = [*basics[:-1], "repeat", "--set.attack", "random_rewrite", "--set.times", 2]
    told = json.loads(holdfast(*made, "--budget", "30q", "--json").out)
    assert told["attacks"][0]["attack"].startswith("Repeat(")
    assert "attack=RandomRewrite(" in told["attacks"][0]["attack"]


def test_workers_change_no_failure(basics, holdfast):
    one, two = (
        json.loads(
            holdfast(*basics, "--stop", "budget", "--budget", "20q/seed", "--workers", n, "--json").out
        )
        for n in (1, 2)
    )
    assert _best(one) == _best(two)
    assert len(_best(one)) == 5


def _best(told):
    """The best failure of each attempt, but for its score, whose last digits hang on the batch."""
    best = [attempt["best"] for one in told["attacks"] for attempt in one["attempts"]]
    return [(row["prompt"], row["completion"], row["query"], row["seed_index"]) for row in best]


def test_the_generator_behind_the_filter_may_be_attacked(basics, holdfast, models):
    drawing = [*basics, "--generator", models / "generator", "--draws", 4, "--budget", "80q"]
    (told,) = json.loads(holdfast(*drawing, "--json").out)["attacks"]
    best = [attempt for attempt in told["attempts"] if attempt["best"]]
    assert best
    assert all(0 < attempt["best"]["success"] <= 1 for attempt in best)
    assert all(attempt["fresh_draws"]["draws"] > 0 for attempt in best)
    assert "of passing completions" in holdfast(*drawing, "--show", 1).out


def test_people_see_failures_and_what_they_took(basics, holdfast):
    ended = holdfast(*basics, "--budget", "200q", "--show", 2)
    assert ended.out.count("score ") == 2
    assert re.search(r"random_rewrite +5 of 5 ", ended.out)
    assert "queries to first" in ended.out
    assert "tactics of" in ended.out
    assert "attack: random_rewrite" in ended.err
    assert "what each attack adds" not in ended.out


def test_people_see_what_each_attack_adds(basics, holdfast):
    ended = holdfast(*basics[:-1], "genetic", "--attack", "random_rewrite", "--budget", "60q", "--show", 0)
    assert "what each attack adds" in ended.out
    assert "distinct failures that both found" in ended.out


def test_a_report_is_written_with_its_tables(basics, holdfast, tmp_path):
    page = tmp_path / "deep" / "found.html"
    ended = holdfast(*basics, "--budget", "100q", "--report", page)
    assert ended.code == 0
    assert f"written: {page}" in ended.out
    assert sorted(path.name for path in page.parent.iterdir()) == ["found-data", "found.html"]
    text = page.read_text(encoding="utf-8")
    for table in re.findall(r'href="(found-data/[a-z]+\.csv)"', text):
        assert (page.parent / table).is_file()


def test_a_filter_that_passes_nothing_has_no_failures(basics, holdfast, tmp_path):
    strict = ["1e-9" if part == "0.999" else part for part in basics]
    ended = holdfast(*strict, "--budget", "50q", "--report", tmp_path / "none.html")
    assert ended.code == 0
    assert "0 of 5" in ended.out
    assert "not half" in ended.out
    assert "does not prove that there is none" in (tmp_path / "none.html").read_text()


@pytest.fixture
def ctrl_c(monkeypatch):
    """Somebody presses Ctrl-C when the oracle is asked for the n-th time, and so many times in all."""

    def pressed(at: int, times: int = 1) -> None:
        judge, asked = BracketOracle.judge, []

        def judge_and_press(self, snippets):
            asked.append(len(snippets))
            if at <= len(asked) < at + times:
                os.kill(os.getpid(), signal.SIGINT)
            return judge(self, snippets)

        monkeypatch.setattr(BracketOracle, "judge", judge_and_press)

    return pressed


def test_ctrl_c_keeps_what_was_found(basics, holdfast, tmp_path, ctrl_c):
    out = tmp_path / "found.jsonl"
    ctrl_c(at=12)
    ended = holdfast(
        *basics[:-1],
        "random_rewrite,genetic",
        "--stop",
        "budget",
        "--budget",
        "5000q",
        "--out",
        out,
        "--json",
    )
    assert ended.code == 130
    assert "Ctrl-C again stops at once" in ended.err
    assert ended.err.splitlines()[-1] == "holdfast: stopped"
    told = json.loads(ended.out)
    assert told["stopped"]
    assert [one["name"] for one in told["attacks"]] == ["random_rewrite"]
    assert 0 < told["attacks"][0]["spend"]["queries"] < 5000
    assert out.read_text().count("\n") == sum(a["failures"] for a in told["attacks"][0]["attempts"]) > 0


def test_ctrl_c_twice_stops_at_once(basics, holdfast, tmp_path, ctrl_c):
    out = tmp_path / "found.jsonl"
    ctrl_c(at=3, times=2)
    ended = holdfast(*basics, "--stop", "budget", "--budget", "5000q", "--out", out)
    assert (ended.code, ended.out) == (130, "")
    assert not out.exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_every_objective_may_be_chosen():
    assert set(get_args(get_type_hints(Methods)["objective"])) == set(OBJECTIVES)


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=lambda value: " ".join(value)[:40])
def test_mistakes_leave_nothing_behind(options, says, basics, holdfast, tmp_path):
    defaults = dict(zip(basics[1::2], basics[2::2], strict=True))
    given = {**defaults, **dict(zip(options[::2], options[1::2], strict=True))}
    out = tmp_path / "found.jsonl"
    ended = holdfast("attack", *[part for pair in given.items() for part in pair], "--out", out)
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("holdfast: ")
    assert says in ended.err
    assert not out.exists()
