"""The configuration of what `holdfast attack` attacks: a run's or a file's, with the options laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.cli.attack_options import Attacked


def configuration(asked: Attacked, run: str | None = None) -> RunConfig:
    """A whole configuration; raises UserError where it names no task or none of the models attacked."""
    from holdfast.campaign.config import load_config, resolve
    from holdfast.core.errors import UserError

    _check(asked, run)
    over = {**({} if run is None else _of_run(asked, run)), **_over(asked)}
    if asked.config is not None:
        return load_config(asked.config, **over)
    attacked = "generator" if asked.kind == "generator" else "classifier"
    if asked.kind == "generator":
        over["system"] = "generator"
    for name in ("task", attacked):
        if name not in over:
            raise UserError(
                f"give a run, a configuration with -c, or a task and a {attacked}: --{name} is missing"
            )
    return resolve({"threshold": {"rule": "fixed", "at": 0.5}, **over})


def _check(asked: Attacked, run: str | None) -> None:
    """Raise UserError for options that do not go together."""
    from holdfast.core.errors import UserError

    if run is not None and asked.config is not None:
        raise UserError("give a run or a configuration, not both")
    if run is None and (asked.round is not None or asked.runs is not None):
        raise UserError("--round and --runs are of a run; name it")
    if asked.kind == "filter" and asked.draws is not None:
        raise UserError("--draws is for a generator, and --system filter attacks none; leave one of them out")
    if asked.kind == "generator":
        for name in ("classifier", "threshold"):
            if getattr(asked, name) is not None:
                raise UserError(
                    f"--system generator attacks what has no filter; leave out --{name}, or take"
                    " --system filtered_generator"
                )


def _of_run(asked: Attacked, run: str) -> dict[str, Any]:
    """The task, the models and the threshold of a run's round."""
    from holdfast.campaign.evaluate.subject import Overrides, subject_of_run, writer_of_run
    from holdfast.cli.campaigns import place_of

    folder, name = place_of(run, asked.runs)
    if asked.kind == "generator":
        of = writer_of_run(folder, name, asked.task, asked.round)
        writer = {"kind": "folder", "path": str(of.generator), "temperature": of.temperature}
        return {"task": of.task, "generator": writer}
    subject = subject_of_run(folder, name, asked.task, asked.round, Overrides())
    generator = {"path": str(subject.generator), "temperature": subject.temperature}
    return {
        "task": subject.task,
        "classifier": {"kind": "folder", "path": str(subject.classifier)},
        "generator": {"kind": "folder", **generator},
        "threshold": {"rule": "fixed", "at": subject.threshold},
    }


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
