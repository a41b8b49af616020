"""The session: the only way for an attack to judge and score, shared by all its live attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.engine.attempt import LiveAttempt, Shared
from holdfast.attacks.engine.examiner import Examiner, Found
from holdfast.attacks.engine.gate import Gate
from holdfast.attacks.engine.inquiry import Inquiry
from holdfast.attacks.engine.masks import mask_for
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.engine.niche import niche_of
from holdfast.attacks.engine.observer import NoObserver, Observer
from holdfast.attacks.engine.offered import offered
from holdfast.attacks.engine.order import measured_order
from holdfast.attacks.engine.padding import PADDING, Padding
from holdfast.attacks.engine.prompts import PromptExaminer
from holdfast.attacks.engine.requests import (
    AskFills,
    AskGradients,
    AskLikeliest,
    AskLikelihood,
    AskPhrases,
    AskTargetGradients,
    AskWords,
    Candidate,
    Draw,
    Request,
    Score,
    Scored,
    Search,
    Words,
)
from holdfast.attacks.engine.rules import Rules
from holdfast.attacks.engine.sample import Reservoir
from holdfast.attacks.engine.writing import Writing
from holdfast.attacks.objective import OBJECTIVES, Floats
from holdfast.attacks.proposals.edits import fits
from holdfast.attacks.results import Failure
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget, Spend
from holdfast.core.judge import DeferringJudge, SeededJudge
from holdfast.core.odds import probability
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens, Units
from holdfast.core.surface import snippets_of, units_of
from holdfast.tasks.base import Confined

Embeddings = Callable[[], NDArray[np.float32]]
"""(U, H) the embedding of each unit met so far; asked again when more may have been met."""

Running = tuple[LiveAttempt, Search, Request]


class Session:
    """Runs the searches of all seeds in lock-step: judges, scores, counts, and stops on the budget, exactly.

    A budget on the whole call is handed out in the order of the seeds.
    """

    def __init__(
        self,
        target: Target,
        seeds: Sequence[Snippet],
        budget: Budget,
        stream: Stream,
        rules: Rules,
        progress: Progress,
        observer: Observer = NoObserver(),  # noqa: B008 (has no state)
    ) -> None:
        self.target = target
        self.rules = rules
        self.stream = stream
        self.sample = Reservoir(stream.child("sample").numpy(), rules.sample_size)
        self._progress = progress
        self._observer = observer
        from holdfast.models.unit_scores import unit_scores

        self.surface = target.surface
        self._scores_of = unit_scores(target.system, self.surface)
        self._donors: dict[int, tuple[Units, ...]] = {}
        self._entered: set[int] = set()
        self._meter = Meter(self._scores_of, target.generator, budget)
        self._writing = Writing(target, self.surface, self._meter, stream.child("draws"))
        self._gate = Gate(
            target,
            self.surface,
            self._scores_of,
            lambda: self._writing.writer,
            rules.constraints,
            self._meter,
        )
        self._padding = Padding(self.surface, self._gate)
        self.attempts = self._attempts(seeds)
        readable = [attempt.seed for attempt in self.attempts if attempt.skipped is None]
        self.order = measured_order(target, self._scores_of, readable)
        self._examiner = Examiner(
            target,
            self.surface,
            self._scores_of,
            OBJECTIVES[rules.objective],
            self._gate,
            self._meter,
            self.sample,
            self._found,
            self.order,
        )
        own = self.surface, self._meter, self.sample, self.record
        self._inquiry = Inquiry(target.judge, *own) if isinstance(target.judge, DeferringJudge) else None

    def _attempts(self, seeds: Sequence[Snippet]) -> list[LiveAttempt]:
        surface, target, writing = self.surface, self.target, self._writing
        has_generator, words = target.generator is not None, (writing.knows_words, writing.fills_words)
        abilities = has_generator, *words, target.takes_phrases, target.graded
        shared = Shared(surface.limits, surface.alphabet, *abilities)
        twins: dict[Snippet, int] = {}
        attempts = []
        for index, (seed, ids) in enumerate(zip(seeds, units_of(surface, seeds), strict=True)):
            twins[seed] = twins.get(seed, -1) + 1
            stream = self.stream.child("attempt", seed.prompt, seed.completion, twins[seed])
            own = offered(shared, self.target.judge, surface, seed, (*ids.prompt, *ids.completion))
            mask = mask_for(self.rules.mask, self.target, seed, ids)
            attempt = LiveAttempt(index, seed, ids, stream, own, mask)
            why = self._gate.refusal(attempt)
            if why is not None:
                attempt.skip(f"the seed does not fit: {why}")
            attempts.append(attempt)
        return attempts

    @property
    def spend(self) -> Spend:
        """What the call has cost so far."""
        return self._meter.spend

    def search(self, begin: Callable[[LiveAttempt], Search], *, score_seeds: bool = True) -> None:
        """Run one search for every seed, in lock-step, until each has ended, the budget is spent, or the
        observer ends the attack.

        An attempt's first search begins with its seed judged and scored (a query), unless `score_seeds` is
        false.
        """
        waiting = (attempt for attempt in self.attempts if not attempt.over)
        running: list[Running] = []
        while not self._meter.exhausted:
            entering = list(islice(waiting, self.rules.live - len(running)))
            self._meter.begin_round(len(running) + len(entering))
            if score_seeds:
                self._score_seeds(entering)
            running += self._advanced((attempt, begin(attempt), None) for attempt in entering)
            if not running:
                break
            taking_part = [attempt for attempt, _, _ in running]
            running = self._advanced(self._answered(running))
            share = self._meter.share()
            for attempt in taking_part:
                attempt.seconds += share
            if not self._observer.look(taking_part, self.spend):
                self._meter.stop()
        for _, search, _ in running:
            search.close()

    def finish(self) -> None:
        """No search comes any more: where people judge, they are asked about what was gathered."""
        if self._inquiry is not None:
            for attempt in self.attempts:
                self._inquiry.review(attempt, ended=True)

    def share_cost(self, spend: Spend) -> None:
        """Count what was done for all attempts together, an even share of its FLOPs for each."""
        self._meter.count(spend)
        for attempt in self.attempts:
            attempt.flops += spend.flops / len(self.attempts)

    def donors(self, count: int) -> tuple[Units, ...]:
        """Catastrophes that fit the limits, from `count` hard snippets of the task and as many stories.

        They hang on the call's stream alone, so that no attempt depends on its neighbours.
        """
        if count not in self._donors:
            self._donors[count] = self._fresh_donors(count)
        return self._donors[count]

    def _fresh_donors(self, count: int) -> tuple[Units, ...]:
        stream, limits = self.stream.child("donors"), self.surface.limits
        if isinstance(self.target.judge, SeededJudge) or isinstance(self.target.task, Confined):
            return self._runs(count, stream)
        sampled = self.target.task.sample(count, stream.child("task"), "hard")
        found = units_of(self.surface, sampled)
        if self.target.generator is not None:
            stories = self._writing.writer.tell(count, stream.child("stories"))
            self._meter.generated(None, read=count, written=sum(len(story) + 2 for story in stories))
            found += stories
        fitting = [units for units in dict.fromkeys(found) if fits(units, limits)]
        examined = self._examiner.read(fitting, snippets_of(self.surface, fitting))
        everything = range(len(examined.units))
        self._examiner.judge(examined, everything)
        return tuple(examined.units[i] for i in examined.possible(everything))

    def _runs(self, count: int, stream: Stream) -> tuple[Units, ...]:
        """Runs of what may be written, where a catastrophe of another seed would break what must be kept."""
        alphabet = self.surface.alphabet
        drawn = stream.numpy().integers(max(len(alphabet), 1), size=(count, PADDING))
        return tuple(Units((), tuple(alphabet[row].tolist())) for row in drawn) if len(alphabet) else ()

    def ids_of(self, chosen: Callable[[str], bool]) -> frozenset[int]:
        """The units of the alphabet whose words are chosen."""
        ids = self.surface.alphabet.tolist()
        return frozenset(i for i, word in zip(ids, self.surface.words(ids), strict=True) if chosen(word))

    def embedding_matrix(self) -> NDArray[np.float32]:
        """(U, H) the filter's embedding of each unit met so far, for attacks from inside it."""
        return self._scores_of.embeddings()

    def generator_embedding_matrix(self) -> NDArray[np.float32]:
        """(U, H) the generator's embedding of each unit; raises UserError where the target has none."""
        return self._writing.embedding_matrix()

    def check_generator(self) -> None:
        """Raise UserError where the target has no generator."""
        _ = self._writing.writer

    def tokens_of_generator(self, units: Sequence[Units]) -> list[Tokens]:
        """Snippets as the generator's own tokens, to train a copy of it."""
        return self._writing.writer.tokens(units)

    @property
    def limit(self) -> float:
        """What passes has log odds below this."""
        return self._scores_of.limit

    def exact_log_odds(self, snippets: Sequence[Snippet]) -> Floats:
        """(B,) log odds computed again from texts, past all that is remembered."""
        return self._scores_of.exact_log_odds(snippets)

    def drawn_afresh(self, prompt: Words, count: int, stream: Stream) -> list[Snippet]:
        """Completions of a prompt, drawn by a stream that no search used."""
        uniforms = stream.numpy().random((count, self.surface.limits.completion_words))
        drawn = self._writing.writer.completions([prompt] * count, uniforms, self.target.temperature)
        return snippets_of(self.surface, [Units(prompt, completion) for completion in drawn])

    def record(self, attempt: LiveAttempt, failure: Failure, value: float) -> None:
        """Remember a failure, to be confirmed when the attack has ended."""
        if failure.units not in attempt.found:
            attempt.found[failure.units] = (value, failure)
            attempt.found_count += 1
        if attempt.first is None:
            attempt.first = failure.units
            attempt.over = self.rules.stop_at_first
        if len(attempt.found) > 2 * self.rules.keep:
            attempt.keep_best(self.rules.keep)
        # Once it is broken there is nothing more to ask people.
        attempt.over |= self._inquiry is not None

    def _found(self, found: Found) -> None:
        attempt = found.attempt
        failure = Failure(
            seed_index=attempt.index,
            snippet=found.snippet,
            units=found.units,
            log_odds=found.log_odds,
            score=float(probability(np.array(found.log_odds))),
            verdict=found.verdict,
            query=found.turn.query,
            turned_away=found.turn.turned_away,
            success=found.success,
            flops=attempt.flops,
            seconds=attempt.seconds + self._meter.share(),
        )
        if found.verdict.pending and self._inquiry is not None:
            self._inquiry.passed(attempt, failure)
            return
        niche = niche_of(attempt.origin, found.units, found.verdict)
        attempt.niches[niche] = attempt.niches.get(niche, 0) + 1
        self.record(attempt, failure, found.value)

    def _advanced(self, answered: Iterable[tuple[LiveAttempt, Search, Any]]) -> list[Running]:
        """Hand each search its answer; those that ask again go on."""
        running: list[Running] = []
        for attempt, search, answer in answered:
            if self._inquiry is not None:
                self._inquiry.review(attempt)
            request = None if attempt.over else _next_request(search, answer)
            if request is not None:
                running.append((attempt, search, request))
            else:
                search.close()
                attempt.ended = True
                self._progress.advance(1, queries=self.spend.queries)
        return running

    def _answered(self, running: list[Running]) -> Iterator[tuple[LiveAttempt, Search, Any]]:
        """Answer all requests, those of one kind together."""
        answers: list[Any] = [None] * len(running)
        for kind, answer in self._answers.items():
            at = [i for i, (_, _, request) in enumerate(running) if type(request) is kind]
            if at:
                for i, given in zip(at, answer([(running[i][0], running[i][2]) for i in at]), strict=True):
                    answers[i] = given
        for (attempt, search, _), given in zip(running, answers, strict=True):
            yield attempt, search, given

    @cached_property
    def _answers(self) -> dict[type, Callable[[list[Any]], list[Any]]]:
        return {
            Score: self._scores,
            Draw: self._draws,
            AskGradients: self._gradients,
            AskTargetGradients: self._writing.target_gradients,
            AskWords: self._writing.words,
            AskFills: self._writing.fills,
            AskPhrases: self._writing.phrases,
            AskLikelihood: self._writing.likelihoods,
            AskLikeliest: lambda asked: self._writing.likeliest(asked, self._gate),
        }

    @cached_property
    def _scores(self) -> Callable[[list[tuple[LiveAttempt, Score]]], list[Scored]]:
        target = self.target
        if target.draws is None:
            return self._examiner.scores
        return PromptExaminer(
            self._examiner,
            self._gate,
            self._meter,
            self.rules.objective,
            target.draws,
            self._writing.written,
            self._writing.likely if target.bare else None,
        ).scores

    def writes_again(self, failures: Sequence[Units]) -> list[bool]:
        """Whether a target that writes does write each completion when it is asked its prompt again."""
        if self.target.draws is None:
            return [True] * len(failures)
        return self._writing.writes_again(failures)

    def _score_seeds(self, entering: list[LiveAttempt]) -> None:
        fresh = [attempt for attempt in entering if attempt.index not in self._entered]
        self._entered.update(attempt.index for attempt in fresh)
        for attempt in fresh:
            if not self._meter.left(attempt):
                attempt.skip("the budget was spent before it began")
        fresh = [attempt for attempt in fresh if attempt.skipped is None]
        asked = [(attempt, Score([attempt.start.units])) for attempt in fresh]
        for attempt, scored in zip(fresh, self._scores(asked), strict=True):
            if scored.units:
                attempt.start = Candidate(scored.units[0], float(scored.values[0]))
            elif attempt.queries or attempt.judged:
                attempt.skip("the seed is no catastrophe, or breaks a constraint")
        closed = [attempt for attempt in fresh if not attempt.over]
        self._padding.write(closed, self._scores)

    def _draws(self, asked: list[tuple[LiveAttempt, Draw]]) -> list[Scored]:
        """Draw completions as far as each attempt's queries go, a query each, and examine them."""
        numbers, rows = [], []
        for attempt, request in asked:
            count, before = min(request.count, self._meter.left(attempt)), attempt.queries
            rows.append((attempt, request.prompt, count, before))
            numbers.append(self._meter.spend_queries(attempt, count))
        drawn: dict[int, list[Units]] = {}
        for like in {(request.temperature, id(request.writer)): request for _, request in asked}.values():
            at = [i for i, (_, request) in enumerate(asked) if _same_writing(request, like)]
            written = self._writing.complete([rows[i] for i in at], like.temperature, like.writer)
            drawn.update(zip(at, written, strict=True))
        attempts = [attempt for attempt, _ in asked]
        return self._examiner.drawn(attempts, [drawn[i] for i in range(len(asked))], numbers)

    def _gradients(self, asked: list[tuple[LiveAttempt, AskGradients]]) -> list[Any]:
        """One gradient call for each; attempts beyond the budget's gradient calls end without."""
        room = self._meter.gradient_calls_left()
        for attempt, _ in asked[room:]:
            attempt.over = True
        found = self._scores_of.gradients([request.units for _, request in asked[:room]])
        for attempt, request in asked[:room]:
            if self.target.bare:
                self._meter.generated(attempt, read=len(request.units) + 3, written=0, passes=3)
            self._meter.scored(attempt, [request.units], passes=3)
        self._meter.count(Spend(gradient_calls=len(found)))
        return [*found, *[None] * (len(asked) - len(found))]


def _same_writing(one: Draw, other: Draw) -> bool:
    return one.temperature == other.temperature and one.writer is other.writer


def _next_request(search: Search, answer: Any) -> Request | None:
    try:
        return search.send(answer)
    except StopIteration:
        return None
