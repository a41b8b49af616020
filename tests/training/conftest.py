"""What the tests of training share: brackets, and an untrained classifier of the size that a module names."""

import pytest

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.tasks.brackets import Brackets


@pytest.fixture(scope="session")
def brackets() -> Brackets:
    return Brackets()


@pytest.fixture
def classifier(brackets, request) -> Classifier:
    """Of the module's `SIZE`."""
    return Classifier.create(brackets, request.module.SIZE, Stream(0))
