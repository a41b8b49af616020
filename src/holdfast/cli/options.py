"""Options that several commands share, so that each is spelt and explained once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, validators


def finite(_: Any, value: Any) -> None:
    """Refuse infinity, and what is no number: no option means anything with them."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Must be a finite number.")


Finite = Annotated[float, Parameter(validator=finite)]
Positive = Annotated[float, Parameter(validator=(validators.Number(gt=0), finite))]
Between0And1 = Annotated[float, Parameter(validator=(validators.Number(gt=0, lt=1), finite))]
AtLeast1 = Annotated[int, Parameter(validator=validators.Number(gte=1))]
AtLeast0 = Annotated[int, Parameter(validator=validators.Number(gte=0))]
TaskName = Annotated[str, Parameter(help="The task's name; `holdfast tasks` lists them.")]
Seed = Annotated[
    int,
    Parameter(
        validator=validators.Number(gte=0),
        help="The root of all randomness: the same seed gives the same result.",
    ),
]
Json = Annotated[
    bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for programs.")
]
RunsFolder = Annotated[
    Path | None,
    Parameter(name="--runs", help="The folder of the runs; HOLDFAST_HOME or `runs` here if not given."),
]
ClassifierPath = Annotated[Path, Parameter(help="The folder of a saved classifier (safetensors).")]
GeneratorPath = Annotated[Path | None, Parameter(help="The folder of a saved generator (safetensors).")]
ConfigPath = Annotated[
    Path | None,
    Parameter(
        name=("--config", "-c"),
        help="A configuration (`holdfast check` writes one); options here override it.",
    ),
]
