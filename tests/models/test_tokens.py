"""Tokenizer, codec and layout: text and ids convert both ways, and pairs are laid out as models read them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.codec import Codec
from holdfast.models.layout import Layout, length_batches
from holdfast.models.tokenizer import SPECIAL_TOKENS, word_tokenizer
from holdfast.tasks import tasks


@pytest.fixture(params=["fake", *(name for name in tasks.names() if name != "labelled")], scope="module")
def any_task(request, task):
    return task if request.param == "fake" else tasks.get(request.param)()


def test_ids_are_the_special_tokens_and_then_the_vocabulary_in_order(any_task):
    vocabulary = word_tokenizer(any_task).get_vocab()
    assert [vocabulary[token] for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]
    assert [vocabulary[word] for word in any_task.vocabulary] == list(range(5, 5 + len(any_task.vocabulary)))


def test_the_tokenizer_splits_as_the_task_does(any_task):
    """Two independent paths to the same ids: the saved tokenizer's regular expression, and `task.words`."""
    tokenizer = word_tokenizer(any_task)
    by_task, by_tokenizer = Codec(tokenizer, any_task), Codec(tokenizer)
    snippets = any_task.sample(300, Stream(1), "hard")
    assert by_task.encode(snippets) == by_tokenizer.encode(snippets)


def test_every_sampled_snippet_round_trips(any_task):
    codec = Codec(word_tokenizer(any_task), any_task)
    assert all(codec.round_trips(t) for t in codec.encode(any_task.sample(200, Stream(2))))


@given(st.lists(st.integers(5, 24), max_size=30), st.lists(st.integers(5, 24), max_size=12))
def test_any_sequence_of_words_round_trips(task, prompt, completion):
    assert Codec(word_tokenizer(task), task).round_trips(Tokens(tuple(prompt), tuple(completion)))


def test_an_unknown_word_becomes_the_unknown_token_and_does_not_round_trip(classifier):
    (tokens,) = classifier.codec.encode([Snippet("the zeppelin", "fell")])
    assert tokens.prompt[1] == classifier.tokenizer.unk_token_id
    assert not classifier.codec.round_trips(tokens)


def test_the_alphabet_is_every_word_and_no_special_token(classifier, task):
    assert classifier.codec.alphabet.tolist() == list(range(5, 5 + len(task.vocabulary)))
    assert Codec(classifier.tokenizer).alphabet.tolist() == classifier.codec.alphabet.tolist()


def test_it_opens_with_auto_tokenizer_and_lays_out_pairs(task, tmp_path):
    from transformers import AutoTokenizer

    word_tokenizer(task, positions=77).save_pretrained(tmp_path)
    opened = AutoTokenizer.from_pretrained(tmp_path)
    assert opened.model_max_length == 77
    pair = opened("The OLD girl's", "ran.")
    assert opened.convert_ids_to_tokens(pair["input_ids"]) == (
        ["[CLS]", "the", "old", "girl", "'s", "[SEP]", "ran", ".", "[SEP]"]
    )
    assert pair["token_type_ids"] == [0, 0, 0, 0, 0, 0, 1, 1, 1]


def test_packing_equals_the_tokenizers_own_padding(classifier, snippets, tokens):
    packed = classifier.layout.pack(tokens[:20])
    own = classifier.tokenizer(
        [s.prompt for s in snippets[:20]],
        [s.completion for s in snippets[:20]],
        padding=True,
        return_token_type_ids=True,
        return_tensors="np",
    )
    np.testing.assert_array_equal(packed.ids, own["input_ids"])
    np.testing.assert_array_equal(packed.types, own["token_type_ids"])
    np.testing.assert_array_equal(packed.mask(), own["attention_mask"])


def test_a_snippet_too_long_for_the_model_is_the_users_mistake(classifier):
    with pytest.raises(UserError, match="does not fit the model, which reads 64"):
        classifier.log_odds([Tokens((5,) * 100, (6,))])


def test_layout_says_where_the_completion_starts(classifier):
    layout = Layout.of(classifier.tokenizer)
    assert layout.completion_start(Tokens((7, 8), (9,))) == 4
    assert layout.specials == 3


@given(st.lists(st.integers(1, 60), max_size=80), st.integers(1, 300))
def test_length_batches_cover_everything_once_within_the_limit(lengths, limit):
    lengths = np.array(lengths, dtype=np.int64)
    batches = list(length_batches(lengths, limit))
    assert sorted(i for batch in batches for i in batch.tolist()) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or lengths[batch].max() * len(batch) <= limit


def test_tokens_stand_where_they_were_read_whoever_reads_them(task):
    """The places by a task's own words are those that its tokenizer tells by itself."""
    tokenizer = word_tokenizer(task)
    by_task, by_tokenizer = Codec(tokenizer, task), Codec(tokenizer)

    @given(st.text("The old Girl's\r\n.,“”é👩‍🚀", max_size=40))
    def same(text):
        places = by_task.places(text)
        assert places == by_tokenizer.places(text)
        words = [text[start:stop].lower() for start, stop in places]
        assert words == task.words(text)
        unknown = [by_task.is_unknown(token) for token in by_task.encode_text(text)]
        assert unknown == [word not in task.vocabulary for word in words]

    same()
