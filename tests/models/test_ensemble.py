"""Several classifiers as one: the log odds of all combined, saved together, seen whole by every engine."""

import numpy as np
import pytest
from fake_task import TINY, FakeTask, enlarge

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.ensemble import FILE
from holdfast.models.scoring import ScoringEngine
from tolerances import alike


def made(number: int) -> Classifier:
    classifier = Classifier.create(FakeTask(), TINY, Stream(number).child("member"))
    enlarge(classifier.model)
    return classifier


@pytest.fixture(params=["max", "mean", "cascade"])
def ensemble(request) -> Classifier:
    first = made(1)
    first.others = (made(2), made(3))
    first.combine = request.param
    return first


def alone(ensemble: Classifier, tokens) -> np.ndarray:
    """The members' log odds, one row each, by engines of their own."""
    return np.stack([ScoringEngine(made(number)).log_odds(tokens) for number in (1, 2, 3)])


def test_the_log_odds_of_all_members_are_combined(ensemble, tokens):
    rows, engine = alone(ensemble, tokens), ScoringEngine(ensemble, screening="on")
    expected = rows.mean(axis=0) if ensemble.combine == "mean" else rows.max(axis=0)
    low, high = engine.bracket(tokens)
    assert (low <= expected + 1e-4).all()
    assert (high >= expected - 1e-4).all()
    assert alike(engine.log_odds(tokens).tolist(), expected.tolist())
    assert alike(engine.exact_log_odds(tokens[:9]).tolist(), expected[:9].tolist())
    assert engine.spend.forward_flops > 3 * ensemble.flops_per_token


def test_the_gradient_promises_what_a_small_step_gives(ensemble, tokens):
    """Over the embeddings of all members, side by side: of `max` those of the deciding member alone."""
    engine, some = ScoringEngine(ensemble), tokens[:12]
    width = TINY.width
    assert engine.embedding_matrix().shape[1] == 3 * width
    rows = alone(ensemble, some)
    for text, whole, column in zip(some, engine.gradients(some), rows.T, strict=True):
        weights = np.full(3, 1 / 3) if ensemble.combine == "mean" else np.arange(3) == column.argmax()
        for k, weight in enumerate(weights):
            (own,) = ensemble.members[k].gradients([text])
            block = whole.prompt[:, k * width : (k + 1) * width]
            assert alike(block.tolist(), (own.prompt * np.float32(weight)).tolist())


def test_it_is_saved_whole_and_comes_back(ensemble, tokens, tmp_path):
    saved = ensemble.save(tmp_path / "guard")
    opened = Classifier.load(tmp_path / "guard", FakeTask())
    assert (opened.hash, opened.combine, len(opened.members)) == (saved, ensemble.combine, 3)
    assert saved != made(1).hash
    found, before = (ScoringEngine(each).log_odds(tokens[:20]).tolist() for each in (opened, ensemble))
    assert alike(found, before)
    (tmp_path / "guard" / FILE).write_text('{"members": 3}')
    with pytest.raises(UserError, match="cannot be read as an ensemble"):
        Classifier.load(tmp_path / "guard", FakeTask())


def test_in_a_cascade_what_one_turns_away_is_not_read_by_the_next(tokens):
    """The decisions are those of `max`, for less."""
    cascade = made(1)
    cascade.others, cascade.combine = (made(2), made(3)), "cascade"
    rows = alone(cascade, tokens)[[1, 2, 0]]
    limit = float(np.median(rows[0]))
    engine = ScoringEngine(cascade, limit=limit)
    found = engine.log_odds(tokens)
    reads = np.concatenate([np.full((1, len(tokens)), True), np.maximum.accumulate(rows)[:-1] < limit])
    assert alike(found.tolist(), np.where(reads, rows, -np.inf).max(axis=0).tolist())
    assert ((found >= limit) == (rows.max(axis=0) >= limit)).all()
    whole = ScoringEngine(cascade)
    whole.log_odds(tokens)
    assert engine.spend.forward_flops < 0.9 * whole.spend.forward_flops
    for text, log_odds in zip(tokens[:20], found, strict=False):
        (gradient,) = engine.gradients([text])
        assert gradient.log_odds == pytest.approx(float(log_odds), abs=1e-4)
