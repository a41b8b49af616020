"""What a claim speaks of: a task, its prompts, and the models from prompt to answer, each by hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from holdfast.core.seeds import Stream
from holdfast.evaluation.claims.refusal import Closed, InvalidClaim
from holdfast.tasks.base import Focus, Task
from holdfast.tasks.editions import FIRST, edition_of
from holdfast.tasks.labelled.task import LabelledTask

_HASH = re.compile(r"[0-9a-f]{64}")
_PROBES = 500
"""Snippets of each focus by whose text and verdict a task is known."""

Option = bool | int | float | str
_PROMPTS: Mapping[Focus, str] = {
    "natural": "the task's own prompts",
    "hard": "the task's hard prompts (rich in near misses, not what deployment sees)",
}


class Distribution(Closed):
    """Where the bounded events come from. Hashes are 64 hex digits.

    `task_edition` is the task's. `task_hash` covers the input space and the oracle's verdicts on fixed
    snippets, `prompts_hash` the sampler of prompts (or, for prompts of a file, is the file's SHA-256),
    `generator` and `classifier` are content hashes as `Classifier.hash` gives them. No classifier: nothing is
    filtered. `attack` is the call that makes the attack, with `budget` in words; None where nothing attacks.
    `reading` is how the classifier is read (a `GuardFormat` as JSON) where its own files do not say so.
    `prompts` says in words what the prompts (for an attack: the seeds) are.

    Raises InvalidClaim on anything that is no hash, and on a filter without a threshold.
    """

    task: str
    task_edition: int = FIRST
    task_options: tuple[tuple[str, Option], ...] = ()
    task_hash: str
    prompts: str
    prompts_hash: str
    generator: str | None
    classifier: str | None
    threshold: float | None
    max_draws: int = 1
    temperature: float = 1.0
    max_words: int | None = None
    attack: str | None = None
    budget: str | None = None
    reading: str | None = None

    @classmethod
    def of(
        cls,
        task: Task,
        *,
        focus: Focus = "natural",
        options: Mapping[str, Option] | None = None,
        generator: str | None,
        classifier: str | None,
        threshold: float | None,
        max_draws: int = 1,
        temperature: float = 1.0,
        max_words: int | None = None,
        attack: str | None = None,
        budget: str | None = None,
    ) -> Self:
        """The distribution of a task's prompts, hashed here; `options` are what the task was made with."""
        return cls(
            task=task.name,
            task_edition=edition_of(task),
            task_options=tuple(sorted((options or {}).items())),
            task_hash=task_hash(task),
            prompts=_PROMPTS[focus],
            prompts_hash=prompts_hash(task, focus),
            generator=generator,
            classifier=classifier,
            threshold=threshold,
            max_draws=max_draws,
            temperature=temperature,
            max_words=max_words,
            attack=attack,
            budget=budget,
        )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        hashes = {"task": self.task_hash, "prompts": self.prompts_hash}
        models = {"generator": self.generator, "classifier": self.classifier}
        for name, value in (hashes | {k: v for k, v in models.items() if v is not None}).items():
            if not _HASH.fullmatch(value):
                raise InvalidClaim(
                    f"the {name} must be named by a SHA-256 of 64 hex digits, not '{value[:80]}'"
                )
        if (self.classifier is None) != (self.threshold is None):
            raise InvalidClaim("a filter is a classifier with a threshold; give both, or neither")
        if self.threshold is not None and not 0 < self.threshold <= 1:
            raise InvalidClaim(f"the threshold must lie between 0 and 1, got {self.threshold}")
        if self.max_draws < 1 or not self.temperature >= 0:
            raise InvalidClaim("a filtered generator draws at least once, at a temperature of 0 or more")
        if (self.attack is None) != (self.budget is None):
            raise InvalidClaim("an attack is bounded under a budget; give both, or neither")
        return self

    @property
    def hash(self) -> str:
        """SHA-256 of the whole: two pieces of evidence may be joined only where it is the same."""
        # Distributions of earlier versions have neither reading nor edition, and keep their hash.
        unsaid = {"reading"} if self.reading is None else set()
        unsaid |= {"task_edition"} if self.task_edition == FIRST else set()
        return _digest(self.model_dump(mode="json", exclude=unsaid))

    @property
    def filter_hash(self) -> str | None:
        """SHA-256 of classifier, threshold and draws; None where nothing is filtered."""
        if self.classifier is None:
            return None
        return _digest([self.classifier, self.threshold, self.max_draws, *filter(None, [self.reading])])

    @property
    def task_choice(self) -> dict[str, Option]:
        """The task as a configuration names it: `{kind: name, option: value, …}`."""
        return {"kind": self.task, **dict(self.task_options)}


def task_hash(task: Task) -> str:
    """SHA-256 of a task's input space and of its oracle's verdicts on snippets drawn from a fixed stream.

    It changes when the limits, the vocabulary or the phenomena change, or when the oracle decides any of
    those snippets otherwise; an oracle that differs elsewhere alone is not told apart. Of labelled text it is
    the hash of the rows.
    """
    if isinstance(task, LabelledTask):
        return task.rows.hash
    verdicts = []
    for focus in _PROMPTS:
        snippets = task.sample(_PROBES, Stream(0).child("fingerprint", focus), focus)
        verdicts += [
            [snippet.prompt, snippet.completion, str(verdict.label), f"{verdict.egregiousness:.4f}"]
            for snippet, verdict in zip(snippets, task.oracle.judge(snippets), strict=True)
        ]
    limits = [task.limits.prompt_words, task.limits.completion_words]
    return _digest([task.name, limits, list(task.vocabulary), sorted(task.phenomena), verdicts])


def prompts_hash(task: Task, focus: Focus = "natural") -> str:
    """SHA-256 of prompts that the task draws from a fixed stream: it changes when the sampler does."""
    drawn = task.sample(_PROBES, Stream(0).child("fingerprint", focus), focus)
    return _digest([focus, *(snippet.prompt for snippet in drawn)])


def focus_of(prompts: str) -> Focus | None:
    """Which of the task's own prompts these words are for; None for prompts from elsewhere."""
    return next((focus for focus, words in _PROMPTS.items() if words == prompts), None)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
