"""`holdfast monitor`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from holdfast.cli.options import Finite, Json

if TYPE_CHECKING:
    from holdfast.cli.monitor_state import MonitorState
    from holdfast.cli.outcomes import ByteSource
    from holdfast.evaluation.monitor import Monitor

_SECONDS_BETWEEN_SAVES = 5.0

EXIT_CODES = {"certified": 0, "refuted": 1, "undecided": 3}
"""By the verdict, so that a script need not read."""


def monitor(
    file: Path | None = None,
    /,
    *,
    target: Finite,
    confidence: Finite = 0.95,
    field: str = "failure",
    state: Path | None = None,
    new: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    json: Json = False,
) -> int:
    """Watch judged outcomes, and say whether the failure rate is below a target.

    Reads a file or standard input while it grows: one outcome a line, 1 for a
    failure and 0 for none, or JSON lines with a field "failure" (true, false, 1 or
    0).

    Prints `certified` (the rate is at most the target), `refuted` (it is above the
    target) or `undecided`, and how many more outcomes are needed if there is no
    further failure. It ends with the verdict or at the end of the input; Ctrl-C
    shows the current state. The verdict is valid no matter how often you look and
    when you stop, for outcomes in the order in which they occurred, each judged
    once. A line that cannot be read also ends it; with --state, the lines before it
    stay counted.

    With --state, a file is recognised after it was renamed, linked or rotated, and
    only its new lines are read. A file that begins like one that was counted is
    refused, because an outcome that counts twice would make the verdict invalid.

    Exit code: 0 certified, 1 refuted, 3 undecided; 2 for a mistake, 130 after Ctrl-C.

    For example:

        holdfast monitor outcomes.txt --target 1e-5
        tail -f outcomes.jsonl | holdfast monitor --target 1e-4 --confidence 0.99
        holdfast monitor outcomes.txt --target 1e-5 --state monitor.json

    Args:
        file: The outcomes; standard input if not given.
        target: The failure rate to certify, such as 1e-5.
        confidence: 1 minus the largest chance of a wrong verdict, at any time.
        field: The field that holds the outcome, in JSON lines.
        state: A file that keeps the count: the next call continues with it, and reads what was added to
            FILE. One call at a time.
        new: With --state: none of the outcomes in FILE was counted before, although it begins like a
            counted file.
    """
    from holdfast.cli.monitor_state import kept_state
    from holdfast.cli.outcomes import outcome_source
    from holdfast.evaluation.monitor import Monitor

    with kept_state(state, Monitor(target, confidence)) as begun:
        watch = _Watch(begun, state)
        stopped = True
        try:
            with outcome_source(file) as source:
                watch.read(source, file, field, new)
            stopped = False
        except KeyboardInterrupt:
            _print(watch.state.monitor, json, stopped)
            raise
        finally:
            watch.save()
        _print(watch.state.monitor, json, stopped)
        return EXIT_CODES[watch.state.monitor.standing.value]


class _Watch:
    """Feeds outcomes to a monitor, and saves now and then."""

    def __init__(self, state: MonitorState, path: Path | None) -> None:
        self.state, self._path, self._saved = state, path, float("-inf")

    def read(self, source: ByteSource, file: Path | None, field: str, new: bool) -> None:
        """Read to the verdict or the end."""
        from holdfast.cli.outcomes import OutcomeReader

        if self._decided:
            return
        reader = OutcomeReader(source, str(file or "standard input"), field)
        before = self.state.begun(file, new=new) if file and self._path else None
        if before:
            reader.skip_to(before.position)
        for piece in reader.pieces():
            read = replace(before, path=str(file.resolve()), position=piece.end) if before and file else None
            # Bound at once, so that a Ctrl-C finds count and position in step.
            self.state = self.state.after(self.state.monitor.observe(piece.values), read)
            if self._decided:
                return
            self._save_now_and_then()

    @property
    def _decided(self) -> bool:
        from holdfast.evaluation.monitor import Standing

        return self.state.monitor.standing is not Standing.UNDECIDED

    def _save_now_and_then(self) -> None:
        import time

        if time.monotonic() - self._saved > _SECONDS_BETWEEN_SAVES:
            self.save()
            self._saved = time.monotonic()

    def save(self) -> None:
        """Write the state, if there is a place for it."""
        if self._path:
            self.state.save(self._path)


def _print(monitor: Monitor, json: bool, stopped: bool) -> None:
    from holdfast.cli.output import print_json
    from holdfast.evaluation.confidence_sequence import ConfidenceSequence

    limits = ConfidenceSequence(monitor.confidence).add(monitor.failures, monitor.trials).limits
    if json:
        print_json(
            {
                "standing": str(monitor.standing),
                "target": monitor.target,
                "confidence": monitor.confidence,
                "outcomes": monitor.trials,
                "failures": monitor.failures,
                "needed_without_failure": monitor.needed_without_failure,
                "rate_limits": [limits.lower, limits.upper],
                "log_evidence_below": monitor.evidence_below,
                "log_evidence_above": monitor.evidence_above,
                "log_evidence_needed": monitor.evidence_needed,
                "stopped": stopped,
            }
        )
        return
    for line in _lines(monitor, limits.lower, limits.upper):
        print(line)


def _lines(monitor: Monitor, lower: float, upper: float) -> list[str]:
    from holdfast.evaluation.claims.sentence import rounded_up
    from holdfast.evaluation.monitor import Standing

    target = rounded_up(monitor.target)
    seen = (
        f"{monitor.failures:,} failure{'' if monitor.failures == 1 else 's'} in {monitor.trials:,} outcomes"
    )
    sure = f"{monitor.confidence!r} confidence"
    match monitor.standing:
        case Standing.CERTIFIED:
            told = f"certified: the failure rate is at most {target}, with {sure} ({seen})"
        case Standing.REFUTED:
            told = f"refuted: the failure rate is above {monitor.target!r}, with {sure} ({seen})"
        case Standing.UNDECIDED:
            more = f"{monitor.needed_without_failure:,} more without a failure certify {target}"
            told = f"undecided: {seen}; {more}, with {sure}"
    limits = f"limits on the rate, at every peek at once: {lower:.3g} to {rounded_up(upper)} ({sure})"
    if monitor.standing is Standing.UNDECIDED or not lower < monitor.target < upper:
        return [told, limits]
    return [told, f"{limits}; they hold the target, for each end has half of the error that the verdict has"]
