"""`holdfast train`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from holdfast.cli.campaigns import StoppedError
from holdfast.cli.options import AtLeast0, Json, RunsFolder
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.train_one import TrainedOne
    from holdfast.core.progress import Progress


def train(
    run: str | None = None,
    /,
    *,
    out: Annotated[Path, Parameter(name=("--out", "-o"))],
    config: Annotated[Path | None, Parameter(name=("--config", "-c"))] = None,
    round: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    seed: AtLeast0 | None = None,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Train one model by one defence, and save it in a folder that other commands take.

    From a configuration alone it trains the first classifier on clean data. From
    a run it trains a round's model again, from the model that the round attacked,
    on the run's data and on the failures that were found by then. The
    configuration then says how: what it has under `retraining` is laid over the
    run's. So ways of training are compared on the same failures. Without a
    change the result is the run's own model.

    For example:

        holdfast train -c mine.yaml --out model
        holdfast train trial --out again --seed 1
        holdfast train trial --round 2 -c other-defence.yaml --out other

    Args:
        run: The run whose failures the model is trained on: its name, or the path of its folder.
        out: The folder of the model; it must not be there yet.
        config: A YAML file; from a run only `retraining`, `seed`, `threads` and `placement` may differ, and
            for round 0 `classifier`.
        round: Which round's training; the last one unless given, and 0 is the first, on clean data alone.
        seed: The training seed, instead of what the run or the file says.
    """
    from holdfast.cli.output import print_json
    from holdfast.cli.progress import showing

    if run is None and config is None:
        raise UserError("name a run, or give a configuration with --config")
    if run is None and round:
        raise UserError("--round trains on the failures of a run; name the run")
    try:
        with showing(sys.stderr if json else sys.stdout) as progress:
            found = _trained(run, out, config, round, seed, runs, progress)
    except KeyboardInterrupt:
        raise StoppedError("stopped; nothing is kept of a training that did not end") from None
    if json:
        print_json(asdict(found))
        return
    _print(found)


def _trained(
    run: str | None,
    out: Path,
    config: Path | None,
    round: int | None,
    seed: int | None,
    runs: Path | None,
    progress: Progress,
) -> TrainedOne:
    from holdfast.campaign.train_one import run_config, train_again, train_first
    from holdfast.cli.campaigns import place_of

    over = {} if seed is None else {"seed": seed}
    if run is None:
        assert config is not None
        return train_first(_resolved(config, None, over), out, progress)
    folder, name = place_of(run, runs)
    kept = run_config(folder / name)
    asked = kept.model_copy(update=over) if config is None else _resolved(config, kept, over)
    return train_again(folder / name, asked, out, round, progress)


def _resolved(config: Path, base: RunConfig | None, over: dict[str, int]) -> RunConfig:
    from holdfast.campaign.config import load_config, with_paths_from
    from holdfast.campaign.presets import guard_rounds

    return with_paths_from(load_config(config, base, guard_rounds, **over), Path.cwd())


def _print(found: TrainedOne) -> None:
    from holdfast.cli.progress import duration

    losses = f", loss {found.losses[0]:.3g} to {found.losses[-1]:.3g}" if found.losses else ""
    print(f"{found.parameters:,} weights, trained on {found.examples:,} examples{losses}")
    if found.pool is not None:
        told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.pool.items())
        print(f"adversarial examples to choose from: {told}")
    print(f"{found.flops:.3g} FLOPs, {duration(found.seconds)}; hash {found.hash}")
    print(f"written: {found.path}")
