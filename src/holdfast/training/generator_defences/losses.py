"""The losses of generator defences, as formulas: log likelihoods in, a scalar out.

Log likelihoods are in nats. A sequence's is the sum over the completion's tokens and its end, given the
prompt. Each loss is a mean over its rows.
"""

from __future__ import annotations

import torch
from torch.nn import functional

_NEARLY_SURE = -1e-6
"""A log probability is taken to be no nearer to 0 than this: a sure token has no finite unlikelihood."""


def likelihood_loss(log_probs: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood of the counted tokens; both of shape (B, L), `counted` of 0 and 1."""
    return -(log_probs * counted).sum() / counted.sum().clamp(min=1)


def unlikelihood_loss(log_probs: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    """Mean of -log(1 - p) over the counted tokens (arXiv 1908.04319, equation 4); shapes as above."""
    log_probs = log_probs.clamp(max=_NEARLY_SURE)
    unlikely = -torch.log(-torch.expm1(log_probs))
    return (unlikely * counted).sum() / counted.sum().clamp(min=1)


def npo_loss(log_ratios: torch.Tensor, beta: float) -> torch.Tensor:
    """Mean of -2/beta log sigmoid(-beta r), r = log(pi / pi_ref) of a catastrophe (arXiv 2404.05868, eq. 3).

    `log_ratios` has shape (B,).
    """
    return (-2.0 / beta) * functional.logsigmoid(-beta * log_ratios).mean()


def dpo_loss(chosen: torch.Tensor, rejected: torch.Tensor, beta: float) -> torch.Tensor:
    """Mean of -log sigmoid(beta (r_chosen - r_rejected)) over pairs (arXiv 2305.18290, equation 7).

    Both are log(pi / pi_ref), of shape (B,).
    """
    return -functional.logsigmoid(beta * (chosen - rejected)).mean()


def kto_loss(
    desirable: torch.Tensor,
    undesirable: torch.Tensor,
    mismatched: torch.Tensor,
    beta: float,
    desirable_weight: float,
    undesirable_weight: float,
) -> torch.Tensor:
    """Mean of lambda_y - v(x, y) over both kinds of completions (arXiv 2402.01306, equation 8).

    All are log(pi / pi_ref), of any lengths; `mismatched` are those of completions beside prompts that are
    not theirs, whose mean, at least 0, is the reference point z0. No gradient passes through it.
    """
    point = mismatched.detach().mean().clamp(min=0)
    gains = desirable_weight * (1 - torch.sigmoid(beta * (desirable - point)))
    losses = undesirable_weight * (1 - torch.sigmoid(beta * (point - undesirable)))
    return torch.cat([gains, losses]).mean()
