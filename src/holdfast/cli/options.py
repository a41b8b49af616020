"""Options that several commands share, so that each is spelt and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

TaskName = Annotated[str, Parameter(help="The task's name; `holdfast tasks` lists them.")]
Seed = Annotated[int, Parameter(help="The root of all randomness: the same seed gives the same result.")]
Json = Annotated[
    bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for programs.")
]
RunsFolder = Annotated[
    Path | None,
    Parameter(name="--runs", help="The folder that holds the runs; HOLDFAST_HOME, or `runs` here."),
]
ClassifierPath = Annotated[Path, Parameter(help="The folder of a saved classifier (safetensors).")]
GeneratorPath = Annotated[Path | None, Parameter(help="The folder of a saved generator (safetensors).")]
