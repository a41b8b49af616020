"""What the estimators of rare failures are worth where the truth is known: bias, coverage, cost.

`python -m research.estimates --runs runs --out docs/results` repeats every estimator on every problem
(an analytic toy; brackets, by enumeration of one length; storyworld, by the demo's judged draws), and writes
`estimates.md` and, beside it, all the numbers as `estimates.csv`. The campaigns whose models it needs are run
if they have not been. A cell (one estimator on one problem at one rate) is kept in `estimates/rows.jsonl`
under the runs folder, and not done again (`holdfast.campaign.study`). `--measured FILE` also writes the
table of coverage that the package ships.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from holdfast.campaign.loop import Campaign
from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult, StudyRows
from holdfast.campaign.study.running import run_study
from holdfast.cli.progress import showing
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.calibration import Calibration, calibrate
from holdfast.evaluation.rare.estimate import Estimate
from research.attacks import study as attacks
from research.estimates.brackets import Enumerated, independent_tokens, mostly_balanced
from research.estimates.methods import POOL_METHODS, Attempt, Effort
from research.estimates.problems import PoolProblem, TwoGaussians
from research.estimates.searches import SEARCH_METHODS, Search, gaussian_walk
from research.estimates.storyworld import JudgedDraws, judged_draws, natural_search
from research.estimates.tables import measurements, page, table
from research.shipped_coverage import ship

Subject = Literal["toy", "brackets", "storyworld"]
SUBJECTS: tuple[Subject, ...] = ("toy", "brackets", "storyworld")
RATES = (1e-3, 1e-4, 1e-5, 1e-6)
METHODS = (*POOL_METHODS, *SEARCH_METHODS)
COMMAND = "python -m research.estimates"


@dataclass(frozen=True)
class Job:
    """One estimator on one problem at one rate, so many times."""

    subject: Subject
    method: str
    rate: float
    repetitions: int
    runs: Path
    seed: int = 0
    length: int = 16
    effort: Effort = field(default_factory=Effort)

    @property
    def cell(self) -> Cell:
        """Its cell of the study, whichever folder of runs it lies in; another effort is another cell."""
        declared = {name: value for name, value in asdict(self).items() if name != "runs"}
        return Cell(f"{self.subject} {self.method}", self.seed, f"{self.rate:.0e}", declared)


ENDPOINT = Endpoint(
    says="relative error of an estimate of 1e-4 on brackets",
    where={"what": "attempts"},
    column="error",
    better="lower",
    scale="ratio",
    control="brackets plain",
    treated="brackets stratified",
    budget="1e-04",
)
"""Named before the study runs: what strata by score are worth beside plain sampling."""


def plan(planned: Sequence[Job]) -> StudyPlan:
    """The whole study at the extent of some jobs, and these."""
    first = planned[0]
    extent = {name: getattr(first, name) for name in ("repetitions", "runs", "seed", "length", "effort")}
    whole = [*jobs(SUBJECTS, METHODS, RATES, **extent), *planned]
    return StudyPlan("estimates", ENDPOINT, tuple(dict.fromkeys(job.cell for job in whole)))


def rows_of(runs: Path) -> Path:
    """Where the rows of the study lie."""
    return runs / "estimates" / "rows.jsonl"


def jobs(
    subjects: Sequence[Subject], methods: Sequence[str], rates: Sequence[float], **options: Any
) -> Iterator[Job]:
    """Every cell whose truth is known."""
    for subject in subjects:
        for method in methods:
            for rate in rates:
                if rate >= _rarest(subject, method):
                    yield Job(subject, method, rate, **options)


def filled(planned: Sequence[Job]) -> list[CellResult]:
    """Of each job the cell that was done with the most repetitions, at most as many as asked for, if any."""
    done: dict[str, CellResult] = {}
    for result in StudyRows(rows_of(planned[0].runs)).read():
        key, count = _but_repetitions(result.declared), result.declared["repetitions"]
        if count <= planned[0].repetitions and (
            key not in done or count >= done[key].declared["repetitions"]
        ):
            done[key] = result
    keys = [_but_repetitions(job.cell.declared) for job in planned]
    return [done[key] for key in keys if key in done]


def _but_repetitions(declared: Mapping[str, Any]) -> str:
    return json.dumps({**declared, "repetitions": None}, sort_keys=True)


def _rarest(subject: Subject, method: str) -> float:
    """The rarest rate with a truth: storyworld's draws fail seldom, and the toy has no tokens to tilt."""
    if subject == "storyworld":
        return 1e-4 if method in SEARCH_METHODS else 1e-5
    return math.inf if (subject, method) == ("toy", "itgis") else 0.0


@dataclass(frozen=True)
class Estimates:
    """Repeats the estimator of a cell, on the runs of a folder."""

    runs: Path

    def __call__(self, cell: Cell, progress: Progress) -> list[dict[str, Any]]:
        """One row: every attempt, and the error of the first kind of interval."""
        values = dict(cell.declared)
        job = Job(**values | {"effort": Effort(**values["effort"])}, runs=self.runs)
        problem = _problem(job)
        stream = Stream(job.seed).child("study", "estimates", job.subject, job.method, f"{job.rate:.0e}")
        attempts = [_once(problem, job, stream.child(i)) for i in range(job.repetitions)]
        row = {
            "what": "attempts",
            "task": problem.task,
            "rate": problem.rate,
            "passing": problem.passing,
            "attempts": [[_to_json(attempt) for attempt in row] for row in attempts],
        }
        scored = scores_of(row)
        error = scored[0].squared_error if scored else None
        return [{**row, "error": None if error is None else error**0.5}]


def _once(problem: PoolProblem | Search, job: Job, stream: Stream) -> list[Attempt]:
    if isinstance(problem, Search):
        return SEARCH_METHODS[job.method](problem, job.effort, stream)
    return POOL_METHODS[job.method](problem, job.effort, stream)


def _problem(job: Job) -> PoolProblem | Search:
    search = job.method in SEARCH_METHODS
    if job.subject == "toy":
        return gaussian_walk(job.rate) if search else TwoGaussians(job.rate)
    if job.subject == "storyworld" and search:
        folder = attacks.folder("storyworld", job.seed, job.runs)
        return natural_search(judged(job), folder, job.rate, _temperature(job))
    if job.subject == "storyworld":
        return judged_draws(judged(job), job.rate)
    whole = enumerated(job)
    return independent_tokens(whole, job.rate) if search else mostly_balanced(whole, job.rate)


def enumerated(job: Job, progress: Progress = Silent()) -> Enumerated:  # noqa: B008 (stateless)
    """Every string of brackets under every checkpoint of the study's campaign."""
    place = job.runs / "estimates" / f"brackets-s{job.seed}-{job.length}.npz"
    models = sorted((attacks.folder("brackets", job.seed, job.runs) / "models").glob("classifier-*"))
    return Enumerated.read(place, models, job.length, progress)


def judged(job: Job, progress: Progress = Silent()) -> JudgedDraws:  # noqa: B008 (stateless)
    """The demo's natural draws under its newest checkpoint, or under all where earlier ones are asked for."""
    every = job.method == "predictor"
    place = job.runs / "estimates" / f"storyworld-s{job.seed}-{'every' if every else 'newest'}.npz"
    folder = attacks.folder("storyworld", job.seed, job.runs)
    models = sorted((folder / "models").glob("classifier-*"))
    return JudgedDraws.read(place, folder, models if every else models[-1:], progress)


def _temperature(job: Job) -> float:
    (config,) = attacks.campaigns([job.seed])["storyworld"]
    return config.writer.temperature


def _to_json(attempt: Attempt) -> dict[str, Any]:
    return {"kind": attempt.kind, "estimate": attempt.estimate and asdict(attempt.estimate)}


def _estimate(row: dict[str, Any] | None) -> Estimate | None:
    if row is None:
        return None
    interval = row["interval"]
    return Estimate(**{**row, "interval": interval and Interval(**interval)})


def scores_of(cell: Mapping[str, Any]) -> list[Calibration]:
    """What a cell says of each kind of interval; nothing where the method always declined."""
    scored = []
    for column in zip(*cell["attempts"], strict=True):
        estimates = [_estimate(attempt["estimate"]) for attempt in column]
        if any(estimates):
            kind = column[0]["kind"]
            scored.append(calibrate(estimates, cell["rate"], cell["task"], kind, cell["passing"]))
    return scored


def run(planned: Sequence[Job], workers: int, progress: Progress = Silent()) -> list[Calibration]:  # noqa: B008
    """Run the campaigns and fill all cells."""
    whole, cells = plan(planned), [job.cell for job in planned]
    rows, runs = rows_of(planned[0].runs), planned[0].runs
    done = StudyRows(rows).done(whole)
    _prepare([job for job in planned if job.cell not in done], progress)
    options: dict[str, Any] = {"workers": workers, "only": set(cells), "progress": progress}
    found = run_study(whole, rows, Estimates(runs), **options)
    return scored_of([found[cell] for cell in cells])


def scored_of(results: Iterable[CellResult]) -> list[Calibration]:
    """What cells that are done say, in the order of the page."""
    scored = [one for result in results for one in scores_of(result.rows[0])]
    return sorted(scored, key=lambda one: (one.task, one.method, one.interval_kind, -one.rate))


def _prepare(planned: Sequence[Job], progress: Progress) -> None:
    """The campaigns whose models or draws are asked for, and the strings scored, before cells share them."""
    for subject in dict.fromkeys(job.subject for job in planned if job.subject != "toy"):
        own = [job for job in planned if job.subject == subject]
        (config,) = attacks.campaigns([own[0].seed])[subject]
        Campaign(config, attacks.folder(subject, own[0].seed, own[0].runs)).run(progress)
        for job in {job.method == "predictor": job for job in own}.values():
            (enumerated if subject == "brackets" else judged)(job, progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--measured", type=Path, help="also write the coverage that the package ships")
    parser.add_argument("--workers", type=int, default=1, help="cells run at once, one thread each")
    parser.add_argument(
        "--filled",
        action="store_true",
        help="tell of the cells that are done, and run none; those of fewer repetitions too",
    )
    parser.add_argument("--subjects", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--rates", type=float, nargs="+", default=list(RATES))
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the campaigns, and of the repetitions")
    parser.add_argument("--length", type=int, default=16, help="of the strings of brackets")
    for name, value in asdict(Effort()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    return parser


def _command(given: argparse.Namespace) -> str:
    """The command again, without what changes no number."""
    usual = vars(_parser().parse_args([]))
    words = [COMMAND]
    for name, value in vars(given).items():
        if value != usual[name] and name not in ("runs", "out", "measured", "workers"):
            values = [] if value is True else value if isinstance(value, list) else [value]
            words += [
                f"--{name.replace('_', '-')}",
                *(f"{v:g}" if isinstance(v, float) else str(v) for v in values),
            ]
    return " ".join(words)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    given = _parser().parse_args(arguments)
    options = {name: getattr(given, name) for name in ("repetitions", "seed", "length")}
    effort = Effort(**{name: getattr(given, name) for name in asdict(Effort())})
    planned = list(
        jobs(given.subjects, given.methods, given.rates, runs=given.runs.absolute(), effort=effort, **options)
    )
    with showing(sys.stdout) as progress:
        scored = scored_of(filled(planned)) if given.filled else run(planned, given.workers, progress)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    write_text(given.out / "estimates.csv", table(scored))
    write_text(given.out / "estimates.md", page(scored, _command(given), machine))
    if given.measured:
        ship(given.measured, measurements(scored))
    print(f"written: {given.out / 'estimates.md'}")


if __name__ == "__main__":
    main()
