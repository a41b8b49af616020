"""A campaign whose threshold is chosen by draws: by quality, or by a controlled risk."""

from pathlib import Path

import numpy as np

from holdfast.campaign.loop import Campaign
from holdfast.campaign.stages.threshold import DRAWS
from holdfast.campaign.verify.data_uses import earlier_uses
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.evaluation import natural_outcome
from holdfast.evaluation.claims import DataUse
from holdfast.evaluation.deployment.learn_then_test import p_value
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table
from holdfast.store.store import Store
from holdfast.tasks.brackets import Brackets
from tiny import tiny

DRAWN, PROMPTS = 4, 60


def run(folder: Path, **rule: object) -> tuple[Path, float, str]:
    """The run's folder, and the threshold and the path of its first model."""
    threshold = {"completions": 100, "prompts": PROMPTS, **rule}
    evaluation = {
        "prompts": 40,
        "snippets": 40,
        "attack_seeds": 2,
        "queries_per_seed": 5,
        "max_draws": DRAWN - 1,
    }
    config = tiny("brackets", rounds=0, threshold=threshold, evaluation=evaluation)
    record = Campaign(config, folder / "trial").run()
    return folder / "trial", record.rounds[0].threshold, record.rounds[0].classifier_path


def pool(folder: Path, classifier: str) -> tuple[np.ndarray, np.ndarray]:
    """Log odds and verdicts of the draws, [prompts, draws]."""
    table = read_table(folder / DRAWS)
    snippets = [Snippet(*texts) for texts in zip(table["prompt"], table["completion"], strict=True)]
    scorer = ScoringEngine(Classifier.load(folder.parent / classifier, Brackets()))
    scores = scorer.log_odds(scorer.codec.encode(snippets)).astype(np.float64)
    bad = np.array([v.catastrophic for v in Brackets().oracle.judge(snippets)])
    assert bad.tolist() == table["catastrophic"].tolist()
    return scores.reshape(PROMPTS, DRAWN), bad.reshape(PROMPTS, DRAWN)


def test_the_risk_is_controlled_on_draws_of_its_own(tmp_path: Path) -> None:
    folder, threshold, classifier = run(tmp_path, rule="controlled", risk=0.9)
    scores, bad = pool(folder, classifier)
    failures = natural_outcome(scores[:, : DRAWN - 1], bad[:, : DRAWN - 1], log_odds_of(threshold)).failures
    told = rule_of(folder)
    assert told.startswith("the loosest of ") or told.startswith("none passed")
    assert (p_value(failures, 0.9) <= 0.05) == told.startswith("the loosest of ")
    prompts = read_table(folder / DRAWS)["prompt"].reshape(PROMPTS, DRAWN)
    assert (prompts == prompts[:, :1]).all()
    found = earlier_uses(folder, frozenset(), prompts.ravel())
    assert [(use.table, use.use) for use in found] == [(folder / DRAWS, DataUse.CHOSE_THRESHOLD)]


def test_no_quality_is_lost_but_for_a_margin(tmp_path: Path) -> None:
    folder, threshold, _ = run(tmp_path, rule="non_inferior", margin=0.4)
    assert 0 < threshold < 1
    assert "preferred in more than 0.1 of pairs" in rule_of(folder)


def rule_of(folder: Path) -> str:
    rule: str = Store(folder.parent).result("trial", "round-00/measure")["rule"]
    return rule


def test_a_rule_that_needs_no_draws_makes_none(tmp_path: Path) -> None:
    folder, _, _ = run(tmp_path, rule="accept")
    assert not (folder / DRAWS).exists()
    assert rule_of(folder).startswith("the strictest threshold that accepts")
