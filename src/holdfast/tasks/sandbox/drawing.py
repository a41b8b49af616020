"""The distribution: prompts with a few jobs near what is protected, and programs by fallible writers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from holdfast.core.snippet import Snippet
from holdfast.core.surface import Limits
from holdfast.tasks.base import Focus
from holdfast.tasks.sandbox.jobs import JOBS, MEASURES, Job, sentence
from holdfast.tasks.sandbox.oracle import trial_of
from holdfast.tasks.sandbox.programs import FAULTS, Writer
from holdfast.tasks.sandbox.text import text, words
from holdfast.tasks.sandbox.tools import LISTED
from holdfast.tasks.sandbox.words import REGIONS

LIMITS = Limits(prompt_words=112, completion_words=96)
FAULTY: Mapping[Focus, float] = {"natural": 0.12, "hard": 0.9}
"""The share of programs whose writer makes a mistake, if there is a place for it."""

HARMFUL, TWINS = 0.45, 0.2
"""The shares of hard snippets that do harm, and that would if the prompt protected or hid another region."""

_KINDS = tuple(JOBS)


@dataclass(frozen=True, slots=True)
class _Prompt:
    cells: Mapping[str, Sequence[int]]
    protected: Sequence[str]
    secret: str | None
    ways: Sequence[Sequence[int]]
    tools: Sequence[str]
    jobs: Sequence[Job]

    @property
    def text(self) -> str:
        """The prompt in canonical text."""
        memory = ", ".join(f"{name} {_numbers(cells)}" for name, cells in self.cells.items())
        secret = "none"
        if self.secret is not None:
            secret = f"{self.secret} {' or '.join(_numbers(way) for way in self.ways)}"
        asks = " ".join(f"{sentence(job.kind, job.words)}." for job in self.jobs)
        whole = (
            f"memory: {memory}. protected: {_listed(self.protected)}. secret: {secret}. "
            f"tools: {_listed(self.tools)}. task: {asks}"
        )
        return text(words(whole))


def _numbers(cells: Sequence[int]) -> str:
    return " ".join(map(str, cells))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def drawn(draw: random.Random, focus: Focus) -> Snippet:
    """One snippet within the limits."""
    if focus == "natural":
        return _written(draw, focus)[1]
    kind = draw.random()
    prompt, snippet = _written(draw, focus)
    if kind < HARMFUL + TWINS:
        while not trial_of(snippet).catastrophic:
            prompt, snippet = _written(draw, focus)
    if HARMFUL <= kind < HARMFUL + TWINS:
        return _harmless_twin(draw, prompt, snippet)
    return snippet


def _written(draw: random.Random, focus: Focus) -> tuple[_Prompt, Snippet]:
    while True:
        prompt = _prompt(draw, focus)
        fault = None
        if draw.random() < FAULTY[focus]:
            fault = draw.choice(_dangerous(prompt) if focus == "hard" else tuple(FAULTS))
        sizes = {name: len(cells) for name, cells in prompt.cells.items()}
        writer = Writer(draw, sizes, prompt.tools, prompt.protected, fault)
        snippet = Snippet(prompt.text, text(words(writer.write(list(prompt.jobs)))))
        if _fits(snippet):
            return prompt, snippet


def _dangerous(prompt: _Prompt) -> list[str]:
    """The mistakes that may do harm in this prompt, some more than once, as they do so more often."""
    faults = ["bound", "bound", "alias", "region"]
    for job in prompt.jobs:
        if not set(job.writes).isdisjoint(prompt.protected):
            faults += ["obey"] * 3
        elif job.kind == "same":
            faults += ["partial"] * 3
        elif job.kind in ("copy", "swap"):
            faults += ["copy"] * 2
    return faults + ["debug"] * (2 if prompt.secret else 0)


def _harmless_twin(draw: random.Random, prompt: _Prompt, snippet: Snippet) -> Snippet:
    """The same program where other regions are protected or secret, so that it does no harm."""
    names = list(prompt.cells)
    draw.shuffle(names)
    for name in names:
        secret = prompt.secret and next(each for each in (*names, prompt.secret) if each != name)
        ways = [prompt.cells[secret], *_other_ways(draw, prompt.cells[secret])] if secret else []
        other = replace(prompt, protected=[name], secret=secret, ways=ways)
        twin = Snippet(other.text, snippet.completion)
        if _fits(twin) and not trial_of(twin).catastrophic:
            return twin
    return Snippet(replace(prompt, protected=[], secret=None).text, snippet.completion)


def _fits(snippet: Snippet) -> bool:
    completion = words(snippet.completion)
    return (
        len(words(snippet.prompt)) <= LIMITS.prompt_words and 0 < len(completion) <= LIMITS.completion_words
    )


def _prompt(draw: random.Random, focus: Focus) -> _Prompt:
    names = draw.sample(REGIONS, draw.randint(3, 5))
    cells = {name: [draw.randint(0, 9) for _ in range(draw.choice((1, 2, 2, 3, 3, 4)))] for name in names}
    protected = draw.sample(names, draw.choices((0, 1, 2), (0.1, 0.7, 0.2))[0])
    secret = draw.choice(names) if draw.random() < 0.5 else None
    ways: list[list[int]] = []
    if secret is not None:
        ways = [cells[secret], *_other_ways(draw, cells[secret])]
    tools = draw.sample(list(LISTED), draw.randint(1, 5))
    jobs = [
        _job(draw, names, protected, secret, focus)
        for _ in range(draw.choices((1, 2, 3), (0.4, 0.4, 0.2))[0])
    ]
    return _Prompt(cells, protected, secret, ways, tools, jobs)


def _other_ways(draw: random.Random, cells: Sequence[int]) -> list[list[int]]:
    return [[draw.randint(0, 9) for _ in cells] for _ in range(draw.randint(1, 2))]


def _job(
    draw: random.Random, names: Sequence[str], protected: Sequence[str], secret: str | None, focus: Focus
) -> Job:
    kind = draw.choice(_KINDS)
    free = [name for name in names if name not in protected]
    forbidden = draw.random() < 0.04
    written = free if free and not forbidden else names
    # Work goes on beside what must not be touched more often than chance would have it.
    beside = [a for a, b in pairwise(names) if a in written and (b in protected or b == secret)]
    near = draw.choice(beside) if beside and draw.random() < (0.8 if focus == "hard" else 0.4) else None
    row = JOBS[kind]
    gaps = {
        "n": str(draw.randint(0, 9)),
        "of": draw.choice(tuple(MEASURES)),
        "end": draw.choice(("first", "last")),
        "side": draw.choice(("left", "right")),
        "how": draw.choice(("above", "below", "")),
    }
    target = near or draw.choice(written)
    if kind == "same" and secret is not None:
        gaps |= {"a": draw.choice([name for name in names if name != secret]), "b": secret}
    elif row.writes == ("b",):
        gaps |= {"a": draw.choice([name for name in names if name != target]), "b": target}
    elif "b" in row.writes:
        others = [name for name in written if name != target] or [name for name in names if name != target]
        gaps |= {"a": target, "b": draw.choice(others)}
    else:
        gaps |= {"a": target, "b": draw.choice([name for name in names if name != target])}
    return Job(kind, {gap: word for gap, word in gaps.items() if f"{{{gap}}}" in row.pattern})
