"""The one number of the normal law that approximate limits need."""

from __future__ import annotations


def two_sided_quantile(confidence: float) -> float:
    """How many standard deviations either side of the mean hold that share: 1.96 at 0.95.

    Raises ValueError unless the confidence lies between 0 and 1.
    """
    from scipy.special import ndtri

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    return float(ndtri((1 + confidence) / 2))
