"""`holdfast gate`."""

from __future__ import annotations

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from holdfast.cli.options import Json

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.gate.pipeline import GateResult
    from holdfast.campaign.gate.record import GateRecord

RESULTS = ("gate.json", "gate.xml", "gate.md", "gate.html")
"""The files of a result, in the folder of `--out`."""

COULD_NOT_TELL = 3


def gate(
    *,
    config: Annotated[Path, Parameter(name=("--config", "-c"), help="The configuration, with its limits.")],
    out: Path = Path("gate"),
    write_baseline: Path | None = None,
    cache: Path | None = None,
    json: Json = False,
) -> int:
    """Let a guard's release through, or not: measure it against limits, for CI.

    The limits are in the section `gate:` of the configuration: the least recall, the
    most false alarms, how many texts each attack may get through within a number of
    queries, a failure rate with a claim, and a baseline that the guard must not be
    worse than. Each limit is passed or failed, or the rows are too few to decide;
    then the result says how many are needed. A measurement that is partial never passes.

    Writes gate.json, gate.xml (JUnit), gate.md (for a pull request) and gate.html. What
    did not change since the last run is not measured again.

    Exit code: 0 passed, 1 failed, 3 could not tell; 2 for a mistake, 130 after Ctrl-C.

    For example:

        holdfast gate -c holdfast.yaml
        holdfast gate -c holdfast.yaml --out results/gate
        holdfast gate -c holdfast.yaml --write-baseline baseline.json

    Args:
        out: The folder for the results. Those of an earlier run are removed first.
        write_baseline: Write what was measured, row by row and without texts, to this file, which later runs
            compare with (`no_worse_than`).
        cache: The folder of what was measured before; `gate` in HOLDFAST_CACHE or in the user's cache if not
            given.
    """
    from holdfast.campaign.config import load_config
    from holdfast.core.writable import check_new_file, check_new_folder

    check_new_folder(out)
    if write_baseline is not None:
        check_new_file(write_baseline)
    resolved = load_config(config)
    clear(out)
    result = measured(resolved, out, cache, write_baseline, json)
    if result is None:
        return COULD_NOT_TELL
    whole = tell(result, out, write_baseline, json)
    tell_waiting(resolved, result, json)
    code = int(result.record.exit_code)
    return code if whole else code or COULD_NOT_TELL


def clear(out: Path) -> None:
    """Remove the results of an earlier run, so that none is taken for this one's."""
    from holdfast.campaign.gate.pipeline import CLAIM
    from holdfast.campaign.labelled.plan import PLAN

    for name in RESULTS:
        (out / name).unlink(missing_ok=True)
    if (out / CLAIM / PLAN).is_file():  # a folder of that name that holds anything else stays
        shutil.rmtree(out / CLAIM)


def measured(
    config: RunConfig, out: Path, cache: Path | None, new_baseline: Path | None, json: bool
) -> GateResult | None:
    """What the gate says; None where the measurement broke off, which is then told.

    Raises UserError for the user's mistakes, and StoppedError after Ctrl-C.
    """
    from holdfast.campaign.gate.cells import gate_cache
    from holdfast.campaign.gate.pipeline import run_gate
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.main import explain_error
    from holdfast.cli.progress import showing
    from holdfast.core.errors import UserError

    try:
        with showing(sys.stderr) as progress:
            return run_gate(config, cache or gate_cache(), out, progress, new_baseline)
    except KeyboardInterrupt:
        raise StoppedError("stopped; what was measured is kept, and the same command goes on") from None
    except UserError:
        raise
    except Exception as error:
        if os.environ.get("HOLDFAST_DEBUG") == "1":
            raise
        # Code 1 says that a limit is broken, and here none is known to be.
        message, _ = explain_error(error)
        print(f"holdfast: could not tell: the measurement broke off: {message}", file=sys.stderr)
        return None


def tell(result: GateResult, out: Path, new_baseline: Path | None, json: bool) -> bool:
    """Write the results and the baseline, each by itself, and print the decision.

    Returns whether all was written; where not, it is told.
    """
    from holdfast.campaign.gate.baseline import write_baseline
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json
    from holdfast.core.errors import HoldfastError
    from holdfast.core.files import write_text
    from holdfast.report.gate_junit import gate_junit
    from holdfast.report.gate_markdown import gate_markdown
    from holdfast.report.gate_page import gate_page

    record, left = result.record, Leavings()
    whole = record.model_dump_json(indent=2) + "\n"
    texts = (whole, gate_junit(record), gate_markdown(record), gate_page(record))
    for name, text in zip(RESULTS, texts, strict=True):
        left.leave(out / name, partial(write_text, out / name, text))
    if new_baseline is not None:
        left.leave(new_baseline, partial(write_baseline, new_baseline, result.measured))
    if json:
        print_json(record.model_dump(mode="json"))
    else:
        print_record(record, out)
    try:
        left.settle()
    except HoldfastError as error:
        print(f"holdfast: {error}", file=sys.stderr)
    return left.whole


def print_record(record: GateRecord, out: Path) -> None:
    """Print what was found for people."""
    from holdfast.cli.output import print_table
    from holdfast.report.gate_rows import HEADER, error_sentence, gate_rows, headline

    print_table(headline(record), HEADER, gate_rows(record))
    for limit in record.limits:
        if limit.decision != "passed":
            print(f"{limit.id}: {limit.why}")
    if record.claim_sentence:
        print(f"claim ({out / (record.claim or '')}): {record.claim_sentence}")
    for note in record.notes:
        print(f"note: {note}")
    print(error_sentence(record))
    print(f"written: {', '.join(str(out / name) for name in RESULTS)}")


def tell_waiting(config: RunConfig, result: GateResult, json: bool) -> None:
    """Put what waits for people into their queue, and say so."""
    from holdfast.cli.evaluate_labelled import tell_waiting as tell_questions

    tell_questions(config, result.waiting, json)
