"""Who looks on sees the best so far, changes nothing, and can end the attack."""

from dataclasses import dataclass, field

import pytest

from holdfast import attacks
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream

STREAM = Stream(5)
BUDGET = Budget(queries_per_seed=150)
ATTACKS = [
    attacks.GreedyRewrite(places=2, stop="budget"),
    attacks.Auto(arms=(attacks.RandomRewrite(width=8), attacks.HotFlip(width=8)), stop="budget"),
    attacks.Then(attacks.HotFlip(restarts=0), attacks.RandomRewrite(width=8), 40, stop="budget"),
]


@dataclass
class Looker:
    """Writes down the best values of each round, and ends the attack after so many rounds."""

    most: int | None = None
    rounds: list[dict[int, float]] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)

    def look(self, attempts, spend) -> bool:
        self.rounds.append({attempt.index: attempt.best.value for attempt in attempts})
        self.queries.append(spend.queries)
        return self.most is None or len(self.rounds) < self.most


@pytest.fixture(params=ATTACKS, ids=lambda attack: attack.name)
def attack(request):
    return request.param


def test_an_observer_changes_nothing_and_sees_every_attempt_get_better(attack, target, seeds):
    looker = Looker()
    alone = attack(target, seeds[:3], BUDGET, STREAM)
    watched = attack(target, seeds[:3], BUDGET, STREAM, observer=looker)
    assert watched.attempts == alone.attempts
    assert looker.queries == sorted(looker.queries)
    assert looker.queries[-1] == watched.spend.queries
    for index in range(3):
        values = [best[index] for best in looker.rounds if index in best]
        assert values == sorted(values)
        assert values[-1] > values[0]


@pytest.mark.parametrize("rounds", [1, 4])
def test_an_observer_ends_the_attack_which_tells_what_it_has_found(attack, target, seeds, rounds):
    looker = Looker(rounds)
    ended = attack(target, seeds[:3], BUDGET, STREAM, observer=looker)
    assert len(looker.rounds) == rounds
    assert ended.spend.queries == looker.queries[-1] < attack(target, seeds[:3], BUDGET, STREAM).spend.queries
    for failure in ended.failures:
        assert failure.verdict.catastrophic
        assert failure.score < target.threshold
