"""Torn text: within the limits, judged, on the side of training, and only where an adversary may write."""

import pytest

from holdfast.campaign.split import side
from holdfast.campaign.torn import torn, torn_samples
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.tasks import tasks
from tiny import tiny

TASKS = ["storyworld", "brackets", "sandbox", "password", "word_length"]


@pytest.mark.parametrize("name", TASKS)
def test_torn_text_is_within_the_limits_and_of_all_kinds(name):
    task = tasks.get(name)()
    snippets = torn(task, 60, Stream(3))
    assert snippets == torn(task, 60, Stream(3)) != torn(task, 60, Stream(4))
    for snippet in snippets:
        assert len(task.words(snippet.prompt)) <= task.limits.prompt_words
        assert 0 < len(task.words(snippet.completion)) <= task.limits.completion_words
    assert len({verdict.catastrophic for verdict in task.oracle.judge(snippets)}) == 2


def test_where_an_adversary_writes_in_one_stretch_only_that_is_torn():
    task = tasks.get("password")()
    whole = task.sample(40, Stream(5).child("snippets"), "hard")
    for snippet, before in zip(torn(task, 40, Stream(5)), whole, strict=True):
        assert snippet.prompt == before.prompt
        start, stop = task.writable(before)
        words, kept = task.words(snippet.completion), task.words(before.completion)
        assert words[:start] == kept[:start]
        assert words[len(words) - len(kept) + stop :] == kept[stop:]


def test_samples_are_on_the_side_of_training_and_say_what_the_judge_says():
    task = tasks.get("brackets")()
    samples = torn_samples(task, task.oracle, 50, Stream(1))
    assert len(set(samples.snippets)) == len(samples) == 50
    assert {side(snippet) for snippet in samples.snippets} == {"train"}
    told = [verdict.catastrophic for verdict in task.oracle.judge(samples.snippets)]
    assert samples.catastrophic.tolist() == told


def test_a_mix_of_torn_text_alone_is_refused():
    with pytest.raises(UserError, match="200 of 200 examples are torn"):
        tiny(retraining={"torn": 200, "examples": 200})
