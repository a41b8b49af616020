"""Which labels are bad, and the log odds that follow: known for certain, said by the owner, or refused."""

from types import SimpleNamespace

import pytest
import torch
from pydantic import ValidationError
from torch.nn.functional import logsigmoid

from guards import model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.label_names import is_bad
from holdfast.models.labels import Labels

LOGITS = torch.tensor([[0.5, -1.25, 3.0, 0.75], [-2.0, 4.0, 0.25, -0.5], [0.0, 0.0, 0.0, 0.0]])


def config(names, problem=None):
    return SimpleNamespace(
        id2label=dict(enumerate(names)), num_labels=len(names), problem_type=problem, model_type="any"
    )


def odds(p):
    return torch.log(p) - torch.log1p(-p)


@pytest.mark.parametrize(
    ("names", "bad"),
    [
        (["harmless", "catastrophic"], 1),
        (["hate", "nothate"], 0),
        (["NOT-HATE", "HATE"], 1),
        (["BLOCK", "ALLOW"], 0),
        (["flagged", "ok"], 0),
        (["unflagged", "flagged"], 1),
        (["spam", "ham"], 0),
        (["toxic", "non_toxic"], 0),
        (["neutral", "Toxicity"], 1),
        (["Non-Offensive", "offensive"], 1),
        (["unsafe", "SAFE"], 0),
        (["LEGIT", "INJECTION"], 1),
        (["benign", "jailbreak"], 1),
        (["normal text", "hate speech"], 1),
        (["acceptable", "unacceptable"], 1),
        (["inappropriate", "appropriate"], 0),
        (["not unsafe", "unsafe"], 1),
    ],
)
def test_two_labels_whose_names_cannot_be_mistaken(names, bad):
    labels = Labels.of(config(names))
    assert labels.bad == (bad,)
    assert labels.bad_names == (names[bad],)
    expected = odds(torch.softmax(LOGITS[:, :2].double(), -1)[:, bad])
    torch.testing.assert_close(labels.log_odds(LOGITS[:, :2]).double(), expected)


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["LABEL_0", "LABEL_1"], None),
        (["0", "1"], None),
        (["neither", "of these"], None),
        (["negative", "positive"], None),
        (["toxic", "other"], None),
        (["hate", "offensive"], None),
        (["safe", "harmless"], None),
        (["notable", "hate"], None),
        (["LABEL_0"], None),
        (["sarcasm", "not sarcasm"], None),
        (["safe", "hate", "LABEL_2"], "single_label_classification"),
        (["safe", "ok"], "multi_label_classification"),
    ],
)
def test_names_that_do_not_say_are_refused_with_every_label_and_what_to_write(names, problem):
    with pytest.raises(UserError) as caught:
        Labels.of(config(names, problem))
    message = str(caught.value)
    assert all(f"{i}: {name}" in message for i, name in enumerate(names))
    assert "bad: " in message
    assert "--guard-bad " in message
    assert "\n" not in message


@pytest.mark.parametrize("bad", ["hate", "HATE", 1, "1", ("Hate",), [1]])
def test_the_bad_label_is_said_by_name_or_by_index(bad):
    labels = Labels.of(config(["other", "hate"]), GuardFormat(bad=bad))
    assert labels.bad == (1,)
    torch.testing.assert_close(labels.log_odds(LOGITS[:, :2]), LOGITS[:, 1] - LOGITS[:, 0])


def test_what_is_said_goes_before_what_a_name_says():
    assert Labels.of(config(["safe", "unsafe"]), GuardFormat(bad="safe")).bad == (0,)


@pytest.mark.parametrize(
    ("names", "bad", "words"),
    [
        (["a", "b"], ("c",), "no label 'c'; it has 0: a, 1: b"),
        (["a", "b"], (2,), "no label '2'"),
        (["a", "b"], (-1,), "no label '-1'"),
        (["a", "b"], (), "named as bad"),
        (["a", "b"], (0, 1), "every label"),
        (["1", "0"], ("1",), "more than one label"),
        (["a", "A"], ("a",), "more than one label"),
    ],
)
def test_a_bad_label_that_cannot_be_is_refused(names, bad, words):
    with pytest.raises(UserError, match=words):
        Labels.of(config(names), GuardFormat(bad=bad))


def test_a_number_is_an_index_where_names_are_numbers():
    assert Labels.of(config(["1", "0"]), GuardFormat(bad=1)).bad == (1,)


@pytest.mark.parametrize("bad", [[False], True, ["a", False]])
def test_a_bare_no_of_yaml_is_not_taken_for_label_0(bad):
    with pytest.raises(ValidationError, match="quotes"):
        GuardFormat(bad=bad)


ONE = LOGITS[:, :1]


@pytest.mark.parametrize(
    ("name", "problem", "told", "expected"),
    [
        ("injurious", None, {}, ONE[:, 0]),
        ("safe", None, {}, -ONE[:, 0]),
        ("LABEL_0", None, {"bad": 0}, ONE[:, 0]),
        ("LABEL_0", None, {"bad": ()}, -ONE[:, 0]),
        ("toxic", "regression", {"activation": "sigmoid"}, ONE[:, 0]),
        ("toxic", "regression", {"activation": "identity"}, odds(ONE[:, 0].clamp(1e-6, 1 - 1e-6))),
        ("toxic", "multi_label_classification", {}, ONE[:, 0]),
    ],
)
def test_one_label(name, problem, told, expected):
    labels = Labels.of(config([name], problem), GuardFormat(**told))
    torch.testing.assert_close(labels.log_odds(ONE), expected, rtol=1e-4, atol=1e-4)


def test_a_regression_is_refused_until_its_output_is_explained():
    with pytest.raises(UserError, match="activation: identity"):
        Labels.of(config(["toxic"], "regression"))


NAMES = ["hate", "harassment", "safe", "violence"]


def test_many_labels_of_which_one_is_right():
    """Against softmax in float64: all bad labels together."""
    labels = Labels.of(config(NAMES, "single_label_classification"))
    assert labels.bad == (0, 1, 3)
    chance = torch.softmax(LOGITS.double(), -1)[:, [0, 1, 3]].sum(-1)
    torch.testing.assert_close(labels.log_odds(LOGITS).double(), odds(chance))


@pytest.mark.parametrize("told", [{"problem": "multi_label_classification"}, {"activation": "sigmoid"}])
def test_many_labels_of_which_several_may_be_right(told):
    """The most probable bad label decides."""
    problem = told.pop("problem", None)
    labels = Labels.of(config(NAMES, problem), GuardFormat(bad=("hate", 3), **told))
    chance = torch.sigmoid(LOGITS.double())[:, [0, 3]].amax(-1)
    torch.testing.assert_close(labels.log_odds(LOGITS).double(), odds(chance))


def test_two_labels_of_which_both_may_be_right_are_read_each_by_itself():
    labels = Labels.of(config(["hate", "threat"], "multi_label_classification"))
    torch.testing.assert_close(labels.log_odds(LOGITS[:, :2]), LOGITS[:, :2].amax(-1))


def test_more_than_two_labels_are_refused_where_the_model_does_not_say_how_many_may_be_right():
    with pytest.raises(UserError, match=r"activation: softmax .* activation: sigmoid"):
        Labels.of(config(NAMES))


@pytest.mark.parametrize(("names", "activation"), [(["toxic"], "softmax"), (["safe", "toxic"], "identity")])
def test_an_activation_that_does_not_go_with_the_labels_is_refused(names, activation):
    with pytest.raises(UserError, match="activation"):
        Labels.of(config(names), GuardFormat(activation=activation))


@pytest.mark.parametrize("problem", ["single_label_classification", "multi_label_classification"])
def test_log_odds_can_be_differentiated(problem):
    logits = LOGITS[:2].clone().requires_grad_()
    Labels.of(config(NAMES, problem)).log_odds(logits).sum().backward()
    assert torch.isfinite(logits.grad).all()
    assert logits.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("name", "bad"),
    [("Hate Speech", True), ("nontoxic", False), ("un-safe", True), ("good", False), ("no", None)],
)
def test_case_and_punctuation_of_a_name_do_not_matter(name, bad):
    assert is_bad(name) is bad


def test_a_classifier_scores_by_what_its_labels_mean():
    """A multi-label model, against plain transformers."""
    names = dict(enumerate(["toxic", "obscene", "insult"]))
    made = model("bert", names, problem_type="multi_label_classification")
    classifier = Classifier(made, tokenizer("bert uncased"))
    (tokens,) = classifier.codec.encode([Snippet("", "A boy fell into the river.")])
    with torch.no_grad():
        logits = made(**tokenizer("bert uncased")("A boy fell into the river.", return_tensors="pt")).logits
    expected = logsigmoid(logits.max()) - logsigmoid(-logits.max())
    torch.testing.assert_close(torch.tensor(classifier.log_odds([tokens])[0]), expected, rtol=1e-4, atol=1e-4)
