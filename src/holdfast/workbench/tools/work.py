"""Work for the batcher: what it is, what it may ask, and how questions of one kind are answered together.

A piece of work is a generator function of the filter that is served. It asks with `yield`, and returns its
answer:

    def work(served: Served) -> Work[float]:
        (log_odds,) = yield LogOdds([tokens])
        return float(log_odds)
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import numpy as np

from holdfast.core.snippet import Tokens, Units

if TYPE_CHECKING:
    from holdfast.models.generator import Generator as LanguageModel
    from holdfast.models.unit_filler import UnitBlank
    from holdfast.workbench.served import Served

Result = TypeVar("Result")

Lane = Literal["live", "menu"]
"""`live`: a writer waits while typing. `menu`: done in slices, between which the live lane goes first."""


@dataclass(frozen=True, slots=True)
class LogOdds:
    """Ask for the log odds of snippets: float32 of shape (B,)."""

    tokens: Sequence[Tokens]


@dataclass(frozen=True, slots=True)
class Gradients:
    """Ask for the gradients of a snippet's log odds: `TokenGradients`."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class LikelyWords:
    """Ask the generator how likely each word is at each place: `Generator.word_log_probs` of one snippet."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class WrittenPhrases:
    """Ask the generator for phrases that go on from a place (see `UnitWriter.phrases`): a list of words."""

    units: Units
    position: int
    lengths: Sequence[int]
    uniforms: np.ndarray
    temperature: float


@dataclass(frozen=True, slots=True)
class ProposedWords:
    """Ask the masked language model for words at some places: a list of `Fill`."""

    blanks: Sequence[UnitBlank]


Ask = LogOdds | Gradients | LikelyWords | ProposedWords | WrittenPhrases
Work = Generator[Ask, Any, Result]
Begin = Callable[["Served"], Work[Result]]


@dataclass(eq=False)
class Task(Generic[Result]):
    """A piece of work under way, with its present question and as much of its answer as there is."""

    begin: Begin[Result]
    lane: Lane
    future: Future[Result] = field(default_factory=Future)
    served: Served | None = None
    work: Work[Result] | None = None
    ask: Ask | None = None
    answered: list[np.ndarray] = field(default_factory=list)

    def start(self, served: Served) -> None:
        """Begin, unless whoever asked has gone."""
        if self.future.set_running_or_notify_cancel():
            self.served = served
            self._on(lambda: self._started(served))

    def _started(self, served: Served) -> Ask:
        self.work = self.begin(served)
        return next(self.work)

    def hear(self, answer: Any) -> None:
        """Take an answer or, of log odds, a part of it; when it is whole, go on to the next question."""
        work = self.work
        assert work is not None
        if isinstance(self.ask, LogOdds):
            self.answered.append(answer)
            if self.left:
                return
            answer, self.answered = np.concatenate(self.answered), []
        self._on(lambda: work.send(answer))

    def fail(self, error: Exception) -> None:
        """End with an error."""
        self.ask = None
        self.future.set_exception(error)

    def _on(self, go: Callable[[], Ask]) -> None:
        self.ask = None
        try:
            self.ask = go()
        except StopIteration as stop:
            self.future.set_result(stop.value)
        except Exception as error:
            self.future.set_exception(error)

    @property
    def left(self) -> Sequence[Tokens]:
        """What is still to be scored of a question for log odds."""
        assert isinstance(self.ask, LogOdds)
        return self.ask.tokens[sum(map(len, self.answered)) :]


COST: dict[type, int] = {Gradients: 8, LikelyWords: 8, ProposedWords: 24, WrittenPhrases: 64}
"""What a question costs, in snippets scored; that of log odds is their number."""


def answer(tasks: Sequence[Task[Any]], parts: Sequence[int | None]) -> None:
    """Answer the questions of some tasks, those of one kind to one filter in one call.

    `parts` says of how many snippets log odds are wanted for now; None: of all that are left.
    """
    groups: dict[tuple[int, type], list[_Turn]] = {}
    for task, part in zip(tasks, parts, strict=True):
        groups.setdefault((id(task.served), type(task.ask)), []).append((task, part))
    for (_, kind), group in groups.items():
        _answer_alike(_ANSWERS[kind], group)


_Turn = tuple[Task[Any], "int | None"]


def _answer_alike(ask: Callable[[list[_Turn]], list[Any]], group: list[_Turn]) -> None:
    """Answer one group; where the call fails, each by itself, so that one bad question spoils no other."""
    try:
        answers = ask(group)
    except Exception as error:
        if len(group) == 1:
            group[0][0].fail(error)
            return
        for one in group:
            _answer_alike(ask, [one])
    else:
        for (task, _), own in zip(group, answers, strict=True):
            task.hear(own)


def _log_odds(group: list[_Turn]) -> list[Any]:
    wanted = [task.left[:part] for task, part in group]
    found = _served(group).target.scorer.log_odds([tokens for own in wanted for tokens in own])
    return np.split(found, np.cumsum([len(own) for own in wanted])[:-1])


def _gradients(group: list[_Turn]) -> list[Any]:
    return list(_served(group).target.scorer.gradients([_asked(task, Gradients).tokens for task, _ in group]))


def _likely_words(group: list[_Turn]) -> list[Any]:
    return list(_generator(group).word_log_probs([_asked(task, LikelyWords).tokens for task, _ in group]))


def _proposed_words(group: list[_Turn]) -> list[Any]:
    asked = [_asked(task, ProposedWords).blanks for task, _ in group]
    found = _served(group).filler.fills([blank for own in asked for blank in own])
    ends = np.cumsum([len(own) for own in asked]).tolist()
    return [found[end - len(own) : end] for own, end in zip(asked, ends, strict=True)]


def _written_phrases(group: list[_Turn]) -> list[Any]:
    writer, answers = _served(group).writer, []
    for task, _ in group:
        ask = _asked(task, WrittenPhrases)
        places = [(ask.units, ask.position)] * len(ask.lengths)
        answers.append(writer.phrases(places, ask.lengths, ask.uniforms, ask.temperature))
    return answers


def _served(group: Sequence[_Turn]) -> Served:
    served = group[0][0].served
    assert served is not None
    return served


def _generator(group: Sequence[_Turn]) -> LanguageModel:
    generator = _served(group).target.generator
    assert generator is not None, "who asks the generator has seen that there is one"
    return generator


_Kind = TypeVar("_Kind")


def _asked(task: Task[Any], kind: type[_Kind]) -> _Kind:
    assert isinstance(task.ask, kind)
    return task.ask


_ANSWERS: dict[type, Callable[[list[_Turn]], list[Any]]] = {
    LogOdds: _log_odds,
    Gradients: _gradients,
    LikelyWords: _likely_words,
    ProposedWords: _proposed_words,
    WrittenPhrases: _written_phrases,
}
