"""The configuration that the options of `holdfast attack` make: a file's, with the options laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.cli.attack_options import Attacked


def configuration(asked: Attacked) -> RunConfig:
    """A whole configuration; raises UserError where it names no task or no classifier."""
    from holdfast.campaign.config import load_config, resolve
    from holdfast.core.errors import UserError

    over = _over(asked)
    if asked.config is not None:
        return load_config(asked.config, **over)
    for name in ("task", "classifier"):
        if name not in over:
            raise UserError(f"give a configuration with -c, or a task and a classifier: --{name} is missing")
    return resolve({"threshold": {"rule": "fixed", "at": 0.5}, **over})


def _over(asked: Attacked) -> dict[str, Any]:
    """The top-level keys that the options replace."""
    over: dict[str, Any] = {}
    if asked.task is not None:
        over["task"] = asked.task
    if asked.classifier is not None:
        over["classifier"] = {"kind": "folder", "path": str(asked.classifier)}
    if asked.generator is not None:
        over["generator"] = {"kind": "folder", "path": str(asked.generator)}
    if asked.proposer is not None:
        over["proposer"] = {"kind": "folder", "path": str(asked.proposer)}
    if asked.judge is not None:
        over["judge"] = asked.judge
    if asked.threshold is not None:
        over["threshold"] = {"rule": "fixed", "at": asked.threshold}
    return over
