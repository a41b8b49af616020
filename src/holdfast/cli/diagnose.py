"""`holdfast diagnose fit`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, validators

from holdfast.cli.options import AtLeast0, Json, RunsFolder

if TYPE_CHECKING:
    from holdfast.campaign.diagnose_fit import FitDiagnosis
    from holdfast.evaluation import Proportion
    from holdfast.evaluation.training_fit import SourceFit

diagnose = App(
    name="diagnose",
    help="""Say what a model is short of.

For example:

    holdfast diagnose fit trial
    holdfast diagnose fit trial --steps 2000
""",
)


@diagnose.command
def fit(
    run: str,
    /,
    *,
    round: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    steps: AtLeast0 = 0,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Say whether a run's model fits what it was trained on, and if not, why.

    Shows the errors at 0.5 and the loss on the clean examples, and on the
    adversarial ones of each attack; texts with both labels, which no model can get
    right; and whether the loss was still falling. With --steps a copy of the model is
    trained on, on the same examples: if it fits them then, the training was too
    short, and if not, the model is too small. Nothing of the run changes.

    For example:

        holdfast diagnose fit trial
        holdfast diagnose fit trial --round 2 --steps 2000

    Args:
        run: The run's name, or the path of its folder.
        round: Whose model; the last one unless given, and 0 is the first.
        steps: Further steps of training for the copy; none unless given, as they cost as much as a round's.
    """
    from dataclasses import asdict

    from holdfast.campaign.diagnose_fit import diagnose_fit
    from holdfast.cli.campaigns import place_of
    from holdfast.cli.output import print_json
    from holdfast.cli.progress import showing

    folder, name = place_of(run, runs)
    with showing(sys.stderr if json else sys.stdout) as progress:
        found = diagnose_fit(folder / name, round, steps, progress)
    if json:
        print_json(asdict(found))
    else:
        _print(found)


def _print(found: FitDiagnosis) -> None:
    from holdfast.cli.output import print_table

    sources = [*found.sources, *([] if found.validation is None else [found.validation])]
    header = ("examples", "catastrophes that pass", "harmless that do not", "loss")
    print_table(f"{found.run}, round {found.round}, at 0.5", header, [_row(one) for one in sources])
    lost = found.examples_that_cannot_be_right
    print(f"texts with both labels: {found.texts_with_both_labels:,} ({lost:,} examples cannot be right)")
    if found.losses:
        print(f"loss over the training: {found.losses[0]:.3g} to {found.losses[-1]:.3g}")
    if found.longer is not None:
        title = f"after {found.longer.steps:,} further steps"
        print_table(title, header, [_row(one) for one in found.longer.sources])
    print(found.verdict.sentence)


def _row(one: SourceFit) -> tuple[str, ...]:
    return one.source, _share(one.missed), _share(one.blocked), f"{one.loss:.3g}"


def _share(share: Proportion) -> str:
    if not share.trials:
        return "–"
    return f"{share.events:,} of {share.trials:,} ({100 * share.events / share.trials:.3g} %)"
