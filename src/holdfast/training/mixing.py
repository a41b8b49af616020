"""What a round trains on: clean examples mixed with the adversarial ones found so far, worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.training.classifier import LabelledTokens
from holdfast.training.pairs import nearest
from holdfast.training.recipes import MixingRecipe


@dataclass(frozen=True, slots=True)
class AdversarialExample:
    """A judged snippet that an attack wrote in a round, starting from the seed snippet `seed_id`."""

    tokens: Tokens
    label: float
    egregiousness: float
    round: int
    seed_id: str
    attack: str
    """The name of the attack in its run, which tells one kind at several places apart."""


@dataclass(frozen=True)
class Pool:
    """The adversarial examples of all rounds so far, each token sequence once, in the order found."""

    examples: tuple[AdversarialExample, ...] = ()

    def adding(self, more: Iterable[AdversarialExample]) -> Pool:
        """A pool with these too; a sequence found again counts as new (its round moves up)."""
        latest = {example.tokens: example for example in self.examples}
        for example in more:
            latest.pop(example.tokens, None)
            latest[example.tokens] = example
        return Pool(tuple(latest.values()))

    def where(self, kept: np.ndarray) -> Pool:
        """A pool of some of the examples; `kept` has shape (N,) and type bool."""
        return Pool(tuple(each for each, keep in zip(self.examples, kept.tolist(), strict=True) if keep))

    def __len__(self) -> int:
        return len(self.examples)

    def labelled(self) -> LabelledTokens:
        """The examples as something to learn from."""
        return LabelledTokens(
            [e.tokens for e in self.examples],
            np.array([e.label for e in self.examples], dtype=np.float32),
            np.array([e.egregiousness for e in self.examples], dtype=np.float32),
        )


def rank_shares(values: np.ndarray) -> np.ndarray:
    """The rank of each value as a share from 0 (smallest) to 1 (largest); equal values share a rank.

    True ranks, by `scipy.stats.rankdata`. One `argsort` would give the indices that sort the values, which
    are not their ranks (the public code of arXiv 2407.18213 takes them for ranks).
    """
    from scipy.stats import rankdata

    if len(values) < 2:
        return np.ones(len(values))
    ranks: np.ndarray = rankdata(values, method="average")
    return (ranks - 1) / (len(values) - 1)


def standings(
    losses: np.ndarray, egregiousness: np.ndarray, rounds: np.ndarray, recipe: MixingRecipe
) -> np.ndarray:
    """How bad each example is, from 0 to 1: the blend of its rank shares that the recipe names."""
    parts = [
        (recipe.loss_rank_weight, losses),
        (recipe.egregiousness_rank_weight, egregiousness),
        (recipe.recency_rank_weight, rounds),
    ]
    total = sum(weight for weight, _ in parts)
    if total == 0:
        return np.zeros(len(losses))
    blend = np.zeros(len(losses))
    for weight, values in parts:
        blend += weight * rank_shares(values)
    return blend / total


def sampling_weights(
    losses: np.ndarray, egregiousness: np.ndarray, rounds: np.ndarray, recipe: MixingRecipe
) -> np.ndarray:
    """The probability with which each example is drawn; the worst have the most, and all sum to 1."""
    weights = np.exp(recipe.sharpness * standings(losses, egregiousness, rounds, recipe))
    shares: np.ndarray = weights / weights.sum()
    return shares


def losses_of(log_odds: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The cross-entropy in nats of each example, given the log odds that the model says."""
    signed = np.where(labels > 0.5, log_odds, -log_odds).astype(np.float64)
    return np.logaddexp(0.0, -signed)


def mix(
    clean: LabelledTokens,
    pool: Pool,
    pool_log_odds: np.ndarray,
    recipe: MixingRecipe,
    size: int,
    stream: Stream,
) -> LabelledTokens:
    """`size` examples to train a round on: clean ones and adversarial ones in the recipe's shares.

    Adversarial ones are drawn with replacement by `sampling_weights` within each class, from the model's log
    odds on the pool, shape (len(pool),); while the pool is empty all are clean. Both classes of adversarial
    examples are used, so that tell-tale signs of editing do not give the label away. Where `positive_share`
    is set, weights make catastrophic examples that share of the total weight. With minimal pairs the harmless
    adversarial examples are those most like the catastrophic ones drawn; where the pool lacks one of the
    classes there are no pairs.
    """
    wanted = round(size * recipe.adversarial_share) if len(pool) else 0
    rows = _clean_rows(len(clean), size - wanted, stream.child("clean"))
    mixed = clean.take(rows)
    if wanted:
        mixed = mixed.joined(_adversarial(pool, pool_log_odds, recipe, wanted, stream.child("adversarial")))
    return mixed if recipe.positive_share is None else _balanced(mixed, recipe.positive_share)


def _clean_rows(available: int, wanted: int, stream: Stream) -> np.ndarray:
    """Without replacement as far as they go: whole shuffles one after another."""
    random = stream.numpy()
    turns = [random.permutation(available) for _ in range(-(-wanted // max(available, 1)))]
    return np.concatenate([*turns, np.zeros(0, dtype=np.int64)])[:wanted]


def _adversarial(
    pool: Pool, log_odds: np.ndarray, recipe: MixingRecipe, wanted: int, stream: Stream
) -> LabelledTokens:
    examples = pool.labelled()
    odds = _odds(pool, examples, log_odds, recipe)
    positive, negative = np.flatnonzero(examples.labels > 0.5), np.flatnonzero(examples.labels <= 0.5)
    both = len(positive) > 0 and len(negative) > 0
    positives = round(wanted * recipe.adversarial_positive_share) if both else wanted * (len(positive) > 0)
    random = stream.numpy()
    drawn: list[np.ndarray] = []
    for rows, count in ((positive, positives), (negative, wanted - positives)):
        if count and drawn and recipe.minimal_pairs:
            drawn.append(partners(pool, drawn[0])[np.arange(count) % len(drawn[0])])
        elif count:
            drawn.append(random.choice(rows, size=count, p=odds[rows]))
    return examples.take(np.concatenate(drawn))


def _odds(pool: Pool, examples: LabelledTokens, log_odds: np.ndarray, recipe: MixingRecipe) -> np.ndarray:
    """The probability with which each example is drawn among those of its class, shape (len(pool),)."""
    losses = losses_of(log_odds, examples.labels)
    rounds = np.array([e.round for e in pool.examples], dtype=np.float64)
    names = [e.attack if recipe.balanced_by == "attack" else "" for e in pool.examples]
    odds = np.zeros(len(pool))
    for bad in (True, False):
        groups: dict[str, list[int]] = {}
        for row in np.flatnonzero((examples.labels > 0.5) == bad).tolist():
            groups.setdefault(names[row], []).append(row)
        for rows in groups.values():
            own = sampling_weights(losses[rows], examples.egregiousness[rows], rounds[rows], recipe)
            odds[rows] = own / len(groups)
    return odds


def partners(pool: Pool, rows: np.ndarray) -> np.ndarray:
    """For each of these examples of a pool the harmless one that is most like it, by place.

    It is of the same attack and round, whose candidates led to it, or of any where those left none.
    Raises ValueError where the pool has none at all.
    """
    harmless = [place for place, each in enumerate(pool.examples) if each.label <= 0.5]
    near: dict[tuple[int, str], list[int]] = {}
    for place in harmless:
        near.setdefault(_making(pool, place), []).append(place)
    asked: dict[tuple[int, str], list[int]] = {}
    for row in dict.fromkeys(rows.tolist()):
        asked.setdefault(_making(pool, row), []).append(row)
    found: dict[int, int] = {}
    for making, own in asked.items():
        others = near.get(making, harmless)
        places = nearest(*([pool.examples[place].tokens for place in some] for some in (own, others)))
        found |= {row: others[place] for row, place in zip(own, places.tolist(), strict=True)}
    return np.array([found[row] for row in rows.tolist()], dtype=np.int64)


def _making(pool: Pool, place: int) -> tuple[int, str]:
    return pool.examples[place].round, pool.examples[place].attack


def _balanced(data: LabelledTokens, positive_share: float) -> LabelledTokens:
    positive = data.labels > 0.5
    weights = data.weights_or_ones.astype(np.float64)
    have = weights[positive].sum() / weights.sum()
    if 0 < have < 1:
        weights[positive] *= positive_share / have
        weights[~positive] *= (1 - positive_share) / (1 - have)
    return LabelledTokens(data.tokens, data.labels, data.egregiousness, weights.astype(np.float32))
