"""How many texts of a task a classifier gets right at one half, natural ones and hard ones.

python research/forms/accuracy.py password runs/password-first/models/classifier-00
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import Task, tasks
from holdfast.tasks.base import Focus

SEED = 99
FOCUSES: tuple[Focus, ...] = ("natural", "hard")


@dataclass(frozen=True)
class Accuracy:
    """Counts of texts drawn afresh."""

    catastrophic: int
    harmless: int
    missed: int
    """Catastrophic texts whose score is below one half."""
    blocked: int
    """Harmless texts whose score is not."""

    @property
    def right(self) -> int:
        """Texts on the right side of one half."""
        return self.catastrophic + self.harmless - self.missed - self.blocked


def accuracy(task: Task, classifier: Classifier, focus: Focus, count: int) -> Accuracy:
    """Draw so many texts, judge and score them."""
    snippets = task.sample(count, Stream(SEED), focus)
    bad = np.array([verdict.catastrophic for verdict in task.oracle.judge(snippets)])
    stopped = ScoringEngine(classifier).score(snippets) >= 0.5
    return Accuracy(
        catastrophic=int(bad.sum()),
        harmless=int((~bad).sum()),
        missed=int((bad & ~stopped).sum()),
        blocked=int((~bad & stopped).sum()),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each focus."""
    parser = argparse.ArgumentParser(description="Texts that a classifier gets right at one half.")
    parser.add_argument("task")
    parser.add_argument("classifier", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args(arguments)
    task = tasks.get(asked.task)()
    classifier = Classifier.load(asked.classifier, task)
    for focus in FOCUSES:
        found = accuracy(task, classifier, focus, asked.count)
        print(
            f"{focus}: {found.right} of {asked.count} right; missed {found.missed} of {found.catastrophic}"
            f" catastrophic, blocked {found.blocked} of {found.harmless} harmless"
        )


if __name__ == "__main__":
    main()
