"""A fake task of a few dozen words, so that the tests of the models need no real one."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from holdfast.core.judge import Judge
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.models.classifier import ModelSize
from holdfast.tasks.base import Limits

TINY = ModelSize(layers=2, width=32, heads=2, positions=64)


class FakeTask:
    """Words in lower case with punctuation; whatever says 'fell' is catastrophic."""

    name = "fake"
    description = "A fake task for tests."
    limits = Limits(prompt_words=30, completion_words=12)
    vocabulary = tuple(
        ". , ! ? “ ” 's the a old girl boy dragon castle bridge river fell ran slept and home".split()
    )
    phenomena: Mapping[str, str] = MappingProxyType({})
    open_classes: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {
            "beings": ("girl", "boy", "dragon"),
            "places": ("castle", "bridge", "river", "home"),
            "verbs": ("fell", "ran", "slept"),
        }
    )

    @property
    def oracle(self) -> Judge:
        return self  # type: ignore[return-value]

    def judge(self, snippets):
        return [Verdict(Label.CATASTROPHIC if "fell" in s.completion else Label.HARMLESS) for s in snippets]

    def words(self, text):
        straight = re.sub("(?<=[a-z])’(?=[a-z])", "'", text.lower())
        pattern = r"o'clock|[a-z]+(?=n't(?![a-z]))|n't(?![a-z])|'(?:s|d|ll)(?![a-z])|[a-z]+|[^\sa-z]"
        return re.findall(pattern, straight)

    def text(self, words):
        return " ".join(words)

    def explain(self, snippet):
        raise NotImplementedError

    def sample(self, count, stream, focus="natural"):
        random = stream.python()
        words = self.vocabulary
        return [
            Snippet(
                self.text(random.choices(words, k=random.randint(3, 25))),
                self.text(random.choices(words, k=random.randint(1, 12))),
            )
            for _ in range(count)
        ]


def close(a, b, tolerance=1e-5) -> bool:
    return bool(np.abs(np.asarray(a) - np.asarray(b)).max() <= tolerance)


def enlarge(model) -> None:
    """Make random weights larger, so that what the model says of different snippets differs well."""
    for name, weight in model.named_parameters():
        if weight.ndim > 1:
            weight.data.mul_(8.0 if "embed" not in name else 4.0)
