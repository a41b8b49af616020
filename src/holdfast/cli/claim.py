"""`holdfast claim show` and `holdfast claim verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter, validators

from holdfast.cli.options import ConfigPath, Json

if TYPE_CHECKING:
    from holdfast.campaign.verify.check import Verification

claim = App(
    name="claim",
    help="""Tell claims, and hold them against their data.

For example:

    holdfast claim show claim.json
    holdfast claim verify claim.json --rejudge all
""",
)

Folder = Annotated[Path | None, Parameter(show_default=False)]
Rejudge = Annotated[
    Annotated[int, Parameter(validator=validators.Number(gte=0))] | Literal["all"] | None,
    Parameter(show_default=False),
]


@claim.command
def show(file: Path, /) -> None:
    """Tell a claim: its bound in one sentence, then all that it rests on.

    Four lists follow the bound: what it assumes, what it does not cover, what its
    author states and nobody can check, and the evidence. A claim that may
    not be made is an error; whether its data bear it out is for `verify` to say.

    For example:

        holdfast claim show claim.json

    Args:
        file: A claim as a JSON file.
    """
    from holdfast.campaign.verify.claim import read_claim

    print(read_claim(file))


@claim.command
def verify(
    file: Path,
    /,
    *,
    rejudge: Rejudge = None,
    generator: Folder = None,
    classifier: Folder = None,
    config: ConfigPath = None,
    redraw: Rejudge = None,
    pick: Annotated[int | None, Parameter(validator=validators.Number(gte=0), show_default=False)] = None,
    json: Json = False,
) -> None:
    """Hold a claim against the data that it names.

    Checks the rules that make a claim valid, finds the outcomes by path and
    SHA-256, counts them again, works out the limit, and looks whether a run
    around the claim trained or chose with the same draws. In the folder of its
    evaluation the claim is made again from the plan and all its shards, and must
    be the same in every field; the prompts are drawn again. The task is known
    again by its verdicts and its prompts, the models by their content, in the
    folders given or in the run around the claim.

    Ends with exit code 0 if the claim is verified, 1 if it is not, and 2 if the
    file holds no claim. What could not be looked at is told, and holds nothing
    up.

    For example:

        holdfast claim verify claim.json
        holdfast claim verify claim.json --rejudge 10000 --redraw 2
        holdfast claim verify claim.json --rejudge all --classifier MODEL --generator WRITER

    Args:
        file: A claim as a JSON file.
        rejudge: Judge every catastrophe again, and so many others or `all`; score them if the model is there.
        generator: The folder of the claim's generator.
        classifier: The folder of the claim's classifier.
        config: The configuration that names the labelled text of a claim, if no evaluation is around it.
        redraw: Draw so many shards of the plan again, or `all`, and compare them byte by byte; takes the
            models.
        pick: Pick what is judged and drawn again by this number; by chance if not given, so that nobody can
            know it beforehand.
    """
    import sys

    from holdfast.campaign.verify.check import Asked
    from holdfast.campaign.verify.claim import verify_claim
    from holdfast.cli.output import print_json
    from holdfast.core.errors import HoldfastError

    others, shards = (sys.maxsize if each == "all" else each for each in (rejudge, redraw))
    found = verify_claim(file, Asked(generator, classifier, others, config, shards, pick))
    if json:
        print_json(_json(found))
    else:
        _print(found)
    if not found.verified:
        raise HoldfastError(f"{file} is NOT verified: {'; '.join(check.told for check in found.broken)}")


def _json(found: Verification) -> dict[str, Any]:
    return {
        "verified": found.verified,
        "sentence": found.claim.sentence if found.claim else None,
        "text": str(found.claim) if found.claim else None,
        "checks": [{"name": c.name, "holds": c.holds, "told": c.told} for c in found.checks],
    }


def _print(found: Verification) -> None:
    """The claim, then a line for each check; a verdict that stands comes last."""
    words = {True: "holds", False: "DOES NOT HOLD", None: "unknown"}
    if found.claim is not None:
        print(found.claim, end="\n\n")
    for check in found.checks:
        print(f"{words[check.holds]:>13}  {check.name}: {check.told}")
    if found.verified:
        print("\nverified")
