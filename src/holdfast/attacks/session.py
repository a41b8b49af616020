"""The session: the only way for an attack to judge and score, shared by all its live attempts.

It judges first and scores what is still catastrophic: an oracle costs some 20 microseconds and a score more
than 100, and a candidate that is no catastrophe is worthless to an attack.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.attempt import (
    AskGradients,
    AskWords,
    Candidate,
    Draw,
    LiveAttempt,
    Request,
    Score,
    Scored,
    Search,
    Shared,
)
from holdfast.attacks.edits import fits
from holdfast.attacks.objective import Objective
from holdfast.attacks.results import Failure
from holdfast.attacks.sample import Reservoir
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget, Spend
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens, Verdict

if TYPE_CHECKING:
    from holdfast.models.generator import Generator

LIVE = 128
"""Attempts under way at once; the models' batches are made of all their candidates."""

FAILURES_KEPT = 32
"""Distinct failures remembered for one attempt: the first, and the best of the others."""

IDLE_LIMIT = 200
"""Requests in a row without one candidate to score, after which an attempt is given up."""

Running = tuple[LiveAttempt, Search, Request]


class Session:
    """Judges, scores, counts, and stops an attack on its budget, exactly.

    `objective` gives candidates their value; with `stop_at_first` an attempt ends at its first failure. A
    budget on the whole call is handed out in the order of the seeds.
    """

    def __init__(
        self,
        target: Target,
        seeds: Sequence[Snippet],
        budget: Budget,
        stream: Stream,
        objective: Objective,
        *,
        stop_at_first: bool,
        progress: Progress,
        sample_size: int,
        live: int = LIVE,
    ) -> None:
        self._target = target
        self._budget = budget
        self._stream = stream
        self._objective = objective
        self._stop_at_first = stop_at_first
        self._progress = progress
        self._live = live
        self._codec = target.scorer.codec
        self._limit = log_odds_of(target.threshold)
        self._begun = time.perf_counter()
        self._counted = Spend()
        self._scorer_before = target.scorer.spend
        self._answers: dict[type, Callable[[list[Any]], list[Any]]] = {
            Score: self._scores,
            Draw: self._draws,
            AskGradients: self._gradients,
            AskWords: self._words,
        }
        self.sample = Reservoir(stream.child("sample").numpy(), sample_size)
        self.attempts = self._attempts(seeds)

    def _attempts(self, seeds: Sequence[Snippet]) -> list[LiveAttempt]:
        shared = Shared(self._target.task.limits, self._codec.alphabet, self._target.generator is not None)
        twins: dict[Snippet, int] = {}
        attempts = []
        for index, (seed, tokens) in enumerate(zip(seeds, self._codec.encode(seeds), strict=True)):
            twins[seed] = twins.get(seed, -1) + 1
            stream = self._stream.child("attempt", seed.prompt, seed.completion, twins[seed])
            attempts.append(LiveAttempt(index, seed, tokens, stream, shared))
        return attempts

    @property
    def spend(self) -> Spend:
        """What the call has cost so far."""
        seconds = Spend(seconds=time.perf_counter() - self._begun)
        return self._counted + (self._target.scorer.spend - self._scorer_before) + seconds

    def search(self, begin: Callable[[LiveAttempt], Search], *, score_seeds: bool = True) -> None:
        """Run one search for every seed, in lock-step, until each has ended or the budget is spent.

        A search begins with its seed judged and scored (a query), unless `score_seeds` is false.
        """
        waiting = iter(self.attempts)
        running: list[Running] = []
        while not self._budget.exhausted_by(self.spend):
            entering = list(islice(waiting, self._live - len(running)))
            if score_seeds:
                self._score_seeds(entering)
            running += self._advanced((attempt, begin(attempt), None) for attempt in entering)
            if not running:
                break
            running = self._advanced(self._answered(running))
        for _, search, _ in running:
            search.close()

    def donors(self, count: int) -> tuple[Tokens, ...]:
        """Catastrophes that fit the limits, from `count` hard snippets of the task and as many stories.

        They hang on the call's stream alone, so that no attempt depends on its neighbours.
        """
        stream = self._stream.child("donors")
        found = self._codec.encode(self._target.task.sample(count, stream.child("task"), "hard"))
        if self._target.generator is not None:
            stories = self._target.generator.tell(count, stream.child("stories"))
            self._count_generator(read=count, written=sum(len(story) + 2 for story in stories))
            found += stories
        found = [tokens for tokens in dict.fromkeys(found) if fits(tokens, self._target.task.limits)]
        verdicts = self._judged(found).verdicts
        return tuple(t for t, verdict in zip(found, verdicts, strict=True) if verdict.catastrophic)

    def ids_of(self, chosen: Callable[[str], bool]) -> frozenset[int]:
        """The ids of the alphabet whose words are chosen."""
        ids = self._codec.alphabet.tolist()
        return frozenset(i for i, word in zip(ids, self._codec.words(ids), strict=True) if chosen(word))

    def embedding_matrix(self) -> NDArray[np.float32]:
        """(V, H) the filter's word embeddings, for attacks from inside it."""
        return self._target.scorer.classifier.embedding_matrix()

    def record(self, attempt: LiveAttempt, failure: Failure, value: float) -> None:
        """Remember a failure, to be confirmed when the attack has ended."""
        attempt.found.setdefault(failure.tokens, (value, failure))
        if attempt.first is None:
            attempt.first = failure.tokens
            attempt.over = self._stop_at_first
        if len(attempt.found) > 2 * FAILURES_KEPT:
            attempt.keep_best(FAILURES_KEPT)

    def _advanced(self, answered: Iterable[tuple[LiveAttempt, Search, Any]]) -> list[Running]:
        """Hand each search its answer; those that ask again go on."""
        running: list[Running] = []
        for attempt, search, answer in answered:
            request = None if attempt.over else _next_request(search, answer)
            if request is not None:
                running.append((attempt, search, request))
            else:
                search.close()
                self._progress.advance(1, queries=self._counted.queries)
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

    def _score_seeds(self, entering: list[LiveAttempt]) -> None:
        asked = [(attempt, Score([attempt.start.tokens])) for attempt in entering]
        for attempt, scored in zip(entering, self._scores(asked), strict=True):
            if scored.tokens:
                attempt.start = Candidate(scored.tokens[0], float(scored.values[0]))

    def _scores(self, asked: list[tuple[LiveAttempt, Score]]) -> list[Scored]:
        """Judge all candidates, then score the catastrophic ones as far as each attempt's queries go."""
        fresh = [attempt.unseen(request.candidates) for attempt, request in asked]
        judged = self._judged([tokens for candidates in fresh for tokens in candidates])
        picks = []
        first = 0
        for (attempt, _), candidates in zip(asked, fresh, strict=True):
            own = range(first, first + len(candidates))
            mine = [i for i in own if judged.verdicts[i].catastrophic][: self._left(attempt)]
            picks.append(_Pick(attempt, mine, self._spend_queries(attempt, len(mine))))
            first += len(candidates)
        return self._valued(judged, picks)

    def _draws(self, asked: list[tuple[LiveAttempt, Draw]]) -> list[Scored]:
        """Draw completions as far as each attempt's queries go; judge all and score the catastrophic ones."""
        drawn: list[Tokens] = []
        spans = []
        for attempt, request in asked:
            own = self._completions(attempt, request, min(request.count, self._left(attempt)))
            spans.append((len(drawn), self._spend_queries(attempt, len(own))))
            drawn += own
        judged = self._judged(drawn)
        picks = []
        for (attempt, _), (first, queries) in zip(asked, spans, strict=True):
            hits = [j for j in range(len(queries)) if judged.verdicts[first + j].catastrophic]
            picks.append(_Pick(attempt, [first + j for j in hits], [queries[j] for j in hits]))
        return self._valued(judged, picks)

    def _completions(self, attempt: LiveAttempt, request: Draw, count: int) -> list[Tokens]:
        """Draw for one attempt, from its own stream, so that no draw depends on other attempts."""
        generator, prompt = self._generator, request.prompt
        stream = attempt.stream.child("draws", attempt.queries)
        words = self._target.task.limits.completion_words
        drawn = generator.complete([prompt] * count, stream, temperature=request.temperature, max_words=words)
        written = sum(len(completion) + 1 for completion in drawn)
        self._count_generator(read=len(prompt) + 2, written=written)
        return [Tokens(prompt, completion) for completion in drawn]

    def _gradients(self, asked: list[tuple[LiveAttempt, AskGradients]]) -> list[Any]:
        """One gradient call for each; attempts beyond the budget's gradient calls end without."""
        limit = self._budget.gradient_calls
        room = len(asked) if limit is None else max(0, limit - self._counted.gradient_calls)
        for attempt, _ in asked[room:]:
            attempt.over = True
        found = self._target.scorer.gradients([request.tokens for _, request in asked[:room]])
        self._count(gradient_calls=len(found))
        return [*found, *[None] * (len(asked) - len(found))]

    def _words(self, asked: list[tuple[LiveAttempt, AskWords]]) -> list[Any]:
        tokens = [request.tokens for _, request in asked]
        self._count_generator(read=sum(len(t) + 2 for t in tokens), written=0)
        return self._generator.word_log_probs(tokens)

    def _judged(self, tokens: list[Tokens]) -> _Judged:
        # A rewrite changes one part of its snippet, so most prompts and completions come many times over.
        texts = {part: self._codec.decode_ids(part) for part in {part for t in tokens for part in t}}
        snippets = [Snippet(texts[prompt], texts[completion]) for prompt, completion in tokens]
        verdicts = self._target.judge.judge(snippets)
        self._count(judge_calls=len(snippets))
        self.sample.offer(snippets, verdicts)
        return _Judged(tokens, snippets, verdicts)

    def _valued(self, judged: _Judged, picks: list[_Pick]) -> list[Scored]:
        """Score what was picked in one batch, record what passes, and hand each attempt its own."""
        chosen = [i for pick in picks for i in pick.indices]
        tokens = [judged.tokens[i] for i in chosen]
        log_odds = self._target.scorer.log_odds(tokens).astype(np.float64)
        egregiousness = np.array([judged.verdicts[i].egregiousness for i in chosen], dtype=np.float64)
        values = self._objective(log_odds, egregiousness, self._limit)
        passes = log_odds < self._limit
        scored = []
        first = 0
        for pick in picks:
            own = slice(first, first + len(pick.indices))
            for j in np.flatnonzero(passes[own]).tolist():
                self._found(judged, pick, j, float(log_odds[own][j]), float(values[own][j]))
            scored.append(Scored(tokens[own], log_odds[own], values[own]))
            first = own.stop
        return scored

    def _found(self, judged: _Judged, pick: _Pick, j: int, log_odds: float, value: float) -> None:
        i = pick.indices[j]
        failure = Failure(
            seed_index=pick.attempt.index,
            snippet=judged.snippets[i],
            tokens=judged.tokens[i],
            log_odds=log_odds,
            score=float(probability(np.array(log_odds))),
            verdict=judged.verdicts[i],
            query=pick.queries[j],
            seconds=time.perf_counter() - self._begun,
        )
        self.record(pick.attempt, failure, value)

    def _left(self, attempt: LiveAttempt) -> int:
        """Queries that an attempt may still spend."""
        limits = (
            (self._budget.queries_per_seed, attempt.queries),
            (self._budget.queries, self._counted.queries),
        )
        return max(
            0, min((limit - spent for limit, spent in limits if limit is not None), default=sys.maxsize)
        )

    def _spend_queries(self, attempt: LiveAttempt, count: int) -> range:
        """Count queries and return their numbers within the attempt, which ends when it has none left."""
        numbers = range(attempt.queries + 1, attempt.queries + count + 1)
        attempt.queries += count
        attempt.idle = 0 if count else attempt.idle + 1
        self._count(queries=count)
        attempt.over |= attempt.idle > IDLE_LIMIT or not self._left(attempt)
        return numbers

    def _count(self, **amounts: int) -> None:
        self._counted += Spend(**amounts)

    def _count_generator(self, read: int, written: int) -> None:
        """Count the tokens that went through the generator, each once."""
        flops = self._generator.flops_per_token * (read + written)
        self._counted += Spend(generated_tokens=written, forward_flops=flops)

    @property
    def _generator(self) -> Generator:
        if self._target.generator is None:
            raise UserError(
                "this attack needs a generator to draw from, and its target has none; give it one"
            )
        return self._target.generator


@dataclass(frozen=True, slots=True)
class _Judged:
    """Candidates of many attempts with their verdicts."""

    tokens: list[Tokens]
    snippets: list[Snippet]
    verdicts: list[Verdict]


@dataclass(frozen=True, slots=True)
class _Pick:
    """Which judged candidates an attempt has scored, and the number of the query of each."""

    attempt: LiveAttempt
    indices: list[int]
    queries: Sequence[int]


def _next_request(search: Search, answer: Any) -> Request | None:
    try:
        return search.send(answer)
    except StopIteration:
        return None
