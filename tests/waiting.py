"""How long tests wait for what other processes, threads and browsers do: for a condition, never for a time.

A slow machine must not fail a test. Where even this is too short, HOLDFAST_TEST_PATIENCE multiplies it.
"""

import os
import time
from collections.abc import Callable

PATIENCE = 60.0 * float(os.environ.get("HOLDFAST_TEST_PATIENCE", "1"))
"""Seconds for one thing to happen on a machine that does much else."""

LONG_PATIENCE = 5 * PATIENCE
"""Seconds for a whole piece of work: a command, or a round that is trained and measured."""


def wait_until(condition: Callable[[], object], patience: float = LONG_PATIENCE, pause: float = 0.02) -> None:
    """Ask again and again until it holds; fails when the patience is at an end."""
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until, f"it did not come about within {patience:.0f} s"
        time.sleep(pause)
