"""Edits stay in the input space and do what they say, on any snippet."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.spans import SHORTEST, SpanEdits
from holdfast.attacks.proposals.words import uniform_edit
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.tasks.base import Limits

LIMITS = Limits(prompt_words=6, completion_words=5)
ALPHABET = list(range(5, 15))
ENDS = frozenset({5, 6})
EMPTY = Units((), ())

WORD = st.sampled_from(ALPHABET)
SNIPPETS = st.builds(
    lambda prompt, completion: Units(tuple(prompt), tuple(completion)),
    st.lists(WORD, max_size=LIMITS.prompt_words),
    st.lists(WORD, min_size=1, max_size=LIMITS.completion_words),
)
FROZEN = st.sampled_from(["nothing", "prompt", "completion"])
SEEDS = st.integers(0, 10_000)


def joined(units: Units) -> tuple[int, ...]:
    return units.prompt + units.completion


@st.composite
def spans(draw) -> tuple[Units, int, int]:
    """A snippet, and the positions of a span within one of its parts."""
    units = draw(SNIPPETS)
    first, length = draw(
        st.sampled_from([(0, len(units.prompt)), (len(units.prompt), len(units.completion))])
    )
    start = draw(st.integers(0, length))
    return units, first + start, first + draw(st.integers(start, length))


@given(SNIPPETS, st.data())
def test_replacing_a_word_by_itself_changes_nothing(units, data):
    position = data.draw(st.integers(0, len(units) - 1))
    assert edits.replace(units, position, joined(units)[position]) == units


@given(SNIPPETS, WORD, st.data())
def test_replacing_changes_one_place(units, word, data):
    position = data.draw(st.integers(0, len(units) - 1))
    replaced = edits.replace(units, position, word)
    assert [len(part) for part in replaced] == [len(part) for part in units]
    expected = list(joined(units))
    expected[position] = word
    assert joined(replaced) == tuple(expected)


@given(SNIPPETS, st.data())
def test_what_is_inserted_can_be_deleted(units, data):
    roomy = Limits(100, 100)
    slot = data.draw(st.integers(0, len(units) + 1))
    words = tuple(data.draw(st.lists(WORD, min_size=1, max_size=4)))
    grown = edits.insert(units, slot, words, roomy)
    start = slot if slot <= len(units.prompt) else slot - 1
    assert edits.span(grown, start, start + len(words)) == words
    assert edits.delete(grown, start, start + len(words)) == units


@given(SNIPPETS, st.data())
def test_swapping_twice_changes_nothing(units, data):
    one, other = (data.draw(st.integers(0, len(units) - 1)) for _ in range(2))
    swapped = edits.swap(units, one, other)
    assert Counter(joined(swapped)) == Counter(joined(units))
    assert edits.swap(swapped, one, other) == units


@given(spans())
def test_deleting_removes_the_span_or_refuses_to_empty_the_completion(drawn):
    units, start, stop = drawn
    rest = edits.delete(units, start, stop)
    if rest is None:
        assert start == len(units.prompt)
        assert stop == len(units)
    else:
        assert joined(rest) == joined(units)[:start] + joined(units)[stop:]


@given(spans(), st.data())
def test_moving_keeps_the_words_and_the_span(drawn, data):
    units, start, stop = drawn
    slot = data.draw(st.integers(0, len(units) + 1))
    moved = edits.move_span(units, start, stop, slot, LIMITS)
    if moved is not None:
        assert Counter(joined(moved)) == Counter(joined(units))
        span, text = edits.span(units, start, stop), joined(moved)
        assert any(text[i : i + len(span)] == span for i in range(len(text) + 1))


def test_moving_a_span_into_the_other_part():
    units = Units((5, 6, 7), (8, 9))
    assert edits.move_span(units, 0, 2, 5, LIMITS) == Units((7,), (8, 5, 6, 9))
    assert edits.move_span(units, 3, 4, 1, LIMITS) == Units((5, 8, 6, 7), (9,))
    assert edits.move_span(units, 0, 2, 3, LIMITS) == Units((7, 5, 6), (8, 9))
    assert edits.move_span(units, 0, 2, 1, LIMITS) is None
    assert edits.move_span(units, 3, 5, 0, LIMITS) is None


@given(spans(), st.lists(WORD, max_size=8))
def test_splicing_puts_words_in_the_place_of_the_span_or_refuses(drawn, words):
    units, start, stop = drawn
    spliced = edits.splice(units, start, stop, tuple(words), LIMITS)
    if spliced is None:
        assert not edits.fits(edits.splice(units, start, stop, tuple(words), Limits(99, 99)) or EMPTY, LIMITS)
    else:
        assert edits.fits(spliced, LIMITS)
        assert joined(spliced) == joined(units)[:start] + tuple(words) + joined(units)[stop:]


def respects(frozen: str, before: Units, after: Units) -> bool:
    return frozen == "nothing" or getattr(before, frozen) == getattr(after, frozen)


@given(SNIPPETS, FROZEN, SEEDS)
def test_random_edits_stay_within_limits_and_mask(units, frozen, seed):
    draw = Stream(seed).python()
    for _ in range(20):
        edited = uniform_edit(units, Mask(frozen), ALPHABET, LIMITS, draw)
        if edited is not None:
            assert edits.fits(edited, LIMITS)
            assert respects(frozen, units, edited)
            assert abs(len(edited) - len(units)) <= 1


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
