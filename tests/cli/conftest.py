"""The tiny models that commands run on."""

import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.brackets import Brackets
from tolerances import in_a_gap


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


@pytest.fixture(scope="session")
def middling(models):
    """A threshold that about half the generator's completions pass."""
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator
    from holdfast.models.scoring import ScoringEngine

    task = Brackets()
    generator = Generator.load(models / "generator", task)
    prompts = [t.prompt for t in generator.codec.encode(task.sample(200, Stream(0)))]
    drawn = generator.complete(prompts, Stream(1), max_words=task.limits.completion_words)
    snippets = [
        Snippet(generator.codec.decode_ids(p), generator.codec.decode_ids(c))
        for p, c in zip(prompts, drawn, strict=True)
    ]
    return in_a_gap(ScoringEngine(Classifier.load(models / "classifier", task)).score(snippets))


@pytest.fixture
def evaluated(models, middling):
    """Options by name; None leaves one out."""
    return {
        "--task": "brackets",
        "--generator": models / "generator",
        "--threshold": middling,
        "--samples": 700,
        "--draws": 3,
        "--pool": 0,
        "--workers": 1,
    }


@pytest.fixture
def command(evaluated, models, tmp_path_factory, monkeypatch):
    """The command with some options changed, in a folder whose ledger names no evaluation yet."""
    monkeypatch.chdir(tmp_path_factory.mktemp("apart"))

    def made(*options: object) -> list[object]:
        given = {**evaluated, **dict(zip(options[::2], options[1::2], strict=True))}
        pairs = [part for pair in given.items() if pair[1] is not None for part in pair]
        return ["evaluate", models / "classifier", *pairs]

    return made
