"""The speed of `holdfast evaluate`: filtered completions a second, and where the time goes.

Run: python benchmarks/evaluate.py --classifier CLASSIFIER --generator GENERATOR --threshold 0.01

Without `--classifier` and `--generator` (folders of a campaign's models) it trains a 2 x 64 filter and a
generator first, which are those of the demo in size. The first table gives the time of each part of one shard
in one process of one thread; the second the time of a whole evaluation, worker processes and files and claims
included. `--samples 1000000` takes the time that the documents promise to stay below. Processor seconds are
given beside those on the clock: on a machine that does other work as well they say more.
"""

import argparse
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

import torch

from attacks import trained_classifier, trained_generator
from holdfast.campaign.evaluate.drawing import open_sampler
from holdfast.campaign.evaluate.pipeline import evaluate
from holdfast.campaign.evaluate.planning import Asked, plan_evaluation
from holdfast.campaign.evaluate.subject import Overrides, subject_of_model
from holdfast.campaign.outcome_files import write_outcomes
from holdfast.core.seeds import Stream
from holdfast.models.size import ModelSize
from holdfast.tasks import tasks

SHARD = 4096


class Timed:
    """Processor seconds by part."""

    def __init__(self):
        self.seconds = {}

    @contextmanager
    def part(self, name):
        began = process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + process_time() - began

    def over(self, owner, method, name):
        """Count the time inside one method of an object's class."""
        kind, call = type(owner), getattr(type(owner), method)

        def timed(*arguments, **named):
            with self.part(name):
                return call(*arguments, **named)

        setattr(kind, method, timed)
        return lambda: setattr(kind, method, call)


def print_parts(plan, folder):
    """A table of what one shard spends its time on."""
    sampler = open_sampler(plan.distribution, plan.judge, plan.classifier, plan.generator)
    write_outcomes(folder / "first.parquet", sampler.draw(256, Stream(0)), plan.distribution)
    timed, filtered = Timed(), sampler.filtered
    undo = [
        timed.over(sampler.task, "sample", "prompts"),
        timed.over(filtered.generator, "complete", "completions"),
        timed.over(filtered.scorer, "log_odds", "scores"),
        timed.over(sampler.judge, "judge", "verdicts"),
    ]
    began = process_time()
    columns = sampler.draw(SHARD, Stream(1))
    whole = process_time() - began
    for each in undo:
        each()
    timed.seconds["text and tokens"] = whole - sum(timed.seconds.values())
    with timed.part("files"):
        write_outcomes(folder / "shard.parquet", columns, plan.distribution)
    total = sum(timed.seconds.values())
    print(f"\n### One shard of {SHARD:,} prompts, one thread\n")
    print("| part | microseconds a completion | share |\n|---|---:|---:|")
    for name, spent in (*sorted(timed.seconds.items(), key=lambda pair: -pair[1]), ("all", total)):
        print(f"| {name} | {1e6 * spent / SHARD:.1f} | {spent / total:.1%} |", flush=True)
    print(f"\n{SHARD / total:,.0f} completions a processor second")


def print_whole(plan, folder, workers):
    """The time of a whole evaluation."""
    began, before = perf_counter(), os.times()
    record = evaluate(plan, folder / "evaluation", workers)
    wall, after = perf_counter() - began, os.times()
    used = sum(after[:4]) - sum(before[:4])
    rate = record.failures.trials / wall
    print(f"\n### {plan.samples:,} prompts, {workers} workers\n")
    print("| completions | seconds | completions/s | processor seconds | minutes for 1,000,000 |")
    print("|---:|---:|---:|---:|---:|")
    print(f"| {record.failures.trials:,} | {wall:.1f} | {rate:,.0f} | {used:.1f} | {1e6 / rate / 60:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--classifier", help="a saved filter instead of one trained here")
    parser.add_argument("--generator", help="a saved generator")
    parser.add_argument("--threshold", type=float, default=0.1)
    parser.add_argument("--steps", type=int, default=1000, help="of training, where nothing saved is given")
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    flags = parser.parse_args()
    torch.set_num_threads(1)
    task, size = tasks.get(flags.task)(), ModelSize(2, 64, 4)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        classifier, generator = flags.classifier, flags.generator
        if not classifier:
            classifier = folder / "classifier"
            trained_classifier(task, size, flags.steps, Stream(1)).save(classifier)
        if not generator:
            generator = folder / "generator"
            trained_generator(task, size, flags.steps, Stream(2)).save(generator)
        given = Overrides(generator=Path(generator), threshold=flags.threshold)
        subject = subject_of_model(Path(classifier), flags.task, given)
        plan = plan_evaluation(subject, Asked(samples=flags.samples))
        print_parts(plan, folder)
        print_whole(plan, folder, flags.workers)


if __name__ == "__main__":
    main()
