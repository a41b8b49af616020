"""`holdfast claim`: show, list, verify, and claim less from the same evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter, validators

from holdfast.cli.options import ConfigPath, Finite, Json, RunsFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.campaign.evaluate.ledger import LedgerEntry
    from holdfast.campaign.verify.check import Verification
    from holdfast.campaign.weaker_claims import Written

claim = App(
    name="claim",
    help="""Show claims, and check them against their data.

For example:

    holdfast claim show claim.json
    holdfast claim verify claim.json --rejudge all
    holdfast claim list trial
    holdfast claim together claims/*.json
    holdfast claim shift claim.json --most 3
""",
)

Folder = Annotated[Path | None, Parameter(show_default=False)]
Rejudge = Annotated[
    Annotated[int, Parameter(validator=validators.Number(gte=0))] | Literal["all"] | None,
    Parameter(show_default=False),
]


@claim.command
def show(file: Path, /) -> None:
    """Show a claim: its bound in one sentence, then what it is based on.

    Four lists follow the bound: what it assumes, what it does not cover, what its
    author states and nobody can check, and the evidence. A claim that breaks the
    rules is an error. To check a claim against its data, use `verify`.

    For example:

        holdfast claim show claim.json

    Args:
        file: A claim as a JSON file.
    """
    from holdfast.campaign.verify.claim import read_claim

    print(read_claim(file))


@claim.command(name="list")
def list_(where: str | None = None, /, *, runs: RunsFolder = None, json: Json = False) -> None:
    """List the evaluations of each filter, and the share of the chance of error that each may spend.

    If you evaluate a filter again and again until the result looks good, you err
    more often than a claim says. Therefore the evaluations of one filter share one
    chance of error: each spends four fifths of what is left (0.8, 0.16, 0.032, ...
    of it), in the order in which they were started. The same plan again is the same
    evaluation. Evaluations of labelled text count too. The attempts of `holdfast
    attack --claims` are counted separately for each attack on a filter.

    For example:

        holdfast claim list trial
        holdfast claim list evaluations

    Args:
        where: A run's name or folder, or a folder of evaluations; `evaluations` here if not given.
    """
    from holdfast.campaign.evaluate.ledger import LEDGER, read_ledger
    from holdfast.campaign.verify.data_uses import EVALUATIONS
    from holdfast.cli.campaigns import place_of
    from holdfast.cli.output import print_json, print_table
    from holdfast.evaluation.claims.sentence import told_share
    from holdfast.evaluation.spending import share_of_error

    folder = Path(where or EVALUATIONS)
    if where is not None and not (folder / LEDGER).is_file():
        place, name = place_of(where, runs)
        folder = place / name / EVALUATIONS
    entries = read_ledger(folder)
    if json:
        print_json([{**e.model_dump(), "share": share_of_error(e.evaluation)} for e in entries])
        return
    rows = [
        [
            entry.filter[:12],
            str(entry.evaluation),
            told_share(share_of_error(entry.evaluation)),
            f"{entry.samples:,}",
            _counted(entry),
            str(entry.seed),
            f"{entry.threshold:.6g}",
            entry.folder,
        ]
        for entry in sorted(entries, key=lambda entry: entry.filter)
    ]
    header = ["filter", "evaluation", "spends", "number", "of", "seed", "threshold", "folder"]
    print_table(f"{folder / LEDGER}: {len(entries)} evaluations", header, rows)


def _counted(entry: LedgerEntry) -> str:
    from holdfast.evaluation.claims.attack_words import attack_words

    if entry.attack is not None:
        return f"attempts by {attack_words(entry.attack)}"
    return "texts" if entry.labelled else "prompts"


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
    """Check a claim against the data that it names.

    Checks the rules for valid claims, finds the outcomes by path and SHA-256,
    counts them again, computes the limit, and looks whether the run that contains
    the claim used the same draws for training or for a choice. In the folder of its
    evaluation, the claim is made again from the plan and all its shards (files of
    draws), and must be the same in every field; the prompts are drawn again. The
    task is identified by its verdicts and prompts, the models by their content, in
    the folders given or in the run that contains the claim.

    Ends with exit code 0 if the claim is verified, 1 if it is not, and 2 if the
    file holds no claim. Checks that could not be made are listed; they do not
    refuse the claim.

    For example:

        holdfast claim verify claim.json
        holdfast claim verify claim.json --rejudge 10000 --redraw 2
        holdfast claim verify claim.json --rejudge all --classifier MODEL --generator WRITER

    Args:
        file: A claim as a JSON file.
        rejudge: Judge all catastrophes again, and this many other snippets or `all`; also score them if the
            model is there.
        generator: The folder of the claim's generator.
        classifier: The folder of the claim's classifier.
        config: The configuration that names the labelled text of a claim, if no evaluation is around it.
        redraw: Draw this many shards of the plan again, or `all`, and compare them byte by byte; this needs
            the models.
        pick: The random seed for what is judged and drawn again; random if not given, so that nobody can
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


@claim.command
def together(*files: Path, json: Json = False) -> None:
    """Make several claims hold together, with one confidence for all of them.

    The confidence of a claim holds for that claim alone; of several claims, one is
    wrong more often. This command makes each claim again with its part of the
    chance of error, so that all hold together: of five claims at 95 %, each is made
    at 99 %. It writes them beside the claims as NAME.of-5.json; they can be
    verified in the same way. Decide which claims belong to the family before you
    see them: to leave out a bad one is cheating.

    For example:

        holdfast claim together claims/natural-failure-rate.json claims/refusal-rate.json

    Args:
        files: The claims, all of the same confidence.
    """
    from holdfast.campaign.weaker_claims import claimed_together

    _tell(claimed_together(files), json)


@claim.command
def shift(file: Path, /, *, most: Finite, json: Json = False) -> None:
    """Claim a rate for a deployment whose prompts differ from those that were tested.

    If no kind of prompt is more than MOST times as frequent in deployment as in the
    test, the rate there is at most MOST times the rate tested. The command writes
    this claim beside the other as NAME.shift-3.json; it can be verified in the same
    way.

    For example:

        holdfast claim shift claims/natural-failure-rate.json --most 3

    Args:
        file: A claim as a JSON file.
        most: How many times as frequent any kind of prompt may be in deployment.
    """
    from holdfast.campaign.weaker_claims import claimed_shifted

    _tell([claimed_shifted(file, most)], json)


def _tell(written: Sequence[Written], json: bool) -> None:
    from holdfast.cli.output import print_json

    if json:
        print_json(
            [{"file": str(w.file), "bound": w.claim.bound, "sentence": w.claim.sentence} for w in written]
        )
        return
    for each in written:
        print(f"{each.claim.sentence}\n    {each.file}")


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
