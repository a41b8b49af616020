"""What deployment will see of a filter: failures, refusals, draws and quality, and the threshold to set.

Everything is worked out from *pools*: arrays [prompts, draws] of independent draws of the unfiltered
generator, several for each of the task's own prompts: `log_odds` of one classifier (float), `catastrophic`
verdicts (bool), and where the task can tell, `quality` (float). A pool is judged once and serves every
classifier. `reweighted` estimates failures, refusals and draws; `curve` does so at many thresholds;
`learn_then_test` and `preference` choose one; `evasion` says whether the filter changes what is written.
"""

from holdfast.evaluation.deployment.curve import (
    CurvePoint,
    FilteredQuality,
    threshold_curve,
    threshold_grid,
)
from holdfast.evaluation.deployment.evasion import (
    Evasion,
    HarmlessPairs,
    Written,
    harmless_pairs,
    measure_evasion,
)
from holdfast.evaluation.deployment.learn_then_test import ControlledThreshold, loosest_controlled
from holdfast.evaluation.deployment.preference import (
    NonInferiorThreshold,
    Preference,
    pairs_needed,
    strictest_non_inferior,
)
from holdfast.evaluation.deployment.reweighted import ReweightedOutcome, reweighted_outcome
from holdfast.evaluation.deployment.used_data import UsedData

__all__ = [
    "ControlledThreshold",
    "CurvePoint",
    "Evasion",
    "FilteredQuality",
    "HarmlessPairs",
    "NonInferiorThreshold",
    "Preference",
    "ReweightedOutcome",
    "UsedData",
    "Written",
    "harmless_pairs",
    "loosest_controlled",
    "measure_evasion",
    "pairs_needed",
    "reweighted_outcome",
    "strictest_non_inferior",
    "threshold_curve",
    "threshold_grid",
]
