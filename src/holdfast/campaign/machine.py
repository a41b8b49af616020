"""The machine that work runs on, for records."""

from __future__ import annotations

import os
import platform

import torch


def machine() -> str:
    """What this runs on, in words."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, torch {torch.__version__}"
    )
