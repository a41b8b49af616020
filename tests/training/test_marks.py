"""Learning what an oracle knows at each word, beside the label."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bracket_examples import bracket_tokens, by_length

from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks import tasks
from holdfast.tasks.base import WordMarks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.marks import Marks, MarksLoss, marks_for

SIZE = ModelSize(layers=2, width=32, heads=2, positions=64, architecture="bert")
RECIPE = ClassifierRecipe(learning_rate=3e-3, batch_size=32, mark_weight=1.0)
NAMES = ("seen before", "first kind")


@pytest.fixture(scope="module")
def data() -> LabelledTokens:
    return by_length(bracket_tokens(SIZE, 96))


def marks_of(tokens: Tokens) -> WordMarks:
    """Bit 0: the same token stands right before. Bit 1: the token's number is even."""

    def part(ids):
        return tuple(int(i > 0 and ids[i - 1] == own) | (own % 2 == 0) << 1 for i, own in enumerate(ids))

    return WordMarks(part(tokens.prompt), part(tokens.completion))


@pytest.fixture(scope="module")
def marks(data) -> Marks:
    return Marks(NAMES, [marks_of(tokens) for tokens in data.tokens])


def test_the_loss_is_the_mean_over_words_of_the_summed_cross_entropies(classifier, data, marks):
    rows = np.array([3, 0, 7])
    packed = classifier.layout.pack([data.tokens[i] for i in rows])
    states = torch.randn(*packed.ids.shape, SIZE.width, generator=torch.Generator().manual_seed(0))
    loss_of = MarksLoss(marks, 0.5, classifier, Stream(5))
    expected = []
    for place, row in enumerate(rows.tolist()):
        prompt, completion, _ = marks.rows[row]
        second = classifier.layout.completion_start(data.tokens[row])
        for first, words in ((1, prompt), (second, completion)):
            for i, mark in enumerate(words):
                chance = torch.sigmoid(loss_of.head(states[place, first + i])).detach()
                right = [chance[bit] if mark >> bit & 1 else 1 - chance[bit] for bit in range(len(NAMES))]
                expected.append(-float(torch.log(torch.stack(right)).sum()))
    assert float(loss_of(states, rows).detach()) == pytest.approx(0.5 * np.mean(expected), rel=1e-4)


def test_labels_egregiousness_and_marks_are_learnt_together(classifier, data, marks):
    recipe = replace(RECIPE, egregiousness_weight=1.0)
    report = train_classifier(classifier, data, recipe, 120, Stream(2), marks=marks)
    assert report.losses[-1] < 0.5 * report.losses[0]
    assert ((classifier.log_odds(data.tokens) > 0) == (data.labels > 0.5)).mean() > 0.8


def test_learning_marks_repeats_exactly(brackets, data, marks):
    hashes = set()
    for _ in range(2):
        made = Classifier.create(brackets, SIZE, Stream(0))
        train_classifier(made, data, RECIPE, 3, Stream(2), marks=marks)
        hashes.add(made.hash)
    assert len(hashes) == 1


def test_the_head_of_marks_leaves_no_trace_in_the_model(classifier, data, marks):
    names = set(classifier.model.state_dict())
    train_classifier(classifier, data, RECIPE, 2, Stream(2), marks=marks)
    assert set(classifier.model.state_dict()) == names


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (lambda rows: rows[:-1], "need as many rows of marks"),
        (lambda rows: [WordMarks(rows[0].prompt[1:], rows[0].completion), *rows[1:]], "example 0 has"),
    ],
)
def test_marks_that_do_not_fit_the_tokens_are_refused(classifier, data, marks, spoilt, message):
    wrong = replace(marks, rows=spoilt(list(marks.rows)))
    with pytest.raises(HoldfastError, match=message):
        train_classifier(classifier, data, RECIPE, 2, Stream(2), marks=wrong)


def test_a_recipe_and_its_marks_come_together(classifier, data, marks):
    for recipe, given in ((RECIPE, None), (replace(RECIPE, mark_weight=0.0), marks)):
        with pytest.raises(HoldfastError, match="if and only if"):
            train_classifier(classifier, data, recipe, 1, Stream(2), marks=given)


def test_the_marks_of_examples_are_those_of_their_text_as_the_model_reads_it():
    task = tasks.get("storyworld")()
    model = Classifier.create(task, replace(SIZE, positions=256), Stream(0))
    snippets = task.sample(20, Stream(1))
    tokens = model.codec.encode([*snippets, snippets[0]])
    found = marks_for(task, model, tokens, RECIPE)
    assert found is not None
    assert found.names == task.marks
    assert list(found.rows) == [task.marked(each) for each in [*snippets, snippets[0]]]
    found.check(tokens)


def test_words_that_the_model_does_not_know_have_no_marks():
    task = tasks.get("storyworld")()
    model = Classifier.create(task, replace(SIZE, positions=256), Stream(0))
    known = model.codec.encode(task.sample(1, Stream(1)))[0]
    tokens = [Tokens((model.codec.unknown, *known.prompt), known.completion)]
    found = marks_for(task, model, tokens, RECIPE)
    assert found is not None
    found.check(tokens)


def test_marks_are_the_tasks_to_offer_and_are_made_only_where_asked(classifier, brackets, data):
    assert marks_for(brackets, classifier, data.tokens, replace(RECIPE, mark_weight=0.0)) is None
    with pytest.raises(UserError, match="brackets says nothing of single words"):
        marks_for(brackets, classifier, data.tokens, RECIPE)
