"""The telltale study: failures of one campaign's model, shown to another's."""

import numpy as np
from tiny import tiny

from holdfast.campaign.loop import Campaign
from holdfast.campaign.step import finished_target
from holdfast.core.seeds import Stream
from holdfast.evaluation.telltale import CLEAN
from holdfast.studies import telltale as study
from holdfast.studies.telltale_page import page


def test_the_failures_of_one_campaign_are_shown_to_another(monkeypatch, tmp_path):
    monkeypatch.setattr(study, "SEEDS", 12)
    monkeypatch.setattr(study, "QUERIES", 30)
    monkeypatch.setattr(study, "ATTACKS", ("random_rewrite", "hotflip"))
    for name in ("one", "other"):
        Campaign(tiny(rounds=1, seed=len(name)), tmp_path / name).run()
    found = study.measured(tmp_path / "one", tmp_path / "other", 1, Stream(3))
    assert found.gain.before.trials == found.gain.after.trials > 0
    assert {held.attack for held in found.held_out} <= {"random_rewrite", "hotflip"}
    text = page({7: found}, "a test", 12, 30)
    assert f"| seed 7 | {found.power.value:.2f}" in text

    rival = finished_target(tmp_path / "other", 0)
    written = [*study.clean(rival, Stream(3))]
    assert {each.attack for each in written} == {CLEAN}
    shown = study.cases(written, rival, finished_target(tmp_path / "one", 1))
    scores = np.asarray(rival.scorer.score([each.text.snippet for each in written]))
    assert (shown.stopped_before == (scores >= rival.threshold)).all()
    verdicts = rival.judge.judge([each.text.snippet for each in written])
    assert [v.catastrophic for v in verdicts] == shown.catastrophic.tolist()
