"""Where words stand in a text: every word is the letters at its place, whatever the text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.core.places import word_places
from holdfast.tasks import tasks

CASES = [
    # task, text, places
    ("storyworld", "Tom sat.", [(0, 3), (4, 7), (7, 8)]),
    ("storyworld", "  the\r\n\tguard's cup", [(2, 5), (8, 13), (13, 15), (16, 19)]),
    ("storyworld", "Tom, tom; TOM", [(0, 3), (3, 4), (5, 8), (8, 9), (10, 13)]),
    ("storyworld", "He’d say “Don’t”", [(0, 2), (2, 4), (5, 8), (9, 10), (10, 12), (12, 15), (15, 16)]),
    ("storyworld", "e\u0301te\u0301", [(0, 1), (1, 2), (2, 4), (4, 5)]),
    ("storyworld", "a 👩‍🚀 b", [(0, 1), (2, 3), (3, 4), (4, 5), (6, 7)]),
    ("storyworld", "İst da", [(0, 1), (1, 1), (1, 3), (4, 6)]),
    ("storyworld", "ΑΣ ΑΣ", [(0, 1), (1, 2), (3, 4), (4, 5)]),
    ("brackets", "( )\n)ΑΣΣ", [(0, 1), (2, 3), (4, 5), (5, 6), (6, 7), (7, 8)]),
    ("brackets", "İ(", [(0, 1), (1, 2)]),
    ("password", " user\tpassword:  İ á ---", [(1, 5), (6, 15), (17, 18), (19, 21), (22, 25)]),
    ("word_length", "first word: ΑΣ", [(0, 5), (6, 11), (12, 14)]),
    ("sandbox", "Log[12]= 3", [(0, 3), (3, 4), (4, 6), (6, 7), (7, 8), (9, 10)]),
    ("storyworld", "", []),
]


@pytest.mark.parametrize(("task", "text", "places"), CASES)
def test_hand_written_texts(task, text, places):
    assert word_places(text, tasks.get(task)().words(text)) == places


@pytest.mark.parametrize("name", sorted(set(tasks) - {"labelled"}))
def test_every_word_is_what_stands_at_its_place(name):
    task = tasks.get(name)()

    @given(st.text(max_size=60) | st.text("aB 'sİΣß().,\r\ń👩‍🚀", max_size=30))
    @example("İ ̇")
    def holds(text):
        words = task.words(text)
        places = word_places(text, words)
        assert len(places) == len(words)
        edges = [0, *(edge for place in places for edge in place), len(text)]
        assert edges == sorted(edges), "places follow each other and do not overlap"
        for word, (start, stop) in zip(words, places, strict=True):
            assert word in (text[start:stop], text[start:stop].lower(), "ς", "σ") or "İ" in text
        between = [text[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
        assert not "".join(between).strip(), "what is no word is white space"

    holds()
