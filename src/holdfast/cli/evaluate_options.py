"""The options of `holdfast evaluate` in their groups, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Group, Parameter, validators

from holdfast.cli.options import AtLeast0, AtLeast1, Between0And1, Positive, finite

if TYPE_CHECKING:
    from holdfast.campaign.evaluate.attack_plan import AttacksAsked
    from holdfast.campaign.evaluate.choice_records import ThresholdAsked
    from holdfast.campaign.evaluate.subject import OtherModel, Overrides, Subject
    from holdfast.evaluation.claims import Audit


@Parameter(name="*")
@dataclass(frozen=True)
class ExtentOptions:
    """How much is measured, and how surely.

    Args:
        samples: How many prompts to draw (with --monitor: at most); 100,000 if not given. With --prompts:
            how many completions, of all prompts in turn; one of each if not given.
        confidence: The confidence of the bounds and of the monitor.
        monitor: Draw until a failure rate below this is certified or refuted.
        pool: The number of further prompts, with many draws each, to estimate what deployment will see:
            rates by reweighting, the effect of other thresholds, and whether the filter changes what is
            written; 0 leaves this out.
        estimates: Also estimate the failure rate by the methods for events that are too rare to sample.
        seed: The root of all randomness: the same seed draws the same samples. Take a new one for fresh
            evidence. If not given, the configuration's, or 0.
    """

    samples: AtLeast1 | None = None
    confidence: Between0And1 = 0.95
    monitor: Between0And1 | None = None
    pool: AtLeast0 = 1000
    estimates: Annotated[bool, Parameter(negative="", show_default=False)] = False
    seed: AtLeast0 | None = None


@Parameter(name="*", group=Group.create_ordered("The filter"))
@dataclass(frozen=True)
class FilterOptions:
    """What is measured, where a run does not say it or something else is wanted.

    Args:
        system: What is measured: the generator behind its filter (filtered_generator), or the generator
            alone, with no filter (generator).
        task: The task's name (a run knows its task); `holdfast tasks` lists them.
        round: The round of the run whose model is measured; the last one if not given.
        generator: The folder of a saved generator (safetensors), or a GGUF file.
        threshold: A completion passes when its score is below this; if not given, the run's threshold.
        draws: The number of draws for one prompt before the filter refuses it; if not given, that of the
            run or the configuration, or 10.
        temperature: The sampling temperature of the generator; if not given, that of the run or the
            configuration, or 1.
    """

    system: Literal["filtered_generator", "generator"] = "filtered_generator"
    task: str | None = None
    round: AtLeast0 | None = None
    generator: Path | None = None
    threshold: Between0And1 | None = None
    draws: AtLeast1 | None = None
    temperature: Positive | None = None

    def subject(self, run_or_model: str, runs: Path | None, *, chosen: bool = False) -> Subject:
        """What is to be measured: a classifier's folder, or a run by its name or folder.

        Where its threshold is `chosen` later, nobody needs to give one.
        """
        from holdfast.campaign.evaluate.subject import is_model, subject_of_model, subject_of_run
        from holdfast.cli.campaigns import place_of
        from holdfast.core.errors import UserError

        if chosen and self.threshold is not None:
            raise UserError(
                "a threshold is either given or chosen; leave out --threshold or --choose-threshold"
            )
        path, given = Path(run_or_model), self._given(chosen)
        if is_model(path):
            if self.round is not None:
                raise UserError(f"{path} is a model's folder and has no rounds; leave out --round")
            return subject_of_model(path, self.task, given)
        folder, name = place_of(run_or_model, runs)
        return subject_of_run(folder, name, self.task, self.round, given)

    def _given(self, chosen: bool) -> Overrides:
        from holdfast.campaign.evaluate.subject import UNSETTLED, Overrides

        return Overrides(
            generator=self.generator,
            threshold=UNSETTLED if chosen else self.threshold,
            max_draws=self.draws,
            temperature=self.temperature,
        )


@Parameter(name="*", group=Group.create_ordered("Prompts of your own, with --config"))
@dataclass(frozen=True)
class PromptOptions:
    """What the configuration's generator is to continue, behind the configuration's guard.

    Args:
        prompts: A file of prompts: a .txt with one prompt a line, or a column of JSON lines, CSV, TSV or
            Parquet; or `rows` for the prompts of the labelled rows of the split test.
        prompt_column: The column of such a file.
        tokens: The largest number of tokens of a completion.
    """

    prompts: str | None = None
    prompt_column: str = "prompt"
    tokens: AtLeast1 = 64


@Parameter(name="*", group=Group.create_ordered("The threshold, where it is chosen"))
@dataclass(frozen=True)
class ChoiceOptions:
    """By which rule the threshold is chosen, on draws that nothing is claimed from.

    Args:
        choose_threshold: The strictest threshold that costs no more quality than --margin (non-inferior),
            or the loosest one whose failure rate is at most --risk (controlled), each with --confidence.
        margin: Quality is the share of pairs in which the filtered completion wins against an unfiltered
            one; it may lie this far below one half.
        risk: The largest allowed rate of failures per filtered completion.
        calibration: The number of prompts to choose on, with many draws each; as many as the rule needs if
            not given.
    """

    choose_threshold: Literal["non-inferior", "controlled"] | None = None
    margin: Annotated[float, Parameter(validator=(validators.Number(gt=0, lt=0.5), finite))] = 0.02
    risk: Between0And1 = 1e-3
    calibration: AtLeast1 | None = None

    def asked(self, confidence: float) -> ThresholdAsked | None:
        """What the plan says of it; None where the threshold is given."""
        from holdfast.campaign.evaluate.choice_records import ThresholdAsked
        from holdfast.campaign.thresholds import DrawsRule, prompts_for

        if self.choose_threshold is None:
            return None
        rule: DrawsRule = "controlled" if self.choose_threshold == "controlled" else "non_inferior"
        return ThresholdAsked(
            rule=rule,
            margin=self.margin if rule == "non_inferior" else None,
            risk=self.risk if rule == "controlled" else None,
            prompts=self.calibration or prompts_for(rule, self.risk, confidence),
        )


@Parameter(name="*", group=Group.create_ordered("The judge, and the choice among models"))
@dataclass(frozen=True)
class JudgeOptions:
    """What no file shows, and who asks must say.

    Args:
        judge: The judge's name: the task's own oracle, or another that is registered.
        caught: For a judge that is not an oracle: how many of some known failures it caught, such as
            `95/100`; or a table of these failures (Parquet or JSON lines) with the columns prompt,
            completion and label, which is the judge's verdict (`holdfast judge FILE --judge NAME --json`
            writes such a table). The failures must have been found without this judge. A table is kept with
            the claims and can be verified; a count cannot.
        best_of: How many models or thresholds you measure with this seed, if you claim only the best of
            them; the limit is corrected for the choice. 1 if this one was fixed beforehand.
    """

    judge: str = "oracle"
    caught: str | None = None
    best_of: AtLeast1 = 1

    def audit(self) -> Audit | None:
        """A table, or `95/100`, as an audit; raises UserError for anything else."""
        from holdfast.core.errors import UserError
        from holdfast.evaluation.claims import Audit, AuditFile

        if self.caught is None:
            return None
        table = self.audited_on()
        if table is not None:
            from holdfast.campaign.audit_files import FOLDER, audit_of, refuse_chosen_by_judge

            refuse_chosen_by_judge(table)
            found = audit_of(table, table.parent, "known failures in a table")
            sha256 = found.file.sha256 if found.file else ""
            # As claims in the folder beside it will name the copy.
            kept = AuditFile(path=f"../{FOLDER}/{sha256[:16]}{table.suffix}", sha256=sha256)
            return Audit(agreed=found.agreed, audited=found.audited, how=found.how, file=kept)
        agreed, slash, audited = self.caught.partition("/")
        if not (slash and agreed.strip().isdigit() and audited.strip().isdigit()):
            raise UserError(f"--caught takes a count such as 95/100, or a table, not '{self.caught}'")
        return Audit(agreed=int(agreed), audited=int(audited), how="stated by the user with --caught")

    def audited_on(self) -> Path | None:
        """The table of the audit, where one is named."""
        table = None if self.caught is None else Path(self.caught)
        return table if table is not None and table.is_file() else None


@Parameter(name="*", group=Group.create_ordered("Attacks"))
@dataclass(frozen=True)
class AttackOptions:
    """How the filter is attacked afresh, and what it is compared with.

    Args:
        attacks: Attack the model with these attacks, separated by commas, from fresh seeds; `holdfast
            attacks` lists them.
        attack_seeds: The number of attempts of each attack, each from a catastrophe that no training uses;
            if not given, the configuration's number, or 100.
        attack_queries: The number of queries of each attempt. An attempt spends all of them to find the
            worst failure (on labelled text it ends at its first failure). If not given, the configuration's
            number, or 300.
        compare_round: Also attack the model of this round of the run, and report how much harder the
            measured model is to break; with --against, a round of that run.
        against: The same for another run, or for the folder of a classifier.
        against_threshold: The threshold of that classifier, if it is a folder.
        telltale: Test how much of the gain comes from recognising the attacks, on texts that they write
            against this third model: a run (its first model) or the folder of a classifier.
        telltale_threshold: The threshold of that classifier, if it is a folder.
    """

    attacks: str | None = None
    attack_seeds: AtLeast1 | None = None
    attack_queries: AtLeast1 | None = None
    compare_round: AtLeast0 | None = None
    against: str | None = None
    against_threshold: Between0And1 | None = None
    telltale: str | None = None
    telltale_threshold: Between0And1 | None = None

    @property
    def names(self) -> tuple[str, ...] | None:
        """The attacks' names; None where none are given."""
        return None if self.attacks is None else tuple(name.strip() for name in self.attacks.split(","))

    def asked(self, subject: Subject, runs: Path | None) -> AttacksAsked | None:
        """The attacks, with the other models found; raises UserError where an option stands alone."""
        from holdfast.campaign.evaluate.attack_plan import AttacksAsked
        from holdfast.core.errors import UserError

        if self.attacks is None:
            if self.telltale or self.against or self.compare_round is not None:
                raise UserError("models are compared by attacking them; name the attacks with --attacks")
            return None
        return AttacksAsked(
            names=self.names or (),
            seeds=self.attack_seeds or 100,
            queries=self.attack_queries or 300,
            other=self._other(subject, runs),
            neutral=self._neutral(subject, runs),
        )

    def _other(self, subject: Subject, runs: Path | None) -> OtherModel | None:
        from holdfast.campaign.evaluate.subject import other_of_run
        from holdfast.core.errors import UserError

        if self.against is not None:
            threshold = "--against-threshold", self.against_threshold
            return _other_model(self.against, self.compare_round, subject, runs, *threshold)
        if self.compare_round is None:
            return None
        if subject.run is None or subject.runs is None:
            raise UserError(
                "--compare-round is of a run, and this is a model's folder; name another with --against"
            )
        return other_of_run(subject.runs, subject.run, self.compare_round, subject.task["kind"], None)

    def _neutral(self, subject: Subject, runs: Path | None) -> OtherModel | None:
        if self.telltale is None:
            return None
        threshold = "--telltale-threshold", self.telltale_threshold
        return _other_model(self.telltale, 0, subject, runs, *threshold)


def _other_model(
    name: str, round_: int | None, subject: Subject, runs: Path | None, option: str, threshold: float | None
) -> OtherModel:
    """Another filter: a classifier's folder with a threshold, or a round of a run."""
    from holdfast.campaign.evaluate.subject import is_model, other_of_model, other_of_run
    from holdfast.cli.campaigns import place_of

    if is_model(Path(name)):
        return other_of_model(Path(name), threshold, option)
    folder, run = place_of(name, runs or subject.runs)
    return other_of_run(folder, run, round_, subject.task["kind"], threshold)
