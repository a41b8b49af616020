"""Anyone's text in anyone's tokenizer: the ids that a model reads are those of the tokenizer's own call."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from guards import LABELS, TEXT, TOKENIZERS, model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.codec import Codec
from holdfast.models.guard_format import GuardFormat
from holdfast.models.layout import Layout
from holdfast.models.plain_text import PlainText
from holdfast.models.tokenizer import word_tokenizer
from holdfast.tasks import tasks

ODD = ["don't", "ÉTÉ", "İ", "ﬁne", "  ", "\t", "\n", "\u00a0", "😀", "#", "ß", "\u200d", "e\u0301"]
WORDS = [*TEXT.split(), *ODD]
PASSAGES = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=12).map(" ".join)
SETTINGS = settings(max_examples=20)


def special_tokens(words):
    return sorted({str(token) for token in words.all_special_tokens} | set(words.get_added_vocab()))


def without_special(text, words):
    """The text without what the tokenizer's own call would read as special tokens."""
    for token in special_tokens(words):
        text = text.replace(token, "")
    return text


def reader(name, **told):
    """A tokenizer's layout and codec, without a model."""
    words, format_ = tokenizer(name), GuardFormat(**told)
    layout = Layout.of(words, format_.layout or "single")
    join = format_.join if layout.kind == "single" else None
    codec = Codec(words, join=join, special_tokens=format_.special_tokens)
    return words, codec, layout


def laid_out(layout, tokens):
    packed = layout.pack([tokens])
    return packed.ids[0].tolist(), packed.types[0].tolist()


def own(words, *texts):
    encoded = words(*texts, return_token_type_ids=True)
    return encoded["input_ids"], encoded["token_type_ids"]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_one_text_is_read_as_the_tokenizer_reads_it(name):
    words, codec, layout = reader(name)

    @SETTINGS
    @given(PASSAGES, PASSAGES)
    def same(prompt, completion):
        prompt, completion = without_special(prompt, words), without_special(completion, words)
        text = without_special(" ".join(part for part in (prompt, completion) if part), words)
        (tokens,) = codec.encode([Snippet("", text)])
        assert tokens.prompt == ()
        if len(tokens) + layout.specials:
            assert laid_out(layout, tokens) == own(words, text)
        assert codec.encode([Snippet(prompt, completion)]) == codec.encode(
            [Snippet("", f"{prompt} {completion}" if prompt and completion else prompt + completion)]
        )

    same()


@pytest.mark.parametrize("name", TOKENIZERS)
def test_two_texts_are_read_as_the_tokenizer_reads_them(name):
    words, codec, layout = reader(name, layout="pair")

    @SETTINGS
    @given(PASSAGES, PASSAGES)
    def same(prompt, completion):
        prompt, completion = without_special(prompt, words), without_special(completion, words)
        (tokens,) = codec.encode([Snippet(prompt, completion)])
        if completion and len(tokens) + layout.specials:  # an empty second text counts as none there
            assert laid_out(layout, tokens) == own(words, prompt, completion)
            start = layout.completion_start(tokens)
            assert laid_out(layout, tokens)[0][start:][: len(tokens.completion)] == list(tokens.completion)

    same()


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_batch_is_read_as_its_texts_alone(name):
    words, codec, layout = reader(name)
    lines = [without_special(line, words) for line in [*TEXT.splitlines()[1:], "a", "the end"]]
    packed = layout.pack(codec.encode([Snippet("", line) for line in lines]))
    for row, length, line in zip(packed.ids, packed.lengths, lines, strict=True):
        assert row[:length].tolist() == own(words, line)[0]


@pytest.mark.parametrize(
    ("joiner", "snippet", "text"),
    [
        (" ", Snippet("who", "me"), "who me"),
        ("\n\n", Snippet("who", "me"), "who\n\nme"),
        ("\n\n", Snippet("", "me"), "me"),
        (" ", Snippet("who", ""), "who"),
        ("", Snippet("who", "me"), "whome"),
    ],
)
def test_prompt_and_completion_are_joined_as_said(joiner, snippet, text):
    assert GuardFormat(joiner=joiner).join(snippet) == text


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_special_token_written_in_a_text_is_plain_text(name):
    """It never gives the special token; each character stands in the place of some token or of none."""
    words, _, _ = reader(name)
    plain = PlainText(words)
    special = {words.convert_tokens_to_ids(token) for token in special_tokens(words)} - {words.unk_token_id}
    pieces = st.sampled_from([*special_tokens(words), "[pad]", "＜/s＞", "the", " ", "<", "x", ""])

    @SETTINGS
    @given(st.lists(pieces, max_size=8).map("".join))
    def never(text):
        (ids,) = plain.ids([text])
        places = plain.places(text)
        assert special.isdisjoint(ids)
        assert len(places) == len(ids)
        assert all(0 <= start <= stop <= len(text) for start, stop in places)

    never()


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_special_token_is_parsed_where_that_is_said(name):
    words, codec, layout = reader(name, special_tokens="parsed")
    for token in special_tokens(words):
        text = f"The old {token} girl {token}"
        assert laid_out(layout, *codec.encode([Snippet("", text)])) == own(words, text)


def test_text_that_is_not_unicode_is_the_users_mistake():
    _, codec, _ = reader("bert uncased")
    with pytest.raises(UserError, match="surrogate"):
        codec.encode([Snippet("", "half a \ud83d pair")])


@pytest.mark.parametrize("kind", ["single", "pair"])
@pytest.mark.parametrize("name", ["bert uncased", "gpt2", "llama", "xlnet"])
def test_what_a_tokenizer_puts_around_texts(name, kind):
    words, _, layout = reader(name, layout=kind)
    expected = {
        ("bert uncased", "single"): (["[CLS]"], [], ["[SEP]"]),
        ("bert uncased", "pair"): (["[CLS]"], ["[SEP]"], ["[SEP]"]),
        ("gpt2", "single"): ([], [], []),
        ("gpt2", "pair"): ([], [], []),
        ("llama", "single"): (["<s>"], [], []),
        ("llama", "pair"): (["<s>"], ["<s>"], []),
        ("xlnet", "single"): ([], [], ["<sep>", "<cls>"]),
        ("xlnet", "pair"): ([], ["<sep>"], ["<sep>", "<cls>"]),
    }[name, kind]
    around = (layout.head, layout.middle, layout.tail)
    assert tuple(words.convert_ids_to_tokens(list(ids)) for ids in around) == expected


def test_other_peoples_guards_read_one_text_and_models_made_here_a_pair(classifier):
    other = Classifier(model("bert"), tokenizer("bert uncased"))
    assert (other.layout.kind, classifier.layout.kind) == ("single", "pair")
    said = GuardFormat(layout="pair")
    assert Classifier(other.model, other.tokenizer, format=said).layout.kind == "pair"
    assert Classifier(classifier.model, classifier.tokenizer).layout.kind == "pair"


def test_a_tokenizer_that_reads_nothing_is_refused():
    silent = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()))
    with pytest.raises(UserError, match="no token of any text"):
        Layout.of(silent, "single")


TRICKY = [
    "the old girl [PAD] [PAD]", "[CLS] ( [SEP] )", "[pad]ran[UNK]", "( [MASK] )",
    *(f"the old{chr(code)}girl (){chr(code)}" for code in range(0x1C, 0x20)),
    "the\u0085old\u00a0girl\u2003ran", "'sam's 's", "The “girl” RAN’s", "ab() İ",
]  # fmt: skip


@pytest.mark.parametrize("name", ["fake", "brackets", "storyworld"])
def test_models_made_here_read_the_same_whether_their_task_is_given_or_not(name, task):
    """Two independent paths to the same ids: the task's own words, and the saved tokenizer's pattern."""
    task = task if name == "fake" else tasks.get(name)()
    words = word_tokenizer(task)
    with_task, without = Codec(words, task), Codec(words)

    def same(text):
        snippets = [Snippet(text, text)]
        assert with_task.encode(snippets) == without.encode(snippets)
        assert len(with_task.places(text)) == len(without.places(text))

    for text in TRICKY:
        same(text)
    texts = st.text(max_size=20) | st.text("thes' ()[PAD]\x1c\x1d", max_size=20)
    settings(max_examples=60)(given(texts)(same))()


def test_their_scores_agree_too(task, tmp_path):
    from fake_task import TINY

    Classifier.create(task, TINY, Stream(0)).save(tmp_path / "model")
    snippets = [Snippet(text, "ran [SEP] home\x1f") for text in TRICKY]
    opened = [Classifier.load(tmp_path / "model", given) for given in (task, None)]
    scores = [one.log_odds(one.codec.encode(snippets)) for one in opened]
    np.testing.assert_array_equal(*scores)


def test_an_encoder_without_a_head_is_refused_with_what_to_do(tmp_path):
    whole = model("bert")
    for saved in (whole.bert, model("bert", LABELS)):
        saved.save_pretrained(tmp_path / "encoder")
        tokenizer("bert uncased").save_pretrained(tmp_path / "encoder")
        if saved is whole.bert:
            with pytest.raises(UserError, match=r"without a classification head.*fine_tune"):
                Classifier.load(tmp_path / "encoder")
    assert Classifier.load(tmp_path / "encoder").labels.bad == (1,)
