"""The options of `holdfast check`, and the configuration that they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Group, Parameter, validators

from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.checking.checking import Asked
    from holdfast.campaign.config import RunConfig
    from holdfast.tasks.labelled import LabelledConfig

AtLeast1 = Annotated[int, Parameter(validator=validators.Number(gte=1))]
Between0And1 = Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))]
Several = Annotated[Sequence[str], Parameter(negative="", show_default=False)]
Flag = Annotated[bool, Parameter(negative="", show_default=False)]

_SPLIT = re.compile(r"(train|validation|threshold|test)=(.+)", re.DOTALL)
_BETWEEN = re.compile(r",(?=(?:train|validation|threshold|test)=)")


@Parameter(name="*", group=Group.create_ordered("The data"))
@dataclass(frozen=True)
class DataOptions:
    """Where the labelled text is, and what its columns hold.

    Args:
        data: The file, or several files with the same columns: JSONL, JSON, CSV, TSV, Parquet, or a saved
            `datasets` folder. If each split is a file: train=a.csv,test=b.csv.
        text: The column with the text.
        prompt: The column with the prompt, if a text is a prompt with a completion.
        completion: The column with the completion.
        label: The column with the label.
        bad: The values of the label that are catastrophic, joined by commas.
        harmless: The values that are harmless. If only one other value occurs, it is harmless without this
            option.
        unsure: The values that are neither.
        others_harmless: Every value that no option names is harmless.
        missing: What rows without a label count as; without this option they are errors.
        every: For files without labels: the label of all rows.
        votes: Columns with the labels of several people; the most frequent one counts.
        vote_separator: The separator of the votes in a single column; without it the column has a JSON
            list.
        egregiousness: The column that says how bad a row is, from 0 to 10.
        passages: The column with the character positions of the passages that make a row catastrophic.
        group: Columns of rows that belong together (the same values in all of them), such as pairs: they
            stay in one split.
        slices: Columns by whose values the results are listed separately.
        split: The column with the split; without it, splits are derived by a hash.
        split_values: The meaning of that column's values, such as dev=validation,eval=test.
        policy: What is forbidden: that somebody means it (speech_act), or that it appears at all
            (presence).
        format: The format of the files; by default from their names.
        encoding: The text encoding of the files.
    """

    data: Annotated[Sequence[str], Parameter(negative="")]
    text: str | None = None
    prompt: str | None = None
    completion: str | None = None
    label: str | None = None
    bad: Several = ()
    harmless: Several = ()
    unsure: Several = ()
    others_harmless: Flag = False
    missing: Literal["unsure", "harmless", "drop"] | None = None
    every: Literal["catastrophic", "harmless"] | None = None
    votes: Several = ()
    vote_separator: Literal["|", ";", ","] | None = None
    egregiousness: str | None = None
    passages: str | None = None
    group: Several = ()
    slices: Several = ()
    split: str | None = None
    split_values: Several = ()
    policy: Literal["speech_act", "presence"] = "speech_act"
    format: Literal["auto", "jsonl", "json", "csv", "tsv", "parquet", "datasets"] = "auto"
    encoding: str = "utf-8"

    def config(self) -> LabelledConfig:
        """The data as the configuration has them; raises UserError for options that do not fit together."""
        from pydantic import ValidationError

        from holdfast.campaign.yamlfile import user_error
        from holdfast.tasks.labelled import LabelledConfig

        self._check()
        try:
            return LabelledConfig.model_validate(self._values())
        except ValidationError as error:
            raise user_error(error, LabelledConfig, None, _option) from None

    def _check(self) -> None:
        if (self.text is None) == (self.prompt is None and self.completion is None):
            raise UserError("name the column of the text (--text), or those of --prompt and --completion")
        if self.every is None and self.label is None and not self.votes:
            raise UserError("name the column of the label (--label), or say what all rows are (--every)")
        if self.every is None and not self.bad:
            raise UserError(
                f"say which values of '{self.label or parts(self.votes)[0]}' are catastrophic (--bad)"
            )

    def _values(self) -> dict[str, Any]:
        single = (
            "text",
            "prompt",
            "completion",
            "label",
            "vote_separator",
            "egregiousness",
            "passages",
            "split",
        )
        several = ("votes", "group", "slices")
        columns = {name: getattr(self, name) for name in single} | {
            name: parts(getattr(self, name)) for name in several
        }
        labels = {
            "catastrophic": parts(self.bad),
            "harmless": parts(self.harmless) or None,
            "unsure": parts(self.unsure),
            "others_harmless": self.others_harmless,
            "missing": self.missing,
            "every": self.every,
        }
        more = {"policy": self.policy, "format": self.format, "encoding": self.encoding}
        return {"columns": columns, "labels": labels, **self._files(), **more}

    def _files(self) -> dict[str, Any]:
        """The files, and how they are divided."""
        found = [_SPLIT.fullmatch(part) for given in self.data for part in _BETWEEN.split(given)]
        if not any(found):
            if self.split is None:
                return {"path": list(self.data)}
            return {"path": list(self.data), "splits": {"kind": "given", "values": self._split_values()}}
        if not all(found):
            raise UserError("--data names splits for some files only; give each one its split: train=a.csv")
        paths: dict[str, list[str]] = {}
        for split, path in (match.groups() for match in found if match):
            paths.setdefault(split, []).append(path)
        return {"splits": {"kind": "given", "paths": paths}}

    def _split_values(self) -> dict[str, str | None]:
        pairs = [part.partition("=") for part in parts(self.split_values)]
        for value, mark, _ in pairs:
            if not mark:
                raise UserError(
                    f"--split-values: write what '{value}' means, such as {value}=test; or {value}="
                )
        return {value.strip(): split.strip() or None for value, _, split in pairs}


def _option(key: str) -> str:
    """The option that sets a key of the configuration's data; the key itself where none does."""
    if key == "labels.catastrophic":
        return "--bad"
    part, _, name = key.partition(".")
    return f"--{name.replace('_', '-')}" if part in ("labels", "columns") and name else key


@Parameter(name="*", group=Group.create_ordered("The guard"))
@dataclass(frozen=True)
class GuardOptions:
    """How the guard is read, where its folder does not say.

    Args:
        guard_bad: The labels of the model that stand for a catastrophe, by name or index, separated by
            commas. For a model with one output: 0 if a high value means catastrophic, "" if it means
            harmless.
        activation: How its outputs become probabilities: exactly one label is right (softmax), or each
            label is independent (sigmoid).
        layout: Whether it reads prompt and completion as one text, or as a pair.
        overflow: What the guard reads of a text that is too long: nothing (it is skipped), its beginning,
            its end, or overlapping windows.
        positions: The longest text in tokens; by default what the model's files say.
        special_tokens: Whether `[SEP]` written in a text is plain characters (the default), or the
            special token.
    """

    guard_bad: Annotated[Sequence[str] | None, Parameter(negative="")] = None
    activation: Literal["softmax", "sigmoid", "identity"] | None = None
    layout: Literal["single", "pair"] | None = None
    overflow: Literal["refuse", "head", "tail", "window"] | None = None
    positions: AtLeast1 | None = None
    special_tokens: Literal["text", "parsed"] | None = None

    def values(self, path: str) -> dict[str, Any]:
        """The classifier of the configuration."""
        told = {
            "bad": None if self.guard_bad is None else parts(self.guard_bad),
            "activation": self.activation,
            "layout": self.layout,
            "overflow": self.overflow,
            "positions": self.positions,
            "special_tokens": self.special_tokens,
        }
        return {"kind": "folder", "path": path, **{k: v for k, v in told.items() if v is not None}}


@Parameter(name="*", group=Group.create_ordered("Settings for later commands"))
@dataclass(frozen=True)
class LaterOptions:
    """What the configuration says for the commands that read it.

    Args:
        threshold: A text passes if its score is below this; 0.5 unless you give a rule.
        accept: Choose the strictest threshold that accepts this share of harmless texts.
        risk: Choose the loosest threshold at which at most this share of catastrophic texts passes.
        miss_cost: Choose the threshold with the lowest cost, if one miss costs as much as this many false
            alarms.
        judge: Who judges rewrites: `carried` (a labelled passage keeps its label, whatever surrounds it),
            or `labels` (nobody: only the rows themselves have a label).
        surround: What may surround a passage: harmless sentences of the data, or anything, which is only
            right for the policy presence.
        generator: The folder of a language model, which writes phrases.
        proposer: The folder of a masked language model (such as BERT), which proposes single words.
    """

    threshold: Between0And1 | None = None
    accept: Between0And1 | None = None
    risk: Between0And1 | None = None
    miss_cost: Annotated[float | None, Parameter(validator=validators.Number(gt=0))] = None
    judge: Literal["carried", "labels"] = "carried"
    surround: Literal["harmless", "anything"] | None = None
    generator: str | None = None
    proposer: str | None = None

    def values(self) -> dict[str, Any]:
        """The keys of the configuration; raises UserError for rules that exclude each other."""
        if self.judge == "labels" and self.surround is not None:
            raise UserError("--surround is for the judge 'carried'; leave out --judge labels")
        judge = {"kind": self.judge, **({"surround": self.surround} if self.surround else {})}
        found: dict[str, Any] = {"judge": judge, "threshold": self._threshold()}
        if self.generator is not None:
            found["generator"] = {"kind": "folder", "path": self.generator}
        if self.proposer is not None:
            found["proposer"] = {"kind": "folder", "path": self.proposer}
        return found

    def _threshold(self) -> dict[str, Any]:
        rules = {
            "--threshold": ({"rule": "fixed", "at": self.threshold}, self.threshold),
            "--accept": ({"rule": "accept", "accept": self.accept}, self.accept),
            "--risk": ({"rule": "controlled", "risk": self.risk}, self.risk),
            "--miss-cost": ({"rule": "cost", "miss_cost": self.miss_cost}, self.miss_cost),
        }
        told = {name: rule for name, (rule, value) in rules.items() if value is not None}
        if len(told) > 1:
            raise UserError(f"{' and '.join(told)} are two rules for one threshold; give one of them")
        return next(iter(told.values()), {"rule": "fixed", "at": 0.5})


@Parameter(name="*", group=Group.create_ordered("Output"))
@dataclass(frozen=True)
class LeftOptions:
    """Where results go.

    Args:
        out: Write the configuration to this file.
        force: Replace that file where another one is there.
        report: Write a report to this HTML file.
        most: The largest number of distinct texts of each label to score.
        sure: The labels of guard and data are right, even if harmless texts get the higher scores.
    """

    out: Path = Path("holdfast.yaml")
    force: Flag = False
    report: Path | None = None
    most: AtLeast1 = 1000
    sure: Flag = False

    def check(self) -> None:
        """Raise UserError where a file cannot be written, before any work has gone into it."""
        from holdfast.core.writable import check_apart, check_new_file

        check_apart({"--out": self.out, "--report": self.report}, {})
        for path in (self.out, self.report):
            if path is not None:
                check_new_file(path)


def config_of(guard: str, data: DataOptions, read: GuardOptions, later: LaterOptions) -> RunConfig:
    """The configuration that all options together stand for; raises UserError where they do not fit."""
    from holdfast.campaign.config import resolve

    task = {"kind": "labelled", "data": data.config()}
    classifier = read.values(guard) if Path(guard).suffix not in (".yaml", ".yml") else _service(guard, read)
    return resolve({"task": task, "classifier": classifier, **later.values()})


def _service(file: str, read: GuardOptions) -> dict[str, Any]:
    """The endpoint that a YAML file states; raises UserError for options that its file has to state."""
    from holdfast.campaign.yamlfile import ConfigFile

    if read != GuardOptions():
        raise UserError(f"{file} states how the endpoint is read; leave out the options of the guard")
    return {"kind": "endpoint", **ConfigFile.read(Path(file)).value}


def asked_of(read: GuardOptions, left: LeftOptions) -> Asked:
    """How the check is to be made."""
    from holdfast.campaign.checking.checking import Asked

    return Asked(long_answered=read.overflow is not None, sure=left.sure, most=left.most)


def parts(given: Sequence[str]) -> list[str]:
    """What was given, several times or joined by commas."""
    return [part.strip() for one in given for part in one.split(",") if part.strip()]
