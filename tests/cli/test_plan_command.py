import json

import pytest


def test_it_tells_the_plans_and_the_floor(holdfast):
    ended = holdfast("plan", "--target", "1e-5", "--confidence", "0.95", "--true-rate", "1e-6")
    assert ended.code == 0
    for text in ("299,572", "74.1 %", "629,578", "97.4 %", "333,632", "ln(1/0.05)/1e-05", "cannot help here"):
        assert text in ended.out
    assert "time" not in ended.out.splitlines()[2]


def test_time_and_cost_follow_from_prices(holdfast):
    ended = holdfast(
        "plan", "--target", "1e-4", "--true-rate", "3e-5", "--per-second", "100", "--label-cost", "1"
    )
    assert "5.0 min" in ended.out  # 29,956 samples
    assert "29,956.00" in ended.out
    assert "may save some" in ended.out


def test_json_holds_the_same(holdfast):
    ended = holdfast("plan", "--target", "1e-5", "--true-rate", "1e-6", "--per-second", "1000", "--json")
    found = json.loads(ended.out)
    assert found["label_floor"] == 299_572
    chosen = [one for one in found["fixed"] if one["chosen"]]
    assert [(one["allowed_failures"], one["samples"]) for one in chosen] == [(1, 474_385)]
    assert chosen[0]["seconds"] == pytest.approx(474.385)
    assert found["monitor"]["samples_without_failure"] == 333_632


def test_a_true_rate_at_the_target_is_refused(holdfast):
    ended = holdfast("plan", "--target", "1e-5", "--true-rate", "1e-5")
    assert ended.code == 2
    assert "below the target" in ended.err
