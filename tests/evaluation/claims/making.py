"""Valid parts of claims, so that a test changes just the one thing that it is about."""

from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Different,
    Distribution,
    Evidence,
    JudgeRecord,
    Method,
    Quantity,
    Source,
)

DISTRIBUTION = Distribution(
    task="brackets",
    task_hash="1" * 64,
    prompts="the task's own prompts",
    prompts_hash="2" * 64,
    generator="a" * 64,
    classifier="b" * 64,
    threshold=0.02,
    max_draws=10,
)
ATTACKED = DISTRIBUTION.model_copy(update={"attack": "Genetic()", "budget": "2,000 queries a seed"})
UNFILTERED = DISTRIBUTION.model_copy(update={"classifier": None, "threshold": None})
ORACLE = JudgeRecord.oracle_of("brackets")


def source(of=DISTRIBUTION, name="outcomes.parquet", sha256="c" * 64):
    return Source(path=name, sha256=sha256, drawn_from=of.hash)


def evidence(events=0, trials=1000, of=DISTRIBUTION, **changes):
    fields = {
        "quantity": Quantity.NATURAL_FAILURE_RATE,
        "events": events,
        "trials": trials,
        "prompts": trials,
        "planned": trials,
        "looks": 1,
        "uses": (DataUse.MEASURED,),
        "models_compared": 1,
        "sources": (source(of),),
        "drawn_with": "0/evaluate",
        **changes,
    }
    failing = max(0, min(fields["events"], fields["trials"]))
    different = Different(prompts=fields["trials"], failing=failing, texts=fields["trials"])
    return Evidence(**{"different": different, **fields})


def claim(counted=None, of=DISTRIBUTION, **changes):
    fields = {"method": Method.BINOMIAL, "confidence": 0.95, "judge": ORACLE}
    return Claim.of(counted or evidence(), of, **{**fields, **changes})
