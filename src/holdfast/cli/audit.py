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
    out: Path | None = None,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Ask people about the failures that an attack found, and report how many they confirm.

    The judge of a rewrite relies on an assumption, for example that a harmful
    passage stays harmful when other text is put around it. This command puts
    the failures in ATTEMPTS, which `holdfast attack --report` wrote, into a
    review queue. People label them in the browser (`holdfast serve NAME
    --team`, page Review). Run the command again to see the precision of the
    judge (the share of its failures that people confirm) and the attack success
    rate according to people, both with exact 95 % limits.

    Failures that the guard or the judge would not report again are left out.

    For example:

        holdfast attack -c holdfast.yaml --report found.html
        holdfast audit found-data/attempts.csv -c holdfast.yaml
        holdfast audit found-data/attempts.csv -c holdfast.yaml --out labels.jsonl

    Args:
        attempts: The attempts.csv beside an attack's report, or the Parquet file of an evaluation.
        config: The configuration of the attack.
        most: The largest number of failures to ask about; they are chosen by a hash of their text.
        labels: How many people label each failure.
        out: Write the failures that people have decided into this file (.jsonl), one a line, with their
            label. It is the evidence for the precision of the judge. It says nothing about what the judge
            misses, so `holdfast evaluate --caught` refuses it.
    """
    from holdfast.cli.extras import need_workbench

    need_workbench()

    from holdfast.campaign.config import load_config
    from holdfast.campaign.guard_runs import keep_guard
    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.cli.output import print_json
    from holdfast.core.errors import UserError
    from holdfast.core.writable import check_apart, check_new_file
    from holdfast.workbench.audit.attempts import read_attempts
    from holdfast.workbench.audit.queue import audit as audited
    from holdfast.workbench.opening import open_workbench

    if config is None:
        raise UserError("name the configuration that the attack was made with: -c holdfast.yaml")
    if out is not None:
        if out.suffix.lower() != ".jsonl":
            raise UserError(f"{out} is written as JSON lines; give it the ending .jsonl")
        check_apart({"--out": out}, {"ATTEMPTS": attempts, "--config": config})
        check_new_file(out)
    found, guard = read_attempts(attempts), load_config(config)
    store = open_store(runs or runs_folder())
    run = keep_guard(store, guard, f"{keep_guard(store, guard)}-audit")
    people = {"judge": "people", "labels_per_item": labels}
    told = audited(open_workbench(store, run, team=True, changes=people), found, most)
    if out is not None:
        _write(out, told)
    if json:
        print_json(_record(run, told, found.clean_misses))
        return
    _tell(run, told, found.clean_misses)
    if out is not None:
        print(f"{told.decided} decided failures with the label of people: {out}")


def _write(path: Path, told: Audit) -> None:
    """A line for each failure that people have decided; `label` is harmless where they do not confirm it."""
    import json

    from holdfast.campaign.audit_files import JUDGED
    from holdfast.core.files import write_text
    from holdfast.core.snippet import Label

    rows = (
        {
            "prompt": each.text.prompt,
            "completion": each.text.completion,
            "label": (Label.CATASTROPHIC if each.confirmed else Label.HARMLESS).value,
            JUDGED: Label.CATASTROPHIC.value,
            "seed_prompt": each.seed.prompt,
            "seed_completion": each.seed.completion,
        }
        for each in told.decisions
    )
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


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
        f"{told.attempts} attempts (and {clean_misses} clean misses, which needed no search): {told.found}"
        f" found a failure that reproduces; people are asked about {told.queued} of these"
    )
    if told.decided:
        rate, limits = told.precision.rate or 0.0, told.precision.interval()
        print(
            f"people confirm {told.confirmed} of {told.decided} decided: precision of the judge {rate:.1%}"
            f" ({limits.lower:.1%} to {limits.upper:.1%})"
        )
        success, range_ = told.success or 0.0, told.success_interval()
        print(
            f"attack success rate according to people: {success:.1%}"
            f" ({range_.lower:.1%} to {range_.upper:.1%}); according to the judge:"
            f" {told.reported.rate or 0:.1%}"
        )
    if told.pending:
        print(f"{told.pending} wait for labels; people label them on the page Review of")
        print(f"    holdfast serve {run} --team")
