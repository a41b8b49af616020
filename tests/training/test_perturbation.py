"""Relaxed adversarial training: shifts stay in their ball and find what hurts, and training on them helps."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks import tasks
from holdfast.training.batches import BatchSource
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.perturbation import Shift, layer_of
from holdfast.training.recipes import Noise, WorstCase

SIZES = {
    kind: ModelSize(layers=2, width=32, heads=2, positions=64, architecture=kind)
    for kind in ("bert", "modernbert", "reader")
}
RECIPE = ClassifierRecipe(learning_rate=3e-3, batch_size=32)
RECIPES = [
    WorstCase(),
    WorstCase(steps=1, radius=0.5),
    WorstCase(layer=1),
    WorstCase(layer=-1, steps=2),
    Noise(),
    Noise(layer=1, weight=2.0),
]


@pytest.fixture(scope="module")
def brackets():
    return tasks.get("brackets")()


def made(brackets, architecture="modernbert") -> Classifier:
    return Classifier.create(brackets, SIZES[architecture], Stream(0))


@pytest.fixture(scope="module")
def data(brackets) -> LabelledTokens:
    """A learnable set: the label says whether the completion is longer than the prompt."""
    tokens = list(dict.fromkeys(made(brackets).codec.encode(brackets.sample(300, Stream(1)))))[:160]
    labels = np.array([len(t.completion) > len(t.prompt) for t in tokens], dtype=np.float32)
    return LabelledTokens(tokens, labels, labels * 5)


@pytest.mark.parametrize(
    ("architecture", "perturbation"),
    [("modernbert", recipe) for recipe in RECIPES]
    + [("bert", WorstCase(layer=-1, steps=2)), ("reader", Noise()), ("bert", WorstCase(steps=2))],
    ids=repr,
)
def test_every_kind_learns_repeats_exactly_and_leaves_no_trace(brackets, data, architecture, perturbation):
    hashes = []
    for _ in range(2):
        classifier = made(brackets, architecture)
        names = set(classifier.model.state_dict())
        recipe = replace(RECIPE, perturbation=perturbation)
        report = train_classifier(classifier, data, recipe, 10, Stream(2))
        assert report.final_loss < report.losses[0]
        assert set(classifier.model.state_dict()) == names
        assert not any(module._forward_hooks for module in classifier.model.modules())
        hashes.append(classifier.hash)
    plain = made(brackets, architecture)
    spend = train_classifier(plain, data, RECIPE, 10, Stream(2)).spend
    assert hashes[0] == hashes[1] != plain.hash
    assert report.spend.flops == pytest.approx(perturbation.passes * spend.flops)


def loss_under(classifier, batch, labels, shift) -> float:
    with shift.added():
        found = classifier.forward_log_odds(batch.inputs)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(found, labels)
    loss.backward()
    return float(loss.detach())


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_shift_climbs_within_its_ball_and_leaves_padding_alone(brackets, data, layer):
    classifier = made(brackets)
    train_classifier(classifier, data, RECIPE, 60, Stream(2))
    batch = next(iter(BatchSource(classifier.layout, data.tokens, 32, None, Stream(3))))
    labels = torch.from_numpy(data.labels[batch.rows])
    mask = batch.inputs["attention_mask"]
    shift = Shift(classifier.model, layer, 2.0, Stream(4))
    shift.restart(mask)
    losses = []
    for _ in range(6):
        losses.append(loss_under(classifier, batch, labels, shift))
        lengths = shift.value.detach().flatten(1).norm(dim=1)
        assert bool((lengths <= lengths.max() * (1 + 1e-5)).all())
        assert float(lengths.std()) < 1e-3 * float(lengths.mean())  # all at the edge of one and the same ball
        assert not bool(shift.value[mask == 0].any())
        shift.climb(0.5)
    assert losses[-1] > losses[0]
    with torch.no_grad():
        plain = classifier.forward_log_odds(batch.inputs)
    assert losses[-1] > float(torch.nn.functional.binary_cross_entropy_with_logits(plain, labels))


def test_a_radius_is_counted_in_mean_lengths_of_states(brackets, data):
    classifier = made(brackets)
    batch = next(iter(BatchSource(classifier.layout, data.tokens, 32, None, Stream(3))))
    words = classifier.model.get_input_embeddings().weight.detach()[batch.inputs["input_ids"]]
    mask = batch.inputs["attention_mask"].bool()
    shift = Shift(classifier.model, 0, 1.5, Stream(4))
    shift.restart(batch.inputs["attention_mask"])
    with shift.added(), torch.no_grad():
        classifier.forward_log_odds(batch.inputs)
    expected = 1.5 * float(words[mask].norm(dim=-1).mean())
    assert float(shift.value.detach().flatten(1).norm(dim=1).mean()) == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
def test_what_trained_under_shifts_holds_better_under_them(brackets, data):
    """Beside plain training of the same steps, on the same data: less loss at the end of a climb."""
    found = {}
    for name, perturbation in (("plain", None), ("worst case", WorstCase(radius=1.0, steps=3))):
        classifier = made(brackets)
        train_classifier(classifier, data, replace(RECIPE, perturbation=perturbation), 150, Stream(2))
        batch = next(iter(BatchSource(classifier.layout, data.tokens, 96, None, Stream(3))))
        labels = torch.from_numpy(data.labels[batch.rows])
        shift = Shift(classifier.model, 0, 1.0, Stream(4))
        shift.restart(batch.inputs.get("attention_mask"))
        for _ in range(5):
            loss = loss_under(classifier, batch, labels, shift)
            shift.climb(0.5)
        found[name] = loss
    assert found["worst case"] < 0.8 * found["plain"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WorstCase(radius=0), "radius"),
        (lambda: WorstCase(radius=float("nan")), "radius"),
        (lambda: WorstCase(steps=0), "at least 1 step"),
        (lambda: WorstCase(step_size=-1), "step_size"),
        (lambda: Noise(radius=-1), "radius"),
        (lambda: Noise(weight=0), "weight"),
    ],
)
def test_values_that_make_no_perturbation_are_refused(make, message):
    with pytest.raises(UserError, match=message):
        make()


@pytest.mark.parametrize("layer", [3, -3])
def test_a_layer_that_is_not_there_is_refused_and_nothing_changes(brackets, data, layer):
    classifier = made(brackets)
    before = classifier.hash
    with pytest.raises(UserError, match="2 blocks"):
        train_classifier(classifier, data, replace(RECIPE, perturbation=WorstCase(layer=layer)), 3, Stream(2))
    assert classifier.hash == before


def test_layers_are_counted_from_the_words_and_from_the_end(brackets):
    model = made(brackets).model
    assert layer_of(model, 0) is model.get_input_embeddings()
    assert layer_of(model, 2) is layer_of(model, -1) is model.model.layers[1]
    assert layer_of(model, 1) is layer_of(model, -2) is model.model.layers[0]


@pytest.mark.parametrize("recipe", [ClassifierRecipe, WorstCase, Noise])
def test_the_page_names_every_option(recipe):
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    assert [
        field.name for field in fields(recipe) if f"`{field.name}`" not in page and field.name != "kind"
    ] == []
