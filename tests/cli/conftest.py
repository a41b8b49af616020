"""The tiny models that commands run on."""

import pytest

from holdfast.core.seeds import Stream
from holdfast.tasks.brackets import Brackets


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with an untrained `classifier` and `generator` for brackets."""
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator
    from holdfast.models.size import ModelSize

    folder = tmp_path_factory.mktemp("models")
    size = ModelSize(layers=1, width=16, heads=2, positions=48)
    Classifier.create(Brackets(), size, Stream(1)).save(folder / "classifier")
    Generator.create(Brackets(), size, Stream(2)).save(folder / "generator")
    return folder
