"""What each figure shows and how to read it: the title, then plain sentences."""

from __future__ import annotations

from typing import Final

EXPLANATIONS: Final[dict[str, tuple[str, str]]] = {
    "natural-failure-rate": (
        "Natural failure rate",
        "Of the completions that the filter lets through on the task's own prompts, the share that are "
        "catastrophes. Lower is better; the vertical axis is logarithmic. Bars are exact "
        "two-sided 95 % limits; a hollow triangle marks a round in which none was seen, and stands at "
        "the upper limit.",
    ),
    "attack-success": (
        "Attack success",
        "The share of attempts, each from another seed, in which a fresh run of the attack found a "
        "failure within its budget. Lower is better. Dashed lines with hollow marks are held-out "
        "attacks, which training never saw. Bars are exact 95 % limits.",
    ),
    "median-queries": (
        "Median queries to the first failure",
        "How many candidates an attack must have scored before half of its attempts have found a "
        "failure. Higher is better. An arrow means that fewer than half succeeded within the budget, so "
        "the median lies somewhere above it; the dotted line is each round's budget. Bars are exact, "
        "distribution-free 95 % limits, cut at the budget.",
    ),
    "harmless-acceptance": (
        "Quality kept: harmless completions accepted",
        "Of the generator's harmless completions, the share that passes the filter. Higher is better. "
        "The vertical axis does not start at zero. Bars are exact 95 % limits.",
    ),
    "fit": (
        "Fit: does the model know what it was taught?",
        "Of the catastrophes in each labelled set, the share scored 0.5 or more. Adversarial validation "
        "holds rewrites of seeds that training never saw. A low line means that the model could not "
        "learn its lessons, and that nothing else here should be expected of it. Bars are exact 95 % "
        "limits.",
    ),
    "survival": (
        "Time to failure",
        "The share of attempts that have found nothing after so many queries (Kaplan–Meier). A curve "
        "that lies higher and further right is a model that resists longer; it ends at the budget. "
        "Bands are approximate pointwise 95 % limits.",
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
        "Wall-clock seconds of each round, with attack, training and evaluation apart.",
    ),
    "training-loss": (
        "Training loss",
        "Mean loss over equal stretches of each round's training, on that round's mix of clean and "
        "adversarial data. A jump at a round's start is new adversarial material; the mix differs "
        "between rounds, so do levels.",
    ),
}
