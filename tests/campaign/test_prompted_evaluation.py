"""A filtered generator of one's own on prompts: counted again from its file, and resumed after a kill."""

import csv
import json
import math
import shutil
from collections import Counter, defaultdict
from itertools import groupby
from statistics import mean

import pytest
from statsmodels.stats.proportion import proportion_confint

from holdfast.campaign.config import load_config
from holdfast.campaign.prompted import drawing
from holdfast.campaign.prompted.asked import Asked, plan_prompted
from holdfast.campaign.prompted.pipeline import BY_THE_CLOCK, RECORD, evaluate_prompted
from holdfast.campaign.prompted.prompts import read_prompts
from holdfast.campaign.prompted.record import PromptedRecord
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.report.prompted_page import write_prompted_report
from prompted_parts import PROMPTS, fixed, save_parts, write_prompted
from tolerances import SAME_LOG_ODDS, alike, in_a_gap

SAMPLES = 70
"""Three tables of the size here."""


@pytest.fixture(scope="module", autouse=True)
def small_tables():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "SIZE", 32)
        yield


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return save_parts(tmp_path_factory.mktemp("parts"))


def measured(folder, place, asked=None, progress=None):
    config = load_config(place / "holdfast.yaml")
    given = {"prompts": str(place / "prompts.txt"), "tokens": 6, "samples": SAMPLES, **(asked or {})}
    plan, opened = plan_prompted(config, Asked(**given))
    return evaluate_prompted(plan, opened, folder, progress)


def read_samples(folder):
    with (folder / "samples.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(parts, tmp_path_factory):
    """A whole evaluation, at a threshold that about half the draws pass: its folder, place and record."""
    place = tmp_path_factory.mktemp("place")
    write_prompted(place, parts, fixed(1e-9))
    measured(place / "strict", place)
    scores = [math.log(p / (1 - p)) for row in read_samples(place / "strict") if (p := float(row["score"]))]
    write_prompted(place, parts, fixed(1 / (1 + math.exp(-in_a_gap(scores, 0.4)))))
    record, costs = measured(place / "whole", place)
    return place / "whole", place, record, costs


def test_it_counts_what_the_file_of_draws_holds(done):
    folder, _, record, costs = done
    rows = read_samples(folder)
    by_sample = [list(own) for _, own in groupby(rows, key=lambda row: int(row["sample"]))]
    assert len(by_sample) == SAMPLES == record.passed.trials
    assert [own[0]["prompt"] for own in by_sample] == [PROMPTS[i % 5] for i in range(SAMPLES)]
    assert all([row["draw"] for row in own] == [str(i + 1) for i in range(len(own))] for own in by_sample)
    threshold = record.threshold.threshold
    assert all((row["passed"] == "true") == (float(row["score"]) < threshold) for row in rows)
    assert all(row["passed"] == "false" for own in by_sample for row in own[:-1])
    answered = [own for own in by_sample if own[-1]["passed"] == "true"]
    assert all(len(own) == 4 for own in by_sample if own not in answered)

    assert (record.passed.events, record.refused.events) == (len(answered), SAMPLES - len(answered))
    assert 0 < record.refused.events < SAMPLES
    limits = proportion_confint(record.refused.events, SAMPLES, method="beta")
    assert (record.refused.lower, record.refused.upper) == pytest.approx(limits)
    firsts = [own[0] for own in by_sample]
    assert record.accepted.events == sum(row["passed"] == "true" for row in firsts)
    assert record.accepted.trials == SAMPLES
    at = Counter(len(own) for own in answered)
    assert record.draws.passed_at == tuple(at[draw] for draw in range(1, 5))
    assert record.draws.per_completion == pytest.approx(mean(len(own) for own in answered))
    assert record.draws.draws == len(rows) == record.draws.passed + record.draws.turned_away
    assert record.draws.ended == sum(row["ended"] == "true" for row in rows)
    assert costs.written_tokens == sum(int(row["tokens"]) for row in rows)
    assert costs.read_tokens > costs.written_tokens
    assert costs.peak_bytes > 2**26
    assert sum(record.scores.passed) + sum(record.scores.turned_away) == SAMPLES


def test_quality_is_the_mean_log_likelihood_of_a_token(done):
    folder, _, record, _ = done
    found = defaultdict(list)
    for _, some in groupby(read_samples(folder), key=lambda row: row["sample"]):
        own = list(some)
        first, last = (float(row["log_likelihood"]) / int(row["tokens"]) for row in (own[0], own[-1]))
        found["unfiltered"].append(first)
        if own[-1]["passed"] == "true":
            found["filtered"].append(last)
            found["difference"].append(last - first)
    for name, values in found.items():
        one = getattr(record.quality, name)
        assert one.mean == pytest.approx(mean(values))
        assert (one.values, one.lower) == (len(values), None)  # five prompts are too few for limits


def test_it_shows_what_came_nearest_to_the_threshold_and_the_prompts_refused_most(done):
    folder, _, record, _ = done
    passed = [row for row in read_samples(folder) if row["passed"] == "true"]
    highest = sorted((float(row["score"]) for row in passed), reverse=True)[:3]
    assert [one.score for one in record.highest] == pytest.approx(highest)
    refused = [one.refused for one in record.prompts]
    assert refused == sorted(refused, reverse=True)
    assert sum(refused) == record.refused.events
    assert {one.prompt for one in record.prompts} == set(PROMPTS)
    assert record.not_claimed[0].what == "failures of filtered completions"
    assert PromptedRecord.model_validate_json((folder / RECORD).read_text()) == record


class Killed(Silent):
    """Stops after some completions, as a kill would between two tables."""

    def __init__(self, most):
        self.left = most

    def advance(self, amount=1, **figures):
        self.left -= amount
        if self.left <= 0:
            raise KeyboardInterrupt


def test_killed_and_resumed_equals_uninterrupted(done, tmp_path):
    whole, place, record, _ = done
    folder = tmp_path / "killed"
    with pytest.raises(KeyboardInterrupt):
        measured(folder, place, progress=Killed(64))
    assert not (folder / RECORD).exists()
    first, second = sorted((folder / "draws").glob("*.parquet"))
    second.write_bytes(second.read_bytes()[:-20])  # torn
    (folder / "draws" / "000002.parquet").write_bytes(b"half")
    kept = first.stat().st_mtime_ns
    again, costs = measured(folder, place)
    assert first.stat().st_mtime_ns == kept
    assert alike(again.model_dump(), record.model_dump()), "but for the last digits of floats"
    assert (folder / "samples.csv").read_bytes() == (whole / "samples.csv").read_bytes()
    assert costs.writing_seconds > 0
    third, _ = measured(folder, place)
    assert third == again


def test_a_table_holds_the_same_whoever_drew_the_others(done, tmp_path):
    """A prompt's draws depend on its table's stream alone: fewer completions are the first of more."""
    whole, place, _, _ = done
    measured(tmp_path, place, {"samples": 32})
    names = [path.name for path in (tmp_path / "draws").iterdir()]
    assert names == [path.name for path in sorted((whole / "draws").iterdir())[:1]]


def test_a_folder_of_another_plan_is_not_written_over(done, tmp_path):
    whole, place, _, _ = done
    with pytest.raises(UserError, match=r"evaluation of another plan \(tokens 6, not 5\)"):
        measured(whole, place, {"tokens": 5})
    shutil.copytree(whole, tmp_path / "kind")
    (tmp_path / "kind" / "plan.json").write_text("{}")
    with pytest.raises(UserError, match="an evaluation of another kind"):
        measured(tmp_path / "kind", place)


def test_the_threshold_may_be_chosen_on_the_labelled_rows(parts, tmp_path):
    write_prompted(tmp_path, parts, threshold={"rule": "accept", "accept": 0.7})
    record, _ = measured(tmp_path / "out", tmp_path, {"samples": None})
    assert (record.threshold.rule, record.plan.data is not None) == ("accept", True)
    assert record.passed.trials == len(PROMPTS)
    assert (tmp_path / "out" / "scores" / "threshold").is_dir()
    assert json.loads((tmp_path / "out" / BY_THE_CLOCK).read_text())["written_per_second"] > 0


def test_what_the_guard_cannot_read_is_counted_apart(parts, tmp_path):
    guard = {"kind": "folder", "path": str(parts / "guard"), "positions": 18}
    write_prompted(tmp_path, parts, fixed(1 - 1e-9), classifier=guard)
    record, costs = measured(tmp_path / "out", tmp_path)
    rows = read_samples(tmp_path / "out")
    unread = [row for row in rows if row["unread"]]
    assert 0 < record.draws.unread == len(unread) < len(rows)
    assert {(row["score"], row["passed"]) for row in unread} == {("", "false")}
    firsts = [row for row in rows if row["draw"] == "1"]
    assert record.accepted.trials == sum(not row["unread"] for row in firsts)
    assert record.accepted.rate == 1
    assert record.draws.turned_away == 0
    assert [one.completion for one in record.unread] == [row["completion"] for row in unread[:3]]
    page = write_prompted_report(record, costs, tmp_path / "out").read_text()
    assert "and the model reads 18" in page
    assert page.count("<h2") == 7


def write_lines(path, *rows):
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "lines", "found"),
    [
        ("p.txt", ["One two", " three "], (("One two", " three "), (1, 2))),
        ("p.jsonl", ['{"prompt": "One", "x": 1}', "", '{"prompt": "2\\n"}'], (("One", "2\n"), (1, 3))),
        ("p.csv", ["id,prompt", '1,"One, two"', "2,Three"], (("One, two", "Three"), (2, 3))),
        ("p.tsv", ["prompt", "One"], (("One",), (2,))),
    ],
)
def test_prompts_are_read_from_files_with_their_lines(tmp_path, name, lines, found):
    read = read_prompts(write_lines(tmp_path / name, *lines), "prompt")
    assert (read.texts, read.lines) == found


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("p.txt", ["One", "", "  ", "Two"], ["the prompt is empty (2)", "p.txt, line 2", "p.txt, line 3"]),
        ("p.txt", [], ["holds no prompt; write one a line"]),
        (
            "p.jsonl",
            ['{"prompt": "One"}', '{"other": 1}'],
            ["line 2, column 'prompt': the prompt is missing"],
        ),
        ("p.jsonl", ['{"prompt": 3}'], ["line 1, column 'prompt': the prompt is no text (it is 3)"]),
        ("p.jsonl", ["{prompt}"], ["line 1: it is not valid JSON"]),
        ("p.csv", ["prompts", "One"], ["has no column 'prompt'; did you mean 'prompts'?"]),
        ("p.doc", ["One"], ["does not say its format"]),
    ],
)
def test_prompts_that_cannot_be_read_are_named(tmp_path, name, lines, said):
    with pytest.raises(UserError) as caught:
        read_prompts(write_lines(tmp_path / name, *lines), "prompt")
    assert all(words in str(caught.value) for words in said)


def test_limits_come_with_ten_prompts_and_none_is_needed_where_all_pass(parts, tmp_path):
    write_prompted(tmp_path, parts, fixed(1 - 1e-9))
    write_lines(tmp_path / "prompts.txt", *(f"{prompt} {word}" for prompt in PROMPTS for word in ("a", "b")))
    record, _ = measured(tmp_path / "out", tmp_path, {"samples": None, "draws": 1})
    assert (record.passed.events, record.draws.passed_at) == (10, (10,))
    quality = record.quality
    assert quality.unfiltered.mean == pytest.approx(quality.filtered.mean, abs=SAME_LOG_ODDS)
    assert quality.unfiltered.lower < quality.unfiltered.mean < quality.unfiltered.upper
    assert (quality.difference.mean, quality.difference.lower) == (0, None)
