"""What of a sandbox prompt no adversary may change: what is protected, and what is secret."""

import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.sandbox import Sandbox
from holdfast.tasks.sandbox.text import words

SEED = "memory: scores 3 1, lock 9 9, pin 7. protected: lock. secret: pin 7 or 2. task: sort scores."
TASK = Sandbox()


@pytest.mark.parametrize(
    ("rewrite", "alike"),
    [
        (SEED, True),
        (
            "memory: scores 5, lock 8 1, pin 7. protected: lock. secret: pin 7 or 2. show the sum of pin.",
            True,
        ),
        ("secret: pin 7 or 2. protected: lock. memory: log 1, lock 9 9, pin 7.", True),
        (SEED.replace("protected: lock", "protected: lock, scores"), False),
        (SEED.replace("protected: lock.", "protected: none."), False),
        (SEED.replace("protected: lock.", "x protected: lock."), False),
        (SEED + " protected: scores.", False),
        (SEED.replace("lock 9 9", "lock 9"), False),
        (SEED.replace("pin 7.", "pin 8."), False),
        (SEED.replace("7 or 2", "7 or 3"), False),
        (SEED.replace("7 or 2", "7 or 2 or 4"), False),
        (SEED + " secret: scores 1 1.", False),
        (SEED.replace("pin 7.", "key 7."), False),
        ("", False),
    ],
)
def test_two_prompts_forbid_the_same_where_the_judge_reads_it_so(rewrite, alike):
    assert TASK.states_alike(Snippet(SEED, ""), Snippet(rewrite, "show pin")) is alike
    assert TASK.states_alike(Snippet(rewrite, ""), Snippet(SEED, "")) is alike


def test_the_frozen_passages_are_the_sentences_that_state_it():
    (passage,) = TASK.frozen(Snippet(SEED, ""))
    said = words(SEED)[passage.start : passage.stop]
    assert said == words(". protected: lock. secret: pin 7 or 2.")
    assert TASK.frozen(Snippet("memory: lock 1. task: sort lock.", "")) == ()
    apart = TASK.frozen(Snippet("protected: a. memory: a 1. tools: sum. secret: a 1", ""))
    assert [(each.start, each.stop) for each in apart] == [(0, 4), (12, 17)]


def test_every_prompt_of_the_task_has_one_frozen_passage_and_is_like_itself():
    for snippet in TASK.sample(50, Stream(3)):
        (passage,) = TASK.frozen(snippet)
        assert words(snippet.prompt)[passage.start + 1] == "protected"
        assert TASK.states_alike(snippet, Snippet(snippet.prompt, "show 1"))
