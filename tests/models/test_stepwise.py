"""A filter that writes what happens, clause by clause, and then decides."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from holdfast.core.clauses import ends_clause
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks import tasks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.flops import TokenCost
from holdfast.training.marks import Marks, MarksLoss, marks_for

SIZE = ModelSize(layers=2, width=32, heads=2, architecture="stepwise")
RECIPE = ClassifierRecipe(learning_rate=5e-3, batch_size=64, mark_weight=1.0)


@pytest.fixture(scope="module")
def stories():
    return tasks.get("storyworld")()


@pytest.fixture(scope="module")
def classifier(stories):
    return Classifier.create(stories, SIZE, Stream(0))


def written(classifier: Classifier, tokens: Tokens) -> torch.Tensor:
    """The log odds of each mark at each token of `[CLS] prompt [SEP] completion [SEP]`, shape (L, marks)."""
    with torch.inference_mode():
        model = classifier.model
        states = model(**classifier._inputs([tokens]), output_hidden_states=True).hidden_states[-1]
        return model.writer(states)[0]


def test_clauses_end_where_attacks_cut_them_and_at_the_longest(classifier, stories):
    config = classifier.model.config
    words = {word for word, i in classifier.codec._ids.items() if i in config.clause_ends}
    assert words == {word for word in stories.vocabulary if ends_clause(word)} | {"[CLS]", "[SEP]"}
    snippet = stories.sample(1, Stream(2))[0]
    (tokens,) = classifier.codec.encode([snippet])
    ids = classifier._inputs([tokens])["input_ids"]
    clause, place = classifier.model._clauses(ids, torch.ones_like(ids))
    after_an_end = torch.isin(ids[0, :-1], torch.tensor(config.clause_ends))
    assert torch.equal(clause[0, 1:] - clause[0, :-1] == 1, place[0, 1:] == 0)
    assert (place[0, 1:][after_an_end] == 0).all()
    assert int(place.max()) < config.longest_clause


def test_what_is_written_of_a_clause_does_not_hang_on_later_ones(classifier, stories):
    first, other = stories.sample(2, Stream(3))
    one, two = classifier.codec.encode([first, Snippet(first.prompt, other.completion)])
    assert one.completion != two.completion
    prompt = len(one.prompt) + 1
    same = torch.allclose(written(classifier, one)[:prompt], written(classifier, two)[:prompt], atol=1e-5)
    assert same


def test_what_was_written_is_read_again(classifier, stories):
    (tokens,) = classifier.codec.encode(stories.sample(1, Stream(5)))
    before = written(classifier, tokens)
    model = classifier.model
    with torch.no_grad():
        model.reread.weight.mul_(-3)
    try:
        assert not torch.allclose(before, written(classifier, tokens), atol=1e-3)
    finally:
        with torch.no_grad():
            model.reread.weight.div_(-3)


def test_every_turn_costs_a_forward(classifier):
    weights = sum(weight.numel() for weight in classifier.model.parameters())
    assert classifier.flops_per_token == 2 * weights * 3
    spent = TokenCost.of(classifier.model).spend(10)
    assert (spent.forward_flops, spent.backward_flops) == (60 * weights, 120 * weights)


def test_it_learns_to_write_what_the_oracle_knows():
    task = tasks.get("word_length")()
    classifier = Classifier.create(task, SIZE, Stream(1))
    tokens = classifier.codec.encode(task.sample(2000, Stream(2)))
    labels = np.array(
        [v.catastrophic for v in task.oracle.judge(classifier.codec.decode(tokens))], np.float32
    )
    marks = marks_for(task, classifier, tokens, RECIPE)
    assert marks is not None
    data = LabelledTokens(tokens, labels, labels)
    report = train_classifier(classifier, data, RECIPE, 100, Stream(3), marks=marks)
    different = set(tokens)
    assert report.spend.word_labels == sum(len(own.prompt) + len(own.completion) for own in different)
    fresh = task.sample(100, Stream(4))
    right = []
    for snippet, own in zip(fresh, classifier.codec.encode(fresh), strict=True):
        bits = np.array(task.marked(snippet).prompt)[:, None] >> np.arange(len(task.marks)) & 1
        guess = written(classifier, own)[1 : 1 + len(own.prompt)].numpy() > 0
        right.append((guess == bits).mean())
    assert np.mean(right) > 0.95


def test_a_task_without_marks_is_refused():
    with pytest.raises(UserError, match="says nothing of single words"):
        Classifier.create(tasks.get("brackets")(), SIZE, Stream(0))


def test_marks_of_another_task_are_refused(classifier, stories):
    own = classifier.codec.encode(stories.sample(1, Stream(6)))
    marks = replace(Marks(stories.marks, [stories.marked(stories.sample(1, Stream(6))[0])]), names=("one",))
    marks.check(own)
    with pytest.raises(UserError, match="writes 40 marks"):
        MarksLoss(marks, 1.0, classifier, Stream(0))
