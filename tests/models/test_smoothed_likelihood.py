"""The smoothed likelihood: a word that the generator never saw is not refused as such, and disorder is."""

import numpy as np
import pytest
import torch
from fake_task import TINY, FakeTask
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.generator import Generator
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.calibrate import calibrated
from holdfast.models.vetoes.panel import PASSES, CalibratedVeto, Vetoes
from holdfast.models.vetoes.smoothing import Smoothing
from holdfast.tasks import tasks
from holdfast.tasks.base import OpenClassed
from holdfast.training.generator import GeneratorRecipe, train_generator
from tolerances import alike

REFUSE = 0.02
CLASSES = FakeTask.open_classes
NEVER_SEEN = {"dragon", "castle", "slept"}
"""One word of each class, which no text that the generator learns from has."""
SEEN = {name: [word for word in words if word not in NEVER_SEEN] for name, words in CLASSES.items()}
SHAPES = {
    "the beings verbs .": 60,
    "a old beings verbs and verbs .": 20,
    "the beings , the beings and a beings verbs home !": 10,
    "“ the old places , ” the beings 's beings verbs ?": 5,
    "a places , a places and the places verbs .": 5,
}
"""Sentences and how often they come: some are rare, so that how likely stories are differs."""


def stories(count: int, seed: int, never_seen: bool) -> list[Snippet]:
    """Four sentences each; with `never_seen` each story has exactly one word that is new."""
    random, found = Stream(seed).python(), []
    for _ in range(count):
        shapes = random.choices([*SHAPES], weights=[*SHAPES.values()], k=4)
        kinds = [word for shape in shapes for word in shape.split()]
        new = random.choice([i for i, kind in enumerate(kinds) if kind in CLASSES]) if never_seen else -1
        words = [
            next(word for word in CLASSES[kind] if word in NEVER_SEEN)
            if i == new
            else random.choices(SEEN[kind], weights=[9, *[1] * (len(SEEN[kind]) - 1)])[0]
            if kind in CLASSES
            else kind
            for i, kind in enumerate(kinds)
        ]
        found.append(Snippet(" ".join(words), "the girl ran ."))
    return found


def shuffled(texts: list[Tokens]) -> list[Tokens]:
    random = Stream(9).python()
    return [Tokens(tuple(random.sample(text.prompt, len(text.prompt))), text.completion) for text in texts]


@pytest.fixture(scope="module")
def writer() -> Generator:
    generator = Generator.create(FakeTask(), TINY, Stream(0))
    texts = generator.codec.encode(stories(300, 1, never_seen=False))
    train_generator(generator, texts, GeneratorRecipe(learning_rate=1e-2, batch_size=32), 80, Stream(2))
    return generator


def refused(writer: Generator, **options) -> dict[str, float]:
    """The share of each set of texts that a veto turns away."""
    veto = from_values(vetoes, {"kind": "likelihood", "part": "prompt", "refuse": REFUSE, **options})
    encode = writer.codec.encode
    panel = calibrated([veto], writer, {"stories": encode(stories(200, 3, never_seen=False))})
    usual = encode(stories(150, 4, never_seen=False))
    sets = {
        "usual": usual,
        "a new word in its place": encode(stories(150, 5, never_seen=True)),
        "disorder": shuffled(usual),
    }
    return {name: float((panel.turned_away(texts) != PASSES).mean()) for name, texts in sets.items()}


def test_a_new_word_in_a_usual_place_is_refused_far_less_often_and_disorder_as_before(writer):
    rows = [{}, {"smoothing": 0.5}, {"smoothing": 0.9}, {"smoothing": 0.9, "blurring": 0.5}]
    plain, *smoothed = (refused(writer, **options) for options in rows)
    for shares in (plain, *smoothed):
        assert shares["usual"] < 0.1
        assert shares["disorder"] > 0.9
    for shares in smoothed:
        assert shares["a new word in its place"] < plain["a new word in its place"] / 2, (plain, smoothed)


def test_values_are_those_of_a_slow_reading(writer):
    share, texts = 0.3, writer.codec.encode(stories(5, 6, never_seen=True))
    row = {"kind": "likelihood", "part": "prompt", "smoothing": share}
    found = from_values(vetoes, row).reader(writer).values(texts)
    for text, value in zip(texts, found.tolist(), strict=True):
        whole = Tokens(text.prompt, ())
        tables = np.exp(writer.word_log_probs([whole])[0].astype(np.float64))
        words = [*text.prompt]
        logs = [_mixed(tables[i], word, writer, share) for i, word in enumerate(words)]
        plain = from_values(vetoes, {"kind": "likelihood", "part": "prompt"}).reader(writer)
        # The end of the prompt is of no class, and keeps its own.
        own = sum(np.log(tables[i][word]) for i, word in enumerate(words))
        end = float(plain.values([text])[0]) * (len(words) + 1) - own
        assert alike(value, (sum(logs) + end) / (len(words) + 1), 1e-3)


def _mixed(table: np.ndarray, word: int, writer: Generator, share: float) -> float:
    for ids in writer.codec.open_classes:
        if word in ids:
            return float(np.log((1 - share) * table[word] + share * table[list(ids)].sum() / len(ids)))
    return float(np.log(table[word]))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 0.99))
def test_all_words_together_keep_probability_1(seed, share):
    draw = torch.Generator().manual_seed(seed)
    logits = 5 * torch.randn((1, 1, 9), generator=draw).expand(1, 9, 9)
    found = Smoothing(share, 0.0, [(0, 1, 2), (5,), (7, 8)], 9).log_probs(logits, torch.arange(9)[None])
    assert float(found.exp().sum()) == pytest.approx(1.0, abs=1e-5)


def test_the_gradient_by_word_and_class_is_the_first_order_of_another_word(writer):
    """In log space: the change of the word's own, times its part in the mixture, and that of its class."""
    share, row = 0.5, {"kind": "likelihood", "part": "completion", "smoothing": 0.5}
    (text,) = writer.codec.encode([Snippet("the girl ran .", "a girl ran")])
    reader = from_values(vetoes, row).reader(writer)
    (found,) = reader.gradients([text])
    matrix, width = reader.embedding_matrix(), writer.model.config.hidden_size
    last, place = text.completion[-1], len(text.prompt) + len(text.completion) - 1
    logs = writer.word_log_probs([text])[0][place].astype(np.float64)

    def of_class(word: int) -> float:
        ids = next(ids for ids in writer.codec.open_classes if word in ids)
        return float(np.log(np.exp(logs[list(ids)]).sum() / len(ids)))

    own = (1 - share) * np.exp(logs[last]) / np.exp(_mixed(np.exp(logs), last, writer, share))
    ids = writer.tokenizer.get_vocab()
    for word in (ids["fell"], ids["dragon"], ids["castle"]):
        gain = found.completion[-1, width:] @ (matrix[word, width:] - matrix[last, width:])
        expected = own * (logs[word] - logs[last]) + (1 - own) * (of_class(word) - of_class(last))
        assert float(gain) == pytest.approx(expected / (len(text.completion) + 1), abs=1e-3)


@pytest.mark.parametrize("name", [name for name in tasks.names() if name != "labelled"])
def test_classes_that_a_task_states_are_of_its_vocabulary_and_apart(name):
    task = tasks.get(name)()
    if not isinstance(task, OpenClassed):
        return
    words = [word for each in task.open_classes.values() for word in each]
    assert len(set(words)) == len(words)
    assert set(words) <= set(task.vocabulary)
    assert {"the", "she", "and"}.isdisjoint(words), "words that a language has once and for all"


def test_other_classes_than_it_was_calibrated_with_are_refused(writer):
    veto = from_values(vetoes, {"kind": "likelihood", "part": "prompt", "smoothing": 0.5})
    panel = calibrated([veto], writer, {"stories": writer.codec.encode(stories(20, 3, never_seen=False))})
    told = [part.told for part in panel.parts]
    assert Vetoes.told_by(told, writer).parts == panel.parts
    with pytest.raises(UserError, match="calibrated with other classes"):
        Vetoes.told_by([{**told[0], "reads_with": "other"}], writer)


def test_what_filters_without_smoothing_keep_is_as_it_was(writer):
    """So their hashes, which records and claims name, stay."""
    veto = from_values(vetoes, {"kind": "likelihood", "part": "prompt"})
    told = CalibratedVeto(veto, -3.0, 1.0, "", veto.reader(writer)).told
    options = {"kind": "likelihood", "refuse": 0.01, "part": "prompt", "floor": None}
    assert told == {**options, "bound": -3.0, "spread": 1.0}


def test_a_generator_or_task_without_classes_says_so(writer):
    veto = from_values(vetoes, {"kind": "likelihood", "part": "prompt", "smoothing": 0.5})
    with pytest.raises(UserError, match="'brackets' does not say which of its words"):
        veto.check(tasks.get("brackets")())
    veto.check(tasks.get("storyworld")())
    with pytest.raises(UserError, match="opened without a task"):
        veto.reader(Generator(writer.model, writer.tokenizer))


@pytest.mark.parametrize("smoothing", [0, 1, 1.5, "much"])
def test_a_share_that_is_none_is_named(smoothing):
    with pytest.raises(UserError, match="smoothing"):
        from_values(vetoes, {"kind": "likelihood", "part": "prompt", "smoothing": smoothing})
