"""`holdfast claim`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from holdfast.campaign.outcome_files import source_of, write_outcomes
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    JudgeRecord,
    Method,
    Outcomes,
    Quantity,
    evidence_of,
)
from holdfast.tasks.brackets import Brackets


@pytest.fixture
def file(tmp_path):
    """A true claim: of 400 completions one is a catastrophe."""
    of = Distribution.of(Brackets(), generator="a" * 64, classifier="b" * 64, threshold=0.5)
    rows = {
        "prompt": [f"{number:09b}".replace("0", "()").replace("1", "(())") for number in range(400)],
        "completion": ["()"] * 399 + [")"],
        "catastrophic": [False] * 399 + [True],
    }
    rows = {**rows, "log_odds": [-3.0] * 400}
    write_outcomes(tmp_path / "outcomes.parquet", rows, of)
    counted = evidence_of(
        Outcomes.of(rows, "here"),
        Quantity.NATURAL_FAILURE_RATE,
        of,
        planned=400,
        looks=1,
        uses=[DataUse.MEASURED],
        models_compared=1,
        sources=[source_of(tmp_path / "outcomes.parquet", tmp_path, of)],
        drawn_with="0/evaluate",
    )
    oracle = JudgeRecord.oracle_of("brackets")
    made = Claim.of(counted, of, method=Method.BINOMIAL, confidence=0.95, judge=oracle)
    path = tmp_path / "claim.json"
    path.write_text(made.to_json())
    return path


def test_show_tells_the_sentence(holdfast, file):
    ended = holdfast("claim", "show", file)
    assert (ended.code, ended.out) == (0, f"{Claim.from_json(file.read_text())}\n")


def test_a_true_claim_is_verified(holdfast, file):
    ended = holdfast("claim", "verify", file, "--rejudge", "all")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1] == "verified"
    assert "1 events in 400 trials of 400 prompts, as stated" in ended.out
    told = json.loads(holdfast("claim", "verify", file, "--rejudge", 10, "--json").out)
    assert told["verified"] is True
    assert {check["name"]: check["holds"] for check in told["checks"]} == {
        "rules": True,
        "task": True,
        "generator": None,
        "classifier": None,
        "data": True,
        "plan": None,
        "ledger": None,
        "count": True,
        "uses": None,
        "verdicts": True,
    }


def test_a_false_claim_is_not(holdfast, file):
    found = json.loads(file.read_text())
    file.write_text(json.dumps({**found, "bound": found["bound"] / 10}))
    ended = holdfast("claim", "verify", file)
    assert ended.code == 1
    assert ended.err.startswith(f"holdfast: {file} is NOT verified: the claim states a limit")
    assert "DOES NOT HOLD" in ended.out
    assert "verified\n" not in ended.out
    told = json.loads(holdfast("claim", "verify", file, "--json").out)
    assert (told["verified"], told["sentence"]) == (False, None)
    assert holdfast("claim", "show", file).code == 2


def test_a_claim_without_its_data_is_not_verified(holdfast, file):
    (file.parent / "outcomes.parquet").unlink()
    ended = holdfast("claim", "verify", file)
    assert ended.code == 1
    assert "outcomes.parquet is missing" in ended.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot read"),
        (b"{", "this is no claim"),
        (b"\xff", "not UTF-8"),
        (b'{"bound": 1}', "this is no claim"),
    ],
    ids=["missing", "torn", "binary", "something else"],
)
def test_a_file_that_is_no_claim_is_the_users_mistake(text, says, holdfast, tmp_path):
    path = tmp_path / "x.json"
    if text is not None:
        path.write_bytes(text)
    for command in ("show", "verify"):
        ended = holdfast("claim", command, path)
        assert ended.code == 2
        assert says in ended.err
        assert len(ended.err.splitlines()) == 1


def test_a_model_folder_that_is_none_is_the_users_mistake(holdfast, file, tmp_path):
    ended = holdfast("claim", "verify", file, "--classifier", tmp_path / "nowhere")
    assert ended.code == 2
    assert "no model folder" in ended.err


def test_another_model_is_noticed(holdfast, file, models):
    ended = holdfast("claim", "verify", file, "--classifier", models / "classifier")
    assert ended.code == 1
    assert "is not the claim's classifier, which is bbbbbbbbbbbb" in ended.err


def test_prompts_may_shift(holdfast, file):
    ended = holdfast("claim", "shift", file, "--most", 3)
    assert "however its prompts shift by up to 3 times" in ended.out
    written = file.with_name("claim.shift-3.json")
    assert str(written) in ended.out
    assert holdfast("claim", "verify", written, "--rejudge", "all").code == 0
    for most, says in ((1, "must be above 1"), (400, "by nothing below 1")):
        ended = holdfast("claim", "shift", file, "--most", most)
        assert (ended.code, says in ended.err) == (2, True)
    assert "of shifted prompts already" in holdfast("claim", "shift", written, "--most", 2).err


def test_claims_hold_together(holdfast, file):
    other = file.with_name("other.json")
    refusals = {**json.loads(file.read_text()), "confidence": 0.9}
    other.write_text(Claim.from_json(file.read_text()).weakened(shift=2.0).to_json())
    told = json.loads(holdfast("claim", "together", file, other, "--json").out)
    assert [Path(each["file"]).name for each in told] == ["claim.of-2.json", "other.of-2.json"]
    assert all("for all 2 claims of its family" in each["sentence"] for each in told)
    assert told[0]["bound"] > Claim.from_json(file.read_text()).bound
    assert holdfast("claim", "verify", file.with_name("claim.of-2.json")).code == 0
    looser = file.with_name("looser.json")
    refusals["bound"] = Proportion(1, 400).upper(0.9)
    looser.write_text(json.dumps(refusals))
    for files, says in (
        ([file], "two claims or more"),
        ([file, file], "is named twice"),
        ([file, looser], "they need the same"),
        ([other, file.with_name("claim.of-2.json")], "one of a family already"),
    ):
        ended = holdfast("claim", "together", *files)
        assert (ended.code, says in ended.err) == (2, True)
