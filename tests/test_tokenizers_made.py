"""The tokenizers and models that other tests are made of are what they say, whenever they are made."""

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from tokenizers_made import (
    DECODERS,
    FAMILIES,
    TEXT,
    made_tokenizers,
    small_causal_lm,
    small_classifier,
    small_masked_lm,
)

NAMES = sorted(made_tokenizers())
WRITES_EOS = "unigram_end"


def test_ten_kinds_are_the_same_whenever_they_are_made():
    assert len(NAMES) == 10
    again = made_tokenizers.__wrapped__()
    for name, tokenizer in made_tokenizers().items():
        assert again[name].backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str(), name


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("wordpiece_uncased", "The Café", "[CLS] the ca ##fe [SEP]"),
        ("wordpiece_cased", "The Café", "[CLS] The C ##a ##f ##é [SEP]"),
        ("byte_level", "The  sea", "The Ġ Ġse a"),
        ("byte_level_prefix_space", "The sea", "<s> ĠThe Ġse a </s>"),
        ("bpe_word_ends", "The sea", "the</w> se a</w> </s>"),
        ("byte_fallback", "The ñ", "<s> ▁The ▁ <0xC3> <0xB1>"),
        ("unigram_end", "The ﬁ", "▁The ▁f i </s>"),
        ("unigram_uncased", "The é", "[CLS] ▁the ▁ e [SEP]"),
        ("word_level", "The sea zzz", "the sea [UNK]"),
        ("characters", "A b", "[CLS] A   b [SEP]"),
    ],
)
def test_each_kind_has_its_habits(name, text, tokens):
    tokenizer = made_tokenizers()[name]
    assert " ".join(tokenizer.convert_ids_to_tokens(tokenizer(text)["input_ids"])) == tokens


def tokenizer_for(family):
    own = {"bart": WRITES_EOS, "t5": WRITES_EOS, "qwen2": "byte_level", "gpt2": "byte_level"}
    return made_tokenizers()[own.get(family, "wordpiece_uncased")]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_small_classifier_of_each_family_opens_and_tells_texts_apart(family, tmp_path):
    folder = small_classifier(tmp_path / "model", tokenizer_for(family), family)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert family == "qwen2" or tokenizer(TEXT)["input_ids"] == tokenizer_for(family)(TEXT)["input_ids"]
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        logits = [model(**tokenizer(text, return_tensors="pt")).logits for text in (TEXT[1:60], TEXT[61:99])]
    assert all(found.shape == (1, 2) and found.isfinite().all() for found in logits)
    assert (logits[0] - logits[1]).abs().max() > 0.01


def test_language_models_open(tmp_path):
    for family in DECODERS:
        folder = small_causal_lm(tmp_path / family, made_tokenizers()["byte_level"], family)
        AutoModelForCausalLM.from_pretrained(folder)
    folder = small_masked_lm(tmp_path / "masked", made_tokenizers()["characters"])
    AutoModelForMaskedLM.from_pretrained(folder)


def test_the_same_seed_gives_the_same_weights(tmp_path):
    tokenizer = made_tokenizers()["characters"]
    files = [
        small_classifier(tmp_path / str(i), tokenizer, seed=seed) / "model.safetensors"
        for i, seed in enumerate((0, 0, 1))
    ]
    same, again, other = (file.read_bytes() for file in files)
    assert same == again != other
