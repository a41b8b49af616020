"""Claims on rates: made only where the evidence carries them, told in a sentence, checked again from data.

    evidence = evidence_of(outcomes, Quantity.NATURAL_FAILURE_RATE, distribution, planned=..., looks=1, ...)
    claim = Claim.of(evidence, distribution, method=Method.BINOMIAL, confidence=0.95, judge=judge)

Files: `distribution` (on what), `stored` (outcomes), `copies` and `counting` (what they add up to),
`evidence` (the count, and what was done with its data), `judgement` (who judged), `limits` (the arithmetic),
`rules` with `method_rules` and `provenance_rules` (what makes a claim invalid), `terms` and `claim` (the
type), `sentence`, `telling` and `attack_words` (the words), `refusal` (InvalidClaim).
"""

from holdfast.evaluation.claims.claim import Claim
from holdfast.evaluation.claims.counting import Counted, count, evidence_of, refuse_copies
from holdfast.evaluation.claims.distribution import Distribution, prompts_hash, task_hash
from holdfast.evaluation.claims.evidence import DataUse, Different, Evidence, Quantity, Source, Stratum
from holdfast.evaluation.claims.judgement import Audit, AuditFile, JudgeRecord
from holdfast.evaluation.claims.limits import Allotment, Method, allot
from holdfast.evaluation.claims.refusal import InvalidClaim
from holdfast.evaluation.claims.stored import Outcomes

__all__ = [
    "Allotment",
    "Audit",
    "AuditFile",
    "Claim",
    "Counted",
    "DataUse",
    "Different",
    "Distribution",
    "Evidence",
    "InvalidClaim",
    "JudgeRecord",
    "Method",
    "Outcomes",
    "Quantity",
    "Source",
    "Stratum",
    "allot",
    "count",
    "evidence_of",
    "prompts_hash",
    "refuse_copies",
    "task_hash",
]
