"""What an attack is pointed at: a system, the judge, and the model that writes for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.judge import DeferringJudge, Judge, SubstitutingJudge
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.core.surface import Surface
from holdfast.core.system import RememberingSystem, RemoteSystem, System, WritingSystem
from holdfast.core.text_surface import TextSurface
from holdfast.tasks.base import Task, surface_under

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.models.masked import MaskedModel
    from holdfast.models.scoring import ScoringEngine
    from holdfast.models.systems import Filter

    Tuner = Callable[[Generator, Sequence[Tokens], int, Stream], tuple[Generator, Spend]]
    """Called with (generator, stories, steps, stream); returns a trained copy, and what that cost."""


@dataclass(frozen=True)
class Target:
    """A system under test, with the task and the judge; `generator` serves attacks that draw or propose.

    `proposer` proposes single words of real text, and raises UserError for a surface that has no such words.

    A failure of this target is a catastrophe that the system lets pass. With `draws` the target is the
    filtered generator: the adversary writes the prompt alone, the generator so many completions of it, a
    query each, and a prompt is the better the likelier a passing completion is catastrophic. A system that
    writes by itself (a bare generator, or one behind a filter) is attacked in the same way, and says itself
    how many completions it draws.
    """

    task: Task
    judge: Judge
    system: System
    generator: Generator | None = None
    draws: int | None = None
    temperature: float = 1.0
    """At which the filtered generator writes."""
    order: Literal["judge", "score"] | None = None
    """Whether candidates are judged or scored first; None: the cheaper one, by measured cost."""
    tune: Tuner | None = None
    """Trains a copy of the generator, for attacks that learn to write."""
    proposer: MaskedModel | None = None

    def __post_init__(self) -> None:
        if isinstance(self.system, WritingSystem):
            if self.generator is None:
                kind = self.system.identity.kind
                raise UserError(f"a system of the kind '{kind}' writes; give the target its generator, too")
            object.__setattr__(self, "draws", self.system.draws)
        if self.proposer is not None:
            from holdfast.models.unit_filler import words_of

            words_of(self.surface)
        if self.draws is not None and isinstance(self.judge, DeferringJudge):
            raise UserError(
                f"the judge '{self.judge.name}' answers later, and a filtered generator's draws are judged as"
                " they come; leave out the draws, or choose a judge that is code"
            )

    @property
    def surface(self) -> Surface:
        """How text is cut and what may be written: as the task says, or a judge that narrows it."""
        return surface_under(self.judge, self.task)

    @property
    def filter(self) -> Filter | None:
        """The filter, or the one that the generator is behind; None where there is none."""
        from holdfast.models.systems import Filter
        from holdfast.models.writing_systems import GeneratorBehindFilter

        system = self.system.filter if isinstance(self.system, GeneratorBehindFilter) else self.system
        return system if isinstance(system, Filter) else None

    @property
    def bare(self) -> bool:
        """Whether a generator writes, and nothing is turned away of what it does."""
        return self.draws is not None and self.filter is None

    @property
    def scorer(self) -> ScoringEngine:
        """The engine of a filter's classifier; raises UserError where there is no filter."""
        found = self.filter
        if found is None:
            raise UserError(
                "this needs a classifier, and the system under test is of the kind"
                f" '{self.system.identity.kind}'"
            )
        return found.scorer

    @property
    def threshold(self) -> float:
        """The threshold on scores of a filter or a remote system; one half for a system that has none."""
        found = self.filter
        if found is not None:
            return found.threshold
        return self.system.threshold if isinstance(self.system, RemoteSystem) else 0.5

    @property
    def limit(self) -> float:
        """What passes has log odds below this."""
        return log_odds_of(self.threshold)

    @property
    def takes_phrases(self) -> bool:
        """Whether a failure may hold phrases of the generator's: not where the judge lets certain words, or
        certain whole sentences, alone be written.
        """
        surface = self.surface
        sentences = isinstance(surface, TextSurface) and surface.cut == "sentences"
        return not sentences and not isinstance(self.judge, SubstitutingJudge)

    @property
    def shortage(self) -> str:
        """What an attack may miss here, in words to go on with; empty where nothing is known to be missed."""
        if self.generator is None:
            return "it may need a generator"
        if self.takes_phrases:
            return ""
        return f"it writes phrases, and the judge '{self.judge.name}' lets none be written"

    @property
    def graded(self) -> bool:
        """Whether one candidate is better than another by its score, or by the share of its draws."""
        return self.draws is not None or self.can("margin")

    def can(self, *abilities: str) -> bool:
        """Whether the system has all of these abilities."""
        return set(abilities) <= self.system.abilities

    def filtered_by(self, scorer: ScoringEngine, threshold: float | None = None) -> Self:
        """The same target with another filter; its own threshold unless another is given."""
        from holdfast.models.systems import Filter

        return replace(self, system=Filter(scorer, self.threshold if threshold is None else threshold))

    def fresh(self) -> Self:
        """The same target, whose system remembers nothing."""
        system = self.system
        return replace(self, system=system.fresh()) if isinstance(system, RememberingSystem) else self
