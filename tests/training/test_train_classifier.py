"""Training the classifier: it learns, repeats exactly, and obeys its recipe."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bracket_examples import bracket_tokens, by_length

from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.scoring import ScoringEngine
from holdfast.training.batches import BatchSource
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.schedule import learning_rate_share

SIZE = ModelSize(layers=2, width=32, heads=2, positions=64, architecture="bert")
RECIPE = ClassifierRecipe(learning_rate=3e-3, batch_size=32)


@pytest.fixture(scope="module")
def data() -> LabelledTokens:
    return by_length(bracket_tokens(SIZE, 160), worst=5)


def test_it_fits_a_small_set_completely(classifier, data):
    report = train_classifier(classifier, data, RECIPE, 200, Stream(2))
    assert report.losses[-1] < 0.3 * report.losses[0]
    assert ((classifier.log_odds(data.tokens) > 0) == (data.labels > 0.5)).all()
    assert report.examples == 200 * 32
    assert report.loss_steps[-1] == report.steps == 200


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"ema_decay": 0.9},
        {"egregiousness_weight": 1.0},
        {"label_smoothing": 0.1, "focal_gamma": 1.0, "positive_weight": 2.0},
        {"precision": "bf16"},
        {"schedule": "cosine", "gradient_clip": 0.0},
    ],
    ids=str,
)
def test_every_option_learns_and_repeats_exactly(brackets, data, change):
    hashes = []
    for _ in range(2):
        made = Classifier.create(brackets, SIZE, Stream(0))
        report = train_classifier(made, data, replace(RECIPE, **change), 60, Stream(2))
        hashes.append(made.hash)
        assert report.final_loss < report.losses[0]
    assert hashes[0] == hashes[1]


def test_another_stream_gives_other_weights(brackets, data):
    hashes = set()
    for seed in (1, 2):
        made = Classifier.create(brackets, SIZE, Stream(0))
        train_classifier(made, data, RECIPE, 3, Stream(seed))
        hashes.add(made.hash)
    assert len(hashes) == 2


def test_a_second_head_leaves_no_trace_in_the_model(classifier, data, tmp_path):
    names = set(classifier.model.state_dict())
    train_classifier(classifier, data, replace(RECIPE, egregiousness_weight=1.0), 3, Stream(2))
    assert set(classifier.model.state_dict()) == names
    classifier.save(tmp_path / "model")
    assert Classifier.load(tmp_path / "model").hash == classifier.hash


def test_examples_of_weight_zero_teach_nothing(brackets, data):
    """Wrong labels with no weight: the model learns the right ones all the same."""
    wrong = replace(data, labels=1 - data.labels, weights=np.zeros(len(data), np.float32))
    classifier = Classifier.create(brackets, SIZE, Stream(0))
    train_classifier(classifier, data.joined(wrong), RECIPE, 250, Stream(2))
    assert ((classifier.log_odds(data.tokens) > 0) == (data.labels > 0.5)).mean() > 0.95


def test_training_leaves_evaluation_mode_no_gradients_and_a_new_revision(classifier, data):
    engine = ScoringEngine(classifier)
    before = engine.log_odds(data.tokens[:4])
    torch.manual_seed(0)
    state = torch.get_rng_state()
    train_classifier(classifier, data, RECIPE, 3, Stream(2))
    assert torch.equal(state, torch.get_rng_state())
    assert not classifier.model.training
    assert all(weight.grad is None for weight in classifier.model.parameters())
    assert not np.allclose(before, engine.log_odds(data.tokens[:4]))


def test_the_spend_counts_real_tokens_forward_and_twice_backward(classifier, data):
    one_batch = data.take(np.arange(32))
    report = train_classifier(classifier, one_batch, RECIPE, 2, Stream(2))
    words = 2 * sum(len(t) + 3 for t in one_batch.tokens)
    assert report.spend.forward_flops == pytest.approx(2.0 * classifier.parameters_count * words)
    assert report.spend.backward_flops == 2 * report.spend.forward_flops


def test_progress_adds_up_to_the_steps(classifier, data):
    class Counting(Silent):
        total = 0

        def advance(self, amount=1, **figures):
            self.total += amount
            assert figures["loss"] > 0

    counting = Counting()
    train_classifier(classifier, data, RECIPE, 117, Stream(2), counting)
    assert counting.total == 117


@pytest.mark.parametrize(("count", "steps"), [(0, 5), (10, 0)])
def test_nothing_to_do_is_the_users_mistake(classifier, data, count, steps):
    with pytest.raises(UserError):
        train_classifier(classifier, data.take(np.arange(count)), RECIPE, steps, Stream(2))


def test_arrays_of_other_lengths_are_refused(data):
    with pytest.raises(HoldfastError, match="need as many"):
        LabelledTokens(data.tokens, data.labels[:-1], data.egregiousness)


def test_an_epoch_shows_every_example_once_in_batches_of_like_length(classifier, data):
    source = BatchSource(classifier.layout, data.tokens, 16, None, Stream(3))
    epoch = [batch for batch, _ in zip(source, range(source.batches_per_epoch), strict=False)]
    assert sorted(np.concatenate([batch.rows for batch in epoch]).tolist()) == list(range(160))
    padded = sum(batch.inputs["input_ids"].numel() for batch in epoch)
    assert sum(batch.tokens for batch in epoch) > 0.85 * padded
    for batch in epoch:
        for row, ids in zip(batch.rows, batch.inputs["input_ids"].tolist(), strict=True):
            snippet: Tokens = data.tokens[row]
            whole = [2, *snippet.prompt, 3, *snippet.completion, 3]
            assert ids == whole + [0] * (len(ids) - len(whole))


@pytest.mark.parametrize(
    ("schedule", "step", "share"),
    [
        ("linear", 0, 1 / 11),
        ("linear", 9, 10 / 11),
        ("linear", 10, 1.0),
        ("linear", 55, 0.55),
        ("linear", 100, 0.1),
        ("cosine", 55, 0.55),
        ("cosine", 100, 0.1),
        ("constant", 99, 1.0),
    ],
)
def test_the_learning_rate_rises_and_falls(schedule, step, share):
    assert learning_rate_share(step, 100, 0.1, schedule, 0.1) == pytest.approx(share)
