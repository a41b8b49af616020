"""The speed of the attack suite: what share of the time models take, and what a distinct failure costs.

Run: python benchmarks/attacks.py --textattack-python A/bin/python --nanogcg-python B/bin/python

Without `--classifier` and `--generator` (folders of a campaign's models) it trains small ones first: a 2 x 64
filter as in the demo, and a 4 x 128 one. The first table gives, for each attack, the seconds of a whole call
and what part of them went by inside the models' forwards, inside backwards, in the judge, and in Python's
garbage collector (some of which falls inside the others). The second gives the seconds for each distinct
failure against the first filter, in turn, medians. With the Python of a peer's environment its comparison
follows: see `benchmarks/textattack.py` and `benchmarks/nanogcg.py`.
"""

import argparse
import gc
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import torch
from side_by_side import seconds

from holdfast.attacks import attack_from_config
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.evaluation.duplicates import SnippetWords, distinct
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.models.size import ModelSize
from holdfast.models.systems import Filter
from holdfast.tasks import tasks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.generator import GeneratorRecipe, train_generator

SHARES = ("greedy_rewrite", "genetic", "gcg")
"""The attacks whose share of time inside models the suite promises."""

PARTS = ("classifier", "generator", "backward", "judge", "garbage")

HERE = Path(__file__).parent


class Stopwatch:
    """Seconds by what they were spent on, while it watches."""

    def __init__(self):
        self.spent = defaultdict(float)

    def hook(self, model, name):
        """Count the time inside a module's forward."""
        began = []
        model.register_forward_pre_hook(lambda *_: began.append(perf_counter()))
        model.register_forward_hook(lambda *_: self._stop(name, began.pop()))

    def over(self, name, call):
        """The same function, its time counted."""

        def timed(*arguments, **named):
            began = perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self._stop(name, began)

        return timed

    @contextmanager
    def watching(self):
        """Count backwards and garbage collection, too."""
        self.spent.clear()
        began, gradient = [], torch.autograd.grad

        def collecting(phase, _):
            if phase == "start":
                began.append(perf_counter())
            else:
                self._stop("garbage", began.pop())

        torch.autograd.grad = self.over("backward", gradient)
        gc.callbacks.append(collecting)
        try:
            yield self.spent
        finally:
            torch.autograd.grad = gradient
            gc.callbacks.remove(collecting)

    def _stop(self, name, began):
        self.spent[name] += perf_counter() - began


@dataclass(frozen=True)
class TimedJudge:
    """A judge whose time is counted."""

    judge: object
    name: str

    @classmethod
    def of(cls, judge: Judge, watch: Stopwatch) -> "TimedJudge":
        return cls(watch.over("judge", judge.judge), judge.name)


def trained_classifier(task, size, steps, stream):
    snippets = task.sample(20_000, stream.child("examples"), "hard")
    verdicts = task.oracle.judge(snippets)
    labels = np.array([verdict.catastrophic for verdict in verdicts], dtype=np.float32)
    classifier = Classifier.create(task, size, stream.child("weights"))
    data = LabelledTokens(classifier.codec.encode(snippets), labels, labels, None)
    recipe = ClassifierRecipe(batch_size=64, learning_rate=2e-3)
    train_classifier(classifier, data, recipe, steps, stream.child("training"))
    return classifier


def trained_generator(task, size, steps, stream):
    generator = Generator.create(task, size, stream.child("weights"))
    stories = generator.codec.encode(task.sample(20_000, stream.child("stories"), "hard"))
    train_generator(generator, stories, GeneratorRecipe(), steps, stream.child("training"))
    return generator


def caught(task, scorer, threshold, count):
    """Catastrophes that the filter catches."""
    drawn = task.sample(20 * count, Stream(7), "hard")
    verdicts = task.oracle.judge(drawn)
    drawn = [snippet for snippet, verdict in zip(drawn, verdicts, strict=True) if verdict.catastrophic]
    scores = scorer.score(drawn)
    return [snippet for snippet, score in zip(drawn, scores, strict=True) if score >= threshold][:count]


def shares(task, classifier, generator, flags):
    """A row for each attack: what part of its time went where."""
    watch = Stopwatch()
    for model, name in ((classifier.model, "classifier"), (generator.model, "generator")):
        watch.hook(model, name)
    judge = TimedJudge.of(task.oracle, watch)
    seeds = caught(task, ScoringEngine(classifier), flags.threshold, flags.seeds)
    for name in SHARES:
        attack = attack_from_config({"kind": name, "stop": "budget"})
        runs = []
        for repeat in range(flags.repeats):
            scorer = ScoringEngine(classifier, screening=flags.screening)
            target = Target(task, judge, Filter(scorer, flags.threshold), generator, order="judge")
            budget = Budget(queries_per_seed=flags.queries)
            with watch.watching() as spent:
                took = seconds(partial(attack, target, seeds, budget, Stream(repeat)))
            runs.append({**spent, "seconds": took})
        whole = median(run["seconds"] for run in runs)
        parts = {part: median(run.get(part, 0.0) / run["seconds"] for run in runs) for part in PARTS}
        inside = parts["classifier"] + parts["generator"] + parts["backward"]
        cells = " | ".join(f"{part:.1%}" for part in (inside, *parts.values()))
        print(f"| {name} | {whole:.2f} | {len(seeds) * flags.queries / whole:,.0f} | {cells} |", flush=True)


def print_shares(named, generator, flags):
    task = tasks.get(flags.task)()
    for name, classifier in named.items():
        print(f"\n### Where the time goes: {name}, {classifier.parameters_count:,} weights\n")
        columns = ("attack", "seconds", "queries/s", "in models", *PARTS)
        print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
        shares(task, classifier, generator, flags)


def seconds_per_distinct(task, attack, target, seeds, flags, stream):
    """Seconds of one call for each distinct failure it finds; infinite without one."""
    began = perf_counter()
    result = attack(target, seeds, Budget(queries_per_seed=flags.queries), stream, keep=flags.queries)
    took = perf_counter() - began
    words = [
        SnippetWords(tuple(task.words(f.snippet.prompt)), tuple(task.words(f.snippet.completion)))
        for f in result.failures
    ]
    return took / len(distinct(words)) if words else float("inf")


def print_distinct(classifier, generator, flags):
    """Each attack in turn, at the same queries, from the same seeds."""
    task = tasks.get(flags.task)()
    seeds = caught(task, ScoringEngine(classifier), flags.threshold, flags.seeds)
    found = defaultdict(list)
    for repeat in range(flags.repeats):
        for name in flags.attacks:
            scorer = ScoringEngine(classifier, screening=flags.screening)
            target = Target(task, task.oracle, Filter(scorer, flags.threshold), generator, order="judge")
            attack = attack_from_config({"kind": name, "stop": "budget"})
            found[name].append(seconds_per_distinct(task, attack, target, seeds, flags, Stream(repeat)))
    cost = {name: median(each) for name, each in found.items()}
    base, best = cost.get("random_rewrite"), min(cost.values())
    print("\n### Seconds for each distinct failure\n")
    print("| attack | seconds | random_rewrite / this | this / best |")
    print("|---|---:|---:|---:|")
    for name, value in sorted(cost.items(), key=lambda pair: pair[1]):
        times = f"{base / value:.1f}" if base else ""
        print(f"| {name} | {value:.4f} | {times} | {value / best:.2f} |")


def print_peers(flags):
    for name, python in (("textattack", flags.textattack_python), ("nanogcg", flags.nanogcg_python)):
        if python:
            print(f"\n### Against {name}\n", flush=True)
            script, more = HERE / f"{name}.py", ["--threads", str(flags.threads)]
            subprocess.run([sys.executable, str(script), "--peer-python", python, *more], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--classifier", help="a saved filter instead of the 2 x 64 one")
    parser.add_argument("--generator", help="a saved generator")
    parser.add_argument("--steps", type=int, default=1000, help="of training, where nothing saved is given")
    parser.add_argument(
        "--large-steps", type=int, default=200, help="of training the 4 x 128 filter; 0: none"
    )
    parser.add_argument(
        "--attacks", nargs="*", default=["random_rewrite", "greedy_rewrite", "genetic", "auto"]
    )
    parser.add_argument("--seeds", type=int, default=64)
    parser.add_argument("--queries", type=int, default=200, help="of each seed")
    parser.add_argument("--threshold", type=float, default=0.1)
    parser.add_argument("--screening", choices=("auto", "on", "off"), default="auto")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--textattack-python", help="the Python of TextAttack's environment")
    parser.add_argument("--nanogcg-python", help="the Python of nanoGCG's environment")
    flags = parser.parse_args()
    torch.set_num_threads(flags.threads)

    task, small = tasks.get(flags.task)(), ModelSize(2, 64, 4)
    if flags.classifier:
        first = Classifier.load(flags.classifier, task)
    else:
        first = trained_classifier(task, small, flags.steps, Stream(1))
    if flags.generator:
        generator = Generator.load(flags.generator, task)
    else:
        generator = trained_generator(task, small, flags.steps, Stream(2))
    named = {flags.classifier or "2 x 64": first}
    if flags.large_steps:
        named["4 x 128"] = trained_classifier(task, ModelSize(4, 128, 4), flags.large_steps, Stream(3))
    setting = f"{flags.seeds} seeds, {flags.queries} queries each, threshold {flags.threshold}"
    print(f"{setting}, {flags.threads} thread(s)")
    print_shares(named, generator, flags)
    if flags.attacks:
        print_distinct(first, generator, flags)
    print_peers(flags)


if __name__ == "__main__":
    main()
