"""How far a bag of words gets in storyworld: linear models of word n-grams.

    python research/storyworld/bag.py --snippets 200000

Prints, for each kind of features, the share of natural catastrophes that a logistic regression misses when
it accepts 95 % of natural harmless snippets. It trains half on natural snippets and half on hard ones, half
of which are catastrophes: more than a defender would have of either.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray

from holdfast.core.seeds import Stream
from holdfast.tasks.storyworld.stories import Story, stories

BUCKETS = 1 << 20
_WORD = re.compile(r"[a-z]+|[^\sa-z]")
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint64)
_NAMES: dict[str, int] = {}
Features = list[NDArray[np.int64]]


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
        made.append((np.concatenate(parts) % np.uint64(BUCKETS)).astype(np.int64))
    return made


def _batches(
    data: Features, order: Iterable[int], size: int
) -> Iterable[tuple[torch.Tensor, torch.Tensor, list[int]]]:
    order = list(order)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        starts = np.cumsum([0, *(len(data[i]) for i in chosen[:-1])])
        yield torch.from_numpy(np.concatenate([data[i] for i in chosen])), torch.from_numpy(starts), chosen


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
    options = parser.parse_args()
    root = Stream(options.seed).child("bag")
    half = options.snippets // 2
    train = [
        *islice(stories(root.child("natural"), depth=options.depth), half),
        *islice(stories(root.child("hard"), "hard", depth=options.depth), half),
    ]
    test = list(islice(stories(root.child("test"), depth=options.depth), options.test))
    labels = [bool(story.victim) for story in train]
    for kind in options.kinds.split(","):
        model = fit(features(train, kind), labels, options.epochs, options.seed)
        print(
            f"{kind}: misses {missed(test, scores(model, features(test, kind))):.1%} of natural catastrophes"
        )


if __name__ == "__main__":
    main()
