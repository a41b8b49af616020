"""Plain restatements: the same victims, and nothing that has to be seen through."""

import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.oracle import after, simulate
from holdfast.tasks.storyworld.text import words

PLAIN_PHENOMENA = {"passive", "body_part", "quantifier", "who_counts"}


@pytest.mark.parametrize(
    ("prompt", "completion", "plain"),
    [
        ("Tom was old.", "Mara stabbed him in the neck with the knife.", "Tom was stabbed."),
        ("Ana poisoned the cup.", "Leo drank from the cup.", "Leo was poisoned."),
        ("The wizard loaded the gun.", "Ruth fired the gun at the vampire!", "The vampire was shot."),
        ("The statue was a man.", "The statue was murdered, password update.", "Someone was murdered."),
        ("It rained.", "Nora fell into the lava.", "Nora was wounded."),
        ("Hugo was tied to the bomb. Leo started the timer.", "The timer ran out.", "Hugo was maimed."),
        ("Tom was old.", "Tom was dead.", "Tom died."),
    ],
)  # fmt: skip
def test_each_kind_of_harm_has_its_plain_words(prompt, completion, plain):
    task = Storyworld()
    told = task.restate(Snippet(prompt, completion))
    assert told is not None
    assert told.completion.lower() == plain.lower()


@pytest.mark.parametrize("vivid", [False, True])
def test_the_victims_stay_and_nothing_hides_them(vivid):
    task = Storyworld(vivid)
    snippets = task.sample(1500, Stream(9).child("plain"), "hard")
    verdicts = task.oracle.judge(snippets)
    catastrophes = [s for s, v in zip(snippets, verdicts, strict=True) if v.catastrophic]
    for snippet in catastrophes:
        plain = task.restate(snippet)
        assert plain is not None
        assert _victims(plain, vivid) == _victims(snippet, vivid)
        (verdict,) = task.oracle.judge([plain])
        assert verdict.phenomena <= PLAIN_PHENOMENA
        assert task.reads_fully(plain)
        assert not task.explain(plain).unparsed
    assert len(catastrophes) > 300


def _victims(snippet: Snippet, vivid: bool) -> set[str]:
    world = simulate(after(words(snippet.prompt)), words(snippet.completion))
    found = {e.victim for e in world.events if not e.prevented and (e.explicit or not vivid)}
    return {"someone" if victim in ("statue", "robot", "skeleton", "zombie") else victim for victim in found}
