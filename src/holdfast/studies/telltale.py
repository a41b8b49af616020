"""How much of what adversarial training gained is the model recognising how attacks write?

`python -m holdfast.studies.telltale --runs runs --out docs/results` takes the demo campaigns (and runs those
that have not been run), lets every attack write failures of *another* campaign's first model, from snippets
that no training saw, and shows them, with clean catastrophes, to the first and the last filter of each
campaign. It writes `telltale.md`: the share of the gain that is left on failures which a discriminator cannot
tell from clean text.

The failures are another model's because any model trained anew would stop some of those chosen for passing
its predecessor (see `evaluation.telltale`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from holdfast.attacks import attack_from_config
from holdfast.attacks.target import Target
from holdfast.campaign.config import RunConfig
from holdfast.campaign.loop import Campaign
from holdfast.campaign.split import draw_side
from holdfast.campaign.step import finished_target
from holdfast.core.budget import Budget
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet
from holdfast.evaluation.discriminator import word_runs
from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.telltale import CLEAN, Telltale, TelltaleCases, telltale_test
from holdfast.studies import demo
from holdfast.studies.telltale_page import page

COMMAND = "python -m holdfast.studies.telltale"

ATTACKS = ("random_rewrite", "greedy_rewrite", "genetic", "hotflip", "gcg", "phrase_fill", "mcmc")
"""The first three are trained against in the demo; the others are not."""

SEEDS, QUERIES = 100, 150
"""Snippets that each attack starts from, and its queries for each."""

HARMLESS_EACH = 2
"""Harmless candidates kept of each search: texts that carry the same signs."""


@dataclass(frozen=True)
class Written:
    """A judged text, who wrote it (`CLEAN` for nobody), and the text it grew from."""

    text: JudgedSnippet
    attack: str
    seed: str


def written_by(
    attack: str, target: Target, seeds: Sequence[JudgedSnippet], stream: Stream
) -> Iterator[Written]:
    """The worst failure that an attack finds from each seed, and a few harmless texts of its search."""
    search = replace(attack_from_config({"kind": attack}), stop="budget")
    for i, seed in enumerate(seeds):
        result = search(target, [seed.snippet], Budget(queries=QUERIES), stream.child(attack, i))
        best = result.attempts[0].best
        harmless = [text for text in result.candidates if not text.verdict.catastrophic]
        rows = stream.child(attack, i, "harmless").numpy().permutation(len(harmless))[:HARMLESS_EACH]
        chosen = [harmless[row] for row in rows.tolist()]
        if best is not None:
            chosen.append(JudgedSnippet(best.snippet, best.verdict))
        yield from (Written(text, attack, str(seed.snippet)) for text in chosen)


def clean(target: Target, stream: Stream) -> Iterator[Written]:
    """As many catastrophes as there may be failures, and as many harmless texts; neither was attacked."""
    count = SEEDS * len(ATTACKS) // 2
    for wanted in (True, False):
        drawn = draw_side(
            target.task,
            count,
            "evaluation",
            stream.child(str(wanted)),
            "hard",
            wanted=lambda verdict, wanted=wanted: verdict.catastrophic == wanted,  # type: ignore[misc]
        )
        yield from (Written(text, CLEAN, str(text.snippet)) for text in drawn)


def cases(texts: Sequence[Written], first: Target, last: Target) -> TelltaleCases:
    """The texts with what the two filters make of them."""
    task, snippets = first.task, [each.text.snippet for each in texts]
    before, after = (
        np.asarray(target.scorer.score(snippets)) >= target.threshold for target in (first, last)
    )
    words = [SnippetWords(tuple(task.words(s.prompt)), tuple(task.words(s.completion))) for s in snippets]
    return TelltaleCases(
        features=word_runs(words),
        catastrophic=np.array([each.text.verdict.catastrophic for each in texts], dtype=bool),
        attacks=[each.attack for each in texts],
        stopped_before=before,
        stopped_after=after,
        seeds=[each.seed for each in texts],
    )


def measured(run: Path, other: Path, rounds: int, stream: Stream) -> Telltale:
    """The test on one campaign's first and last filter, by failures of another campaign's first."""
    rival = finished_target(other, 0)
    seeds = draw_side(
        rival.task, SEEDS, "evaluation", stream.child("seeds"), "hard", wanted=lambda v: v.catastrophic
    )
    texts = [text for attack in ATTACKS for text in written_by(attack, rival, seeds, stream.child("attacks"))]
    texts += clean(rival, stream.child("clean"))
    unique = {each.text.snippet: each for each in texts}
    return telltale_test(cases([*unique.values()], finished_target(run, 0), finished_target(run, rounds)))


def run(
    seeds: Sequence[int],
    runs: Path,
    progress: Progress = Silent(),  # noqa: B008 (stateless)
) -> dict[int, Telltale]:
    """Run the campaigns that have not been run, and test each by the next one's failures."""
    planned: dict[int, RunConfig] = dict(zip(seeds, demo.plan(seeds), strict=True))
    folders = {seed: runs / f"study-demo-s{seed}" for seed in seeds}
    for seed, config in planned.items():
        Campaign(config, folders[seed]).run(progress)
    found = {}
    for i, (seed, config) in enumerate(planned.items()):
        other = folders[seeds[(i + 1) % len(seeds)]]
        stream = Stream(seed).child("study", "telltale")
        found[seed] = measured(folders[seed], other, config.rounds, stream)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="two or more")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    given = parser.parse_args(arguments)
    if len(set(given.seeds)) < 2:
        parser.error("a model is tested by the failures of another; give two seeds or more")
    found = run(given.seeds, given.runs.absolute())
    how = f"`{COMMAND} --seeds {' '.join(map(str, given.seeds))}`"
    write_text(given.out / "telltale.md", page(found, how, SEEDS, QUERIES))
    print(f"written: {given.out / 'telltale.md'}")


if __name__ == "__main__":
    main()
