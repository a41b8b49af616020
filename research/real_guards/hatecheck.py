"""HateCheck by functionality: what a guard of hate says of each kind of text that the suite asks about."""

import csv
import json
from collections import Counter

import numpy as np

from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.models.scoring import ScoringEngine

HEADER = ("seed", "arm", "model", "functionality", "gold", "stopped", "texts")


def by_functionality(classifier, threshold, path):
    """Of each functionality and gold label: how many texts are stopped, of how many that fit the guard."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["test_case"], row["functionality"], row["label_gold"]) for row in csv.DictReader(file)]
    tokens = classifier.codec.encode([Snippet("", text) for text, _, _ in rows])
    fits = np.flatnonzero(classifier.fits(tokens))
    scores = ScoringEngine(classifier).log_odds([tokens[i] for i in fits])
    read, stopped = Counter(), Counter()
    for place, score in zip(fits.tolist(), scores.tolist(), strict=True):
        kind = rows[place][1:]
        read[kind] += 1
        stopped[kind] += score >= log_odds_of(threshold)
    return [(*kind, stopped[kind], read[kind]) for kind in sorted(read)]


def measured(record, folder, load, path):
    """The rows of one run, by model, kept beside it once they are there."""
    kept = folder / "hatecheck.json"
    if not kept.exists():
        guards = {"as it came": record.rounds[0].guard, "last": record.rounds[-1].guard}
        if record.control:
            guards["control"] = record.control
        found = {
            name: by_functionality(load(folder / guard.path), guard.threshold, path)
            for name, guard in guards.items()
        }
        kept.write_text(json.dumps(found), encoding="utf-8")
    return [
        (name, *row) for name, rows in json.loads(kept.read_text(encoding="utf-8")).items() for row in rows
    ]
