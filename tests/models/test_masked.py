"""Masked models: what they propose is what the model's own forward says, whatever the tokenizer."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.core.surface import ClosedSurface, Limits, units_of
from holdfast.core.text_surface import TextSurface
from holdfast.models.masked import Blank, MaskedModel
from holdfast.models.placement import Placement
from holdfast.models.unit_filler import UnitBlank, UnitFiller
from tokenizers_made import made_tokenizers, small_causal_lm, small_classifier, small_masked_lm
from tolerances import alike

FAMILIES = {
    "wordpiece_uncased": "bert",
    "wordpiece_cased": "distilbert",
    "byte_level_prefix_space": "roberta",
    "unigram_uncased": "albert",
}
TEXTS = [
    ("the captain laughed at that.", "laughed"),
    ("the captain laughed at that.", "the"),
    ("She waited, and the ferry came back.", "ferry"),
    ("the key", "key"),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A masked model of random weights for each kind of tokenizer."""
    place = tmp_path_factory.mktemp("masked")
    made = made_tokenizers()
    return {name: small_masked_lm(place / name, made[name], family) for name, family in FAMILIES.items()}


@pytest.fixture(scope="module")
def opened(folders):
    return {name: MaskedModel.load(folder) for name, folder in folders.items()}


def blank(text, word):
    start = text.index(word)
    return Blank(text, start, start + len(word))


def by_hand(folder, text, word, found):
    """The log probabilities of words where the tokenizer itself reads its mask token in a word's place."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForMaskedLM.from_pretrained(folder).eval()
    masked = text.replace(f" {word}" if f" {word}" in text else word, tokenizer.mask_token, 1)
    inputs = tokenizer(masked, return_tensors="pt")
    at = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.inference_mode():
        log_probs = torch.log_softmax(model(**inputs).logits[0, at], dim=-1).tolist()
    return [log_probs[tokenizer(f"a {each}", add_special_tokens=False)["input_ids"][-1]] for each in found]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("text", "word"), TEXTS)
def test_log_probabilities_are_those_of_a_plain_forward(name, text, word, folders, opened):
    (found,) = opened[name].guesses([blank(text, word)], 12)
    assert found.words
    assert alike(found.log_probs.tolist(), by_hand(folders[name], text, word, found.words))
    assert (np.diff(found.log_probs) <= 0).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_all_that_is_proposed_is_whole_words(name, folders, opened):
    tokenizer = AutoTokenizer.from_pretrained(folders[name])
    (found,) = opened[name].guesses([blank("He said a word to Anna today.", "word")], 30)
    for word in found.words:
        assert len(tokenizer(f"a {word}", add_special_tokens=False)["input_ids"]) == 2
        assert any(map(str.isalnum, word))


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_asked_beside_a_blank_changes_nothing(name, opened):
    blanks = [blank(text, word) for text, word in TEXTS]
    together = opened[name].guesses(blanks, 8)
    for one, found in zip(blanks, together, strict=True):
        (alone,) = opened[name].guesses([one], 8)
        assert alone.words == found.words
        assert alike(alone.log_probs.tolist(), found.log_probs.tolist())


def test_a_word_is_added_where_the_blank_has_no_width(folders, opened):
    text = "the captain laughed at that."
    at = text.index("laughed")
    (found,) = opened["wordpiece_uncased"].guesses([Blank(text, at, at)], 5)
    expected = by_hand(folders["wordpiece_uncased"], "the captain HERE laughed at that.", "HERE", found.words)
    assert alike(found.log_probs.tolist(), expected)


def test_a_capital_is_kept_where_the_tokenizer_has_none(opened):
    (found,) = opened["wordpiece_uncased"].guesses([blank("the Captain laughed.", "Captain")], 5)
    assert all(word[:1] == word[:1].upper() for word in found.words)


def test_of_a_long_text_what_stands_around_the_blank_is_read(opened):
    filler = "the sea was grey and the sky was greyer. " * 20
    middle, alone = f"{filler}Anna opened the letter. {filler}", "Anna opened the letter."
    long, short = opened["wordpiece_uncased"].guesses([blank(middle, "letter"), blank(alone, "letter")], 5)
    assert long.words
    assert short.tokens < long.tokens == 64


def test_the_tokens_read_are_counted(folders):
    model = MaskedModel.load(folders["wordpiece_cased"]).to(Placement(device="cpu"))
    found = model.guesses([blank(*case) for case in TEXTS], 3)
    read = sum(each.tokens for each in found)
    assert read > 0
    assert model.spend.forward_flops == model.flops_per_token * read


REFUSED = [
    # what the folder holds, what the line says
    ("encoder", "an encoder without a masked-LM head"),
    ("classifier", "an encoder without a masked-LM head"),
    ("causal", "the kind 'llama', which there is not with a masked-LM head"),
    ("no_mask", "has no mask token"),
]


@pytest.mark.parametrize(("kind", "line"), REFUSED)
def test_what_is_no_masked_model_is_refused(kind, line, tmp_path):
    made = made_tokenizers()
    if kind == "encoder":
        small_masked_lm(tmp_path, made["wordpiece_cased"])
        AutoModelForMaskedLM.from_pretrained(tmp_path).bert.save_pretrained(tmp_path)
    elif kind == "classifier":
        small_classifier(tmp_path, made["wordpiece_cased"])
    elif kind == "causal":
        small_causal_lm(tmp_path, made["byte_fallback"])
    else:
        small_masked_lm(tmp_path, made["word_level"])
    with pytest.raises(UserError, match=line):
        MaskedModel.load(tmp_path)


@pytest.fixture(scope="module")
def filler(opened):
    return UnitFiller(opened["wordpiece_uncased"], TextSurface(Limits(20, 50)))


def asked(filler, position, width=1, top=6):
    (units,) = units_of(filler._surface, [Snippet("who laughed?", "the captain, she said.")])
    return filler.fills([UnitBlank(units, position, width, top)])[0], units


def test_fills_are_units_that_can_be_written(filler):
    fill, units = asked(filler, 4)
    assert 0 < len(fill.units) <= 6
    assert fill.flops > 0
    for word in filler._surface.words(fill.units.tolist()):
        written = filler._surface.join((units.completion[0], filler._surface.number(word)))
        assert filler._surface.split(written) == (units.completion[0], filler._surface.number(word))
    assert units.completion[1] not in fill.units


def test_a_place_of_punctuation_has_no_words(filler):
    assert not len(asked(filler, 5)[0].units)


@pytest.mark.parametrize("position", [0, 3, 8, 9])
def test_words_are_added_before_any_position_and_at_the_end(filler, position):
    fill, units = asked(filler, position, width=0)
    assert position <= len(units)
    assert len(fill.units)


def test_units_that_are_no_words_are_refused(opened):
    closed = ClosedSurface(("a", "b"), Limits(3, 3), str.split, " ".join, 5)
    for surface, line in (
        (closed, "closed vocabulary"),
        (TextSurface(Limits(2, 2), cut="sentences"), "whole sentences"),
    ):
        with pytest.raises(UserError, match=line):
            UnitFiller(opened["wordpiece_uncased"], surface)
