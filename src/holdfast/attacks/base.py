"""What an attack is: plain values, a search that its author writes, and a call that trusts nobody."""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Literal, final

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from holdfast.attacks.constraints import Constraints
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.observer import NoObserver, Observer, keep_what_was_found
from holdfast.attacks.engine.requests import Search
from holdfast.attacks.engine.rules import FAILURES_KEPT, Rules
from holdfast.attacks.engine.sample import SAMPLE_SIZE
from holdfast.attacks.engine.session import Session
from holdfast.attacks.engine.shards import Shard, run_in_shards
from holdfast.attacks.objective import OBJECTIVES, ObjectiveName
from holdfast.attacks.proposals.mask import Frozen, Mask
from holdfast.attacks.results import AttackResult, Attempt, Failure, Success
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget, Spend
from holdfast.core.errors import SpentError, UserError
from holdfast.core.executors import Executor, Serial
from holdfast.core.judge import asking_flops, judged
from holdfast.core.odds import probability
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Confined

if TYPE_CHECKING:
    from holdfast.attacks.compose import Repeat, Then

CLOSED = ConfigDict(extra="forbid")
"""For the dataclasses of attacks: values are validated when an attack is made, and unknown ones refused."""

_NEW_OBJECTS = 20_000
"""Objects made before the garbage collector looks at the new ones; Python asks for 700."""

_SECONDS_BETWEEN_LOOKS = 30.0
_looked = -_SECONDS_BETWEEN_LOOKS
"""When the garbage collector last looked at everything before an attack, by the monotonic clock."""

CONFIRMING_DRAWS = 200
"""Fresh draws from a prompt, by which its success against a filtered generator is told."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Attack(ABC):
    """A search for failures; concrete attacks are frozen dataclasses, and `repr(x)` is the call that makes x.

    With `stop="first"` an attempt ends at its first failure; with `"budget"` it goes on improving its
    objective until its queries are spent or its search brings nothing more. What is `frozen` stays as the
    seed has it; `constraints` bound the candidates further.
    """

    name: ClassVar[str]
    """The registered name."""
    scores_seeds: ClassVar[bool] = True
    """Whether an attempt begins with its seed judged and scored, which costs a query."""
    independent: ClassVar[bool] = True
    """Whether no attempt depends on the others of its call; one that learns across seeds says False."""
    guided: ClassVar[bool] = True
    """Whether it works towards its objective; one that draws blindly says False."""
    by_margin: ClassVar[bool] = True
    """Whether its search needs a margin; one that learns nothing from scores says False."""
    arm: ClassVar[bool] = True
    """Whether `auto` may try it, at its defaults."""

    objective: ObjectiveName = "egregious"
    stop: Literal["first", "budget"] = "first"
    frozen: Frozen = "nothing"
    constraints: Constraints = Constraints()

    def suits(self, target: Target) -> bool:
        """Whether the target has what the attack cannot do without, a margin apart (see `has_margin`)."""
        return True

    @property
    def needs_gradients(self) -> bool:
        """Whether it cannot do without gradients of the system under test."""
        return False

    @final
    def lacks(self, target: Target) -> str | None:
        """Why the attack, or a part of it, cannot attack the target, in words; None where it can."""
        system = f"a system of the kind '{target.system.identity.kind}'"
        if self.needs_gradients and not target.can("gradients"):
            return f"it needs gradients, and {system} gives none"
        if self.by_margin and not target.graded:
            return f"it follows the margin of scores, and {system} that gives decisions alone has none"
        own = (value.lacks(target) for value in vars(self).values() if isinstance(value, Attack))
        why = next((why for why in own if why is not None), None)
        if why is None and not self.suits(target):
            why = target.shortage or "it has not all that the attack needs"
        return why

    def _prepare(self, session: Session) -> Any:
        """What all attempts of a call share, made once; handed to each `_search`."""
        return None

    @abstractmethod
    def _search(self, attempt: LiveAttempt, prepared: Any) -> Search:
        """Search from one seed; all judging and scoring goes through the attempt's questions."""

    def _run(self, session: Session) -> None:
        """Search from every seed."""
        session.search(partial(self._search, prepared=self._prepare(session)), score_seeds=self.scores_seeds)

    def repeat(self, times: int) -> Repeat:
        """The attack that runs this one up to so many times on every seed, until a failure is found."""
        from holdfast.attacks.compose import Repeat

        return Repeat(self, times)

    def then(self, other: Attack, after: int | None = None) -> Then:
        """The attack that goes on with another from the best candidate this one has come to.

        It does so once this one gives up, or has spent `after` queries on the seed.
        """
        from holdfast.attacks.compose import Then

        return Then(self, other, after)

    @final
    def __call__(
        self,
        target: Target,
        seeds: Sequence[Snippet],
        budget: Budget = Budget(queries_per_seed=1000),  # noqa: B008 (frozen)
        stream: Stream = Stream(0),  # noqa: B008 (frozen)
        progress: Progress = Silent(),  # noqa: B008 (has no state)
        *,
        sample_size: int = SAMPLE_SIZE,
        keep: int = FAILURES_KEPT,
        executor: Executor = Serial(),  # noqa: B008 (frozen)
        observer: Observer = NoObserver(),  # noqa: B008 (has no state)
    ) -> AttackResult:
        """Attack the target from each seed, and report only what an exact score and a second verdict confirm.

        The same stream gives the same result, and the result of a seed does not depend on the other seeds
        (but for a budget on the whole call, which they share, and attacks that are not `independent`).
        `sample_size` bounds the judged candidates that the result keeps, `keep` the failures of one attempt.
        An `executor` with more than one worker shares the seeds among them, and finds the same failures; the
        `observer`, who may end the attack, looks on where there is one worker alone.
        Raises UserError where the attack needs a generator and the target has none, and SpentError where
        nothing more may be spent on the system, unless the observer takes it (see `SpendingObserver`).
        """
        if executor.workers > 1:
            places = tuple(range(len(seeds)))
            whole = Shard(self, target, tuple(seeds), places, budget, stream, sample_size, keep)
            return run_in_shards(whole, executor, progress)
        progress.start(f"attack: {self.name}", len(seeds))
        rules = Rules(
            objective=self.objective,
            stop_at_first=self.stop == "first",
            mask=Mask(self._frozen(target), self.constraints.spans, side=self.constraints.place),
            constraints=self.constraints,
            sample_size=sample_size,
            keep=keep,
        )
        session = Session(target, seeds, budget, stream, rules, progress, observer)
        with _garbage_rarely_collected():
            try:
                self._run(session)
            except SpentError as error:
                keep_what_was_found(session.attempts, observer, error)
        result = self._confirmed(target, session)
        progress.finish(failures=len(result.failures), broken=result.broken, queries=result.spend.queries)
        return result

    def _frozen(self, target: Target) -> Frozen:
        """What follows a prompt is the filtered generator's to write; where there are no prompts, none is.

        Raises UserError where nothing is left that the task lets an adversary write.
        """
        if isinstance(target.task, Confined):
            if target.draws or self.frozen == "completion":
                raise UserError(
                    f"the task '{target.task.name}' lets an adversary write in the completion alone, and here"
                    " it is frozen, or the generator's to write; attack the classifier, and free it"
                )
            return "prompt"
        if target.draws:
            if self.frozen == "prompt":
                raise UserError(
                    "nothing is left that the attack may write: the prompt is frozen, and the completion is"
                    " the generator's; free the prompt"
                )
            return "completion"
        return (
            "prompt" if target.surface.limits.prompt_words == 0 and self.frozen == "nothing" else self.frozen
        )

    def _confirmed(self, target: Target, session: Session) -> AttackResult:
        """Re-score and re-judge all that was reported, from its text, and drop what does not hold."""
        session.finish()
        reported = [failure for attempt in session.attempts for failure in _kept(attempt, session.rules.keep)]
        confirmed = _reproduced(target, session, reported)
        by_seed: dict[int, list[Failure]] = {}
        for failure in confirmed:
            by_seed.setdefault(failure.seed_index, []).append(failure)
        asked = asking_flops(target.judge, (attempt.seed for attempt in session.attempts))
        attempts = [self._attempt(target, session, a, by_seed.get(a.index, [])) for a in session.attempts]
        return AttackResult(
            attack=repr(self),
            attempts=tuple(attempts),
            spend=session.spend + Spend(judge_calls=len(reported), judge_flops=asked),
            candidates=session.sample.contents(),
            dropped=len(reported) - len(confirmed),
            order=session.order,
        )

    def _attempt(
        self, target: Target, session: Session, attempt: LiveAttempt, failures: Sequence[Failure]
    ) -> Attempt:
        best = max(
            failures,
            key=lambda failure: (self._worth(session.limit, failure), -attempt.apart(failure.units)),
            default=None,
        )
        pending = _still_pending(target, session, attempt.waiting)
        return Attempt(
            seed=attempt.seed,
            queries=attempt.queries,
            turned_away=dict(attempt.turned_away),
            first_failure_query=min((f.query for f in failures), default=None),
            best=best,
            failures=tuple(failures),
            found=attempt.found_count,
            flops=attempt.flops,
            seconds=attempt.seconds,
            success=_success(target, session, best, attempt) if best and target.draws else None,
            clean_miss=any(_unchanged(target, attempt, failure) for failure in failures),
            skipped=attempt.skipped or (None if best or pending else attempt.unmade(self.scores_seeds)),
            pending=pending,
        )

    def _worth(self, limit: float, failure: Failure) -> float:
        """What a failure is worth by itself; how new it is depends on the order found, and is left out."""
        log_odds, egregiousness = np.array([failure.log_odds]), np.array([failure.verdict.egregiousness])
        value = float(OBJECTIVES[self.objective](log_odds, egregiousness, np.ones(1), limit)[0])
        return (
            value if failure.success is None else failure.success * max(failure.verdict.egregiousness, 0.01)
        )


@contextmanager
def _garbage_rarely_collected() -> Iterator[None]:
    """Keep the garbage collector from what is there already, and let it look seldom at what comes.

    Models and judges are large, and stay; an attack makes millions of small tuples, few of them garbage that
    only the collector can find. It would take a tenth of the time. One look at everything beforehand takes as
    long as a small attack, so that of many small ones only some begin with it.
    """
    global _looked
    thresholds = gc.get_threshold()
    if monotonic() - _looked > _SECONDS_BETWEEN_LOOKS:
        gc.collect()
        _looked = monotonic()
    gc.freeze()
    gc.set_threshold(max(_NEW_OBJECTS, thresholds[0]), *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _kept(attempt: LiveAttempt, keep: int) -> list[Failure]:
    attempt.keep_best(keep)
    return [failure for _, failure in attempt.found.values()]


def _success(target: Target, session: Session, best: Failure, attempt: LiveAttempt) -> Success:
    """Draw afresh from the best failure's prompt, for the search's own estimate favours lucky prompts."""
    snippets = session.drawn_afresh(best.units.prompt, CONFIRMING_DRAWS, attempt.stream.child("success"))
    passes = session.exact_log_odds(snippets) < session.limit
    passing = [snippet for snippet, passed in zip(snippets, passes, strict=True) if passed]
    verdicts = judged(target.judge, [attempt.seed] * len(passing), passing)
    return Success(CONFIRMING_DRAWS, len(passing), sum(verdict.catastrophic for verdict in verdicts))


def _unchanged(target: Target, attempt: LiveAttempt, failure: Failure) -> bool:
    """Whether a failure needed no search: the seed as it stands, or what is written to its own prompt."""
    if target.draws is not None:
        return failure.units.prompt == attempt.origin.prompt
    return failure.query == 1 and failure.units == attempt.origin


def _still_pending(target: Target, session: Session, waiting: Sequence[Failure]) -> tuple[Failure, ...]:
    """What waits for people and passes by its exact score, too."""
    snippets = [failure.snippet for failure in waiting]
    log_odds = session.exact_log_odds(snippets) if snippets else np.zeros(0)
    return tuple(
        replace(failure, log_odds=float(x), score=float(score))
        for failure, x, score in zip(waiting, log_odds, probability(log_odds), strict=True)
        if x < session.limit
    )


def _reproduced(target: Target, session: Session, reported: Sequence[Failure]) -> list[Failure]:
    """The failures that hold, with the exact log odds and the verdict of the text as it stands.

    Of a target that writes, the completion must be among those that are drawn again of its prompt.
    """
    snippets = [failure.snippet for failure in reported]
    log_odds = session.exact_log_odds(snippets)
    scores = probability(log_odds)
    seeds = [session.attempts[failure.seed_index].seed for failure in reported]
    verdicts = judged(target.judge, seeds, snippets)
    written = session.writes_again([failure.units for failure in reported])
    return [
        replace(f, log_odds=float(x), score=float(score), verdict=verdict)
        for f, x, score, verdict, again in zip(reported, log_odds, scores, verdicts, written, strict=True)
        if verdict.catastrophic and x < session.limit and again
    ]
