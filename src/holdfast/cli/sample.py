"""`holdfast sample`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import GeneratorPath, Json, Seed, TaskName

if TYPE_CHECKING:
    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Snippet
    from holdfast.tasks.base import Task


def sample(
    *,
    task: TaskName,
    generator: GeneratorPath = None,
    count: Annotated[int, Parameter(name=("--count", "-n"), validator=validators.Number(gte=1))] = 5,
    focus: Literal["natural", "hard"] = "natural",
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Draw snippets from a task or a generator, and judge them.

    For example:

        holdfast sample --task brackets -n 3
        holdfast sample --task storyworld --focus hard --json > hard.jsonl

    Args:
        count: How many snippets.
        focus: `natural`: as deployment would see them; `hard`: many catastrophes and near misses.
    """
    from holdfast import task as find_task
    from holdfast.cli.output import print_json_lines, print_text, snippet_json, snippet_text, verdict_line
    from holdfast.core.seeds import Stream

    chosen = find_task(task)
    stream = Stream(seed).child("sample")
    if generator is None:
        snippets = chosen.sample(count, stream, focus)
    else:
        snippets = _told(generator, chosen, count, stream)
    verdicts = chosen.oracle.judge(snippets)
    if json:
        print_json_lines([snippet_json(s, v) for s, v in zip(snippets, verdicts, strict=True)])
        return
    for snippet, verdict in zip(snippets, verdicts, strict=True):
        print_text(snippet_text(snippet))
        print_text(verdict_line(verdict))
        print()


def _told(path: object, task: Task, count: int, stream: Stream) -> list[Snippet]:
    from pathlib import Path

    from holdfast.models.generator import Generator

    model = Generator.load(Path(str(path)), task)
    return model.codec.decode(model.tell(count, stream))
