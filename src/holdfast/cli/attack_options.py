"""The options of `holdfast attack`, and the attacks and files that they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Group, Parameter, validators

from holdfast.cli.options import AtLeast0, GeneratorPath, RunsFolder

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.campaign.config import RunConfig

DEFAULT = ("greedy_rewrite",)
AtLeast1 = Annotated[int, Parameter(validator=validators.Number(gte=1))]


@Parameter(name="*")
@dataclass(frozen=True)
class Attacked:
    """What is attacked: what a run or a configuration names, or a task and its models. Options come after
    them.

    Args:
        config: A configuration, such as `holdfast check` writes; it names task, judge, models and threshold.
        task: The task's name; `holdfast tasks` lists them.
        classifier: The folder of a saved classifier (safetensors), or its name on the hub.
        proposer: The folder of a masked language model, which proposes words of real text, or its name on
            the hub.
        judge: Who decides what is a catastrophe: oracle, labels, or carried.
        threshold: A snippet passes when its score is below this; if not given, the configuration's
            threshold, or 0.5.
        split: The split of labelled text whose catastrophic rows are the seeds.
        system: The system under test: the filter, the generator behind it (filtered_generator), or the
            generator alone (generator). Against a generator, the attack writes only the prompt. If not given,
            the filter, or with --draws the generator behind it.
        draws: How many completions a generator draws of each prompt; 32 if not given. Each is one query.
        round: The round of the run whose classifier, or generator, is attacked; the last one if not given.
    """

    config: Annotated[Path | None, Parameter(name=("--config", "-c"))] = None
    task: str | None = None
    classifier: Annotated[Path | None, Parameter()] = None
    generator: GeneratorPath = None
    proposer: Path | None = None
    judge: str | None = None
    threshold: Annotated[float | None, Parameter(validator=validators.Number(gt=0, lt=1))] = None
    split: Literal["train", "validation", "threshold", "test"] = "test"
    system: Literal["filter", "filtered_generator", "generator"] | None = None
    draws: AtLeast1 | None = None
    round: AtLeast0 | None = None
    runs: RunsFolder = None

    @property
    def kind(self) -> Literal["filter", "filtered_generator", "generator"]:
        """The system under test."""
        return self.system or ("filter" if self.draws is None else "filtered_generator")

    def resolved(self, run: str | None = None) -> RunConfig:
        """The configuration that a run and these options make; UserError where they name too little."""
        from holdfast.cli.attacked import configuration

        return configuration(self, run)


@Parameter(name="*", group=Group.create_ordered("The search"))
@dataclass(frozen=True)
class Methods:
    """How attacks search.

    Args:
        names: The attack's name, or several joined by commas; `holdfast attacks` lists them.
        objective: What to prefer: the worst text that passes (egregious), the lowest score, or new kinds of
            failure (diverse).
        stop: Whether an attempt ends at its first failure, or continues to worse ones until the budget is
            spent.
        frozen: What the attack may not change.
        distance: The largest number of words by which a failure may differ from its seed (inserted, deleted
            or replaced).
        log_prob: The smallest mean log-likelihood of a failure's words under the generator, in nats; -4
            allows only texts that the generator might write itself.
        place: Where to write: anywhere that may be edited, or only before or after the passage that the
            judge requires.
        parses: Require that the judge can read at least as many clauses of a failure as of its seed.
        fields: A setting of the attacks that have it, such as `--set.width 32`; `holdfast attacks` lists
            them.
    """

    names: Annotated[Sequence[str], Parameter(name="--attack", negative="")] = DEFAULT
    objective: Literal["egregious", "lowest_score", "diverse"] = "egregious"
    stop: Literal["first", "budget"] = "first"
    frozen: Literal["nothing", "prompt", "completion"] = "nothing"
    distance: AtLeast1 | None = None
    log_prob: Annotated[float | None, Parameter(validator=validators.Number(lte=0))] = None
    place: Literal["anywhere", "before", "after"] = "anywhere"
    parses: Annotated[bool, Parameter(negative="")] = False
    fields: Annotated[dict[str, str] | None, Parameter(name="--set")] = None

    def attacks(self) -> dict[str, Attack]:
        """The attacks by name; raises UserError where `attacks_of` does."""
        bounds = {
            "most_edits": self.distance,
            "log_prob": self.log_prob,
            "parses": self.parses,
            "place": self.place,
        }
        common = {
            "objective": self.objective,
            "stop": self.stop,
            "frozen": self.frozen,
            "constraints": bounds,
        }
        return attacks_of(self.names, common, self.fields or {})


@Parameter(name="*", group=Group.create_ordered("Output"))
@dataclass(frozen=True)
class Results:
    """Where results go.

    Args:
        journal: Keep every score in this file; the same command then continues where it was stopped.
        show: How many failures to print.
        out: Write every failure to this file, as JSON lines.
        report: Write a report to this HTML file, and its tables into a folder beside it.
        claims: Write claims on each attack's success rate and on the worst failure that it found into this
            folder; needs a budget for each seed.
        confidence: The confidence of the claims.
    """

    journal: Path | None = None
    show: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 5
    out: Path | None = None
    report: Path | None = None
    claims: Path | None = None
    confidence: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))] = 0.95

    def check(self, config: Path | None = None) -> None:
        """Raise UserError where a file cannot be written, before hours of work have gone into it.

        `config` is the file that the command reads.
        """
        from holdfast.core.writable import check_apart, check_new_file, check_new_folder

        outputs = {"--out": self.out, "--report": self.report, "--journal": self.journal}
        check_apart({**outputs, "--claims": self.claims}, {"--config": config})
        for path in outputs.values():
            if path is not None:
                check_new_file(path)
        if self.report is not None:
            check_new_folder(self.report.with_name(f"{self.report.stem}-data"))
        if self.claims is not None:
            check_new_folder(self.claims)


def attacks_of(
    names: Sequence[str], common: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Attack]:
    """The attacks of `--attack`, by name; a field goes to those that have it.

    Raises UserError for an unknown name, one given twice, or a field that none of them has.
    """
    from dataclasses import fields as fields_of

    from holdfast.attacks import attack_from_config, attacks
    from holdfast.core.errors import UserError

    chosen = [name.strip() for given in names for name in given.split(",")]
    twice = next((name for name in chosen if chosen.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"attack '{twice}' is given twice; name each once")
    known = {name: {field.name for field in fields_of(attacks.get(name))} for name in chosen}  # type: ignore[arg-type]
    strange = {field for field in fields if not any(field in own for own in known.values())}
    return {
        name: attack_from_config(
            {
                "kind": name,
                **common,
                # What no attack knows is left for the first to refuse, with the nearest name.
                **{field: value for field, value in fields.items() if field in known[name] | strange},
            }
        )
        for name in chosen
    }
