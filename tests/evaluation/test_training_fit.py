"""Why a model does not fit: each reason by a case that has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation import Proportion
from holdfast.evaluation.training_fit import SourceErrors, contradictions, fit_verdict, source_fit

FLAT, FALLING = (0.9, 0.5, 0.4, 0.4, 0.4, 0.4), (0.9, 0.8, 0.7, 0.5, 0.4, 0.3)
CASES = [
    # wrong of 1,000, forced by contradictions, losses, validation, after more training; what is short
    (5, 0, FLAT, 10, None, "nothing"),
    (5, 0, FLAT, 90, None, "data"),
    (5, 0, FLAT, None, None, "nothing"),
    (100, 80, FLAT, None, None, "labels"),
    (100, 95, FLAT, 200, None, "labels"),
    (100, 0, FALLING, None, None, "training"),
    (100, 0, FLAT, None, None, "capacity or training"),
    (100, 0, FLAT, None, 5, "training"),
    (100, 0, FALLING, None, 70, "capacity"),
    (100, 0, (), None, None, "capacity or training"),
]


def share(wrong):
    return None if wrong is None else Proportion(wrong, 1000)


@pytest.mark.parametrize(("wrong", "forced", "losses", "validation", "longer", "shortage"), CASES)
@pytest.mark.parametrize("clean", [False, True])
def test_the_verdict(wrong, forced, losses, validation, longer, shortage, clean):
    """Much clean data that is fitted well does not hide an attack's that is not."""
    first = [SourceErrors("clean", Proportion(0, 100_000), 0, Proportion(0, 100_000))] * clean
    own = SourceErrors("genetic", Proportion(wrong, 1000), forced, share(longer))
    found = fit_verdict([*first, own], losses, share(validation))
    assert found.shortage == shortage
    assert "genetic" in found.sentence


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=30))
def test_contradictions_are_what_the_best_memory_gets_wrong(examples):
    texts, labels = [text for text, _ in examples], np.array([label for _, label in examples], dtype=bool)
    found = contradictions(texts, labels)
    wrong = 0
    for text in set(texts):
        own = [label for other, label in examples if other == text]
        wrong += min(sum(label != answer for label in own) for answer in (False, True))
    assert found.unavoidable == wrong
    both = [text for text in set(texts) if len({label for other, label in examples if other == text}) == 2]
    assert found.texts == len(both)


def test_a_source_is_measured_at_one_half():
    found = source_fit("clean", np.array([True, True, False, False]), np.array([3.0, -1.0, -2.0, 0.5]))
    assert (found.missed, found.blocked) == (Proportion(1, 2), Proportion(1, 2))
    assert found.errors == Proportion(2, 4)
    terms = [np.log1p(np.exp(x)) for x in (-3.0, 1.0, -2.0, 0.5)]
    assert found.loss == pytest.approx(np.mean(terms))
