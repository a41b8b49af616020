"""One timed attack on a saved filter, for `revisions.py`: it runs on this source tree and on earlier ones."""

import argparse
import json
from pathlib import Path
from time import perf_counter

import torch

from holdfast.attacks import attack_from_config
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import tasks


def target_of(task, classifier, threshold, generator):
    """The filter as a target, by the interface of whichever tree this is."""
    scorer = ScoringEngine(classifier)
    try:
        from holdfast.models.systems import Filter
    except ImportError:
        return Target(task, task.oracle, scorer, threshold, generator, order="judge")
    return Target(task, task.oracle, Filter(scorer, threshold), generator, order="judge")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--attack", required=True)
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("--seeds", type=int, required=True)
    parser.add_argument("--queries", type=int, required=True)
    flags = parser.parse_args()

    torch.set_num_threads(1)
    task = tasks.get(flags.task)()
    classifier = Classifier.load(flags.classifier, task)
    generator = Generator.load(flags.generator, task)
    drawn = task.sample(20 * flags.seeds, Stream(1), "hard")
    verdicts = task.oracle.judge(drawn)
    seeds = [s for s, v in zip(drawn, verdicts, strict=True) if v.catastrophic][: flags.seeds]
    attack = attack_from_config({"kind": flags.attack, "stop": "budget"})
    budget = Budget(queries_per_seed=flags.queries)
    attack(target_of(task, classifier, flags.threshold, generator), seeds[:2], budget, Stream(0))
    target = target_of(task, classifier, flags.threshold, generator)
    began = perf_counter()
    found = attack(target, seeds, budget, Stream(2))
    seconds = perf_counter() - began
    result = {
        "queries": found.spend.queries,
        "seconds": seconds,
        "failures": [f.snippet.completion for f in found.failures],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
