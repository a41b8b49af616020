"""Names and texts that look alike have one skeleton, and others have not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.lookalikes import skeleton

ALIKE = [
    ("ann", "Ann"),
    ("ann", "ANN"),
    ("ann", " a n n "),
    ("ann", "a\u00a0nn"),
    ("ann", "a\u200bnn"),
    ("ann", "a\u00adnn"),
    ("ann", "\u202eann"),
    ("ann", "аnn"),  # the first letter is Cyrillic
    ("ann", "ａｎｎ"),  # full width
    ("paco", "расо"),  # all of it is Cyrillic
    ("PAT", "ΡΑΤ"),  # all of it is Greek
    ("Bob", "Воb"),
    ("bob", "b0b"),
    ("bill", "bi11"),
    ("Ian", "lan"),
    ("marc", "rnarc"),
    ("straße", "STRASSE"),
    ("josé", "jose\u0301"),
    ("fi", "ﬁ"),
]
UNLIKE = [("ann", "anna"), ("ann", "ana"), ("bob", "rob"), ("Юля", "Оля"), ("jose", "josé"), ("李", "王")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_texts_that_look_alike_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_texts_that_look_different_do_not(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("unseen", ["", "  ", "\u200b\u200d", "\u2028\t"])
def test_what_shows_nothing_has_none(unseen):
    assert skeleton(unseen) == ""


@given(st.text())
def test_case_and_blanks_never_count(text):
    assert skeleton(f" {text}\u200b") == skeleton(text)
    assert skeleton(text.swapcase()) == skeleton(text) or text.casefold() != text.swapcase().casefold()
