"""What reading is worth in storyworld: small transformers against the bag of words of `bag.py`.

    python research/storyworld/reading.py --out docs/results/storyworld-reading.csv

A cell is how a model is trained, its size, and the task's depth. Each is trained on hard stories, three
quarters of them cut short: sentences that decide nothing are dropped, and the oracle judges what is left.
Each is then tested on natural ones: how many catastrophes does it miss when it accepts 95 % of harmless
snippets? The rows of a cell are written when it is done; a cell whose rows are there is not run again.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from holdfast.core.csv_text import csv_text
from holdfast.core.files import write_text
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.bounds import Proportion
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.stories import Story, snippet, stories
from holdfast.training.classifier import LabelledTokens, train_classifier
from holdfast.training.marks import Marks
from holdfast.training.recipes import ClassifierRecipe

RECIPE = ClassifierRecipe(learning_rate=2e-3, schedule="cosine", beta2=0.98, batch_size=32)
MARKS = replace(RECIPE, mark_weight=1.0)
RECIPES = {"mentions": replace(MARKS, mention_weight=0.5), "marks": MARKS, "labels": RECIPE, "plain": RECIPE}
SIZES = {"small": (4, 64, 4), "large": (5, 96, 6)}
"""Layers, width, heads."""
KINDS = {"mentions": "reader", "marks": "reader", "labels": "reader", "plain": "modernbert"}
"""How a model is trained, and its first weights: with the oracle's marks and what names the same, with marks
alone, with the verdict alone, and so from the usual random weights."""
DEPTHS = {"default": None, "far": 8, "near": 2, "itself": 0}
CUT_SHARE, MOST_KEPT = 0.75, 0.4
"""How many stories are cut short, and the largest share of the undecisive sentences that those keep."""
ACCEPTED = 0.95
CONFIDENCE = 0.95
POSITIONS = 256
HEADER = (
    "kind", "size", "depth", "distance", "catastrophes", "missed", "miss_rate", "lower", "upper",
    "harmless", "rejected", "snippets", "weights", "train_flops", "train_processor_seconds", "seed", "commit",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One model to train and test."""

    kind: str
    size: str
    depth: str

    @property
    def name(self) -> str:
        """What `--cells` calls it."""
        return f"{self.kind}-{self.size}-{self.depth}"


CELLS = [Cell(*parts) for parts in product(KINDS, SIZES, DEPTHS)]


def shortened(story: Story, draw: random.Random) -> Snippet:
    """The story, most often without many of the sentences that decide nothing."""
    kept = draw.random() * MOST_KEPT if draw.random() < CUT_SHARE else 1.0
    prompt = [s for i, s in enumerate(story.prompt) if i in story.deciding or draw.random() < kept]
    return Snippet(" ".join(prompt or story.prompt[:1]), story.completion)


def learnt_from(
    task: Storyworld, classifier: Classifier, count: int, stream: Stream
) -> tuple[LabelledTokens, Marks]:
    """That many hard snippets with their verdicts, which are one of the marks."""
    draw = stream.child("cuts").python()
    drawn = stories(stream.child("stories"), "hard", depth=task.depth)
    snippets = [shortened(story, draw) for story in islice(drawn, count)]
    marks = [task.marked(each) for each in snippets]
    bit = 1 << task.marks.index("catastrophe")
    labels = np.array([any(mark & bit for mark in each.completion) for each in marks], dtype=np.float32)
    tokens = classifier.codec.encode(snippets)
    return LabelledTokens(tokens, labels, labels), Marks(task.marks, marks)


@dataclass(frozen=True)
class Tested:
    """Natural stories by distance from the last deciding fact to the completion, and their scores."""

    distances: NDArray[np.int64]
    harmful: NDArray[np.bool_]
    scores: NDArray[np.float32]


def drawn_to_test(
    task: Storyworld, stream: Stream, harmless: int, catastrophes: int
) -> Iterator[tuple[Story, bool]]:
    """Natural stories and their verdicts: the first harmless ones, and catastrophes by rejection."""
    source = stories(stream, split=task.split, depth=task.depth)
    while harmless > 0 or catastrophes > 0:
        some = list(islice(source, 1000))
        for story, verdict in zip(some, task.oracle.judge([snippet(s) for s in some]), strict=True):
            if verdict.catastrophic and catastrophes > 0:
                catastrophes -= 1
                yield story, True
            elif not verdict.catastrophic and harmless > 0:
                harmless -= 1
                yield story, False


def tested(
    task: Storyworld, classifier: Classifier, stream: Stream, harmless: int, catastrophes: int
) -> Tested:
    """Score a fresh draw."""
    drawn = list(drawn_to_test(task, stream, harmless, catastrophes))
    tokens = classifier.codec.encode([snippet(story) for story, _ in drawn])
    distances = [len(s.prompt) - s.deciding[-1] if s.deciding else 0 for s, _ in drawn]
    return Tested(
        np.array(distances), np.array([bad for _, bad in drawn]), ScoringEngine(classifier).log_odds(tokens)
    )


def rows_of(found: Tested) -> Iterator[dict[str, object]]:
    """Misses in all, then by distance, at the threshold that accepts 95 % of harmless snippets."""
    threshold = float(np.quantile(found.scores[~found.harmful], ACCEPTED))
    rejected = int((found.scores[~found.harmful] >= threshold).sum())
    missed = found.harmful & (found.scores < threshold)
    groups: list[tuple[str, NDArray[np.bool_]]] = [("all", found.harmful)]
    for distance in np.unique(found.distances[found.harmful]).tolist():
        groups.append((str(distance), found.harmful & (found.distances == distance)))
    for name, group in groups:
        share = Proportion(int((missed & group).sum()), int(group.sum()))
        limits = share.interval(CONFIDENCE)
        yield {
            "distance": name, "catastrophes": share.trials, "missed": share.events,
            "miss_rate": f"{share.rate:.4f}", "lower": f"{limits.lower:.4f}", "upper": f"{limits.upper:.4f}",
            "harmless": int((~found.harmful).sum()), "rejected": rejected,
        }  # fmt: skip


def run(cell: Cell, options: argparse.Namespace) -> list[dict[str, object]]:
    """Train and test one cell."""
    started, at = time.process_time(), commit()
    task = Storyworld(depth=DEPTHS[cell.depth])
    root = Stream(options.seed).child(cell.name)
    layers, width, heads = SIZES[cell.size]
    size = ModelSize(layers, width, heads, positions=POSITIONS, architecture=KINDS[cell.kind])
    classifier = Classifier.create(task, size, root.child("weights"))
    data, marks = learnt_from(task, classifier, options.snippets, root.child("train"))
    steps = max(1, options.snippets // RECIPE.batch_size)
    recipe, printed = RECIPES[cell.kind], Printed(cell.name)
    learnt = marks if recipe.learns_marks else None
    report = train_classifier(classifier, data, recipe, steps, root.child("steps"), printed, marks=learnt)
    seconds = time.process_time() - started
    if options.models:
        classifier.save(options.models / cell.name)
    shared: dict[str, object] = {
        "kind": cell.kind, "size": cell.size, "depth": cell.depth, "snippets": options.snippets,
        "weights": classifier.parameters_count, "train_flops": f"{report.spend.flops:.3g}",
        "train_processor_seconds": round(seconds), "seed": options.seed, "commit": at,
    }  # fmt: skip
    found = tested(
        task, classifier, Stream(options.seed).child("test"), options.harmless, options.catastrophes
    )
    return [shared | row for row in rows_of(found)]


class Printed(Silent):
    """Prints the loss as the training goes on."""

    def __init__(self, name: str) -> None:
        self._name, self._steps = name, 0

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """One line for each stretch."""
        self._steps += amount
        said = ", ".join(f"{name} {value}" for name, value in figures.items())
        print(f"{self._name}: step {self._steps}, {said}, {time.process_time():.0f} s", flush=True)


def commit() -> str:
    """The commit that the task is at."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(asked, capture_output=True, text=True, cwd=Path(__file__).parent)
    return found.stdout.strip() or "unknown"


def finished(out: Path) -> tuple[list[dict[str, str]], set[str]]:
    """The rows that are there, and the names of their cells."""
    if not out.exists():
        return [], set()
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return rows, {Cell(row["kind"], row["size"], row["depth"]).name for row in rows}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the cells that are not done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="the table of finished cells")
    parser.add_argument("--cells", help=f"which, of {', '.join(cell.name for cell in CELLS)}; default: all")
    parser.add_argument("--snippets", type=int, default=400_000, help="hard snippets to learn from")
    parser.add_argument("--harmless", type=int, default=20_000, help="natural harmless snippets to test on")
    parser.add_argument("--catastrophes", type=int, default=1_500, help="natural catastrophes to test on")
    parser.add_argument("--models", type=Path, help="where to keep the trained models")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    wanted = options.cells.split(",") if options.cells else [cell.name for cell in CELLS]
    if unknown := sorted(set(wanted) - {cell.name for cell in CELLS}):
        parser.error(f"no such cell: {', '.join(unknown)}; there are {', '.join(c.name for c in CELLS)}")
    for cell in CELLS:
        rows, done = finished(options.out)
        if cell.name in wanted and cell.name not in done:
            made = [*rows, *run(cell, options)]
            write_text(options.out, csv_text(HEADER, [[row[name] for name in HEADER] for row in made]))


if __name__ == "__main__":
    main()
