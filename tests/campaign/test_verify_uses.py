"""A claim from any table that a real run kept is refused: it trained with it, or chose with it."""

import numpy as np
import pytest

from holdfast.campaign.history import load_record
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.campaign.verify.check import Asked
from holdfast.campaign.verify.claim import verify_claim
from holdfast.cli.main import main
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)
from holdfast.evaluation.claims.copies import STRETCH
from holdfast.store.disk import read_table
from holdfast.tasks.brackets import Brackets
from tiny_campaign import tiny_yaml

KINDS = {
    "clean-train": "trained its models",
    "clean-validation": "measured every round",
    "calibration": "chose its thresholds",
    "natural": "measured every round",
    "attack": "trained its models",
}
"""What every run keeps, by a part of the table's name, and what it did with it."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("used")
    patch = pytest.MonkeyPatch()
    patch.chdir(place)
    patch.delenv("HOLDFAST_HOME", raising=False)
    (place / "tiny.yaml").write_text(tiny_yaml(attack_seeds=12))
    assert main(["run", "brackets", "--config", "tiny.yaml", "--name", "used"]) == 0
    assert load_record("used").rounds
    yield place / "runs" / "used"
    patch.undo()


def claimed(run, table):
    """A claim from the draws of a table, stored anew with scores of their own, so that no hash tells."""
    of = Distribution.of(Brackets(), generator="a" * 64, classifier="b" * 64, threshold=0.5)
    rows = read_table(table, ["prompt", "completion", "catastrophic"])
    rows = {**rows, "log_odds": np.full(len(rows["prompt"]), -9.0)}
    path = run / "evaluations" / table.stem / "own.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_outcomes(path, rows, of)
    counted = evidence_of(
        read_outcomes([path]),
        Quantity.NATURAL_FAILURE_RATE,
        of,
        planned=len(rows["prompt"]),
        looks=1,
        uses=[DataUse.MEASURED],
        models_compared=1,
        sources=[source_of(path, path.parent, of)],
        drawn_with="fresh, truly",
    )
    judge = JudgeRecord.oracle_of("brackets")
    made = Claim.of(counted, of, method=Method.BINOMIAL, confidence=0.95, judge=judge)
    file = path.with_name("claim.json")
    file.write_text(made.to_json())
    return file


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "did"), KINDS.items(), ids=KINDS)
def test_a_claim_from_what_the_run_used_is_refused(kind, did, run):
    tables = [
        t for t in (run / "samples").glob(f"*{kind}*.parquet") if len(read_table(t)["prompt"]) > STRETCH
    ]
    assert tables
    for table in tables:
        broken = {check.name: check.told for check in verify_claim(claimed(run, table), Asked()).broken}
        assert table.name in broken["uses"], broken
        assert did in broken["uses"]
