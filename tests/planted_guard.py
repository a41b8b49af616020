"""A guard that is right by construction: no training, so nothing depends on what one happens to learn.

A BERT of one layer whose attention takes the mean of all words: each vile word moves the score up, each kind
word down, by the same amount; other words move nothing. A text in which neither prevails scores 0.5.
"""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VILE = ["vermin", "scum", "filth", "rats"]
KIND = ["friends", "neighbours", "guests", "people"]
PLAIN = ["you", "are", "they", "we", "all", "these", "good", "old", "new", ".", ",", "!", "the", "of", "town"]
PIECES = [
    "##s",
    "[",
    "]",
    "sep",
    *"abcdefghijklmnopqrstuvwxyz",
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
]
POSITIONS = 24


def save(path, labels=("nothate", "hate"), problem_type=None, head=True):
    """Write the folder; of several labels the last is the bad one, and of a single one a high output is."""
    words = [*SPECIAL, *VILE, *KIND, *PLAIN, *PIECES]
    model = (BertForSequenceClassification if head else BertModel)(_config(len(words), labels, problem_type))
    _plant(model if not head else model.bert, words)
    if head:
        with torch.no_grad():
            model.classifier.weight.zero_()
            model.classifier.bias.zero_()
            model.classifier.weight[-1, 0] = 6.0
    model.save_pretrained(path)
    _tokenizer(words).save_pretrained(path)
    return Path(path)


def _config(size, labels, problem_type):
    return BertConfig(
        vocab_size=size,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=POSITIONS,
        id2label=dict(enumerate(labels)),
        label2id={name: i for i, name in enumerate(labels)},
        problem_type=problem_type,
    )


@torch.no_grad()
def _plant(bert, words):
    """Direction 0 is how vile a text is; directions 2 and 3 of [CLS] keep the layer norms' scale."""
    for name, weight in bert.named_parameters():
        weight.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
    table = bert.embeddings.word_embeddings.weight
    for kind, sign in ((VILE, 1.0), (KIND, -1.0)):
        for word in kind:
            table[words.index(word), :2] = torch.tensor([sign, -sign])
    table[words.index("[CLS]"), 2:4] = torch.tensor([1.0, -1.0])
    layer = bert.encoder.layer[0]
    for linear in (layer.attention.self.value, layer.attention.output.dense, bert.pooler.dense):
        linear.weight.copy_(torch.eye(8))


def _tokenizer(words):
    inner = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip
