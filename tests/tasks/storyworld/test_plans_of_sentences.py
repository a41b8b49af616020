"""Plans count all words of a sentence, and say which of them tell things apart."""

import pytest

from holdfast.tasks.storyworld.grammar import CODE
from holdfast.tasks.storyworld.lexicon import CLASSES, THING_CLASSES, VERBS
from holdfast.tasks.storyworld.reader import read
from holdfast.tasks.storyworld.text import words

LIKE_ADJECTIVES = {*VERBS, *(word for name in THING_CLASSES for word in CLASSES[name])}


@pytest.mark.parametrize(
    ("sentence", "head", "attributes"),
    [
        ("Tom slowly took the red cup.", "cup", {"red"}),
        ("Tom took the big red clay cup.", "cup", {"big", "red", "clay"}),
        ("Tom drank cold water.", "water", {"cold"}),
        ("Tom took the loaded old gun.", "gun", {"loaded", "old"}),
        ("“Take the red one,” said Ana, and Tom took the cup.", "cup", set()),
        ("Tom took the garden chair.", "chair", {"garden"}),
    ],
)
def test_a_noun_phrase_knows_the_words_that_tell_it_apart(sentence, head, attributes):
    (found,) = read(words(sentence))
    noun = next(noun for noun in found.plan.nouns if found.words[noun.head] == head)
    assert {found.words[place] for place in noun.attributes} == attributes


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (
            "Tom slowly opened the old door. He sat very quietly in it.",
            ["tom slowly opened the old door", "he sat very quietly in it"],
        ),
        ("“Come in. Sit,” said Ana quietly, and Tom sat down.", ["said ana", "tom sat down"]),
    ],
)
def test_a_clause_knows_its_place_in_the_text(text, clauses):
    part = words(text)
    stretches = [
        part[sentence.at[clause.start] : sentence.at[clause.end - 1] + 1]
        for sentence in read(part)
        for clause in sentence.plan.clauses
        if clause.has_verb
    ]
    assert [" ".join(stretch) for stretch in stretches] == clauses


def test_no_class_mixes_words_that_tell_things_apart_with_others():
    telling = {CODE[word] for word in LIKE_ADJECTIVES}
    assert {word for word, code in CODE.items() if code in telling} == LIKE_ADJECTIVES
