"""Do the limits hold? Every interval of `holdfast.evaluation` on data whose truth is known.

`python -m research.coverage --out docs/results` simulates each at rates from 1e-2 to 1e-6, with so
few events that many repetitions see none, and writes `coverage.md` and, beside it, `coverage.csv`. Every case
has a random stream of its own; with `--only` the cases of some methods are run, and the others keep what
`coverage.csv` says of them, which is what they would come to again, or are left out where it says nothing.
"""

from __future__ import annotations

import argparse
import csv
import io
import platform
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from holdfast import __version__
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from research.coverage.cases import APPROXIMATE, EXACT, INVALID, NOMINAL, RATES, Case, cases
from research.coverage.simulations import Tally

COMMAND = "python -m research.coverage"
REPETITIONS = 5000

SURE = 0.999
"""The confidence with which a shortfall of coverage is told from chance."""


@dataclass(frozen=True)
class Outcome:
    """A case and what came of it."""

    case: Case
    tally: Tally

    @property
    def keeps(self) -> bool:
        """Whether the coverage is at least the nominal one, as far as the repetitions can tell."""
        return self.tally.held.upper(SURE) >= NOMINAL


def run(chosen: Sequence[Case], repetitions: int, seed: int) -> Iterator[Outcome]:
    """Simulate each case."""
    return (outcome_of(case, repetitions, seed) for case in chosen)


def outcome_of(case: Case, repetitions: int, seed: int) -> Outcome:
    """Simulate a case from a random stream of its own, so that it does not depend on which others are run."""
    random = Stream(seed).child("coverage", case.method, case.data, f"{case.rate:g}").numpy()
    return Outcome(case, case.simulate(random, repetitions_of(case, repetitions)))


def repetitions_of(case: Case, repetitions: int) -> int:
    """How often a case is repeated: some cost more, and are repeated less."""
    return max(1, round(case.share * repetitions))


def _tally(rates: tuple[float, ...], repetitions: int, seed: int, index: int) -> Tally:
    return outcome_of(cases(rates)[index], repetitions, seed).tally


_COLUMNS = (
    "method",
    "data",
    "rate",
    "guarantee",
    "nominal",
    "held",
    "repetitions",
    "share",
    "low",
    "high",
    "empty",
)


def table(outcomes: Sequence[Outcome]) -> str:
    """Every outcome as CSV; `low` and `high` are exact 99 % limits on the coverage."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in outcomes:
        case, held = one.case, one.tally.held
        limits = held.interval(0.99)
        ends = (f"{held.events / held.trials:.5f}", f"{limits.lower:.5f}", f"{limits.upper:.5f}")
        counts = (held.events, held.trials, *ends, one.tally.empty)
        writer.writerow((case.method, case.data, f"{case.rate:g}", case.guarantee, NOMINAL, *counts))
    return text.getvalue()


def kept(text: str, chosen: Sequence[Case], repetitions: int) -> dict[int, Tally]:
    """What a table says of these cases, by their place; UserError where one is of other repetitions."""
    rows = {
        (row["method"], row["data"], row["rate"]): row
        for row in csv.DictReader(io.StringIO(text, newline=""))
    }
    found = {}
    for place, case in enumerate(chosen):
        row = rows.get((case.method, case.data, f"{case.rate:g}"))
        if row is None:
            continue
        if int(row["repetitions"]) != repetitions_of(case, repetitions):
            raise UserError(
                f"coverage.csv has {row['repetitions']} repetitions of '{case.method}', not those of"
                f" --repetitions {repetitions}; run all cases again without --only"
            )
        found[place] = Tally(Proportion(int(row["held"]), int(row["repetitions"])), int(row["empty"]))
    return found


def markdown(outcomes: Sequence[Outcome], repetitions: int, seed: int) -> str:
    """The page: a line for each method and kind of data, a column for each rate."""
    exact = [one for one in outcomes if one.case.guarantee == EXACT]
    kept = sum(one.keeps for one in exact)
    lines = [
        "# Do the limits hold?",
        "",
        f"Share of repetitions in which {NOMINAL:.0%} limits held the truth, by the true rate. {kept} of"
        f" {len(exact)} cells of exact methods hold at least {NOMINAL:.0%}, as far as chance lets one tell"
        f" ({SURE:.1%} one-sided); a cell that does not is **bold**. More than that is the price of few"
        " events: counts are whole numbers.",
        "",
    ]
    titles = {
        EXACT: "Guaranteed at any number of events",
        APPROXIMATE: "Approximate, for many events; no claim rests on them",
        INVALID: "Limits that Holdfast does not offer, on data of the same kind",
    }
    for guarantee, title in titles.items():
        lines += [f"## {title}", "", *_grid([o for o in outcomes if o.case.guarantee == guarantee]), ""]
    lines += [
        f"Made by `{COMMAND} --repetitions {repetitions} --seed {seed}` with Holdfast {__version__}, Python"
        f" {platform.python_version()}. Some methods take a part of the repetitions. Counts,"
        " exact limits on each share, and how many repetitions saw no event: [coverage.csv](coverage.csv).",
        "",
    ]
    return "\n".join(lines)


def _grid(outcomes: Sequence[Outcome]) -> list[str]:
    rates = sorted({one.case.rate for one in outcomes}, reverse=True)
    rows: dict[tuple[str, str], dict[float, Outcome]] = {}
    for one in outcomes:
        rows.setdefault((one.case.method, one.case.data), {})[one.case.rate] = one
    head = " | ".join(f"{rate:g}" for rate in rates)
    cells = [
        f"| {method} | {data} | {' | '.join(_cell(row.get(rate)) for rate in rates)} | {_empty(row)} |"
        for (method, data), row in rows.items()
    ]
    return [f"| method | data | {head} | no event |", "|---|---|" + "---|" * (len(rates) + 1), *cells]


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    share = f"{100 * outcome.tally.held.events / outcome.tally.held.trials:.1f}"
    return share if outcome.keeps else f"**{share}**"


def _empty(row: dict[float, Outcome]) -> str:
    empty = sum(one.tally.empty for one in row.values())
    return f"{100 * empty / sum(one.tally.held.trials for one in row.values()):.0f} %"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--rates", type=float, nargs="+", default=list(RATES))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument(
        "--only", nargs="+", metavar="METHOD", help="run methods that begin so; keep the others"
    )
    given = parser.parse_args(arguments)
    chosen, place = cases(given.rates), given.out / "coverage.csv"
    written = place.read_text(encoding="utf-8") if given.only and place.exists() else ""
    known = kept(written, chosen, given.repetitions)
    fresh = [i for i, c in enumerate(chosen) if not given.only or c.method.startswith(tuple(given.only))]
    one = partial(_tally, tuple(given.rates), given.repetitions, given.seed)
    with ProcessPoolExecutor(given.workers) as pool:
        # Cases hold functions, which do not travel: each process makes its own, and is given which to run.
        for index, tally in zip(fresh, pool.map(one, fresh), strict=True):
            case, known[index] = chosen[index], tally
            print(f"{case.method}, {case.data}, {case.rate:g}: {_cell(Outcome(case, tally))} %", flush=True)
    outcomes = [Outcome(case, known[index]) for index, case in enumerate(chosen) if index in known]
    write_text(place, table(outcomes))
    write_text(given.out / "coverage.md", markdown(outcomes, given.repetitions, given.seed))
    print(f"written: {given.out / 'coverage.md'}")


if __name__ == "__main__":
    main()
