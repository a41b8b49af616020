"""A masked language model that likes some words by construction, wherever a word is masked."""

import torch
from transformers import AutoModelForMaskedLM

from tokenizers_made import small_masked_lm

LIKED = 40.0
"""Far above the logits that random weights give."""


def save(folder, tokenizer, liked):
    """Write a BERT of random weights whose head adds to the logits of the words, to earlier ones more."""
    small_masked_lm(folder, tokenizer)
    model = AutoModelForMaskedLM.from_pretrained(folder)
    ids = tokenizer.get_vocab()
    with torch.no_grad():
        for rank, word in enumerate(liked):
            model.cls.predictions.bias[ids[word]] += LIKED * (len(liked) - rank)
    model.save_pretrained(folder)
    return folder
