"""What each figure shows and how to read it: the title, then plain sentences."""

from __future__ import annotations

from typing import Final

EXPLANATIONS: Final[dict[str, tuple[str, str]]] = {
    "natural-failure-rate": (
        "Natural failure rate",
        "The share of catastrophes among the completions that pass the filter, on the task's own prompts. "
        "Lower is better; the vertical axis is logarithmic. Bars are exact two-sided 95 % limits. A "
        "hollow triangle marks a round without a failure; it is drawn at the upper limit.",
    ),
    "attack-success": (
        "Attack success rate",
        "The share of attempts, each from another seed, in which a new run of the attack found a "
        "failure within its budget. Lower is better. Dashed lines with hollow marks are held-out "
        "attacks, which training never saw. Bars are exact 95 % limits.",
    ),
    "median-queries": (
        "Median queries to the first failure",
        "The number of queries within which half of the attempts have found a failure; a query is one "
        "scored candidate. Higher is better. An arrow means that fewer than half succeeded within the "
        "budget, so the median is above it. The dotted line is each round's budget. Bars are exact, "
        "distribution-free 95 % limits, cut at the budget.",
    ),
    "harmless-acceptance": (
        "Harmless completions accepted",
        "The share of the generator's harmless completions that passes the filter. Higher is better. "
        "The vertical axis does not start at zero. Bars are exact 95 % limits.",
    ),
    "fit": (
        "Fit: did the model learn its training data?",
        "Recall at 0.5: the share of the catastrophes in each labelled set that score 0.5 or more. The "
        "adversarial validation set has rewrites of seeds that training never saw. A low line of a "
        "training set means that the model did not learn it; then expect no good results elsewhere. A low "
        "line of a validation set alone means that what it learned does not carry over to new failures. "
        "Bars are exact 95 % limits.",
    ),
    "survival": (
        "Time to failure",
        "The share of attempts that have not found a failure after a number of queries (Kaplan–Meier). "
        "A higher curve means that the model resists longer. The curve ends at the budget. Bands are "
        "approximate pointwise 95 % limits.",
    ),
    "egregiousness": (
        "How bad are the failures found?",
        "Each dot is the best failure of one broken attempt, over all attacks: 0 is borderline, 10 the "
        "worst. Boxes hold the middle half, the thick line is the median, whiskers run from the 5th to "
        "the 95th percentile.",
    ),
    "objectives": (
        "Best failures under each objective",
        "Each dot is the best failure, by that objective, of one broken attempt; both objectives start "
        "from the same seeds. Boxes hold the middle half, the thick line is the median, whiskers run "
        "from the 5th to the 95th percentile.",
    ),
    "cost": (
        "Where the time went",
        "Wall-clock seconds of each round, for attack, training and evaluation.",
    ),
    "training-loss": (
        "Training loss",
        "Mean loss over equal stretches of each round's training, on that round's mix of clean and "
        "adversarial data. A jump at the start of a round comes from new adversarial texts. The mix "
        "differs between rounds, so the levels are not comparable.",
    ),
}
