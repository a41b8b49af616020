"""The losses of generator defences, against the formulas of their papers computed apart in plain numpy.

The reference reads each sequence alone, in double precision, without the batches of the training.
"""

import numpy as np
import pytest
import torch

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.tasks import tasks
from holdfast.training.generator_defences import GeneratorLesson, Preference, WrittenCatastrophe
from holdfast.training.generator_defences.objectives import (
    DirectPreferenceObjective,
    KahnemanTverskyObjective,
    LikelihoodObjective,
    NegativePreferenceObjective,
    UnlikelihoodObjective,
    mismatched,
    whole,
)
from holdfast.training.generator_defences.sequences import BatchGroup
from holdfast.training.recipes import GeneratorRecipe

OPEN, CLOSE = 5, 6
GOOD = [Tokens((OPEN,) * n, (CLOSE,) * n) for n in (1, 2, 3)]
BAD = [Tokens((OPEN,) * n, (CLOSE, OPEN) * n) for n in (1, 2, 3)]
HARM = [(False,) * len(each.completion[1:]) + (True,) for each in BAD]
CLOSE_TO = {"rel": 1e-4}
"""Single precision in batches beside double precision row by row."""


@pytest.fixture(scope="module")
def models() -> tuple[Generator, Generator]:
    """A generator, and another one as its reference."""
    size, task = ModelSize(layers=1, width=16, heads=2, positions=64), tasks.get("brackets")()
    return Generator.create(task, size, Stream(0)), Generator.create(task, size, Stream(1))


@pytest.fixture(scope="module")
def lesson(models) -> GeneratorLesson:
    return GeneratorLesson(
        harmless=GOOD,
        catastrophes=[WrittenCatastrophe(t, harm) for t, harm in zip(BAD, HARM, strict=True)],
        pairs=[Preference(*pair) for pair in zip(GOOD, BAD, strict=True)],
        reference=models[1],
        recipe=GeneratorRecipe(batch_size=6),
        steps=1,
        stream=Stream(2),
    )


@pytest.fixture(scope="module")
def group(models) -> BatchGroup:
    """The harmless completions and the catastrophes, in order: the pairs row by row, too."""
    return BatchGroup(tuple(whole(models[0], tokens)[1] for tokens in (GOOD, BAD)))


def word_log_probs(generator: Generator, tokens: Tokens) -> np.ndarray:
    """Of the completion's words and its end, given all before them."""
    ids = torch.tensor([[2, *tokens.prompt, 3, *tokens.completion, 3]])
    with torch.no_grad():
        logits = generator.model(ids).logits[0].double().numpy()
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    first = len(tokens.prompt) + 2
    return np.array([log_probs[place - 1, ids[0, place]] for place in range(first, ids.shape[1])])


def ratios(models, rows) -> np.ndarray:
    own, reference = ([word_log_probs(model, t).sum() for t in rows] for model in models)
    return np.array(own) - np.array(reference)


def nll(generator, rows) -> float:
    return -float(np.concatenate([word_log_probs(generator, t) for t in rows]).mean())


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def test_likelihood_is_the_mean_over_the_words_of_completions_and_their_ends(models, lesson, group):
    assert LikelihoodObjective(models[0], lesson)(group).item() == pytest.approx(
        nll(models[0], GOOD), **CLOSE_TO
    )


def test_unlikelihood_counts_the_harm_alone(models, lesson, group):
    """arXiv 1908.04319, equation 4: -log(1 - p) of each negative candidate; here the words of the harm."""
    kept = [word_log_probs(models[0], t)[:-1][list(harm)] for t, harm in zip(BAD, HARM, strict=True)]
    expected = nll(models[0], GOOD) + 0.5 * float(-np.log(1 - np.exp(np.concatenate(kept))).mean())
    assert UnlikelihoodObjective(models[0], lesson, 0.5)(group).item() == pytest.approx(expected, **CLOSE_TO)


@pytest.mark.parametrize("beta", [0.05, 1.0])
def test_npo_is_its_papers_formula(models, lesson, group, beta):
    """arXiv 2404.05868, equation 3, in its other form: 2/beta E log(1 + (pi / pi_ref)^beta)."""
    expected = 2 / beta * np.log(1 + np.exp(ratios(models, BAD)) ** beta).mean() + 2 * nll(models[0], GOOD)
    made = NegativePreferenceObjective(models[0], lesson, beta, 2.0)
    assert made(group).item() == pytest.approx(expected, **CLOSE_TO)


@pytest.mark.parametrize("nll_weight", [0.0, 0.7])
def test_dpo_is_its_papers_formula(models, lesson, group, nll_weight):
    """arXiv 2305.18290, equation 7."""
    margins = 0.3 * (ratios(models, GOOD) - ratios(models, BAD))
    expected = -np.log(sigmoid(margins)).mean() + nll_weight * nll(models[0], GOOD)
    made = DirectPreferenceObjective(models[0], lesson, 0.3, nll_weight)
    assert made(group).item() == pytest.approx(expected, **CLOSE_TO)


def test_kto_is_its_papers_formula(models, lesson, group):
    """arXiv 2402.01306, equation 8, with lambda_D = 2, lambda_U = 3 and the shifted estimate of z0."""
    point = max(0.0, ratios(models, mismatched(GOOD + BAD)).mean())
    gains = 2 * (1 - sigmoid(0.4 * (ratios(models, GOOD) - point)))
    losses = 3 * (1 - sigmoid(0.4 * (point - ratios(models, BAD))))
    made = KahnemanTverskyObjective(models[0], lesson, 0.4, (2.0, 3.0))
    assert made(group).item() == pytest.approx(np.concatenate([gains, losses]).mean(), **CLOSE_TO)


def test_each_mismatched_row_has_another_rows_completion():
    rows = GOOD + BAD
    assert [each.prompt for each in mismatched(rows)] == [each.prompt for each in rows]
    assert [each.completion for each in mismatched(rows)] == [rows[-1].completion] + [
        each.completion for each in rows[:-1]
    ]


def test_where_both_models_are_one_preferences_start_at_their_known_values(models, lesson, group):
    same = GeneratorLesson(GOOD, lesson.catastrophes, lesson.pairs, models[0], lesson.recipe, 1, Stream(0))
    assert NegativePreferenceObjective(models[0], same, 0.1, 0.0)(group).item() == pytest.approx(
        20 * np.log(2), **CLOSE_TO
    )
    assert DirectPreferenceObjective(models[0], same, 0.1, 0.0)(group).item() == pytest.approx(
        np.log(2), **CLOSE_TO
    )
    assert KahnemanTverskyObjective(models[0], same, 0.1, (1.0, 1.0))(group).item() == pytest.approx(
        0.5, **CLOSE_TO
    )
