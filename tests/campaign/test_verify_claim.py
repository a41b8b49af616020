"""Claims held against their data: what stands, and everything that may have been changed."""

import json
import shutil

import numpy as np
import pytest

from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_TRAIN
from holdfast.campaign.verify.check import Asked
from holdfast.campaign.verify.claim import read_claim, verify_claim
from holdfast.core.errors import UserError
from holdfast.core.odds import probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.claims import (
    Audit,
    Claim,
    DataUse,
    Distribution,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.models.size import ModelSize
from holdfast.store.disk import write_table
from holdfast.tasks.brackets import Brackets
from tolerances import in_a_gap

TASK = Brackets()
PROMPTS = 300
EVERYTHING = Asked(rejudge=10**9)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run's folder with models, a training set, and a claim on fresh outcomes of its filter."""
    run = tmp_path_factory.mktemp("runs") / "trial"
    size = ModelSize(layers=1, width=16, heads=2, positions=48)
    classifier = Classifier.create(TASK, size, Stream(1))
    generator = Generator.create(TASK, size, Stream(2))
    columns = drawn(classifier, Stream(3))
    of = Distribution.of(
        TASK,
        generator=generator.save(run / "models/generator"),
        classifier=classifier.save(run / "models/classifier-00"),
        threshold=float(probability(np.array(in_a_gap(columns["log_odds"])))),
    )
    write_outcomes(run / "evaluations/e/a.parquet", columns, of)
    write_table(run / CLEAN_TRAIN, {"prompt": [s.prompt for s in TASK.sample(200, Stream(4), "hard")]})
    write_claim(run / "evaluations/e/claim.json", of, ["a.parquet"])
    return run


def drawn(classifier, stream):
    """Judged and scored snippets, about half of them catastrophes; who wrote them does not matter here."""
    snippets = TASK.sample(PROMPTS, stream, "hard")
    scorer = ScoringEngine(classifier)
    return {
        "prompt": [s.prompt for s in snippets],
        "completion": [s.completion for s in snippets],
        "catastrophic": np.array([v.catastrophic for v in TASK.oracle.judge(snippets)]),
        "log_odds": scorer.log_odds(scorer.codec.encode(snippets)),
    }


def write_claim(path, of, files, judge=None, **changes):
    paths = [path.parent / file for file in files]
    fields = {
        "planned": PROMPTS,
        "looks": 1,
        "uses": [DataUse.MEASURED],
        "models_compared": 1,
        "drawn_with": "3",
        "sources": [source_of(each, path.parent, of) for each in paths],
    }
    quantity = changes.pop("quantity", Quantity.FALSE_NEGATIVE_RATE)
    counted = evidence_of(read_outcomes(paths), quantity, of, **{**fields, **changes})
    judge = judge or JudgeRecord.oracle_of(of.task)
    made = Claim.of(counted, of, method=Method.BINOMIAL, confidence=0.95, judge=judge)
    path.write_text(made.to_json())
    return made


@pytest.fixture
def run(made, tmp_path):
    """A copy to spoil."""
    return shutil.copytree(made, tmp_path / "trial")


def place(run):
    return run / "evaluations/e/claim.json"


def broken(found):
    return {check.name: check.told for check in found.broken}


def outcome(found, name):
    return next(check for check in found.checks if check.name == name)


def test_a_true_claim_is_verified(made):
    found = verify_claim(place(made), EVERYTHING)
    assert found.verified, broken(found)
    names = [check.name for check in found.checks if check.holds]
    assert names == [
        "rules",
        "task",
        "generator",
        "classifier",
        "data",
        "count",
        "uses",
        "verdicts",
        "scores",
    ]


def test_far_from_its_run_what_cannot_be_seen_is_told(run, tmp_path):
    alone = shutil.copytree(run / "evaluations/e", tmp_path / "handed-on")
    found = verify_claim(alone / "claim.json", Asked())
    assert found.verified
    assert [check.name for check in found.checks if check.holds is None] == [
        "generator",
        "classifier",
        "plan",
        "ledger",
        "uses",
    ]
    models = Asked(generator=run / "models/generator", classifier=run / "models/classifier-00", rejudge=20)
    found = verify_claim(alone / "claim.json", models)
    assert {check.name for check in found.checks if not check.holds} == {"plan", "ledger", "uses"}
    assert "others scored again" in outcome(found, "scores").told
    # 1 - 0.05^(1/20): the exact limit after 20 without a fault.
    assert "a share of at most 0.14 of the others is wrong" in outcome(found, "verdicts").told


def change_rows(run, change, *, and_the_claim):
    """Change the stored outcomes, and if asked the hash in the claim as a careful forger would."""
    file = run / "evaluations/e/a.parquet"
    outcomes, claim = read_outcomes([file]), json.loads(place(run).read_text())
    columns = {
        "prompt": outcomes.prompts.tolist(),
        "completion": outcomes.completions.tolist(),
        "catastrophic": outcomes.bad.copy(),
        "log_odds": outcomes.log_odds.astype(np.float32),
    }
    change(columns)
    of = read_claim(place(run)).distribution
    sha256 = write_outcomes(file, columns, of)
    if and_the_claim:
        claim["evidence"]["sources"][0]["sha256"] = sha256
        place(run).write_text(json.dumps(claim))
    return claim


def drop_a_failure(columns):
    columns["catastrophic"][int(np.flatnonzero(columns["catastrophic"])[0])] = False


def swap_verdicts(columns):
    """Two wrong verdicts on the same side of the filter, so that every count stays."""
    bad, passes = columns["catastrophic"], columns["log_odds"] < in_a_gap(columns["log_odds"])
    bad_one, harmless_one = np.flatnonzero(bad & passes)[0], np.flatnonzero(~bad & passes)[0]
    bad[bad_one], bad[harmless_one] = False, True


def shift_a_score(columns):
    """One score a little lower, on the same side."""
    columns["log_odds"][int(columns["log_odds"].argmin())] -= 0.01


def drop_a_row(columns):
    for name, column in columns.items():
        columns[name] = column[1:]


SPOILT = {
    # what was changed, whether the hash was put right, what no longer holds, in words
    "a file changed": (drop_a_failure, False, "data", "has changed since the claim was made"),
    "a verdict changed": (drop_a_failure, True, "count", "and its outcomes hold"),
    "an outcome left out": (drop_a_row, True, "count", "the claim states"),
    "two verdicts swapped": (swap_verdicts, True, "verdicts", "the oracle says otherwise (2 such)"),
    "a score changed": (shift_a_score, True, "scores", "and the classifier gives"),
}


@pytest.mark.parametrize(("change", "hashed", "name", "says"), SPOILT.values(), ids=SPOILT)
def test_changed_outcomes_are_noticed(change, hashed, name, says, run):
    change_rows(run, change, and_the_claim=hashed)
    found = verify_claim(place(run), EVERYTHING)
    assert not found.verified
    assert says in broken(found)[name]


def edited(run, change):
    claim = json.loads(place(run).read_text())
    change(claim)
    place(run).write_text(json.dumps(claim))
    return verify_claim(place(run), Asked())


def test_a_lowered_bound_is_noticed(run):
    found = edited(run, lambda claim: claim.update(bound=1e-6))
    assert "where its evidence gives" in broken(found)["rules"]
    assert found.claim is None


def test_a_lowered_count_is_noticed_though_its_bound_fits(run):
    true = read_claim(place(run))
    counted = true.evidence.model_copy(update={"events": true.evidence.events - 1})
    lower = Claim.of(
        counted, true.distribution, method=true.method, confidence=true.confidence, judge=true.judge
    )
    place(run).write_text(lower.to_json())
    assert "and its outcomes hold" in broken(verify_claim(place(run), Asked()))["count"]


def test_a_missing_file_is_noticed(run):
    (run / "evaluations/e/a.parquet").unlink()
    found = verify_claim(place(run), Asked())
    assert "a.parquet is missing" in broken(found)["data"]


def test_what_is_no_table_is_noticed(run):
    of = read_claim(place(run)).distribution
    file = run / "evaluations/e/a.parquet"
    file.write_text("no table")
    forged = json.loads(place(run).read_text())
    forged["evidence"]["sources"] = [source_of(file, file.parent, of).model_dump()]
    place(run).write_text(json.dumps(forged))
    assert "no Parquet table" in broken(verify_claim(place(run), Asked()))["count"]


def test_another_model_in_the_place_of_the_claimed_one_is_noticed(run):
    size = ModelSize(layers=1, width=16, heads=2, positions=48)
    other = run / "models/classifier-00"
    Classifier.create(TASK, size, Stream(9)).save(other)
    found = verify_claim(place(run), Asked())
    assert "none of the 1 models (classifier)" in broken(found)["classifier"]
    found = verify_claim(place(run), Asked(classifier=other))
    assert "is not the claim's classifier" in broken(found)["classifier"]


def test_a_task_that_decides_otherwise_is_noticed(run):
    claim = read_claim(place(run))
    of = claim.distribution.model_copy(update={"task_hash": "0" * 64})
    write_claim(place(run), of, ["a.parquet"])
    assert "oracle or the input space" in broken(verify_claim(place(run), Asked()))["task"]
    of = claim.distribution.model_copy(update={"prompts_hash": "0" * 64})
    write_claim(place(run), of, ["a.parquet"])
    assert "draws other prompts" in broken(verify_claim(place(run), Asked()))["task"]


def test_a_task_that_is_not_installed_cannot_be_looked_at(run):
    of = read_claim(place(run)).distribution.model_copy(update={"task": "elsewhere"})
    write_claim(place(run), of, ["a.parquet"])
    found = verify_claim(place(run), Asked())
    assert outcome(found, "task").holds is None
    with pytest.raises(UserError, match="unknown task 'elsewhere'"):
        verify_claim(place(run), EVERYTHING)


@pytest.mark.parametrize(("table", "did"), [(CLEAN_TRAIN, "trained"), (CALIBRATION, "chose its thresholds")])
def test_draws_that_the_run_used_are_noticed_by_their_order(table, did, run):
    """The table has other columns and other rows before and after, so that no hash gives it away."""
    prompts = read_outcomes([run / "evaluations/e/a.parquet"]).prompts.tolist()
    write_table(run / table, {"prompt": ["((", *prompts[40:140], ")"], "label": ["?"] * 102})
    found = verify_claim(place(run), Asked())
    assert did in broken(found)["uses"]
    assert table.rsplit("/", 1)[-1] in broken(found)["uses"]


def test_texts_that_were_trained_on_do_not_count_as_reused(run):
    """Fresh draws may repeat a text; only a stretch of draws in their order gives a table away."""
    prompts = read_outcomes([run / "evaluations/e/a.parquet"]).prompts
    write_table(run / CLEAN_TRAIN, {"prompt": np.random.default_rng(0).permutation(prompts).tolist()})
    assert verify_claim(place(run), Asked()).verified


def test_another_evaluation_on_the_same_prompts_is_told(run):
    """It may have been a first look, or one of several models to choose among; nobody but its owner knows."""
    shutil.copytree(run / "evaluations/e", run / "evaluations/earlier")
    found = verify_claim(place(run), Asked())
    assert found.verified
    assert outcome(found, "looks").holds is None
    assert "drew the same prompts (earlier)" in outcome(found, "looks").told


def test_a_judge_that_the_oracle_contradicts_is_refuted(run):
    change_rows(run, swap_verdicts, and_the_claim=False)
    of = read_claim(place(run)).distribution
    audit = Audit(agreed=90, audited=100, how="planted")
    people = JudgeRecord(name="people", oracle=False, sensitivity=audit, precision=audit)
    write_claim(place(run), of, ["a.parquet"], judge=people)
    found = verify_claim(place(run), EVERYTHING)
    assert not found.verified
    assert "and the oracle says otherwise (2 such)" in broken(found)["verdicts"]
    assert "people is no oracle, and where there is one it decides" in broken(found)["verdicts"]


def test_what_was_drawn_after_the_monitor_stopped_is_left_out(run):
    """The last file may hold more than was needed; the claim is of the prompts before the verdict."""
    file, true = run / "evaluations/e/a.parquet", read_claim(place(run))
    stopped = read_outcomes([file]).first_prompts(200)
    counted = evidence_of(
        stopped,
        Quantity.REFUSAL_RATE,
        true.distribution,
        planned=None,
        looks=200,
        uses=[DataUse.MEASURED],
        models_compared=1,
        sources=true.evidence.sources,
        drawn_with="3",
    )
    made = Claim.of(counted, true.distribution, method=Method.E_PROCESS, confidence=0.95, judge=true.judge)
    place(run).write_text(made.to_json())
    found = verify_claim(place(run), Asked())
    assert found.verified, broken(found)
    assert "trials of 200 prompts" in outcome(found, "count").told
    # The count of 200 is not that of 300.
    whole = made.model_copy(update={"evidence": counted.model_copy(update={"prompts": 300})})
    place(run).write_text(whole.to_json())
    assert not verify_claim(place(run), Asked()).verified


def test_json_lines_with_scores_and_labels_will_do(run):
    """What another program would write: one line a completion, in two files."""
    outcomes = read_outcomes([run / "evaluations/e/a.parquet"])
    of = read_claim(place(run)).distribution
    rows = [
        {
            "prompt": outcomes.prompts[i],
            "completion": outcomes.completions[i],
            "label": "catastrophic" if outcomes.bad[i] else "harmless",
            "score": 1 / (1 + np.exp(-outcomes.log_odds[i])),
            "note": "ignored",
        }
        for i in range(len(outcomes))
    ]
    for name, part in {"b.jsonl": rows[:100], "c.jsonl": rows[100:]}.items():
        (run / "evaluations/e" / name).write_text("".join(f"{json.dumps(row)}\n" for row in part))
    write_claim(place(run), of, ["b.jsonl", "c.jsonl"], quantity=Quantity.REFUSAL_RATE)
    found = verify_claim(place(run), EVERYTHING)
    assert found.verified, broken(found)


BAD_LINES = {
    "not JSON": ("{", "line 2: not JSON"),
    "no object": ("[1]", "line 2: expected an object"),
    "a key missing": ('{"prompt": "("}', "outcome 2: 'completion' is missing"),
}


@pytest.mark.parametrize(("line", "says"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_named(line, says, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"prompt": "(", "completion": ")", "label": "harmless"}\n' + line + "\n")
    with pytest.raises(UserError, match=says):
        read_outcomes([file])


def test_files_of_different_columns_are_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"prompt": "(", "completion": ")", "label": "harmless", "score": 0.1}\n'
    )
    (tmp_path / "b.jsonl").write_text('{"prompt": "(", "completion": ")", "label": "harmless"}\n')
    with pytest.raises(UserError, match=r"b.jsonl and .*a.jsonl differ in the column 'score'"):
        read_outcomes([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])


def test_snippets_reach_the_judge_as_stored(made):
    """The verdicts that were stored are those of the texts that were stored."""
    outcomes = read_outcomes([made / "evaluations/e/a.parquet"])
    snippets = [Snippet(p, c) for p, c in zip(outcomes.prompts, outcomes.completions, strict=True)]
    assert [v.catastrophic for v in TASK.oracle.judge(snippets)] == outcomes.bad.tolist()
    assert outcomes.bad.any()
    assert not outcomes.bad.all()
