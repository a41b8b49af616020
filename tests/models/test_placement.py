"""Where models run: resolved in one place, refused in words; a model in bf16 is still the same model."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from guards import model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.branching import Branches
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.models.placement import Placement
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.generator import train_generator
from holdfast.training.recipes import GeneratorRecipe
from tokenizers_made import made_tokenizers, small_causal_lm


def machine(monkeypatch, cuda=0, mps=False):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("asked", "here", "found"),
    [
        ({}, {}, ("cpu", "fp32")),
        ({}, {"cuda": 1}, ("cuda", "fp32")),
        ({}, {"mps": True}, ("mps", "fp32")),
        ({}, {"cuda": 2, "mps": True}, ("cuda", "fp32")),
        ({"device": "cpu"}, {"cuda": 1}, ("cpu", "fp32")),
        ({"device": "cuda:1", "precision": "bf16"}, {"cuda": 2}, ("cuda:1", "bf16")),
        ({"precision": "bf16"}, {}, ("cpu", "bf16")),
        ({"device": "mps", "precision": "fp32"}, {"mps": True}, ("mps", "fp32")),
    ],
)
def test_what_is_asked_becomes_what_is_there(monkeypatch, asked, here, found):
    machine(monkeypatch, **here)
    resolved = Placement(**asked).resolved()
    assert (resolved.device, resolved.precision) == found


@pytest.mark.parametrize(
    ("device", "here", "words"),
    [
        ("cuda", {}, "device: cuda is not there"),
        ("mps", {"cuda": 1}, "device: mps is not there"),
        ("cuda:2", {"cuda": 2}, r"this machine has 2 \(cuda:0 to cuda:1\)"),
    ],
)
def test_a_device_that_is_not_there_is_refused(monkeypatch, device, here, words):
    machine(monkeypatch, **here)
    with pytest.raises(UserError, match=words):
        Placement(device=device).resolved()


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cpu:0", "cuda:x", ""])
def test_a_device_that_cannot_be_is_refused_before_anything_loads(device):
    with pytest.raises(ValidationError):
        Placement(device=device)


def test_asking_needs_no_torch():
    """A configuration is read and checked without it."""
    code = (
        "import sys; from holdfast.models.placement import Placement; "
        "from holdfast.models.guard_format import GuardFormat; Placement(); GuardFormat(); "
        "assert not {'torch', 'transformers', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("family", ["bert", "llama", "roberta"])
def test_bf16_is_near_and_stays_the_same_model_by_name(family, tmp_path):
    words = tokenizer({"bert": "bert uncased"}.get(family, family))
    exact, placed = Classifier(model(family), words), Classifier(model(family), words)
    assert placed.to(Placement(precision="bf16")) is placed
    assert placed.hash == exact.hash
    weights = {weight.dtype for weight in placed.model.parameters()}
    assert weights == {torch.bfloat16, torch.float32}
    tokens = exact.codec.encode([Snippet("", text) for text in ("the old girl ran home", "a boy fell")])
    found, expected = placed.log_odds(tokens), exact.log_odds(tokens)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=0.05 + 0.05 * np.abs(expected).max())
    assert all(np.isfinite(g.completion).all() for g in placed.gradients(tokens))
    placed.to(Placement(precision="bf16"))
    np.testing.assert_array_equal(placed.log_odds(tokens), found)


def test_what_bf16_would_lose_is_refused(tmp_path):
    placed = Classifier(model("bert"), tokenizer("bert uncased")).to(Placement(precision="bf16"))
    tokens = placed.codec.encode([Snippet("", "a boy")] * 2)
    data = LabelledTokens(tokens, np.float32([0, 1]), np.float32([0, 5]))
    for lose in (
        lambda: placed.save(tmp_path / "model"),
        lambda: placed.to(Placement(precision="fp32")),
        lambda: train_classifier(placed, data, ClassifierRecipe(batch_size=2), 1, Stream(0)),
    ):
        with pytest.raises(UserError, match="open it again with precision: fp32"):
            lose()
    assert not (tmp_path / "model").exists()


def test_full_precision_on_the_cpu_changes_nothing():
    classifier = Classifier(model("bert"), tokenizer("bert uncased"))
    tokens = classifier.codec.encode([Snippet("", "the old girl ran home")])
    before = classifier.log_odds(tokens), classifier.hash
    classifier.to(Placement(device="cpu"))
    np.testing.assert_array_equal(classifier.log_odds(tokens), before[0])
    assert classifier.hash == before[1]
    assert classifier.device.type == "cpu"


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_what_is_made_from_arrays_goes_where_the_model_is(family):
    """The device without contents stands in for any other: torch refuses to mix the two."""
    classifier = Classifier(model(family), tokenizer({"bert": "bert uncased"}.get(family, family)))
    tokens = classifier.codec.encode([Snippet("", "the old girl ran home")] * 2)
    inputs = classifier._inputs(tokens)
    classifier.model.to("meta")
    assert classifier.forward_log_odds(inputs).device.type == "meta"


def causal(tmp_path, family="llama", **config):
    """A generator of random weights that ties what it reads to what it writes, unless told otherwise."""
    words = made_tokenizers()["byte_level"]
    folder = small_causal_lm(tmp_path / family, words, family, **{"tie_word_embeddings": True, **config})
    return Generator.load(folder)


TOLD = [Tokens((5, 9, 21, 7), (30, 12)), Tokens((5, 9, 21), (8, 40, 11)), Tokens((5, 9, 21, 7), (31, 12))]
"""Snippets that share beginnings, so that memories and branches are used."""

WRITTEN = [Snippet("The old ferry", ""), Snippet("Anna", "")]
"""Texts to go on from."""


@pytest.mark.parametrize("config", [{}, {"tie_word_embeddings": False}])
def test_a_generator_in_bf16_is_near_and_stays_the_same_model_by_name(tmp_path, config):
    exact, placed = causal(tmp_path, **config), causal(tmp_path, **config)
    assert placed.to(Placement(precision="bf16")) is placed
    assert placed.hash == exact.hash
    assert placed.parameters_count == exact.parameters_count
    assert {weight.dtype for weight in placed.model.parameters()} == {torch.bfloat16, torch.float32}
    found, expected = (LikelihoodEngine(each).log_prob(TOLD) for each in (placed, exact))
    np.testing.assert_allclose(found, expected, atol=0.3 + 0.05 * np.abs(expected).max())
    assert all(np.isfinite(g.prompt).all() for g in LikelihoodEngine(placed).gradients(TOLD))
    uniforms = np.random.default_rng(0).random((2, 6))
    assert len(placed.continuations(WRITTEN, uniforms)) == 2


def test_what_bf16_would_lose_of_a_generator_is_refused(tmp_path):
    placed = causal(tmp_path).to(Placement(precision="bf16"))
    for lose in (
        lambda: placed.save(tmp_path / "again"),
        lambda: placed.to(Placement(precision="fp32")),
        lambda: train_generator(placed, TOLD, GeneratorRecipe(batch_size=2), 1, Stream(0)),
    ):
        with pytest.raises(UserError, match="open it again with precision: fp32"):
            lose()
    assert not (tmp_path / "again").exists()


class ReachedError(Exception):
    """The model was called, with everything where it is."""


@pytest.mark.parametrize(
    "ask",
    [
        lambda writer: LikelihoodEngine(writer).log_prob(TOLD),
        lambda writer: LikelihoodEngine(writer).log_prob([TOLD[0]]),
        lambda writer: LikelihoodEngine(writer).gradients(TOLD),
        lambda writer: writer.story_log_prob(TOLD),
        lambda writer: writer.word_log_probs(TOLD),
        lambda writer: writer.continuations(WRITTEN, np.full((2, 3), 0.5)),
    ],
)
def test_what_a_generator_is_asked_goes_where_it_is(tmp_path, ask):
    """The device without contents stands in for any other."""

    def hook(_model, args, given):
        tensors = [*args, *(value for value in given.values() if isinstance(value, torch.Tensor))]
        assert {tensor.device.type for tensor in tensors} == {"meta"}
        raise ReachedError

    writer = causal(tmp_path)
    writer.model.to("meta").register_forward_pre_hook(hook, with_kwargs=True)
    with pytest.raises(ReachedError):
        ask(writer)


def test_branches_are_where_their_trunk_is():
    trunk = [(torch.zeros((1, 1, 3, 4), device="meta"), torch.zeros((1, 1, 3, 4), device="meta"))]
    branches = Branches.of([(1, 2), (3,)], np.array([3, 2]), np.array([1, 1]), trunk)
    made = (branches.ids, branches.positions, branches.asked, branches.mask, branches.padded, branches.places)
    assert {tensor.device.type for tensor in made} == {"meta"}
