"""How far a bag of words gets in storyworld: linear models of word n-grams.

    python research/storyworld/bag.py --snippets 200000 --test 100000 --out BAG.csv

Prints, and with `--out` writes as soon as it is known, for each kind of features the share of natural
catastrophes that a logistic regression misses when it accepts 95 % of natural harmless snippets. It trains
half on natural snippets and half on hard ones, half of which are catastrophes: more than a defender would
have of either. A row that the file has is not made again.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from holdfast.core.files import write_text
from holdfast.core.seeds import Stream
from holdfast.tasks.storyworld.stories import Story, stories

BUCKETS = 1 << 20
_WORD = re.compile(r"[a-z]+|[^\sa-z]")
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint64)
_NAMES: dict[str, int] = {}
Features = list[NDArray[np.int32]]
"""Half of what int64 takes: 200,000 snippets with pairs are about a gigabyte."""


def _ids(text: str) -> NDArray[np.uint64]:
    words = _WORD.findall(text.lower())
    return np.array([_NAMES.setdefault(word, len(_NAMES) + 1) for word in words], dtype=np.uint64)


def _grams(ids: NDArray[np.uint64], longest: int, salt: int) -> NDArray[np.uint64]:
    found = []
    for size in range(1, longest + 1):
        if len(ids) >= size:
            mixed = np.full(len(ids) - size + 1, salt * 31 + size, dtype=np.uint64)
            for at in range(size):
                mixed = (mixed + ids[at : len(ids) - size + 1 + at]) * _MIX[at]
                mixed ^= mixed >> np.uint64(29)
            found.append(mixed)
    return np.unique(np.concatenate(found))


def features(some: Sequence[Story], kind: str) -> Features:
    """For each story the buckets of its n-grams: of the completion, of both parts, or with pairs across."""
    made: Features = []
    for story in some:
        completion = _ids(story.completion)
        parts = [_grams(completion, 3, 1)]
        if kind != "completion":
            prompt = _ids(" ".join(story.prompt))
            parts.append(_grams(prompt, 3, 2))
        if kind == "pairs":
            first, second = np.unique(prompt), np.unique(completion)
            pairs = (first[:, None] * _MIX[0] + second[None, :]) * _MIX[1]
            parts.append(np.ravel(pairs ^ (pairs >> np.uint64(31))))
        made.append((np.concatenate(parts) % np.uint64(BUCKETS)).astype(np.int32))
    return made


def _batches(
    data: Features, order: Iterable[int], size: int
) -> Iterable[tuple[torch.Tensor, torch.Tensor, list[int]]]:
    order = list(order)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        starts = np.cumsum([0, *(len(data[i]) for i in chosen[:-1])])
        yield (
            torch.from_numpy(np.concatenate([data[i] for i in chosen])),
            torch.from_numpy(starts.astype(np.int32)),
            chosen,
        )


def fit(data: Features, labels: Sequence[bool], epochs: int, seed: int) -> torch.nn.EmbeddingBag:
    """A logistic regression by Adagrad; its weights are the rows of the bag."""
    model = torch.nn.EmbeddingBag(BUCKETS, 1, mode="sum", sparse=True)
    torch.nn.init.zeros_(model.weight)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05)
    wanted = torch.tensor(labels, dtype=torch.float32)
    draw = np.random.default_rng(seed)
    for _ in range(epochs):
        for indices, starts, chosen in _batches(data, draw.permutation(len(data)), 256):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                model(indices, starts).squeeze(1), wanted[chosen]
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return model


def scores(model: torch.nn.EmbeddingBag, data: Features) -> NDArray[np.float32]:
    """One log odds for each story."""
    with torch.no_grad():
        found = [
            model(indices, starts).squeeze(1).numpy()
            for indices, starts, _ in _batches(data, range(len(data)), 4096)
        ]
    return np.concatenate(found)


def missed(some: Sequence[Story], score: NDArray[np.float32], accepted: float = 0.95) -> float:
    """The share of catastrophes below the threshold that accepts that share of harmless stories."""
    harmful = np.array([bool(story.victim) for story in some])
    threshold = np.quantile(score[~harmful], accepted)
    return float((score[harmful] < threshold).mean())


SETTINGS = ("snippets", "test", "epochs", "depth", "seed")


def finished(path: Path | None, settings: dict[str, str]) -> dict[str, float]:
    """By kind of features: the shares missed that the file has for those settings."""
    if path is None or not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if {name: row[name] for name in SETTINGS} == settings]
    return {row["kind"]: float(row["missed"]) for row in rows}


def keep(path: Path, row: dict[str, str]) -> None:
    """Add a row to the file, which is whole at any time."""
    before = path.read_text(encoding="utf-8") if path.exists() else ",".join(row) + "\n"
    write_text(path, before + ",".join(row.values()) + "\n")


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--snippets", type=int, default=20_000)
    parser.add_argument("--test", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--depth", type=int)
    parser.add_argument("--kinds", default="completion,prompt,pairs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="a CSV file that gets a row for each kind when it is done")
    options = parser.parse_args()
    settings = {name: str(getattr(options, name)) for name in SETTINGS}
    known = finished(options.out, settings)
    kinds = options.kinds.split(",")
    train, test = drawn(options) if not known.keys() >= set(kinds) else ([], [])
    labels = [bool(story.victim) for story in train]
    for kind in kinds:
        if kind not in known:
            model = fit(features(train, kind), labels, options.epochs, options.seed)
            known[kind] = missed(test, scores(model, features(test, kind)))
            if options.out is not None:
                keep(options.out, {**settings, "kind": kind, "missed": f"{known[kind]:.5f}"})
        print(f"{kind}: misses {known[kind]:.1%} of natural catastrophes", flush=True)


def drawn(options: argparse.Namespace) -> tuple[list[Story], list[Story]]:
    """Stories to train on, half of them hard, and natural ones to test on."""
    root, half = Stream(options.seed).child("bag"), options.snippets // 2
    train = [
        *islice(stories(root.child("natural"), depth=options.depth), half),
        *islice(stories(root.child("hard"), "hard", depth=options.depth), half),
    ]
    return train, list(islice(stories(root.child("test"), depth=options.depth), options.test))


if __name__ == "__main__":
    main()
