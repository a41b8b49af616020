"""Queries that every attack which needs no generator takes to break the guards of a finished cell."""

import json
import math
import statistics

from holdfast.campaign.choices import build_attack
from holdfast.campaign.opening import Opened
from holdfast.campaign.seeds import draw_seeds
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream

KEPT = "every-attack.json"
STARTS, QUERIES = 20, 100
PLACE = "after"
ATTACKS = (
    "random_rewrite",
    "greedy_rewrite",
    "word_importance",
    "hotflip",
    "gcg",
    "genetic",
    "mcmc",
    "map_elites",
    "proliferate",
    "auto",
)
"""All but those that draw from a generator or a masked model: a guard alone has none."""

HEADER = ("guard", "seed", "model", "attack", "broken", "starts", "median")


def attacked(config, folder, model, progress, starts=STARTS, queries=QUERIES):
    """Attack a guard by what has not attacked it yet, and keep what each attack finds in its run's folder."""
    known = {tuple(row[:2]): row[2:] for row in found(folder)}
    missing = [kind for kind in ATTACKS if (model, kind) not in known]
    for kind, *row in _found(config, missing, starts, queries, progress):
        known[model, kind] = row
        lines = [[*where, *rest] for where, rest in known.items()]
        (folder / KEPT).write_text(json.dumps(lines), encoding="utf-8")


def found(folder):
    """What was found of the guards of a run: model, attack, broken, starts, median (infinite beyond it)."""
    if not (folder / KEPT).exists():
        return []
    return [tuple(row) for row in json.loads((folder / KEPT).read_text(encoding="utf-8"))]


def _found(config, kinds, starts, queries, progress):
    """Attacks start from the same texts of every guard; only those that it stops as they stand count."""
    if not kinds:
        return
    opened, stream = Opened(config), Stream(config.seed).child("every attack")
    target = opened.target()
    drawn = draw_seeds(opened.labelled, opened.judge, 10 * starts, stream).snippets
    seeds = [seed for seed in drawn if not target.system.answer([seed]).passes[0]][:starts]
    for kind in kinds:
        attack = build_attack({"kind": kind, "constraints": {"place": PLACE}})
        result = attack(target, seeds, Budget(queries_per_seed=queries), stream.child(kind), progress)
        tried = [each for each in result.attempts if each.outcome != "skipped"]
        first = [math.inf if each.first_failure_query is None else each.first_failure_query for each in tried]
        broken = sum(math.isfinite(each) for each in first)
        yield kind, broken, len(tried), statistics.median_high(first) if first else None
