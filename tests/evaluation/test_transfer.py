"""Transfer matrices from counts."""

import math

import numpy as np
import pytest
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.transfer import TransferCount, combined_limits, transfer_matrix


def counts(rows: dict[tuple[str, str], tuple[int, int]], mode="fresh") -> list[TransferCount]:
    return [TransferCount(*place, mode, Proportion(*cell)) for place, cell in rows.items()]


TABLE = {
    ("none", "beam"): (90, 100),
    ("none", "gcg"): (80, 100),
    ("beam", "beam"): (10, 100),
    ("beam", "gcg"): (60, 100),
    ("gcg", "gcg"): (8, 100),
    ("gcg", "beam"): (50, 100),
}


def test_cells_rows_and_columns_stand_where_they_belong():
    found = transfer_matrix(counts(TABLE), "fresh", first="none")
    assert (found.models, found.attacks) == (("none", "beam", "gcg"), ("beam", "gcg"))
    cell = found.cell("beam", "gcg")
    assert cell.through == Proportion(60, 100)
    assert cell.remaining == pytest.approx(0.75)
    assert cell.limits == Proportion(60, 100).interval()
    assert found.cell("none", "gcg").remaining == 1
    assert found.held_out.own == pytest.approx(0.09)
    assert found.held_out.other == pytest.approx(0.55)
    assert found.held_out.tells_apart


def test_fresh_and_replayed_are_kept_apart():
    both = counts(TABLE) + counts({("beam", "gcg"): (3, 50)}, "replayed")
    replayed = transfer_matrix(both, "replayed", first="none")
    assert replayed.models == ("beam",)
    assert replayed.cell("beam", "gcg").remaining is None
    assert replayed.held_out is None
    assert transfer_matrix(both, "fresh").cell("beam", "gcg").through.trials == 100


def test_a_missing_cell_is_missing():
    part = {place: cell for place, cell in TABLE.items() if place != ("gcg", "beam")}
    found = transfer_matrix(counts(part), "fresh", first="none")
    assert found.cell("gcg", "beam") is None
    assert found.held_out.other == pytest.approx(0.6)
    assert found.held_out.own == pytest.approx(0.1)


def test_together_all_cells_hold_at_once():
    generator = np.random.default_rng(4)
    kept = 0
    for _ in range(200):
        table = {place: (int(generator.binomial(60, 0.3)), 60) for place in TABLE}
        found = transfer_matrix(counts(table), "fresh", together=True)
        kept += all(0.3 in cell.limits for row in found.cells for cell in row)
    assert kept >= 185
    apart = transfer_matrix(counts(TABLE), "fresh").cell("beam", "gcg").limits
    joint = transfer_matrix(counts(TABLE), "fresh", together=True).cell("beam", "gcg").limits
    assert joint.lower < apart.lower < apart.upper < joint.upper


def test_limits_on_what_remains_cover_even_on_the_same_seeds():
    """Before and after share each seed's difficulty, so that the two counts depend on each other."""
    generator, kept = np.random.default_rng(5), 0
    for _ in range(300):
        difficulty = generator.random(50)
        before, after = int((difficulty < 0.8).sum()), int((difficulty < 0.2).sum())
        found = transfer_matrix(
            counts({("none", "a"): (before, 50), ("a", "a"): (after, 50)}), "fresh", first="none"
        )
        kept += 0.25 in found.cell("a", "a").remaining_limits
    assert kept >= 285


@pytest.mark.parametrize(
    ("first", "second", "published"),
    # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ],
)
def test_combined_limits_of_two_rates_are_newcombes(first, second, published):
    single = [stats.binomtest(*each).proportion_ci(method="wilson") for each in (first, second)]
    found = combined_limits(
        [1, -1],
        [first[0] / first[1], second[0] / second[1]],
        [Interval(each.low, each.high) for each in single],
    )
    assert (found.lower, found.upper) == pytest.approx(published, abs=5e-5)


def test_the_contrast_covers_at_no_events():
    generator, kept = np.random.default_rng(6), 0
    for _ in range(300):
        table = {
            ("a", "a"): (int(generator.binomial(40, 0.01)), 40),
            ("a", "b"): (int(generator.binomial(40, 0.1)), 40),
            ("b", "b"): (int(generator.binomial(40, 0.01)), 40),
            ("b", "a"): (int(generator.binomial(40, 0.1)), 40),
        }
        kept += 0.09 in transfer_matrix(counts(table), "fresh").held_out.limits
    assert kept >= 285


def test_wrong_use_is_told_what_to_do():
    with pytest.raises(UserError, match="comes twice"):
        transfer_matrix(counts(TABLE) * 2, "fresh")
    with pytest.raises(UserError, match="no replayed count"):
        transfer_matrix(counts(TABLE), "replayed")
    empty = transfer_matrix(counts({("a", "a"): (0, 0)}), "fresh", first="a").cell("a", "a")
    assert empty.remaining is None
    assert empty.remaining_limits.upper == math.inf
