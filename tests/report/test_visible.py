"""What a reader would not see is spelled out, and emoji stay whole."""

import pytest

from holdfast.report.snippets import pieces
from holdfast.report.visible import visible

KEPT = {
    "plain text": "hello, Jörg\n\tbye",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a health worker with a skin tone": "\U0001f469\U0001f3fd\u200d\u2695\ufe0f",
    "a rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a flag of two letters": "\U0001f1e9\U0001f1ea",
    "text style and emoji style": "\u263a\ufe0e \u263a\ufe0f \u00a9\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "the form of a Chinese character": "\u845b\U000e0100",
}
SPELLED = {
    "a joiner in a word": ("kil\u200dl", "kil‹U+200D›l"),
    "a joiner before an emoji": ("a\u200d\U0001f525", "a‹U+200D›\U0001f525"),
    "a joiner after an emoji": ("\U0001f525\u200da", "\U0001f525‹U+200D›a"),
    "two joiners": ("\U0001f525\u200d\u200d\U0001f525", "\U0001f525‹U+200D›‹U+200D›\U0001f525"),
    "a selector after a letter": ("a\ufe0f", "a‹U+FE0F›"),
    "text hidden in selectors": (
        "\U0001f600\ufe0f\U000e0148\U000e0159",
        "\U0001f600\ufe0f‹U+E0148›‹U+E0159›",
    ),
    "a digit with a selector": ("1\ufe0f", "1‹U+FE0F›"),
    "no width": ("a\u200bb", "a‹U+200B›b"),
    "another direction": ("\u202eabc", "‹U+202E›abc"),
    "tags": ("hi\U000e0041", "hi‹U+E0041›"),
    "a bell": ("\u0007", "‹U+0007›"),
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_is_seen_stays_as_it_is(text):
    assert visible(f"see {text} here") == f"see {text} here"


@pytest.mark.parametrize(("text", "shown"), SPELLED.values(), ids=SPELLED)
def test_what_hides_is_spelled_out(text, shown):
    assert visible(f"see {text} here") == f"see {shown} here"


def test_an_emoji_stays_whole_where_a_text_is_cut_within_it():
    """Its parts may be words of a model."""
    text = "a \u2764\ufe0f\u200d\U0001f525 b\u200d"
    cut = pieces(text, ["a", "\u2764\ufe0f", "\u200d\U0001f525", "b"], [0.1, 0.2, 0.3, 0.4])
    assert "".join(piece.text for piece in cut) == "a \u2764\ufe0f\u200d\U0001f525 b‹U+200D›"
