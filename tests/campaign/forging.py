"""What a careful forger does to an evaluation: after any change, hashes, counts and limit are put right."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.plan import read_plan
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.core.files import folder_hash
from holdfast.evaluation.claims import Claim, count, evidence_of
from holdfast.store.disk import read_table, write_table

NATURAL = "natural-failure-rate"


@dataclass(frozen=True)
class Forger:
    """Works on a copy of an evaluation, and then claims from what it made of it."""

    folder: Path

    def file(self, name=NATURAL) -> Path:
        return self.folder / "claims" / f"{name}.json"

    def claim(self, name=NATURAL) -> Claim:
        return Claim.from_json(self.file(name).read_text())

    def shards(self, series="shards") -> list[Path]:
        return sorted((self.folder / series).glob("*.parquet"))

    def edit(self, change, name=NATURAL):
        """Edit the claim's own text, and leave the rest to whoever reads it."""
        found = json.loads(self.file(name).read_text())
        change(found)
        self.file(name).write_text(json.dumps(found))

    def edit_plan(self, change):
        path = self.folder / "plan.json"
        found = json.loads(path.read_text())
        change(found)
        path.write_text(json.dumps(found))

    def rewrite(self, shard: Path, change) -> Path:
        """Change the columns of a shard, which gets the name that says that it is whole."""
        columns = {name: column.copy() for name, column in read_table(shard).items()}
        change(columns)
        write_table(shard, columns)
        return self.named(shard)

    def named(self, shard: Path) -> Path:
        return shard.rename(shard.with_name(f"{shard.name[:6]}-{folder_hash(shard)}.parquet"))

    def keep(self, shard: Path, which) -> Path:
        """Keep some of the rows of a shard; `which` gives bool of its columns."""

        def cut(columns):
            kept = which(columns)
            columns.update({name: column[kept] for name, column in columns.items()})

        return self.rewrite(shard, cut)

    def claim_again(self, name=NATURAL, shards=None, distribution=None, **changes) -> Claim:
        """Count and claim from those shards, as if all had been so from the start."""
        true = self.claim(name)
        of = true.distribution.model_copy(update=distribution or {})
        paths = shards or self.shards()
        found = read_outcomes(paths)
        stated = true.evidence
        told = {
            "planned": int(np.count_nonzero(found.draw == 1)),
            "looks": stated.looks,
            "uses": stated.uses,
            "models_compared": stated.models_compared,
            "drawn_with": stated.drawn_with,
            "plan": read_plan(self.folder).hash,
            **{key: changes.pop(key) for key in tuple(changes) if key in _STATED},
        }
        sources = [source_of(path, self.file(name).parent, of) for path in paths]
        counted = evidence_of(found, true.quantity, of, sources=sources, **told)
        terms = {"method": true.method, "confidence": true.confidence, "judge": true.judge}
        made = Claim.of(
            counted,
            of,
            **{
                **terms,
                "corrected_for": true.corrected_for,
                "evaluation": true.evaluation,
                "target": true.target,
                "above": true.above,
                "assumptions": true.assumptions,
                **changes,
            },
        )
        self.file(name).write_text(made.to_json())
        return made

    def claim_by_hand(self, columns, **lies) -> Claim:
        """Claim from rows of one's own, as if there had been no plan; the evidence says what one likes."""
        (self.folder / "plan.json").unlink()
        true, beside = self.claim(), self.file().parent
        path = beside / "own.parquet"
        write_outcomes(path, columns, true.distribution)
        found = read_outcomes([path])
        counted = count(found, true.quantity, true.distribution)
        fields = {
            **{name: getattr(counted, name) for name in ("events", "trials", "prompts", "different")},
            "planned": counted.prompts,
            "drawn_with": "our own logs",
            "sources": (source_of(path, beside, true.distribution),),
            "plan": None,
            **lies,
        }
        evidence = true.evidence.model_copy(update=fields)
        made = Claim.of(
            evidence,
            true.distribution,
            method=true.method,
            confidence=true.confidence,
            judge=true.judge,
        )
        self.file().write_text(made.to_json())
        return made


_STATED = ("planned", "looks", "uses", "models_compared", "drawn_with", "plan")


def failing(columns) -> np.ndarray:
    """The rows of prompts that were answered with a failure."""
    fails = columns["passes"] & columns["catastrophic"]
    return np.isin(columns["prompt_index"], columns["prompt_index"][fails])
