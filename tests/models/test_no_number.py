"""A score that is no number is an error with names in it, wherever it is asked for, and never a block."""

import copy

import numpy as np
import pytest
import torch

from guards import model, tokenizer
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.filter import FilteredGenerator
from holdfast.models.finite import NotANumberError
from holdfast.models.scoring import ScoringEngine

BROKEN = {
    "no number": float("nan"),
    "too large": float("inf"),
}


@pytest.fixture(params=BROKEN, scope="module")
def broken(request, classifier, tmp_path_factory):
    """A saved classifier, as a diverged training leaves it."""
    folder = tmp_path_factory.mktemp("broken") / "model"
    twin = Classifier(copy.deepcopy(classifier.model), classifier.tokenizer)
    twin.model.classifier.bias.data[1] = BROKEN[request.param]
    twin.save(folder)
    return folder


@pytest.mark.parametrize("ask", [Classifier.log_odds, Classifier.gradients, Classifier.saliency])
def test_a_classifier_names_itself_and_the_first_snippet(broken, task, tokens, ask):
    opened = Classifier.load(broken, task)
    with pytest.raises(NotANumberError, match=r"for 5 of 5 snippets") as caught:
        ask(opened, tokens[:5])
    message = str(caught.value)
    shown = opened.codec.decode(tokens[:1])[0].prompt
    assert str(broken) in message
    assert f"'{shown[:40]}" in message
    assert "\n" not in message
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("screening", ["on", "off"])
@pytest.mark.parametrize("ask", ["log_odds", "bracket", "exact_log_odds", "gradients"])
def test_so_does_the_engine(broken, task, tokens, ask, screening):
    engine = ScoringEngine(Classifier.load(broken, task), screening=screening)
    for _ in range(2):  # nothing of a failed request is remembered
        with pytest.raises(NotANumberError):
            getattr(engine, ask)(tokens)


def test_no_draw_is_refused_for_want_of_a_score(broken, task, generator, tokens):
    filtered = FilteredGenerator(
        generator, ScoringEngine(Classifier.load(broken, task)), threshold=0.5, max_words=8
    )
    with pytest.raises(NotANumberError):
        filtered.sample([t.prompt for t in tokens[:3]], Stream(0))


def test_one_broken_snippet_is_found_among_sound_ones():
    """A word whose embedding is broken; the text is shown as it was given, and shortened."""
    made, words = model("bert"), tokenizer("bert uncased")
    bad = (
        words.convert_tokens_to_ids("girl") if "girl" in words.get_vocab() else words("girl")["input_ids"][1]
    )
    made.get_input_embeddings().weight.data[bad] = torch.nan
    classifier = Classifier(made, words)
    texts = ["a boy ran", "the old girl " + "ran home and " * 8, "a dragon"]
    tokens = classifier.codec.encode([Snippet("", text) for text in texts])
    assert bad in tokens[1].completion
    with pytest.raises(NotANumberError, match=r"[0-9a-f]{12} gives no number for 1 of 3 .*girl ran.*…"):
        classifier.log_odds(tokens)
    assert np.isfinite(classifier.log_odds([tokens[0], tokens[2]])).all()


def test_a_copy_in_low_precision_may_fail_where_the_exact_model_does_not(classifier, tokens):
    from holdfast.models.screening import low_precision

    twin = low_precision(classifier)
    twin.model.classifier.bias.data[1] = torch.nan
    assert np.isnan(twin.log_odds(tokens[:3])).all()
    assert classifier.exact
