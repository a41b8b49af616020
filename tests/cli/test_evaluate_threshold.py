"""`holdfast evaluate --choose-threshold`: what is chosen, on what, and that nothing is claimed from it."""

import json

import numpy as np
import pytest

from holdfast.core.snippet import Snippet
from holdfast.evaluation import natural_outcome
from holdfast.evaluation.claims import Claim
from holdfast.evaluation.deployment import loosest_controlled, strictest_non_inferior, threshold_grid
from holdfast.store.disk import read_table, write_table
from holdfast.tasks.brackets import BracketOracle, Brackets

DRAWS, PROMPTS = 3, 120
BASE = ("--threshold", None, "--draws", DRAWS, "--samples", 200, "--calibration", PROMPTS)
CONTROLLED = (*BASE, "--choose-threshold", "controlled", "--risk", 0.995)
QUALITY = (*BASE, "--choose-threshold", "non-inferior", "--margin", 0.4)

MISTAKES = [
    # options, what the line says
    (("--choose-threshold", "strict"), "--choose-threshold"),
    (("--choose-threshold", "controlled", "--threshold", 0.5), "either given or chosen"),
    (("--choose-threshold", "non-inferior", "--margin", 0.6), "--margin"),
    (("--choose-threshold", "controlled", "--risk", 0), "--risk"),
]


def calibration(folder):
    tables = [read_table(path) for path in sorted((folder / "calibration" / "draws").iterdir())]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def grid(folder):
    tables = [read_table(path) for path in sorted((folder / "calibration" / "grid").iterdir())]
    scores = np.concatenate([table["log_odds"] for table in tables]).astype(np.float64)
    return threshold_grid(scores[~np.concatenate([table["catastrophic"] for table in tables])])


def pool(folder):
    """Log odds, verdicts and quality, [prompts, draws], counted anew from the texts."""
    table = calibration(folder)
    snippets = [Snippet(*texts) for texts in zip(table["prompt"], table["completion"], strict=True)]
    bad = np.array([verdict.catastrophic for verdict in BracketOracle().judge(snippets)])
    shape = (PROMPTS, DRAWS + 1)
    return (
        table["log_odds"].astype(np.float64).reshape(shape),
        bad.reshape(shape),
        np.array(Brackets().quality(snippets)).reshape(shape),
    )


@pytest.mark.parametrize("options", [CONTROLLED, QUALITY], ids=["controlled", "non-inferior"])
def test_the_rule_chooses_on_draws_of_its_own(command, holdfast, tmp_path, options):
    ended = holdfast(*command(*options, "--out", tmp_path), "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    scores, bad, quality = pool(tmp_path)
    if options is CONTROLLED:
        chosen = loosest_controlled(scores, bad, grid(tmp_path), DRAWS, 0.995, data="x")
        failures = natural_outcome(scores[:, :DRAWS], bad[:, :DRAWS], chosen.log_odds).failures
        assert failures.events in [one["events"] for one in told["plan"]["selection"]["tested"]]
    else:
        chosen = strictest_non_inferior(scores, quality, grid(tmp_path), DRAWS, data="x", margin=0.4)
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert plan["distribution"]["threshold"] == chosen.threshold
    assert plan["threshold_rule"] == plan["selection"]["told"] == chosen.rule
    assert len(plan["selection"]["tested"]) == len(chosen.tested)
    assert len(told["choice_curve"]) == len(set(grid(tmp_path)))
    page = (tmp_path / "report.html").read_text()
    assert "How the threshold was chosen" in page
    assert all(f"data/{name}.csv" in page for name in ("choice", "tested-thresholds"))


def test_claims_tell_how_the_threshold_was_chosen_and_touch_none_of_those_draws(command, holdfast, tmp_path):
    holdfast(
        *command(
            *CONTROLLED,
            "--attacks",
            "random_rewrite",
            "--attack-seeds",
            10,
            "--attack-queries",
            3,
            "--out",
            tmp_path,
        )
    )
    plan = json.loads((tmp_path / "plan.json").read_text())
    files = sorted((tmp_path / "claims").iterdir())
    assert {file.stem for file in files} >= {"refusal-rate", "natural-failure-rate"}
    for file in files:
        claim = Claim.from_json(file.read_text())
        assert claim.distribution.threshold == plan["distribution"]["threshold"]
        assert plan["selection"]["told"] in str(claim)
        assert plan["selection"]["sha256s"][0][:12] in str(claim)
        assert not {source.sha256 for source in claim.evidence.sources} & set(plan["selection"]["sha256s"])
        ended = holdfast("claim", "verify", file, "--rejudge", "all")
        assert (ended.code, "which the evaluation's plan names" in ended.out) == (0, True), ended.out


def test_a_claim_from_the_draws_that_chose_is_found_out(command, holdfast, tmp_path):
    """The shards of the claim put among the calibration's: verifying finds the same prompts in both."""
    assert holdfast(*command(*CONTROLLED, "--out", tmp_path)).code == 0
    shard = sorted((tmp_path / "shards").iterdir())[0]
    write_table(tmp_path / "calibration" / "draws" / "000009.parquet", read_table(shard))
    ended = holdfast("claim", "verify", tmp_path / "claims" / "refusal-rate.json")
    assert (ended.code, "on which the evaluation chose its threshold" in ended.err) == (1, True), ended.err


def test_it_goes_on_to_the_same_bytes_and_for_one_request_alone(command, holdfast, tmp_path):
    here, again = tmp_path / "here", tmp_path / "again"
    for folder in (here, again):
        assert holdfast(*command(*CONTROLLED, "--out", folder)).code == 0
    (again / "plan.json").unlink()
    for lost in (*(again / "shards").iterdir(), *(again / "calibration" / "draws").iterdir()):
        lost.unlink()
    assert holdfast(*command(*CONTROLLED, "--out", again)).code == 0
    contents = [
        {str(p.relative_to(f)): p.read_bytes() for p in f.rglob("*") if p.is_file() and p.name != "lock"}
        for f in (here, again)
    ]
    assert contents[0] == contents[1]
    for changed in (("--risk", 0.99), ("--calibration", 130)):
        ended = holdfast(*command(*CONTROLLED, *changed, "--out", here))
        assert (ended.code, "another plan (" in ended.err) == (2, True), ended.err
    (here / "plan.json").unlink()
    assert "another plan (" in holdfast(*command(*CONTROLLED, "--risk", 0.99, "--out", here)).err


def test_where_no_threshold_passes_nothing_is_measured(command, holdfast, tmp_path):
    ended = holdfast(*command(*CONTROLLED, "--risk", 0.05, "--out", tmp_path))
    assert ended.code == 2
    assert "none of the thresholds passes" in ended.err
    assert not (tmp_path / "plan.json").exists()
    assert not (tmp_path / "shards").exists()
    few = holdfast(*command(*CONTROLLED, "--risk", 1e-3, "--out", tmp_path / "few"))
    assert (few.code, "give at least 2,995" in few.err) == (2, True)


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=str)
def test_mistakes_leave_nothing_behind(options, says, command, holdfast, tmp_path):
    ended = holdfast(*command("--threshold", None, *options, "--out", tmp_path / "here"))
    assert ended.code == 2
    assert says in ended.err.splitlines()[-1]
    assert not (tmp_path / "here").exists()


def test_prompts_that_measured_another_filter_are_told(command, holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = holdfast(*command("--samples", 50))
    assert (first.code, first.err) == (0, "")
    other = command("--samples", 50, "--threshold", 0.123)
    told = holdfast(*other).err
    assert "the same prompts measured another filter before (classifier-" in told
    assert "--best-of 2, or take another --seed" in told
    for harmless in (("--best-of", 2), ("--seed", 7)):
        assert holdfast(*other, *harmless).err == ""
