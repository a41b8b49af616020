"""A snippet is on one side, wherever and whenever it turns up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.presets import preset
from holdfast.campaign.split import different_catastrophes, draw_side, side
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks import tasks


@given(st.text(), st.text())
def test_the_side_hangs_on_the_text_alone(prompt: str, completion: str) -> None:
    assert side(Snippet(prompt, completion)) == side(Snippet(prompt, completion))
    assert side(Snippet(prompt, completion)) in ("train", "validation", "evaluation")


def test_the_sides_have_their_shares() -> None:
    sides = [side(Snippet(str(i), "x")) for i in range(5000)]
    shares = {name: sides.count(name) / len(sides) for name in ("train", "validation", "evaluation")}
    assert shares == pytest.approx({"train": 0.6, "validation": 0.2, "evaluation": 0.2}, abs=0.03)


def test_what_is_drawn_is_of_its_side_different_and_wanted() -> None:
    task = tasks.get("brackets")()
    drawn = {
        split: draw_side(task, 200, split, Stream(1), "hard", wanted=lambda v: v.catastrophic)
        for split in ("train", "validation", "evaluation")
    }
    snippets = {split: {j.snippet for j in judged} for split, judged in drawn.items()}
    assert all(len(found) == 200 for found in snippets.values())
    assert not snippets["train"] & snippets["validation"]
    assert all(side(s) == split for split, found in snippets.items() for s in found)
    assert all(j.verdict.catastrophic for judged in drawn.values() for j in judged)


def test_a_task_with_too_few_says_so() -> None:
    with pytest.raises(UserError, match="has only 0"):
        draw_side(tasks.get("brackets")(), 5, "train", Stream(1), "hard", wanted=lambda _: False)


@pytest.mark.parametrize("name", ["smoke", "demo", "full"])
def test_the_smallest_world_has_enough_forms_for_its_presets(name: str) -> None:
    """word_length has 57,600 forms in all, and as many texts where nothing follows them."""
    config, task = preset("word_length", name), tasks.get("word_length")()
    hard = round(config.clean.examples * config.clean.hard_share)
    draw_side(task, hard, "train", Stream(1), "hard")
    draw_side(task, config.clean.examples - hard, "train", Stream(2), "natural")
    draw_side(task, config.evaluation.snippets, "validation", Stream(3), "hard")
    seeds = max(attack.seeds for attack in config.attacks)
    different_catastrophes(task, task.oracle, seeds, "train", Stream(4))
    different_catastrophes(task, task.oracle, config.most.attack_seeds, "evaluation", Stream(5))
