import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.edit_pattern import changed_words, edit_pattern, rewritten

words = st.lists(st.sampled_from("abcd"), max_size=9).map(tuple)
pairs = st.builds(SnippetWords, words, words)

SEED = "king slept .|ann stabs bob ."

CASES = [
    # seed, failure, what is told
    (SEED, SEED, []),
    ("a|she did not fall .", "a|she did never fall .", ['replace "not" by "never" in the completion']),
    (SEED, "king slept .|ann , as if ill , stabs bob .", ['insert ", as if ill ," in the completion']),
    (SEED, "king slept .|ann stabs bob . la la", ['insert "la la" at the end of the completion']),
    (SEED, "well king slept .|ann stabs bob .", ['insert "well" at the start of the prompt']),
    (SEED, "king slept .|ann stabs .", ['delete "bob" in the completion']),
    ("the king slept .|ann left .", "|ann left .", ['delete "the king slept ." in the prompt']),
    ("|ann left .", "king slept .|ann left .", ['insert "king slept ." in the prompt']),
    ("the king slept .|ann left .", "nobody came to dinner|ann left .", ["prompt replaced"]),
    (SEED, "king slept .|quietly nobody ever came", ["completion replaced"]),
    ("in bed the old king slept .|a", "the old king slept in bed .|a", ['move "in bed" in the prompt']),
    (SEED, "king slept .|king slept ann stabs bob .", ['repeat "king slept" at the start of the completion']),
    ("a b|c d", "a x|c y", ['replace "b" by "x" in the prompt', 'replace "d" by "y" in the completion']),
    (SEED, "king slept .|ann u v w x y z stabs bob .", ['insert "u v w x y z" in the completion']),
    (SEED, "king slept .|ann t u v w x y z stabs bob .", ['insert "t u v w … z" in the completion']),
]


def snippet(text):
    prompt, completion = text.split("|")
    return SnippetWords(tuple(prompt.split()), tuple(completion.split()))


@pytest.mark.parametrize(("seed", "failure", "told"), CASES)
def test_changes_are_told_in_plain_words(seed, failure, told):
    assert [str(edit) for edit in edit_pattern(snippet(seed), snippet(failure))] == told


def test_a_rewritten_part_points_at_no_word():
    edits = edit_pattern(snippet("the king slept .|a b c d"), snippet("nobody came to dinner|a x c d"))
    assert rewritten(edits, "prompt")
    assert not rewritten(edits, "completion")
    assert changed_words(edits, "prompt", 4) == (False,) * 4
    assert changed_words(edits, "completion", 4) == (False, True, False, False)


@given(pairs, pairs)
def test_words_that_no_edit_wrote_stand_in_the_seed_in_order(seed, failure):
    edits = edit_pattern(seed, failure)
    assert (edits == ()) == (seed == failure)
    for part, before, after in zip(("prompt", "completion"), seed, failure, strict=True):
        if rewritten(edits, part):
            continue
        changed = changed_words(edits, part, len(after))
        kept = iter(before)
        assert all(word in kept for word, new in zip(after, changed, strict=True) if not new)
        for edit in edits:
            if edit.part == part:
                assert edit.added == after[edit.start : edit.stop]
