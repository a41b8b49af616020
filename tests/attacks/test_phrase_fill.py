"""Phrases: where they are written, what they leave alone, and which go on to be scored."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import attacks
from holdfast.attacks.engine.requests import AskLikelihood, AskPhrases, Candidate
from holdfast.attacks.engine.rules import Rules
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals.phrases import LONGEST, SHORTEST, filled, openings
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.tasks.base import Limits

ROOMY = Limits(prompt_words=40, completion_words=40)
WORDS = st.lists(st.integers(5, 30), max_size=10).map(tuple)
SNIPPETS = st.builds(Units, WORDS, WORDS.filter(bool))
PHRASES = st.lists(st.integers(40, 60), min_size=SHORTEST, max_size=LONGEST).map(tuple)


@pytest.fixture
def attempt(target, seeds):
    return session(target, seeds).attempts[0]


def session(target, seeds) -> Session:
    return Session(target, seeds, Budget(queries_per_seed=500), Stream(5), Rules(), Silent())


def answers(search, reply):
    """Drive a search by hand: the requests it makes, and what it returns."""
    asked = []
    try:
        request = next(search)
        while True:
            asked.append(request)
            request = search.send(reply(request))
    except StopIteration as end:
        return asked, end.value


@given(SNIPPETS, st.data(), st.floats(0, 1), st.integers(0, 10_000))
def test_an_opening_stays_within_its_part(units, data, share, seed):
    position = data.draw(st.integers(0, len(units)))
    end = len(units.prompt) if position < len(units.prompt) else len(units)
    for opening in openings(units, position, 8, share, Stream(seed).numpy()):
        assert opening.position == position
        assert opening.width <= min(LONGEST, end - position)
        assert opening.width in (0, end - position) or opening.width >= SHORTEST
        assert SHORTEST <= opening.length <= LONGEST


@given(SNIPPETS, PHRASES, st.data(), st.integers(0, 10_000))
def test_a_phrase_changes_its_opening_alone(units, phrase, data, seed):
    position = data.draw(st.integers(0, len(units)))
    (opening,) = openings(units, position, 1, 0.5, Stream(seed).numpy())
    written = filled(units, opening, phrase, ROOMY)
    in_prompt = position < len(units.prompt)
    part, other = (0, 1) if in_prompt else (1, 0)
    at = position if in_prompt else position - len(units.prompt)
    assert written[other] == units[other]
    assert written[part] == units[part][:at] + phrase + units[part][at + opening.width :]


@given(SNIPPETS, st.data(), st.integers(0, 10_000))
def test_what_is_no_phrase_or_does_not_fit_is_none(units, data, seed):
    position = data.draw(st.integers(0, len(units)))
    (opening,) = openings(units, position, 1, 0.0, Stream(seed).numpy())
    assert filled(units, opening, (7,), ROOMY) is None
    full = Limits(prompt_words=len(units.prompt), completion_words=len(units.completion))
    assert filled(units, opening, (7,) * (opening.width + 1), full) is None


def test_the_shares_of_insertions_are_kept():
    units = Units((5,) * 10, (6,) * 10)
    drawn = openings(units, 3, 4000, 0.3, Stream(1).numpy())
    assert np.mean([opening.width == 0 for opening in drawn]) == pytest.approx(0.3, abs=0.03)


def test_the_likeliest_share_is_the_generators_choice(attempt, generator):
    prompt, completion = attempt.origin
    candidates = [Units(prompt, completion[:n]) for n in range(1, len(completion) + 1)]
    attack = attacks.PhraseFill(likely_share=0.25)
    asked, kept = answers(
        attack._likeliest(attempt, candidates), lambda request: generator.story_log_prob(request.candidates)
    )
    assert [type(request) for request in asked] == [AskLikelihood]
    alone = [float(generator.story_log_prob([t])[0]) / (len(t) + 2) for t in candidates]
    best = sorted(range(len(candidates)), key=lambda i: -alone[i])[: -(-len(candidates) // 4)]
    assert kept == [candidates[i] for i in sorted(best)]


def test_all_are_kept_without_asking(attempt):
    candidates = [attempt.origin]
    assert answers(attacks.PhraseFill()._likeliest(attempt, candidates), None) == ([], candidates)


@pytest.mark.parametrize("frozen", ["prompt", "completion"])
def test_a_frozen_part_is_never_visited(target, seeds, frozen):
    attack = attacks.PhraseFill(frozen=frozen, stop="budget")
    found = attack(target, seeds[:2], Budget(queries_per_seed=60), Stream(5))
    frozen_texts = {getattr(seed, frozen) for seed in seeds[:2]}
    assert {getattr(candidate.snippet, frozen) for candidate in found.candidates} <= frozen_texts


def test_the_last_place_is_the_completions_end(attempt):
    attack, units = attacks.PhraseFill(sharpness=0.0), attempt.origin
    flat = np.ones((len(units), 4), dtype=np.float32)
    _, order = answers(attack._order(attempt, units), lambda request: flat)
    assert sorted(order) == list(range(len(units) + 1))


def test_it_needs_a_generator(target, seeds):
    bare = replace(target, generator=None)
    assert not attacks.PhraseFill().suits(bare)
    with pytest.raises(UserError, match="needs a generator"):
        attacks.PhraseFill()(bare, seeds[:1], Budget(queries_per_seed=20), Stream(5))


def test_phrases_come_to_a_greedy_rewrite_only_when_asked_for(attempt):
    def reply(request):
        if isinstance(request, AskPhrases):
            return [(5, 6)] * len(request.lengths)
        raise KeyError

    start = Candidate(attempt.origin)
    for count in (0, 3):
        attack = attacks.GreedyRewrite(phrases=count, uniform_share=1.0)
        search = attack._pass(attempt, start)
        next(search)
        asked = search.send(np.ones((len(start.units), 4), dtype=np.float32))
        assert isinstance(asked, AskPhrases) == bool(count)
        if count:
            assert len(asked.lengths) == count


def test_a_greedy_rewrite_with_phrases_finds_failures_too(target, seeds):
    result = attacks.GreedyRewrite(phrases=4)(target, seeds, Budget(queries_per_seed=400), Stream(5))
    assert result.broken >= len(seeds) // 2
