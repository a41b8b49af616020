"""`holdfast audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from holdfast.cli.options import ConfigPath, Json, RunsFolder

if TYPE_CHECKING:
    from holdfast.evaluation.bounds import Interval
    from holdfast.workbench.audit.precision import Audit


def audit(
    attempts: Path,
    /,
    *,
    config: ConfigPath = None,
    most: Annotated[int | None, Parameter(validator=validators.Number(gte=1), show_default=False)] = None,
    labels: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=9))] = 2,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Have people judge what an attack found, and say how much of it they confirm.

    What a rewrite's verdict rests on is an assumption: that a passage keeps its
    label in other surroundings, that a word keeps its meaning. This puts the
    failures of ATTEMPTS, which `holdfast attack --report` wrote, into a review
    queue. People label them in the browser (`holdfast serve NAME --team`, the
    page Review). Called again, it tells the precision of the judge, and the
    attack's success as people have it, with exact limits of 95 % confidence.

    Failures that the guard or the judge would not report again are left out.

    For example:

        holdfast attack -c holdfast.yaml --report found.html
        holdfast audit found-data/attempts.csv -c holdfast.yaml

    Args:
        attempts: The attempts.csv that lies beside an attack's report, or the Parquet file of an evaluation.
        config: The configuration that the attack was made with.
        most: Ask about so many failures at most, chosen by a hash of their text.
        labels: People who label each one.
    """
    from holdfast.cli.extras import need_workbench

    need_workbench()

    from holdfast.campaign.config import load_config
    from holdfast.campaign.guard_runs import keep_guard
    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.cli.output import print_json
    from holdfast.core.errors import UserError
    from holdfast.workbench.audit.attempts import read_attempts
    from holdfast.workbench.audit.queue import audit as audited
    from holdfast.workbench.opening import open_workbench

    if config is None:
        raise UserError("name the configuration that the attack was made with: -c holdfast.yaml")
    found, guard = read_attempts(attempts), load_config(config)
    store = open_store(runs or runs_folder())
    run = keep_guard(store, guard, f"{keep_guard(store, guard)}-audit")
    people = {"judge": "people", "labels_per_item": labels}
    told = audited(open_workbench(store, run, team=True, changes=people), found, most)
    if json:
        print_json(_record(run, told, found.clean_misses))
    else:
        _tell(run, told, found.clean_misses)


def _record(run: str, told: Audit, clean_misses: int) -> dict[str, object]:
    limits = told.success_interval()
    return {
        "run": run,
        "attempts": told.attempts,
        "clean_misses": clean_misses,
        "found": told.found,
        "queued": told.queued,
        "pending": told.pending,
        "decided": told.decided,
        "confirmed": told.confirmed,
        "precision": told.precision.rate,
        "precision_limits": _pair(told.precision.interval()),
        "success": told.success,
        "success_limits": _pair(limits),
    }


def _pair(interval: Interval) -> list[float]:
    return [interval.lower, interval.upper]


def _tell(run: str, told: Audit, clean_misses: int) -> None:
    """The audit in sentences."""
    print(
        f"{told.attempts} attempts searched ({clean_misses} clean misses apart): {told.found} report a"
        f" failure that reproduces, {told.queued} of these are for people to judge"
    )
    if told.decided:
        rate, limits = told.precision.rate or 0.0, told.precision.interval()
        print(
            f"people confirm {told.confirmed} of {told.decided} decided: precision {rate:.1%}"
            f" ({limits.lower:.1%} to {limits.upper:.1%})"
        )
        success, range_ = told.success or 0.0, told.success_interval()
        print(
            f"success as people have it: {success:.1%} of the attempts searched"
            f" ({range_.lower:.1%} to {range_.upper:.1%}); as the judge has it: {told.reported.rate or 0:.1%}"
        )
    if told.pending:
        print(f"{told.pending} wait for labels; people give them on the page Review of")
        print(f"    holdfast serve {run} --team")
