"""What a guard as it came gains by reading every run of sentences by itself, without any training."""

import json

import numpy as np

from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack
from holdfast.campaign.labelled.overblocking import over_blocking
from holdfast.campaign.opening import Opened
from holdfast.campaign.seeds import draw_seeds
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label
from holdfast.evaluation.threshold import choose_threshold
from holdfast.models.passage_filter import PassageFilter

KEPT = "passages.json"
SENTENCES, STARTS, QUERIES = 3, 20, 50
TRIED = tuple((kind, place) for kind in ("random_rewrite", "genetic") for place in ("after", "before"))
HEADER = ("guard", "seed", "measure", "events", "trials")


def measured(config, folder, progress):
    """Measure a guard that reads by sentences, and keep what was found beside its run; once."""
    if not (folder / KEPT).exists():
        rows = list(_measured(Opened(config), config, progress))
        (folder / KEPT).write_text(json.dumps(rows), encoding="utf-8")


def found(folder):
    """What was found of the guard of a run: measure, events and trials."""
    return [tuple(row) for row in json.loads((folder / KEPT).read_text(encoding="utf-8"))]


def _measured(opened, config, progress):
    task, stream = opened.labelled, Stream(config.seed).child("passages")
    scorer = opened.target().scorer

    def texts(split, label):
        return readable(scorer, task.rows.snippets(task.distinct(split, label)))

    harmless = PassageFilter(scorer, 0.5, SENTENCES).log_odds(texts("threshold", Label.HARMLESS))
    chosen = choose_threshold(harmless, np.zeros(0), config.threshold.accept)
    reader = PassageFilter(scorer, chosen.threshold, SENTENCES)
    bad, fine = texts("test", Label.CATASTROPHIC), texts("test", Label.HARMLESS)
    yield "recall", int((~reader.answer(bad).passes).sum()), len(bad)
    yield "stopped in any surroundings", int(reader.certified(bad).sum()), len(bad)
    yield "harmless blocked", int((~reader.answer(fine).passes).sum()), len(fine)
    around = over_blocking(task, reader, stream).surrounded
    yield "blocked, surrounded", around.events, around.trials
    drawn = readable(scorer, draw_seeds(task, opened.judge, 10 * STARTS, stream).snippets)
    stopped = [seed for seed in drawn if not reader.answer([seed]).passes[0]][:STARTS]
    target = Target(task, opened.judge, reader)
    for kind, place in TRIED:
        attack = build_attack({"kind": kind, "constraints": {"place": place}})
        found = attack(target, stopped, Budget(queries_per_seed=QUERIES), stream.child(kind, place), progress)
        yield f"broken, {kind}-{place}", found.count("broken"), len(stopped) - found.count("skipped")


def readable(scorer, snippets):
    """Those that the guard reads whole."""
    fits = scorer.classifier.fits(scorer.codec.encode(snippets)).tolist()
    return [snippet for snippet, fit in zip(snippets, fits, strict=True) if fit]
