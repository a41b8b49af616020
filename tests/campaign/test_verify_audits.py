"""A judge's audit: kept with the claim, counted again, and of other snippets than the claim's."""

import json

import pytest

from holdfast.campaign.audit_files import audit_of, keep_audit
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.campaign.verify.check import Asked
from holdfast.campaign.verify.claim import verify_claim
from holdfast.core.errors import UserError
from holdfast.evaluation.claims import (
    Audit,
    AuditFile,
    Claim,
    DataUse,
    Distribution,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)
from holdfast.tasks.brackets import Brackets


def brackets(number, bits=10):
    return f"{number:0{bits}b}".replace("0", "()").replace("1", "(())")


def write_audit(place, prompts, caught):
    lines = (
        json.dumps({"prompt": p, "completion": ")", "label": "catastrophic" if i < caught else "harmless"})
        for i, p in enumerate(prompts)
    )
    place.write_text("".join(f"{line}\n" for line in lines))


def claimed(folder, audit):
    """A claim by people on 600 completions, of which none is a failure."""
    of = Distribution.of(Brackets(), generator="a" * 64, classifier="b" * 64, threshold=0.5)
    rows = {
        "prompt": [brackets(number) for number in range(600)],
        "completion": [")"] * 600,
        "catastrophic": [False] * 600,
        "log_odds": [-3.0] * 600,
    }
    table = folder / "outcomes.parquet"
    write_outcomes(table, rows, of)
    counted = evidence_of(
        read_outcomes([table]),
        Quantity.NATURAL_FAILURE_RATE,
        of,
        planned=600,
        looks=1,
        uses=[DataUse.MEASURED],
        models_compared=1,
        sources=[source_of(table, folder, of)],
        drawn_with="our logs",
    )
    judge = JudgeRecord(name="people", oracle=False, sensitivity=audit)
    made = Claim.of(counted, of, method=Method.BINOMIAL, confidence=0.95, judge=judge)
    place = folder / "claim.json"
    place.write_text(made.to_json())
    return place


def audit_check(claim):
    found = verify_claim(claim, Asked())
    return found.verified, next(check for check in found.checks if check.name == "audit")


FRESH = [brackets(number) for number in range(700, 800)]


def test_an_audit_of_other_snippets_holds(tmp_path):
    table = tmp_path / "audit.jsonl"
    write_audit(table, FRESH, 95)
    audit = audit_of(table, tmp_path, "planted")
    assert (audit.agreed, audit.audited) == (95, 100)
    place = claimed(tmp_path, audit)
    verified, check = audit_check(place)
    assert (verified, check.holds) == (True, True)
    assert "gives 95 of 100 as stated, and none of its snippets is the claim's" in check.told
    assert "the truth of the snippets" in str(Claim.from_json(place.read_text()))


def test_a_bare_count_is_its_authors_word(tmp_path):
    verified, check = audit_check(claimed(tmp_path, Audit(agreed=95, audited=100, how="planted")))
    assert (verified, check.holds) == (True, None)
    assert "its author's word" in check.told


def its_own(folder, audit):
    write_audit(folder / "audit.jsonl", [brackets(number) for number in range(599, 699)], 95)
    return audit_of(folder / "audit.jsonl", folder, "planted")


def counted_up(folder, audit):
    return audit.model_copy(update={"agreed": 100})


def copied(folder, audit):
    write_audit(folder / "audit.jsonl", [FRESH[0], f" {FRESH[0]}"] * 50, 100)
    file = AuditFile(path="audit.jsonl", sha256=audit_hash(folder))
    return Audit(agreed=100, audited=100, how="planted", file=file)


def audit_hash(folder):
    from holdfast.core.files import folder_hash

    return folder_hash(folder / "audit.jsonl")


def changed(folder, audit):
    write_audit(folder / "audit.jsonl", FRESH, 99)
    return audit


def left_out(folder, audit):
    (folder / "audit.jsonl").unlink()
    return audit


@pytest.mark.parametrize(
    ("cheat", "says"),
    [
        (its_own, "1 of the 100 snippets in audit.jsonl are the claim's own"),
        (counted_up, "gives 95 of 100, where the claim states 100 of 100"),
        (copied, "100 rows of 1 different snippets"),
        (changed, "has changed since the claim was made"),
        (left_out, "audit.jsonl is missing"),
    ],
)
def test_an_audit_that_carries_nothing_refuses_the_claim(cheat, says, tmp_path):
    write_audit(tmp_path / "audit.jsonl", FRESH, 95)
    audit = cheat(tmp_path, audit_of(tmp_path / "audit.jsonl", tmp_path, "planted"))
    verified, check = audit_check(claimed(tmp_path, audit))
    assert (verified, check.holds) == (False, False)
    assert says in check.told


def test_the_table_is_copied_once_and_never_another(tmp_path):
    table, folder = tmp_path / "audit.jsonl", tmp_path / "evaluation"
    write_audit(table, FRESH, 95)
    audit = audit_of(table, folder / "claims", "planted")
    kept = audit.model_copy(update={"file": AuditFile(path="../audit/a.jsonl", sha256=audit.file.sha256)})
    keep_audit(kept, table, folder, "claims")
    assert (folder / "audit/a.jsonl").read_bytes() == table.read_bytes()
    write_audit(table, FRESH, 99)
    keep_audit(kept, table, folder, "claims")
    (folder / "audit/a.jsonl").unlink()
    with pytest.raises(UserError, match="has changed since the evaluation was planned"):
        keep_audit(kept, table, folder, "claims")
