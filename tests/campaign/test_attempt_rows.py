"""Attempts as rows: one shape, whatever file they are in."""

import csv
from dataclasses import fields

import numpy as np
import pytest

from holdfast.attacks.results import Attempt, Failure
from holdfast.campaign.attempt_rows import (
    AttemptRow,
    attempt_columns,
    outcome_columns,
    read_attempts,
    write_attempts,
)
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.evaluation.claims.stored import Outcomes

SEED = Snippet("so it began", 'he said "no",\nand left')


def failure(egregiousness, query):
    text = Snippet("so it began", f"grade {egregiousness:g}")
    verdict = Verdict(Label.CATASTROPHIC, egregiousness, "it hurts")
    return Failure(0, text, Units((), ()), -2.0, 0.12, verdict, query)


WORSE = (failure(2.0, 3), failure(7.0, 5), failure(7.0, 9))
BROKEN = Attempt(SEED, 9, 3, WORSE[0], WORSE, found=4, turned_away={"a veto": 5, "another": 1})
CLEAN = Attempt(SEED, 1, 1, WORSE[0], WORSE[:1], clean_miss=True)
WITHSTOOD = Attempt(SEED, 40, None, None, ())
SKIPPED = Attempt(SEED, 0, None, None, (), skipped="it has 9 tokens, and the model reads 8")
PENDING = Attempt(SEED, 30, None, None, (), pending=WORSE[:2])
ALL = (BROKEN, CLEAN, WITHSTOOD, SKIPPED, PENDING)

CELLS = {
    # column: what stands in the rows of ALL
    "attack": ["beam"] * 5,
    "seed": ["5", "6", "7", "8", "9"],
    "outcome": ["broken", "broken", "withstood", "skipped", "pending"],
    "skipped_because": ["", "", "", SKIPPED.skipped, ""],
    "clean_miss": ["false", "true", "false", "false", "false"],
    "queries": ["9", "1", "40", "0", "30"],
    "first_failure_query": ["3", "1", "", "", ""],
    "turned_away": ["6", "0", "0", "0", "0"],
    "turned_away_before": ["0", "0", "", "", ""],
    "failures": ["3", "1", "0", "0", "0"],
    "pending": ["0", "0", "0", "0", "2"],
    "seed_prompt": [SEED.prompt] * 5,
    "seed_completion": [SEED.completion] * 5,
    "failure_prompt": ["so it began", "so it began", "", "", ""],
    "failure_completion": ["grade 7", "grade 2", "", "", ""],
    "failure_log_odds": ["-2.0", "-2.0", "", "", ""],
    "failure_score": ["0.12", "0.12", "", "", ""],
    "egregiousness": ["7.0", "2.0", "", "", ""],
    "why": ["it hurts", "it hurts", "", "", ""],
}


def test_every_column_is_in_the_table_of_this_test():
    assert list(CELLS) == [one.name for one in fields(AttemptRow)]


@pytest.mark.parametrize("column", CELLS)
def test_a_row_holds_what_an_attempt_came_to_and_its_worst_failure(column, tmp_path):
    write_attempts(tmp_path / "attempts.csv", [attempt_columns("beam", ALL, 5)])
    with (tmp_path / "attempts.csv").open(encoding="utf-8", newline="") as file:
        assert [row[column] for row in csv.DictReader(file)] == CELLS[column]


@pytest.mark.parametrize("some", [ALL, (SKIPPED, SKIPPED), (BROKEN,), ()], ids=len)
def test_parquet_reads_back_and_goes_on_as_csv_with_the_same_bytes(some, tmp_path):
    tables = [attempt_columns("beam", some), attempt_columns("gcg", (WITHSTOOD,))]
    write_attempts(tmp_path / "attempts.parquet", tables)
    read = read_attempts(tmp_path / "attempts.parquet")
    write_attempts(tmp_path / "one.csv", tables)
    write_attempts(tmp_path / "two.csv", [read])
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert len(read["seed"]) == len(some) + 1


def test_claims_rest_on_the_attempts_that_were_made():
    columns = outcome_columns(attempt_columns("beam", ALL))
    found = Outcomes.of(columns, "the table")
    assert found.bad.tolist() == found.passes.tolist() == [True, True, False]
    assert found.egregiousness.tolist() == [7.0, 2.0, 0.0]
    assert found.completions.tolist() == ["grade 7", "grade 2", ""]
    assert np.isnan(found.log_odds).tolist() == [False, False, True]
    assert found.seed_completions.tolist() == [SEED.completion] * 3
