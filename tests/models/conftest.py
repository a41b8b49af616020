"""Tiny models of random weights for the fake task."""

import pytest
from fake_task import TINY, FakeTask, enlarge

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator


@pytest.fixture(scope="session")
def task():
    return FakeTask()


@pytest.fixture(scope="session")
def classifier(task):
    """Random weights, made larger so that the log odds of different snippets differ well."""
    made = Classifier.create(task, TINY, Stream(0).child("classifier"))
    enlarge(made.model)
    return made


@pytest.fixture(scope="session")
def generator(task):
    made = Generator.create(task, TINY, Stream(0).child("generator"))
    enlarge(made.model)
    return made


@pytest.fixture(scope="session")
def snippets(task) -> list[Snippet]:
    return task.sample(120, Stream(0).child("snippets"))


@pytest.fixture(scope="session")
def tokens(classifier, snippets) -> list[Tokens]:
    return classifier.codec.encode(snippets)
