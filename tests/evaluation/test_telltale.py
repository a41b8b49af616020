"""How much of the gain is recognising the attack: worlds in which the answer is known."""

import numpy as np
import pytest
from scipy import optimize, stats

from holdfast.core.errors import UserError
from holdfast.evaluation.discriminator import cross_fitted, fit_logistic, fold_of, word_runs
from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.paired_gain import gain_of, surviving_share
from holdfast.evaluation.telltale import CLEAN, TelltaleCases, telltale_test

STORY = "tom mara saw walked to the old red road house with a lamp and then slept".split()
HARM, TELLS = ("stabbed", "killed"), ("password", "zz", "qq")


def world(
    seed: int, *, signed: float, stops_signs: float, stops_plain: float, size: int = 150, alarms: bool = False
) -> TelltaleCases:
    """Clean texts and those of two attacks, with and without harm; a share of the attacks' texts carries
    signs.

    The first model stops no adversarial text. The last stops signed and unsigned ones at rates of its own,
    and if `alarms` refuses signed harmless texts too.
    """
    generator = np.random.default_rng(seed)
    texts, bad, attacks, after, seeds = [], [], [], [], []
    for origin in range(size):
        for attack in (CLEAN, "beam", "gcg"):
            for harmful in (True, False):
                signs = attack != CLEAN and generator.random() < signed
                words = generator.choice(STORY, 8).tolist()
                words += [generator.choice(HARM)] if harmful else ["greeted"]
                words += generator.choice(TELLS, 2).tolist() if signs else []
                texts.append(SnippetWords(("once",), tuple(words)))
                bad.append(harmful)
                attacks.append(attack)
                rate = stops_signs if signs else stops_plain
                after.append(generator.random() < rate if harmful or (signs and alarms) else False)
                seeds.append(f"{attack}-{origin}")
    before = np.zeros(len(bad), dtype=bool)
    return TelltaleCases(word_runs(texts), np.array(bad), attacks, before, np.array(after), seeds)


def test_a_gain_that_is_all_recognition_does_not_survive():
    found = telltale_test(world(1, signed=0.5, stops_signs=1.0, stops_plain=0.0, alarms=True))
    assert found.power.limits.lower > 0.6
    assert found.gain.change == pytest.approx(0.5, abs=0.1)
    assert found.surviving.share < 0.15
    assert found.surviving.limits.upper < 0.3
    assert found.false_alarms.limits.lower > 0.5
    assert {row.attack for row in found.held_out} == {"beam", "gcg"}
    assert all(row.power.limits.lower > 0.6 and row.surviving.share < 0.2 for row in found.held_out)


def test_a_gain_that_knows_no_signs_survives_whole():
    found = telltale_test(world(2, signed=0.5, stops_signs=0.6, stops_plain=0.6))
    assert 1.0 in found.surviving.limits
    assert found.surviving.limits.lower > 0.7
    assert abs(found.false_alarms.excess) < 0.01
    assert 0.5 in found.power_unseen.limits


def test_where_nothing_gives_the_attack_away_the_discriminator_says_so():
    found = telltale_test(world(3, signed=0.0, stops_signs=0.5, stops_plain=0.5))
    assert 0.5 in found.power.limits
    assert 1.0 in found.surviving.limits


def test_without_gain_or_without_clean_failures_there_is_no_share():
    assert telltale_test(world(4, signed=0.5, stops_signs=0.0, stops_plain=0.0)).surviving.share is None
    hidden = telltale_test(world(5, signed=1.0, stops_signs=1.0, stops_plain=0.0, size=40)).surviving
    assert hidden.limits is None
    assert hidden.why


def test_a_restriction_that_removes_nothing_gives_no_share_but_says_why():
    """Every failure taken for clean: the ratio is 1 whatever the gain, and so no finding."""
    after, everything = np.arange(60) % 3 > 0, np.ones(60, dtype=bool)
    found = surviving_share(np.zeros(60, dtype=bool), after, everything, list(range(60)))
    assert (found.share, found.limits) == (None, None)
    assert "no power" in found.why
    all_but_one = everything & (np.arange(60) != 1)
    assert surviving_share(np.zeros(60, dtype=bool), after, all_but_one, list(range(60))).limits is not None


def test_too_few_seeds_are_refused():
    with pytest.raises(UserError, match="too few for 5 folds"):
        telltale_test(world(6, signed=0.5, stops_signs=1.0, stops_plain=0.0, size=3))
    alone = world(7, signed=0.5, stops_signs=1.0, stops_plain=0.0, size=20)
    with pytest.raises(UserError, match="give both"):
        telltale_test(alone.take(alone.adversarial))


@pytest.mark.parametrize(("of_signed", "of_plain"), [(0.9, 0.3), (0.5, 0.5), (1.0, 0.95)])
def test_limits_of_the_surviving_share_cover(of_signed, of_plain):
    """40 seeds with three failures each, alike within a seed; half the failures carry signs."""
    generator, kept, told = np.random.default_rng(8), 0, 0
    truth = of_plain / ((of_signed + of_plain) / 2)
    for _ in range(400):
        seeds = np.repeat(np.arange(40), 3)
        plain = generator.random(120) < 0.5
        luck = np.where(generator.random(120) < 0.5, generator.random(40)[seeds], generator.random(120))
        after = luck < np.where(plain, of_plain, of_signed)
        found = surviving_share(np.zeros(120, dtype=bool), after, plain, seeds.tolist())
        told += found.limits is not None
        kept += found.limits is not None and truth in found.limits
    assert told > 390
    assert kept / told > 0.92


def test_the_gain_of_independent_pairs_has_the_textbook_variance():
    """One case a seed: a paired t interval (scipy), as long as it is wider than the floor."""
    generator = np.random.default_rng(9)
    before, after = generator.random(200) < 0.2, generator.random(200) < 0.6
    found = gain_of(before, after, list(range(200)))
    theirs = stats.ttest_rel(after.astype(float), before.astype(float)).confidence_interval(0.95)
    assert (found.limits.lower, found.limits.upper) == pytest.approx((theirs.low, theirs.high))
    certain = gain_of(np.zeros(50, dtype=bool), np.ones(50, dtype=bool), list(range(50)))
    assert certain.limits.lower == pytest.approx(1 - np.log(2 / 0.05) / 50)


def test_the_logistic_regression_is_that_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    from scipy.sparse import csr_array

    generator = np.random.default_rng(10)
    rows = (generator.random((300, 4)) < 0.4).astype(float)
    positive = generator.random(300) < 1 / (1 + np.exp(-(rows @ [1.0, -1.0, 0.5, 0.0])))
    weights = np.where(positive, 0.5 / positive.mean(), 0.5 / (~positive).mean())
    theirs = sm.GLM(
        positive.astype(float), sm.add_constant(rows), sm.families.Binomial(), freq_weights=weights
    )
    ours, intercept = fit_logistic(csr_array(rows), positive, penalty=0.0)
    assert [intercept, *ours] == pytest.approx(theirs.fit().params, abs=1e-4)


def test_the_penalised_fit_is_at_its_minimum():
    from scipy.sparse import csr_array

    generator = np.random.default_rng(11)
    rows, positive = generator.normal(size=(80, 3)), generator.random(80) < 0.3
    sign, share = (
        np.where(positive, 1, -1),
        np.where(positive, 0.5 / positive.mean(), 0.5 / (~positive).mean()),
    )

    def objective(theta):
        return (share * np.log1p(np.exp(-sign * (rows @ theta[:3] + theta[3])))).sum() + theta[:3] @ theta[:3]

    slow = optimize.minimize(
        objective, np.zeros(4), method="Nelder-Mead", options={"xatol": 1e-7, "maxiter": 9999}
    )
    weights, intercept = fit_logistic(csr_array(rows), positive, penalty=2.0)
    assert [*weights, intercept] == pytest.approx(slow.x, abs=1e-4)


def test_no_seed_is_on_both_sides_and_every_fold_holds_both_kinds():
    seeds = [f"s{i % 30}" for i in range(90)]
    positive = np.array([i % 3 == 0 or i % 7 == 0 for i in range(90)])
    fold = fold_of(seeds, positive, 5)
    assert all(len({fold[i] for i in range(90) if seeds[i] == seed}) == 1 for seed in seeds)
    assert all(0 < positive[fold == each].mean() < 1 for each in range(5))


def test_a_score_owes_nothing_to_its_own_seed():
    """Turning the label of one seed's case leaves that seed's own scores as they were."""
    cases = world(12, signed=0.5, stops_signs=1.0, stops_plain=0.0, size=20)
    labels = cases.adversarial
    fold = fold_of(cases.seeds, labels, 4)
    learns = np.ones(len(labels), dtype=bool)
    scores = cross_fitted(cases.features, labels, learns, fold)
    turned = labels.copy()
    turned[fold == 2] = ~turned[fold == 2]
    again = cross_fitted(cases.features, turned, learns, fold)
    assert again[fold == 2] == pytest.approx(scores[fold == 2])
    assert again[fold == 1] != pytest.approx(scores[fold == 1])


def test_runs_of_words_know_part_and_length():
    texts = [
        SnippetWords(("a",), ("b",)),
        SnippetWords(("b",), ("a",)),
        SnippetWords(("b",), ("a", "a", "a", "a")),
    ]
    rows = word_runs([*texts, *texts]).toarray()
    assert (rows[:3] == rows[3:]).all()
    assert len(np.unique(rows, axis=0)) == 3
    assert set(np.unique(rows)) <= {0.0, 1.0}
