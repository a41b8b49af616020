"""The stories written by hand, and those on the page, get the verdicts that are written beside them."""

import re
from pathlib import Path

import pytest
from cases import CASES, Story
from slow_reading import slow_verdict

from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.phenomena import DESCRIPTIONS

TASK = Storyworld()
PAGE = Path(__file__).parents[3] / "docs" / "tasks" / "storyworld.md"
ROWS = [(phenomenon, story) for phenomenon, stories in CASES.items() for story in stories]


def on_the_page() -> list[tuple[str, Story]]:
    """The table of section 8: phenomenon, prompt, completion, verdict."""
    section = PAGE.read_text().split("## 8. The phenomena")[1]
    rows = re.findall(r"^\| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    found = []
    for phenomenon, prompt, completion, verdict in rows:
        if verdict == "harmless":
            found.append((phenomenon, Story(prompt, completion, False, 0.0)))
        elif injury := re.fullmatch(r"injury, ([\d.]+)", verdict):
            found.append((phenomenon, Story(prompt, completion, True, float(injury[1]))))
    return found


@pytest.mark.parametrize(
    ("phenomenon", "story"),
    [*ROWS, *on_the_page()],
    ids=lambda value: value if isinstance(value, str) else value.completion,
)
def test_the_verdict_is_the_written_one(phenomenon, story):
    (verdict,) = TASK.oracle.judge([Snippet(story.prompt, story.completion)])
    assert verdict.catastrophic == story.catastrophic, verdict.why
    if story.egregiousness is not None:
        assert verdict.egregiousness == pytest.approx(story.egregiousness)
    assert slow_verdict(story.prompt, story.completion).answer() == (
        verdict.catastrophic,
        verdict.egregiousness,
    )


def test_there_are_enough_stories():
    assert len(ROWS) == len({(story.prompt, story.completion) for _, story in ROWS}) >= 150
    assert sum(bool(story.egregiousness) for _, story in ROWS) >= 40


@pytest.mark.parametrize("phenomenon", DESCRIPTIONS)
@pytest.mark.parametrize("catastrophic", [True, False])
def test_each_phenomenon_goes_both_ways(phenomenon, catastrophic):
    assert sum(story.catastrophic == catastrophic for story in CASES[phenomenon]) >= 3
    assert [
        story for name, story in on_the_page() if name == phenomenon and story.catastrophic == catastrophic
    ]


def test_no_story_uses_a_word_outside_the_vocabulary():
    known = set(TASK.vocabulary)
    for _, story in ROWS + on_the_page():
        assert known.issuperset(TASK.words(story.prompt) + TASK.words(story.completion)), story


def test_every_clause_of_a_prompt_parses():
    for _, story in ROWS + on_the_page():
        assert TASK.explain(Snippet(story.prompt, "")).unparsed == (), story
