"""Edits stay in the input space and do what they say, on any snippet."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.spans import SHORTEST, SpanEdits
from holdfast.attacks.proposals.words import uniform_edit
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.tasks.base import Limits

LIMITS = Limits(prompt_words=6, completion_words=5)
ALPHABET = list(range(5, 15))
ENDS = frozenset({5, 6})
EMPTY = Tokens((), ())

WORD = st.sampled_from(ALPHABET)
SNIPPETS = st.builds(
    lambda prompt, completion: Tokens(tuple(prompt), tuple(completion)),
    st.lists(WORD, max_size=LIMITS.prompt_words),
    st.lists(WORD, min_size=1, max_size=LIMITS.completion_words),
)
FROZEN = st.sampled_from(["nothing", "prompt", "completion"])
SEEDS = st.integers(0, 10_000)


def joined(tokens: Tokens) -> tuple[int, ...]:
    return tokens.prompt + tokens.completion


@st.composite
def spans(draw) -> tuple[Tokens, int, int]:
    """A snippet, and the positions of a span within one of its parts."""
    tokens = draw(SNIPPETS)
    first, length = draw(
        st.sampled_from([(0, len(tokens.prompt)), (len(tokens.prompt), len(tokens.completion))])
    )
    start = draw(st.integers(0, length))
    return tokens, first + start, first + draw(st.integers(start, length))


@given(SNIPPETS, st.data())
def test_replacing_a_word_by_itself_changes_nothing(tokens, data):
    position = data.draw(st.integers(0, len(tokens) - 1))
    assert edits.replace(tokens, position, joined(tokens)[position]) == tokens


@given(SNIPPETS, WORD, st.data())
def test_replacing_changes_one_place(tokens, word, data):
    position = data.draw(st.integers(0, len(tokens) - 1))
    replaced = edits.replace(tokens, position, word)
    assert [len(part) for part in replaced] == [len(part) for part in tokens]
    expected = list(joined(tokens))
    expected[position] = word
    assert joined(replaced) == tuple(expected)


@given(SNIPPETS, st.data())
def test_what_is_inserted_can_be_deleted(tokens, data):
    roomy = Limits(100, 100)
    slot = data.draw(st.integers(0, len(tokens) + 1))
    words = tuple(data.draw(st.lists(WORD, min_size=1, max_size=4)))
    grown = edits.insert(tokens, slot, words, roomy)
    start = slot if slot <= len(tokens.prompt) else slot - 1
    assert edits.span(grown, start, start + len(words)) == words
    assert edits.delete(grown, start, start + len(words)) == tokens


@given(SNIPPETS, st.data())
def test_swapping_twice_changes_nothing(tokens, data):
    one, other = (data.draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
    swapped = edits.swap(tokens, one, other)
    assert Counter(joined(swapped)) == Counter(joined(tokens))
    assert edits.swap(swapped, one, other) == tokens


@given(spans())
def test_deleting_removes_the_span_or_refuses_to_empty_the_completion(drawn):
    tokens, start, stop = drawn
    rest = edits.delete(tokens, start, stop)
    if rest is None:
        assert start == len(tokens.prompt)
        assert stop == len(tokens)
    else:
        assert joined(rest) == joined(tokens)[:start] + joined(tokens)[stop:]


@given(spans(), st.data())
def test_moving_keeps_the_words_and_the_span(drawn, data):
    tokens, start, stop = drawn
    slot = data.draw(st.integers(0, len(tokens) + 1))
    moved = edits.move_span(tokens, start, stop, slot, LIMITS)
    if moved is not None:
        assert Counter(joined(moved)) == Counter(joined(tokens))
        span, text = edits.span(tokens, start, stop), joined(moved)
        assert any(text[i : i + len(span)] == span for i in range(len(text) + 1))


def test_moving_a_span_into_the_other_part():
    tokens = Tokens((5, 6, 7), (8, 9))
    assert edits.move_span(tokens, 0, 2, 5, LIMITS) == Tokens((7,), (8, 5, 6, 9))
    assert edits.move_span(tokens, 3, 4, 1, LIMITS) == Tokens((5, 8, 6, 7), (9,))
    assert edits.move_span(tokens, 0, 2, 3, LIMITS) == Tokens((7, 5, 6), (8, 9))
    assert edits.move_span(tokens, 0, 2, 1, LIMITS) is None
    assert edits.move_span(tokens, 3, 5, 0, LIMITS) is None


@given(spans(), st.lists(WORD, max_size=8))
def test_splicing_puts_words_in_the_place_of_the_span_or_refuses(drawn, words):
    tokens, start, stop = drawn
    spliced = edits.splice(tokens, start, stop, tuple(words), LIMITS)
    if spliced is None:
        assert not edits.fits(
            edits.splice(tokens, start, stop, tuple(words), Limits(99, 99)) or EMPTY, LIMITS
        )
    else:
        assert edits.fits(spliced, LIMITS)
        assert joined(spliced) == joined(tokens)[:start] + tuple(words) + joined(tokens)[stop:]


def respects(frozen: str, before: Tokens, after: Tokens) -> bool:
    return frozen == "nothing" or getattr(before, frozen) == getattr(after, frozen)


@given(SNIPPETS, FROZEN, SEEDS)
def test_random_edits_stay_within_limits_and_mask(tokens, frozen, seed):
    draw = Stream(seed).python()
    for _ in range(20):
        edited = uniform_edit(tokens, Mask(frozen), ALPHABET, LIMITS, draw)
        if edited is not None:
            assert edits.fits(edited, LIMITS)
            assert respects(frozen, tokens, edited)
            assert abs(len(edited) - len(tokens)) <= 1


@given(SNIPPETS, SNIPPETS, FROZEN, SEEDS)
def test_recombinations_stay_within_limits_and_mask(one, other, frozen, seed):
    spans = SpanEdits(ENDS, Mask(frozen), LIMITS, Stream(seed).python())
    for operation in (spans.splice, spans.graft, spans.cross, spans.move, spans.duplicate, spans.delete):
        child = operation(one, other)
        if child is not None:
            assert edits.fits(child, LIMITS)
            assert respects(frozen, one, child)


@given(SNIPPETS, SNIPPETS, SEEDS)
def test_recombination_never_chooses_a_single_word(one, other, seed):
    spans = SpanEdits(ENDS, Mask(), LIMITS, Stream(seed).python())
    for operation in (spans.graft, spans.duplicate, spans.delete):
        child = operation(one, other)
        assert child is None or abs(len(child) - len(one)) >= SHORTEST
