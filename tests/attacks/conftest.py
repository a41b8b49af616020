from dataclasses import replace

import pytest
import tavern

from hand_set import hand_set_generator
from holdfast.attacks.target import Target
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.scoring import ScoringEngine
from holdfast.training.generator import tuned


@pytest.fixture(scope="session")
def classifier():
    return tavern.planted_filter()


@pytest.fixture(scope="session")
def generator():
    """It writes any word, so it draws failures now and then."""
    return hand_set_generator(tavern.Tavern(), Stream(3))


@pytest.fixture
def target(classifier, generator) -> Target:
    """A fresh engine each time, so that no test sees another's cache."""
    task = tavern.Tavern()
    return Target(task, task.oracle, ScoringEngine(classifier), 0.2, generator, tune=tuned)


@pytest.fixture(scope="session")
def seeds(classifier) -> list[Snippet]:
    """Catastrophes that the filter catches with some confidence."""
    found = tavern.seeds(30, Stream(4))
    scores = ScoringEngine(classifier).score(found)
    return [seed for seed, score in zip(found, scores, strict=True) if score > 0.9][:8]


class CountingEngine(ScoringEngine):
    """Counts the different snippets that it is asked to score for a search, screened or not."""

    def __init__(self, classifier):
        super().__init__(classifier)
        self._asked = set()

    @property
    def asked(self) -> int:
        return len(self._asked)

    def log_odds(self, tokens):
        self._asked.update(tokens)
        return super().log_odds(tokens)

    def bracket(self, tokens):
        self._asked.update(tokens)
        return super().bracket(tokens)


@pytest.fixture
def counting(target, classifier) -> Target:
    return replace(target, scorer=CountingEngine(classifier))
