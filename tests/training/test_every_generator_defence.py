"""One table for every registered defence of a generator: it trains, saves, repeats, and counts its cost."""

import numpy as np
import pytest

from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values, to_values
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.tasks import tasks
from holdfast.training.generator import train_generator
from holdfast.training.generator_defences import (
    GeneratorLesson,
    Preference,
    WrittenCatastrophe,
    generator_defences,
)
from holdfast.training.recipes import GeneratorRecipe
from tolerances import SAME_LOG_ODDS

ROWS = [
    {"kind": "rejection_sampling"},
    {"kind": "unlikelihood", "weight": 2.0},
    {"kind": "npo", "beta": 0.5, "likelihood_weight": 0.5},
    {"kind": "dpo", "beta": 0.2, "nll_weight": 0.5},
    {"kind": "kto", "beta": 0.2, "desirable_weight": 1.5, "undesirable_weight": 1.2},
]
"""Every registered defence, with what options there are."""

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
OPEN, CLOSE = 5, 6
GOOD = [Tokens((OPEN,) * n, (CLOSE,) * n) for n in (1, 2, 3, 4)]
BAD = [Tokens(each.prompt, (*each.completion, OPEN)) for each in GOOD]
SIZE = ModelSize(layers=1, width=32, heads=2, positions=64)


def test_every_defence_has_a_row():
    assert {row["kind"] for row in ROWS} == set(generator_defences)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A generator that writes both kinds of completions alike."""
    generator = Generator.create(tasks.get("brackets")(), SIZE, Stream(0))
    train_generator(generator, [*GOOD, *BAD] * 8, GeneratorRecipe(5e-3, batch_size=16), 60, Stream(1))
    path = tmp_path_factory.mktemp("defences") / "generator"
    generator.save(path)
    return path


def opened(folder) -> Generator:
    return Generator.load(folder, tasks.get("brackets")())


def lesson_of(folder, **over) -> GeneratorLesson:
    values = {
        "harmless": GOOD,
        "catastrophes": [WrittenCatastrophe(t, (False,) * (len(t.completion) - 1) + (True,)) for t in BAD],
        "pairs": [Preference(*pair) for pair in zip(GOOD, BAD, strict=True)],
        "reference": opened(folder),
        "recipe": GeneratorRecipe(learning_rate=1e-3, batch_size=8),
        "steps": 30,
        "stream": Stream(2),
    }
    return GeneratorLesson(**{**values, **over})


def preference(generator: Generator) -> float:
    """By how much it writes the harmless completions rather than the catastrophes, in nats a pair."""
    return float((generator.log_prob(GOOD) - generator.log_prob(BAD)).mean())


@rows
def test_it_trains_saves_and_repeats(row, folder, tmp_path):
    """What is resumed is the step of a campaign: it trains again from the same weights, to the same ones."""
    defence, hashes = from_values(generator_defences, row), set()
    assert to_values(defence) == row
    before, lesson = opened(folder), lesson_of(folder)
    reference = lesson.reference.hash
    for _ in range(2):
        generator = opened(folder)
        assert defence.lacks(lesson) is None
        report = defence.train(generator, lesson)
        hashes.add(generator.hash)
    assert len(hashes) == 1
    assert generator.hash != before.hash
    assert generator.revision == 1
    assert lesson.reference.hash == reference
    assert preference(generator) > preference(before)
    assert report.steps == 30
    generator.save(tmp_path / "model")
    saved = opened(tmp_path / "model")
    assert saved.log_prob(GOOD) == pytest.approx(generator.log_prob(GOOD), abs=SAME_LOG_ODDS)


@rows
def test_it_counts_the_references_passes(row, folder):
    """A training is a forward and a backward pass of twice the cost; the reference's passes add to it."""
    report = from_values(generator_defences, row).train(opened(folder), lesson_of(folder, steps=3))
    assert report.spend.backward_flops > 0
    refers = row["kind"] in ("npo", "dpo", "kto")
    assert (report.spend.forward_flops > report.spend.backward_flops / 2) == refers


@rows
def test_it_says_what_it_lacks(row, folder):
    empty = lesson_of(folder, harmless=[], catastrophes=[], pairs=[])
    assert "there are no" in from_values(generator_defences, row).lacks(empty)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"kind": "npo", "beta": 0.0}, "beta of the defence 'npo' must be a number above 0"),
        ({"kind": "dpo", "nll_weight": -1.0}, "nll_weight of the defence 'dpo' must be 0 or above"),
        ({"kind": "kto", "undesirable_weight": 0.0}, "undesirable_weight"),
        ({"kind": "unlikelihood", "weight": float("inf")}, "above 0"),
        ({"kind": "npo", "alpha": 1.0}, "no field 'alpha'"),
        ({"kind": "ppo"}, "did you mean"),
    ],
)
def test_what_makes_no_defence_is_refused(row, why):
    with pytest.raises(UserError, match=why):
        from_values(generator_defences, row)


def test_a_training_that_diverges_leaves_the_weights(folder):
    generator = opened(folder)
    before = generator.hash
    with pytest.raises(UserError, match="diverged"):
        from_values(generator_defences, {"kind": "npo"}).train(
            generator, lesson_of(folder, recipe=GeneratorRecipe(learning_rate=1e38, batch_size=8))
        )
    assert generator.hash == before


def test_preference_alone_may_lower_both_likelihoods_and_the_option_does_not(folder):
    """arXiv 2410.08847: pairs that share nearly all their words; the chosen one's likelihood is kept."""
    likelihood = {}
    for weight in (0.0, 1.0):
        generator = opened(folder)
        defence = from_values(generator_defences, {"kind": "dpo", "beta": 0.1, "nll_weight": weight})
        defence.train(generator, lesson_of(folder, steps=30))
        likelihood[weight] = float(np.mean(generator.log_prob(GOOD)))
    assert likelihood[1.0] > likelihood[0.0]
