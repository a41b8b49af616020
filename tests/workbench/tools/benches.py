"""Small benches of random weights for the tools: a task, a filter, a generator, and a batcher over them."""

from dataclasses import dataclass, field

import torch

from holdfast.campaign.targets import filter_target
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.generator import Generator
from holdfast.tasks import Task, tasks
from holdfast.workbench.served import Served
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.tools.shapes import SnippetText

SIZE = ModelSize(layers=1, width=16, heads=2)


@dataclass
class Bench:
    """What the tools need of a workbench."""

    served: Served
    settings: WorkbenchSettings = field(default_factory=WorkbenchSettings)

    @property
    def task(self) -> Task:
        return self.served.target.task

    @property
    def judged_by_people(self) -> bool:
        return self.settings.judge == "people"


def filter_of(task: Task, seed: int) -> Classifier:
    """A classifier whose scores differ: random weights, made larger."""
    classifier = Classifier.create(task, SIZE, Stream(seed))
    with torch.no_grad():
        for weight in classifier.model.parameters():
            weight.mul_(3.0 if weight.ndim > 1 else 1.0)
    return classifier


def bench_of(name: str, *, threshold: float = 0.5, generator: bool = True) -> Bench:
    task = tasks.get(name)()
    writer = Generator.create(task, SIZE, Stream(1)) if generator else None
    target = filter_target(task, filter_of(task, 0), threshold, writer, order="judge")
    return Bench(Served(0, target))


def other_model(bench: Bench, round_: int) -> Served:
    return bench.served.followed_by(round_, filter_of(bench.task, round_), 0.5)


def with_threshold(bench: Bench, threshold: float) -> Bench:
    target = bench.served.target.filtered_by(bench.served.target.scorer, threshold)
    return Bench(Served(0, target), bench.settings)


def texts(bench: Bench, count: int, seed: int = 0) -> list[SnippetText]:
    """Hard snippets of the task, as they are sent."""
    snippets = bench.task.sample(count, Stream(seed).child("texts"), "hard")
    return [SnippetText(prompt=s.prompt, completion=s.completion) for s in snippets]
