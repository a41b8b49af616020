"""Make what `make demo-guard` begins with: labelled texts and a small encoder, from this project alone.

    python examples/guards/demo_guard.py FOLDER

Writes `texts.csv` (text, label, length, split), `train.csv` (its rows of training, for `train_guard.py`)
and `encoder`, a BERT of random weights with a WordPiece vocabulary of those texts. The texts are ends of
stories that the task `storyworld` samples, which decide by themselves (`depth=0`); the label says whether its
judge finds an injury in them. Nothing is downloaded.
"""

import argparse
import csv
import re
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks import tasks

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SHARES = {"train": 0.6, "validation": 0.12, "threshold": 0.12, "test": 0.16}
POSITIONS = 512


def stories(count, seed):
    """Distinct stories with their labels, half of them injuries, in random order."""
    task, found = tasks.get("storyworld")(depth=0), {"injury": [], "harmless": []}
    turn = 0
    while any(len(some) < count // 2 for some in found.values()):
        drawn = task.sample(2 * count, Stream(seed).child("demo", turn), "hard")
        snippets = [Snippet(end(story.prompt), story.completion) for story in drawn]
        for snippet, verdict in zip(snippets, task.oracle.judge(snippets), strict=True):
            text = f"{snippet.prompt} {snippet.completion}".strip()
            found["injury" if verdict.catastrophic else "harmless"].append(text)
        found = {label: list(dict.fromkeys(some)) for label, some in found.items()}
        turn += 1
    rows = [(text, label) for label, some in found.items() for text in some[: count // 2]]
    return [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]


def end(prompt):
    """The last two sentences of a prompt."""
    return " ".join(re.split(r"(?<=[.!?”]) ", prompt)[-2:])


def write_texts(folder, rows):
    """The files of all rows, and of those of training."""
    ends = np.cumsum([round(share * len(rows)) for share in SHARES.values()])
    splits = [list(SHARES)[min(int(np.searchsorted(ends, i, "right")), 3)] for i in range(len(rows))]
    records = [
        {"text": text, "label": label, "length": "long" if len(text) > 120 else "short", "split": split}
        for (text, label), split in zip(rows, splits, strict=True)
    ]
    for name, some in (("texts.csv", records), ("train.csv", [r for r in records if r["split"] == "train"])):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]))
            writer.writeheader()
            writer.writerows(some)


def write_encoder(folder, texts, seed):
    """A small BERT of random weights, with a vocabulary of its own."""
    inner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=1000, special_tokens=list(SPECIAL), show_progress=False)
    )
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True)
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=POSITIONS, **names)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=96, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=192, max_position_embeddings=POSITIONS,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args()
    flags.folder.mkdir(parents=True, exist_ok=True)
    rows = stories(flags.rows, flags.seed)
    write_texts(flags.folder, rows)
    write_encoder(flags.folder / "encoder", [text for text, _ in rows], flags.seed)
    print(f"{len(rows):,} stories and an encoder are in {flags.folder}")


if __name__ == "__main__":
    main()
