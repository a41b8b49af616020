"""Holdfast attacks, retrains and measures language models that must not fail.

The names below are the public Python API. Each is imported when it is first used, so `import holdfast` is
cheap and torch loads only where a model does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast import attacks as attacks
    from holdfast.attacks.target import Target as Target
    from holdfast.campaign.config import RunConfig as RunConfig
    from holdfast.campaign.config import load_config as load_config
    from holdfast.campaign.history import load_record as load_record
    from holdfast.campaign.loop import Campaign as Campaign
    from holdfast.campaign.presets import preset as preset
    from holdfast.core.budget import Budget as Budget
    from holdfast.core.errors import HoldfastError as HoldfastError
    from holdfast.core.errors import UserError as UserError
    from holdfast.core.seeds import Stream as Stream
    from holdfast.core.snippet import Snippet as Snippet
    from holdfast.core.snippet import Verdict as Verdict
    from holdfast.models.classifier import Classifier as Classifier
    from holdfast.models.generator import Generator as Generator
    from holdfast.models.scoring import ScoringEngine as ScoringEngine
    from holdfast.models.systems import Filter as Filter
    from holdfast.tasks.base import Task

__version__ = "0.1.0"

_PLACES = {
    "Budget": "holdfast.core.budget",
    "Campaign": "holdfast.campaign.loop",
    "Classifier": "holdfast.models.classifier",
    "Filter": "holdfast.models.systems",
    "Generator": "holdfast.models.generator",
    "HoldfastError": "holdfast.core.errors",
    "RunConfig": "holdfast.campaign.config",
    "ScoringEngine": "holdfast.models.scoring",
    "Snippet": "holdfast.core.snippet",
    "Stream": "holdfast.core.seeds",
    "Target": "holdfast.attacks.target",
    "UserError": "holdfast.core.errors",
    "Verdict": "holdfast.core.snippet",
    "load_config": "holdfast.campaign.config",
    "load_record": "holdfast.campaign.history",
    "preset": "holdfast.campaign.presets",
}

__all__ = ["__version__", "attacks", "task", *sorted(_PLACES)]  # noqa: PLE0604


def task(name: str) -> Task:
    """The task of that name; raises UserError with the nearest name if there is none.

    A task that is made of more than its name, such as `labelled`, is refused too.
    """
    from holdfast.core.errors import UserError
    from holdfast.tasks import tasks

    try:
        return tasks.get(name)()
    except TypeError:
        raise UserError(
            f"the task '{name}' is made of your own data; name them in a configuration (`holdfast check`"
            " writes one), and give that with -c"
        ) from None


def __getattr__(name: str) -> Any:
    if name == "attacks":
        return importlib.import_module("holdfast.attacks")
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'holdfast' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
