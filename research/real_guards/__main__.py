"""Real guards in rounds: does hardening a guard on real text hold, and what does it cost?

    python research/real_guards --data DATA --out docs/results

`DATA` holds the public sets `hatemoji`, `hatecheck`, `injection` and `fiction`, as their authors publish them
(`sets.py` says which files). Two guards are made of MiniLM (from its wheel), one of hate and one of prompt
injection; each is fine-tuned from several training seeds, and each of these hardened by the campaign of
`holdfast run`: with matched negatives, beside a control of clean text alone, and without. A cell is a guard,
a seed and an arm; each is a run that goes on where it was stopped. After every cell the tables and the page
are written again from all cells that are done, and say which are.
"""

import argparse
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from attacked import QUERIES, STARTS, attacked
from attacked import found as broken_of
from encoder import make_encoder
from filtered import BOOK, HATEFUL, Filtered
from passages import KEPT, found, measured
from results import write_results
from sets import SETS

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.hardening.guards import guard_path
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import guard_rounds
from holdfast.campaign.yamlfile import merged
from holdfast.cli.progress import showing

ARMS = {"matched negatives": True, "failures alone": False}
"""What rounds train on beside clean rows: rewrites each with a harmless text made likewise, or without."""


SEEDS = (0, 1, 2)
"""Training seeds: of the fine-tuning, the attacks, the rounds."""


@dataclass(frozen=True)
class Cell:
    """One run: which guard, the seed of everything random, and what rounds train on."""

    guard: str
    seed: int
    arm: str

    @property
    def name(self) -> str:
        """The run's name."""
        return f"{self.guard}-s{self.seed}-{self.arm.replace(' ', '-')}"


def guard_of(cell, flags) -> dict:
    """What all arms of a guard and a seed begin with: the encoder, fine-tuned on clean text once."""
    work = flags.work.resolve()
    return {
        "task": {"kind": "labelled", "data": SETS[cell.guard].data(flags.data.resolve(), work)},
        "classifier": {
            "kind": "folder",
            "path": str(work / f"encoder-{cell.guard}"),
            "layout": "single",
            "overflow": SETS[cell.guard].overflow,
        },
        "threshold": {"rule": "accept", "accept": flags.accept},
        "seed": cell.seed,
        "threads": flags.threads,
    }


def first(cell, flags) -> RunConfig:
    """The fine-tuning before round 1, and no attack."""
    values = guard_of(cell, flags)
    asked = {
        "learning_rates": [flags.first_rate],
        "steps": [flags.first_steps or SETS[cell.guard].first_steps],
        "recipe": {"batch_size": 32},
    }
    classifier = {**values["classifier"], "fine_tune": asked}
    return resolve({**values, "classifier": classifier, "rounds": 0})


def configuration(cell, flags, start) -> RunConfig:
    """The rounds of a cell: the preset's, but for what is given here."""
    values = guard_of(cell, flags)
    matched = ARMS[cell.arm]
    values |= {
        "classifier": {**values["classifier"], "path": str(start)},
        "rounds": flags.rounds,
        "retraining": {
            "matched_negatives": matched,
            # Clean text alone at the FLOPs of an arm: the same for both.
            "control": matched,
            "learning_rates": [],
            "steps": flags.steps,
            "examples": 32 * flags.steps,
        },
        "evaluation": {
            "attack_seeds": 10,
            "queries_per_seed": 50,
            "at_ends": {
                "attack_seeds": flags.attack_seeds or SETS[cell.guard].attack_seeds,
                "queries_per_seed": flags.queries,
            },
        },
    }
    whole = merged(guard_rounds(values), values)
    extent = {"seeds": flags.training_seeds, "queries_per_seed": flags.training_queries}
    whole["attacks"] = [{**each, **extent} for each in whole["attacks"]]
    return resolve(whole)


def done(cell, runs):
    """The record of a cell that is done; None of one that is not."""
    found = runs / cell.guard
    if not (found / "holdfast.db").exists() or cell.name not in {run.id for run in open_store(found).runs()}:
        return None
    record = hardening_record(open_store(found), cell.name)
    return record if record.finished else None


def carry_out(cell, flags, runs):
    """Fine-tune the guard if no other arm has, and harden it."""
    make_encoder(flags.work / f"encoder-{cell.guard}", SETS[cell.guard].characters_of(flags.data))
    start = runs / cell.guard / f"{cell.guard}-s{cell.seed}-first"
    with showing(sys.stdout) as progress:
        Campaign(first(cell, flags), start).carry_out(progress)
        hardened = configuration(cell, flags, (start / guard_path(0)).resolve())
        Campaign(hardened, runs / cell.guard / cell.name).carry_out(progress)


def filter_drafts(cells, flags, runs):
    """Put the first and the last guard of the cells behind the generator, which the clock then times."""
    for cell in cells:
        record = done(cell, runs)
        if record is None:
            continue
        with showing(sys.stdout) as progress:
            for each in filtered_of(cell, runs):
                guard = record.rounds[0 if each.model == "as it came" else -1].guard
                folder = runs / cell.guard / cell.name
                each.draw(resolve(record.config), folder / guard.path, flags.work, flags.data, progress)


def filtered_of(cell, runs):
    """What the generator's drafts go through: guards of hate, hardened with matched negatives."""
    if cell.guard != "hate" or not ARMS[cell.arm]:
        return []
    folder = runs / cell.guard / cell.name / "filtered"
    models = {"as it came": "first", "last": "last"}
    sources = {BOOK: "", HATEFUL: "-hateful"}
    return [
        Filtered(cell.seed, model, beginnings, folder / f"{name}{ending}")
        for (model, name), (beginnings, ending) in product(models.items(), sources.items())
    ]


def read_by_sentences(cells, flags, runs):
    """Measure the first guards of the cells as they read runs of sentences."""
    for cell in cells:
        start = runs / cell.guard / f"{cell.guard}-s{cell.seed}-first"
        if (start / guard_path(0)).exists():
            values = guard_of(cell, flags)
            values["classifier"]["path"] = str((start / guard_path(0)).resolve())
            with showing(sys.stdout) as progress:
                measured(resolve(values), start, progress)


def attack_by_everything(cells, flags, runs):
    """Attack the guards of finished cells by every attack: as they came, the last, and the control's."""
    for cell in cells:
        record = done(cell, runs)
        if record is None or not ARMS[cell.arm]:
            continue
        folder = runs / cell.guard / cell.name
        guards = {"as it came": record.rounds[0].guard, "last": record.rounds[-1].guard}
        if record.control:
            guards["control"] = record.control
        for model, guard in guards.items():
            config = resolve(record.config)
            at = {**config.classifier.model_dump(mode="json"), "path": str((folder / guard.path).resolve())}
            whole = {**config.model_dump(mode="json"), "classifier": at, "rounds": 0, "attacks": []}
            with showing(sys.stdout) as progress:
                extent = flags.attack_seeds or STARTS, min(flags.queries, QUERIES)
                attacked(resolve(whole), folder, model, progress, *extent)


def broken_so_far(cells, runs):
    """What every attack found of the guards of finished cells."""
    return [
        (cell.guard, cell.seed, *row)
        for cell in cells
        if ARMS[cell.arm]
        for row in broken_of(runs / cell.guard / cell.name)
    ]


def read_so_far(cells, runs):
    """What was found of first guards that read by sentences, once a guard and a seed."""
    starts = {(cell.guard, cell.seed): f"{cell.guard}-s{cell.seed}-first" for cell in cells}
    return [
        (guard, seed, *row)
        for (guard, seed), name in starts.items()
        if (runs / guard / name / KEPT).exists()
        for row in found(runs / guard / name)
    ]


def main() -> None:
    """Run the cells that are asked for, and write what all that are done say."""
    parser = argparse.ArgumentParser(prog="python research/real_guards", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/real-guards"), help="where models and runs lie"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--guards", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=list(ARMS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--first-steps", type=int, help="of the fine-tuning before round 1 (by guard)")
    parser.add_argument("--first-rate", type=float, default=2e-4, help="its learning rate")
    parser.add_argument("--accept", type=float, default=0.95, help="the share of harmless texts accepted")
    parser.add_argument("--steps", type=int, default=64, help="of a round's training, 32 texts each")
    parser.add_argument("--training-seeds", type=int, default=40, help="texts that a round attacks from")
    parser.add_argument("--training-queries", type=int, default=40, help="queries of a round for each")
    parser.add_argument("--attack-seeds", type=int, help="texts that the ends are attacked from (by guard)")
    parser.add_argument("--queries", type=int, default=200, help="queries of the ends for each")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--write-only", action="store_true", help="run nothing, and write what the finished cells found"
    )
    parser.add_argument(
        "--passages", action="store_true", help="run no cell, and let first guards read by sentences"
    )
    parser.add_argument(
        "--filtered", action="store_true", help="run no cell, and put finished guards behind a generator"
    )
    parser.add_argument(
        "--every-attack", action="store_true", help="run no cell, and attack finished guards by every attack"
    )
    flags = parser.parse_args()

    runs = flags.work / "runs"
    # The main arm of every guard and seed before any other arm's.
    cells = [Cell(guard, seed, arm) for arm, seed, guard in product(flags.arms, flags.seeds, flags.guards)]
    if flags.passages:
        read_by_sentences(cells, flags, runs)
    if flags.filtered:
        filter_drafts(cells, flags, runs)
    if flags.every_attack:
        attack_by_everything(cells, flags, runs)
    beside = flags.write_only or flags.filtered or flags.passages or flags.every_attack
    for cell in () if beside else cells:
        carry_out(cell, flags, runs)
        write(flags, runs)
    write(flags, runs)


def write(flags, runs):
    """Tables and page of all cells of the study, whichever of them are done."""
    cells = [Cell(guard, seed, arm) for guard, seed, arm in product(SETS, SEEDS, ARMS)]
    behind = [each.row() for cell in cells for each in filtered_of(cell, runs)]
    write_results(
        {each: done(each, runs) for each in cells},
        [row for row in behind if row],
        read_so_far(cells, runs),
        broken_so_far(cells, runs),
        runs,
        flags.out,
        flags.data,
    )


if __name__ == "__main__":
    main()
