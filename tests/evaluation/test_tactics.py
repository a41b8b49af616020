import random

import numpy as np
import pytest

from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.tactics import Found, find_tactics

NOUNS = "cup door song hall king robot flower letter river lamp".split()
NAMES = "ann bob cat dan eve finn gus hal".split()


def story(draw, length=4):
    return tuple(
        word
        for _ in range(length)
        for word in (draw.choice(NAMES), draw.choice(("saw", "took", "held")), "the", draw.choice(NOUNS), ".")
    )


def as_if(completion, draw):
    at = draw.randrange(len(completion))
    return (*completion[:at], ",", "as", "if", "asleep", ",", *completion[at:])


def never(completion, draw):
    return tuple("never" if word == "not" else word for word in completion)


def tail(completion, draw):
    return (*completion, "the", "end", "of", "the", "play")


def planted(count, draw):
    """Three tactics with seeds of their own, in turn, and of one a replaced prompt as well."""
    found = []
    for number in range(count):
        kind = (as_if, never, tail)[number % 3]
        prompt, completion = story(draw), (draw.choice(NAMES), "did", "not", *story(draw, 2))
        rewritten = tuple(draw.sample("w1 w2 w3 w4 w5 w6 w7 w8 w9".split(), 8)) if kind is tail else prompt
        phenomena = frozenset({"negation", "plain"}) if kind is never else frozenset({"plain"})
        found.append(
            Found(
                SnippetWords(prompt, completion),
                SnippetWords(rewritten, kind(completion, draw)),
                phenomena,
                float(number % 10),
                frozenset({"greedy" if number % 2 else "random"}),
            )
        )
    return found


@pytest.mark.parametrize("sample", [1000, 40, 7])
def test_planted_tactics_are_found_and_named(sample):
    found = planted(120, random.Random(0))
    tactics = find_tactics(found, sample=sample)
    assert [set(tactic.members) for tactic in tactics] == [set(range(k, 120, 3)) for k in range(3)]
    words, negation, replaced = (tactic.name for tactic in tactics)
    assert words == 'insert ", as if asleep ," in the completion'
    assert negation == 'negation: replace "not" by "never" in the completion'
    assert "prompt replaced" in replaced
    assert 'insert "the end of the play" in the completion' in replaced


def test_a_tactic_tells_what_it_is_made_of():
    found = planted(120, random.Random(1))
    first = find_tactics(found)[0]
    assert (first.size, first.share, first.seeds) == (40, pytest.approx(1 / 3), 40)
    assert dict(first.attacks) == {"greedy": 20, "random": 20}
    grades = [found[i].egregiousness for i in first.members]
    assert first.mean_egregiousness == pytest.approx(np.mean(grades))
    assert first.worst_egregiousness == max(grades)
    assert first.exemplar in first.members


def test_everything_belongs_to_one_tactic_and_again_to_the_same():
    found = planted(90, random.Random(2))
    draw = random.Random(3)
    for _ in range(30):
        seed, failure = (SnippetWords(story(draw), story(draw)) for _ in range(2))
        found.append(Found(seed, failure, frozenset(), 1.0, frozenset("a")))
    tactics = find_tactics(found, sample=25)
    assert sorted(i for tactic in tactics for i in tactic.members) == list(range(120))
    assert sum(tactic.share for tactic in tactics) == pytest.approx(1)
    assert len({tactic.name for tactic in tactics}) == len(tactics)
    assert tactics == find_tactics(found, sample=25)
    assert [t.size for t in tactics] == sorted((t.size for t in tactics), reverse=True)


def test_embeddings_bring_together_what_words_do_not():
    seed = SnippetWords(("a", "b"), ("c", "d", "e"))
    found = [
        Found(seed, SnippetWords(("a", "b"), ("c", "d", "e", word)), frozenset(), 1.0, frozenset({"a"}))
        for word in ("x", "y") * 10
    ]
    assert [t.size for t in find_tactics(found, least_similarity=0.3)] == [10, 10]
    (together,) = find_tactics(found, np.ones((20, 3)), least_similarity=0.3)
    assert together.name == 'insert "x" + "y" in the completion'


def test_nothing_found_has_no_tactics():
    assert find_tactics([]) == ()


def test_a_failure_that_is_its_own_seed_needs_no_edit():
    seed = SnippetWords(("a",), ("b",))
    (tactic,) = find_tactics([Found(seed, seed, frozenset(), 2.0, frozenset({"a"}))])
    assert tactic.name == "unchanged seed"
