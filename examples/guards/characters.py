"""Characters that a WordPiece vocabulary lacks, such as emoji: which they are, and entries for them.

To a tokenizer without them a text's every emoji is the same unknown token, whatever it shows.
"""

import json
import sys
import unicodedata

import torch
from tokenizers import Tokenizer


def teach_characters(model, tokenizer, texts, add):
    """Add what the tokenizer cannot read of the texts where `add` says so; else only say that it is there."""
    unknown = unreadable(tokenizer, texts)
    if unknown and add:
        add_characters(model, tokenizer, unknown)
        print(f"{len(unknown)} characters got entries of their own")
    elif unknown:
        print(f"the tokenizer cannot read {len(unknown)} characters of these texts; see --add-characters")


def unreadable(tokenizer, texts):
    """The characters of the texts that become the unknown token, as the tokenizer normalises them, sorted."""
    normalizer = tokenizer.backend_tokenizer.normalizer
    plain = {c for c in set("".join(texts)) if not c.isspace()}
    normal = {n for c in plain for n in (normalizer.normalize_str(c) if normalizer else c)}
    unknown = tokenizer.unk_token_id
    return sorted(
        c
        for c in normal
        if unknown is not None and unknown in tokenizer(c, add_special_tokens=False).input_ids
    )


def add_characters(model, tokenizer, characters):
    """Give each character an entry at a word's beginning and one within, in vocabulary and embeddings.

    A new row starts as the mean of the rows of the character's Unicode name, so that it means something from
    the first step.
    """
    backend = json.loads(tokenizer.backend_tokenizer.to_str())
    if backend["model"]["type"] != "WordPiece":
        sys.exit(
            "only a WordPiece vocabulary can be given characters; this one is " + backend["model"]["type"]
        )
    names = {
        c: tokenizer(unicodedata.name(c, c).lower(), add_special_tokens=False).input_ids for c in characters
    }
    vocabulary, within = backend["model"]["vocab"], backend["model"]["continuing_subword_prefix"]
    entries = {
        piece: vocabulary.setdefault(piece, len(vocabulary)) for c in characters for piece in (c, within + c)
    }
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(backend))
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    rows = model.get_input_embeddings().weight
    with torch.no_grad():
        for piece, row in entries.items():
            rows[row] = rows[names[piece[-1]]].mean(dim=0)
