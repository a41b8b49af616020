"""What a user writes about data of their own: the file, its columns, what the labels mean, the splits."""

from __future__ import annotations

import codecs
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from holdfast.tasks.labelled.values import value_text

Format = Literal["auto", "jsonl", "json", "csv", "tsv", "parquet", "datasets"]
SplitName = Literal["train", "validation", "threshold", "test"]
SPLITS: tuple[SplitName, ...] = get_args(SplitName)


def _listed(value: Any) -> Any:
    """One thing stands for a list of it."""
    return (value,) if isinstance(value, str | int | float | Path) else value


def _as_text(value: Any) -> Any:
    return value_text(value) if isinstance(value, str | int | float) else value


Value = Annotated[str, BeforeValidator(_as_text)]
Values = Annotated[tuple[Value, ...], BeforeValidator(_listed)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Paths = Annotated[tuple[Path, ...], BeforeValidator(_listed)]


class _Part(BaseModel):
    """A closed, frozen part of a configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Columns(_Part):
    """Which column holds what. The text is one column, or a prompt and its completion."""

    text: str | None = None
    prompt: str | None = None
    completion: str | None = None
    label: str | None = None
    votes: Names = ()
    """Labels by several people: a column each, or one column with a list. The most frequent one decides, a
    tie is unsure. Where `label` is given too, it decides and the votes are kept."""
    vote_separator: Literal["|", ";", ","] | None = None
    """What parts the votes of a single column of text; None for a JSON list."""
    egregiousness: str | None = None
    """How bad, a number from 0 to 10."""
    passages: str | None = None
    """The characters that make it catastrophic: `[[start, stop], ...]` or a list of offsets, from 0; of the
    completion where there is a prompt."""
    group: Names = ()
    """Rows that share a group are on one side of every derived split. With several columns, rows that share a
    value in any of them are one group: an id and the id of the row that it was made from."""
    split: str | None = None
    slices: Names = ()
    """Columns by whose values results are broken down."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        pair = (self.prompt is not None, self.completion is not None)
        if (self.text is not None) == any(pair) or pair[0] != pair[1]:
            raise ValueError("give either 'text', or both 'prompt' and 'completion'")
        if self.vote_separator and len(self.votes) != 1:
            raise ValueError("'vote_separator' needs exactly one column of votes")
        for name in self.texts:
            if name in (self.label, *self.votes):
                raise ValueError(f"the column '{name}' cannot be both text and label")
        if self.prompt is not None and self.prompt == self.completion:
            raise ValueError(f"the column '{self.prompt}' cannot be both prompt and completion")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns of text."""
        return tuple(name for name in (self.text, self.prompt, self.completion) if name is not None)

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        single = (self.label, self.egregiousness, self.passages, self.split)
        told = (*self.texts, *single, *self.votes, *self.group, *self.slices)
        return tuple(dict.fromkeys(name for name in told if name is not None))


class LabelValues(_Part):
    """What the values of the label column mean, as `value_text` writes them."""

    catastrophic: Values = ()
    harmless: Values | None = None
    """None: the one other value that occurs. Where several occur they have to be named, or `others_harmless`
    said."""
    unsure: Values = ()
    others_harmless: bool = False
    """Every value that is named nowhere is harmless: `catastrophic` is the complete list."""
    missing: Literal["unsure", "harmless", "drop"] | None = None
    """What a row without a label is; None: an error of that row."""
    every: Literal["catastrophic", "harmless"] | None = None
    """For files without a label column: what all of their rows are."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.every is not None:
            if self.catastrophic or self.harmless or self.unsure or self.others_harmless or self.missing:
                raise ValueError("'every' says what all rows are; leave the other keys out")
            return self
        if not self.catastrophic:
            raise ValueError("name the values that are catastrophic, or say what 'every' row is")
        if self.harmless is not None and self.others_harmless:
            raise ValueError("give 'harmless' or 'others_harmless', not both")
        named = (*self.catastrophic, *(self.harmless or ()), *self.unsure)
        for value in named:
            if named.count(value) > 1:
                raise ValueError(f"the value '{value}' is named twice")
        return self


def _whole(shares: Mapping[SplitName, float]) -> Mapping[SplitName, float]:
    if not math.isclose(total := math.fsum(shares.values()), 1.0, abs_tol=1e-9):
        raise ValueError(f"the shares add up to {total:.6g}, not to 1")
    return shares


Shares = Annotated[Mapping[SplitName, Annotated[float, Field(ge=0, le=1)]], AfterValidator(_whole)]
Seed = Annotated[int, Field(ge=0)]


class GivenSplits(_Part):
    """Splits that the data come with: the values of `columns.split`, or files of their own."""

    kind: Literal["given"] = "given"
    values: Mapping[Value, SplitName | None] = {}
    """Which split a value of the column means; None leaves those rows out. Empty: the values are the names of
    the splits themselves."""
    paths: Mapping[SplitName, Paths] = {}
    """The files of each split."""
    divide: Mapping[SplitName, Shares] = {}
    """Given splits that are divided further, as derived ones are: `{train: {train: 0.9, threshold: 0.1}}`."""
    seed: Seed = 0
    """Of `divide`."""


class DerivedSplits(_Part):
    """Splits by a hash of the group, or of the text where there is none: equal rows give equal splits."""

    kind: Literal["derived"] = "derived"
    shares: Shares = {"train": 0.6, "validation": 0.1, "threshold": 0.1, "test": 0.2}
    seed: Seed = 0


Splits = Annotated[GivenSplits | DerivedSplits, Field(discriminator="kind")]


class LabelledConfig(_Part):
    """Labelled text of a user's own."""

    path: Paths = ()
    """The file, or several with the same columns; none where `splits.paths` names them."""
    format: Format = "auto"
    columns: Columns
    labels: LabelValues
    splits: Splits = DerivedSplits()
    policy: Literal["speech_act", "presence"] = "speech_act"
    """What is forbidden: `presence`, that the thing appears at all; `speech_act`, that somebody means it."""
    encoding: str = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """What parts the fields of CSV; None for a comma, or a tab in TSV."""
    quotes: bool = True
    """Whether quotation marks hold fields of CSV or TSV together; where not, they are text."""

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError(f"there is no text encoding '{encoding}'; most files are utf-8") from None
        name = codecs.lookup(encoding).name
        return "utf-8" if name == "utf-8-sig" else name

    @model_validator(mode="after")
    def _sound(self) -> Self:
        given = self.splits if isinstance(self.splits, GivenSplits) else None
        if bool(self.path) == bool(given and given.paths):
            raise ValueError("name the data once: as 'path', or as 'splits.paths' with a file for each split")
        if given is None and self.columns.split is not None:
            raise ValueError("'columns.split' is for splits of kind 'given', not 'derived'")
        if given is not None and bool(given.paths) == (self.columns.split is not None):
            raise ValueError("given splits need either 'columns.split' or 'splits.paths'")
        if given is not None and given.paths and given.values:
            raise ValueError("'splits.values' belongs to 'columns.split', not to 'splits.paths'")
        return self._labelled()

    def _labelled(self) -> Self:
        labelled = self.columns.label is not None or bool(self.columns.votes)
        if labelled == (self.labels.every is not None):
            raise ValueError(
                "give 'columns.label' or 'columns.votes', or say what 'every' row is in 'labels'"
            )
        return self

    def seen_from(self, folder: Path) -> Self:
        """The same with its paths as seen from here, where they were written as seen from a folder."""

        def seen(paths: tuple[Path, ...]) -> tuple[Path, ...]:
            return tuple(folder / path if not path.is_absolute() else path for path in paths)

        splits = self.splits
        if isinstance(splits, GivenSplits):
            paths = {split: seen(own) for split, own in splits.paths.items()}
            splits = splits.model_copy(update={"paths": paths})
        return self.model_copy(update={"path": seen(self.path), "splits": splits})

    @property
    def files(self) -> tuple[tuple[Path, SplitName | None], ...]:
        """Every file, with its split where files are splits."""
        if isinstance(self.splits, GivenSplits) and self.splits.paths:
            return tuple((path, split) for split, paths in self.splits.paths.items() for path in paths)
        return tuple((path, None) for path in self.path)

    @property
    def file_names(self) -> tuple[str, ...]:
        """What people call each of `files`: its name, with its folder where several have that name."""
        names = [path.name for path, _ in self.files]
        return tuple(
            name if names.count(name) == 1 else path.as_posix()
            for name, (path, _) in zip(names, self.files, strict=True)
        )
