"""How a model that `reading.py` trained and kept reads words, patterns and plots that training holds out.

    python research/storyworld/held_out.py MODELS/mentions-small-default

For each split it prints how many natural catastrophes pass at the threshold that accepts 95 % of the split's
own harmless snippets, and at that of `core`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from reading import ACCEPTED, tested

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.plots.library import Split


def main() -> None:
    """Draw, score and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--harmless", type=int, default=3000)
    parser.add_argument("--catastrophes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=77)
    options = parser.parse_args()
    torch.set_num_threads(1)
    classifier = Classifier.load(options.model, Storyworld())
    of_core: float | None = None
    for split in get_args(Split):
        stream = Stream(options.seed).child(split)
        found = tested(Storyworld(split=split), classifier, stream, options.harmless, options.catastrophes)
        harmless, harmful = found.scores[~found.harmful], found.scores[found.harmful]
        own = float(np.quantile(harmless, ACCEPTED))
        of_core = own if of_core is None else of_core
        rejected = (harmless >= of_core).mean()
        print(
            f"{split}: misses {(harmful < own).sum()} of {len(harmful)}; at the threshold of core "
            f"{(harmful < of_core).sum()}, with {rejected:.1%} of harmless snippets rejected"
        )


if __name__ == "__main__":
    main()
