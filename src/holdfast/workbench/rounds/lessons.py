"""What a live round learns from: what writers submitted, and what they wrote on the way.

Drafts go on changing, so the first attempt at a round writes down what it found; any further one reads that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.split import side
from holdfast.core.snippet import Snippet
from holdfast.models.codec import Codec
from holdfast.store.disk import read_table, write_table
from holdfast.store.workbench.rounds import DraftText, Material, Rounds
from holdfast.tasks.base import Task
from holdfast.training.mixing import AdversarialExample, Pool

PEOPLE = "people"
"""The name that stands where an attack's would."""


@dataclass(frozen=True)
class Lesson:
    """A failure, or a text that was judged harmless.

    `round` is the live round that took it in first, `draft` the work that it comes from.
    """

    snippet: Snippet
    catastrophic: bool
    egregiousness: float
    round: int
    draft: int
    held_back: bool
    """Kept from training, to be measured on."""
    start: Snippet | None = None
    """What the writer began with; None where that is not known, or was a blank page."""


def gather(rounds: Rounds, round_: int, task: Task, oracle_judges: bool) -> list[Lesson]:
    """All that a round may learn from now, the drafts' harmless texts only where an oracle can say so."""
    submitted = [_submitted(each) for each in rounds.material(round_)]
    if not oracle_judges:
        return submitted
    known = {lesson.snippet for lesson in submitted}
    return [*submitted, *_harmless(rounds.edited_drafts(), round_, task, known)]


def _submitted(material: Material) -> Lesson:
    return Lesson(
        Snippet(material.prompt, material.completion),
        material.status == "accepted",
        material.egregiousness,
        material.round,
        material.draft,
        material.split != "train",
        Snippet(material.start_prompt, material.start_completion) if material.start_completion else None,
    )


def _harmless(drafts: Sequence[DraftText], round_: int, task: Task, known: set[Snippet]) -> list[Lesson]:
    """Drafts on the training side that are harmless as they stand: near misses, written by people."""
    texts = [(Snippet(each.prompt, each.completion), each.draft) for each in drafts]
    fresh = [
        (snippet, draft) for snippet, draft in texts if snippet not in known and side(snippet) == "train"
    ]
    verdicts = task.oracle.judge([snippet for snippet, _ in fresh])
    return [
        Lesson(snippet, False, 0.0, round_, draft, False)
        for (snippet, draft), verdict in zip(fresh, verdicts, strict=True)
        if not verdict.catastrophic
    ]


def kept(path: Path) -> list[Lesson] | None:
    """What an earlier attempt wrote down, if it came so far."""
    if not path.exists():
        return None
    table = read_table(path)
    columns = [table[name].tolist() for name in (*_TEXTS, *_FIELDS)]
    return [
        Lesson(Snippet(text, end), bad, grade, round_, draft, back, Snippet(begun, ended) if ended else None)
        for text, end, begun, ended, bad, grade, round_, draft, back in zip(*columns, strict=True)
    ]


_TEXTS = ("prompt", "completion", "start_prompt", "start_completion")
_FIELDS = ("catastrophic", "egregiousness", "round", "draft", "held_back")


def keep(path: Path, lessons: Sequence[Lesson]) -> None:
    """Write down what a round learns from, whole or not at all."""
    columns = {name: [getattr(each, name) for each in lessons] for name in _FIELDS}
    starts = [each.start or Snippet("", "") for each in lessons]
    written = {
        "prompt": [each.snippet.prompt for each in lessons],
        "completion": [each.snippet.completion for each in lessons],
        "start_prompt": [start.prompt for start in starts],
        "start_completion": [start.completion for start in starts],
    }
    write_table(path, {**written, **columns})


def pool(lessons: Sequence[Lesson], codec: Codec, rounds_before: int) -> Pool:
    """What may be trained on, as adversarial examples of rounds after the campaign's own."""
    taught = [lesson for lesson in lessons if not lesson.held_back]
    tokens = codec.encode([lesson.snippet for lesson in taught])
    return Pool().adding(
        AdversarialExample(
            each,
            float(lesson.catastrophic),
            lesson.egregiousness,
            rounds_before + lesson.round,
            f"workbench/draft-{lesson.draft}",
            PEOPLE,
        )
        for each, lesson in zip(tokens, taught, strict=True)
    )
