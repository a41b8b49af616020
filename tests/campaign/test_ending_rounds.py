"""Rounds that end by validation robustness: when, with which model, and the same if they are interrupted."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.config import RunConfig
from holdfast.campaign.diagnose_fit import diagnose_fit
from holdfast.campaign.history import list_runs, open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.plan import steps
from holdfast.campaign.records import CampaignRecord
from holdfast.campaign.stages import validate
from holdfast.campaign.stages.validate import queries_to_failure
from holdfast.campaign.train_one import train_again
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.report.rounds import HEADER, end_sentence, round_rows
from tiny import tiny

CHANGES = {
    "rounds": 3,
    "held_out": ["best_of_n"],
    "attacks": [{"attack": "random_rewrite", "seeds": 6, "queries_per_seed": 20}],
    "ramp": {"start": 0.5},
    "stop": {"attack": "random_rewrite", "patience": 1, "seeds": 3, "queries_per_seed": 30},
    "threshold": {"completions": 40},
    "evaluation": {
        "prompts": 30,
        "snippets": 40,
        "attack_seeds": 2,
        "queries_per_seed": 20,
        "worst": 1,
        "at_ends": {"prompts": 40, "attack_seeds": 3, "queries_per_seed": 30},
    },
    "retraining": {
        "examples": 120,
        "torn": 20,
        "steps": 3,
        "mixing": {"minimal_pairs": True, "balanced_by": "attack"},
    },
}


def asked() -> RunConfig:
    return tiny("brackets", **CHANGES)


@dataclass
class Whole:
    folder: Path
    record: CampaignRecord
    notes: list[str]


class Notes(Silent):
    """Keeps what is noted, and how much of the whole campaign was done."""

    def __init__(self, interrupt_at: str | None = None) -> None:
        self.notes: list[str] = []
        self.total = 0
        self.moved = 0
        self._interrupt_at = interrupt_at

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        if weighed:
            self.total = total or 0
        if self._interrupt_at and step.startswith(self._interrupt_at):
            raise KeyboardInterrupt

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        self.moved += amount if "steps_done" in figures else 0

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture(scope="module")
def hardness() -> dict[int, float]:
    """What validation finds of each round, planted: no model of a few steps becomes harder at will."""
    return {0: 3.0, 1: 9.0, 2: 9.0, 3: 20.0}


@pytest.fixture(scope="module")
def planted(hardness: dict[int, float]) -> object:
    """Validation whose figure is planted; the attack itself is the real one."""
    calls: dict[str, int] = {}

    def queries(first: object, budget: int) -> float:
        return hardness[calls["round"]]

    real = validate.validate

    def told(context: object, round_: int, asked: object) -> object:
        calls["round"] = round_
        return real(context, round_, asked)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(validate, "queries_to_failure", queries)
        patched.setattr(validate, "validate", told)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, planted: object) -> Whole:
    folder, progress = tmp_path_factory.mktemp("whole") / "trial", Notes()
    record = Campaign(asked(), folder).run(progress)
    assert progress.moved == progress.total
    return Whole(folder, record, progress.notes)


def test_rounds_end_once_no_model_was_harder_for_patience_rounds(whole: Whole) -> None:
    assert [one.index for one in whole.record.rounds] == [0, 1, 2, 3]
    assert [one.taken_from for one in whole.record.rounds] == [None, None, None, 1]
    found = [one.validation for one in whole.record.rounds]
    assert [each.best if each else None for each in found] == [0, 1, 1, None]
    assert whole.notes == ["rounds end after round 2 of 3: the models become no harder to break"]
    done = [step.name for step in open_store(whole.folder.parent).steps("trial")]
    assert "round-02/validate" in done
    assert not [name for name in done if name.startswith("round-03/attack")]
    assert list_runs(whole.folder.parent)[0].status == "finished"


def test_the_last_model_is_the_hardest_measured_as_the_last(whole: Whole) -> None:
    best, last = whole.record.rounds[1], whole.record.rounds[-1]
    assert last.classifier_hash == best.classifier_hash != whole.record.rounds[2].classifier_hash
    assert last.threshold == best.threshold
    assert last.attacks[0].queries_per_seed == asked().extent(0).queries_per_seed
    assert last.natural.prompts == whole.record.rounds[0].natural.prompts != best.natural.prompts
    assert last.training_cost.forward_flops == last.attack_cost.queries == 0
    assert [one.round for one in whole.record.objectives] == [0, 0, 3, 3]
    told = end_sentence(whole.record)
    assert told is not None
    assert told.startswith("Rounds ended after round 2 of 3. The last model is that of round 1")


def test_each_round_says_what_it_was_attacked_with(whole: Whole) -> None:
    queries = [[each.queries_per_seed for each in one.attacked] for one in whole.record.rounds]
    assert queries == [[], [10], [14], []]
    rows = round_rows(whole.record)
    assert rows[2][HEADER.index("queries a seed")] == "14 (random_rewrite)"
    assert rows[3][0] == "3 (the model of 1)"
    assert "9; " in rows[1][HEADER.index("queries to failure, validation")]


def test_stopped_at_a_step_and_resumed_it_ends_the_same(whole: Whole, tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    for place in ("round 2: train", "round 3: take"):
        with pytest.raises(KeyboardInterrupt):
            Campaign(asked(), folder).run(Notes(place))
    rest = Notes()
    record = Campaign.resume(folder, rest)
    assert rest.moved == rest.total
    hidden = {"seconds", "started", "finished"}

    def timeless(value: object) -> object:
        if isinstance(value, dict):
            return {key: timeless(each) for key, each in value.items() if key not in hidden}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    found, expected = (json.loads(one.model_dump_json()) for one in (record, whole.record))
    assert timeless(found) == timeless(expected)
    kept = [
        [(step.name, step.input_hash) for step in open_store(each.parent).steps("trial")]
        for each in (folder, whole.folder)
    ]
    assert kept[0] == kept[1]


def test_the_round_that_took_a_model_is_not_trained_again(whole: Whole, tmp_path: Path) -> None:
    again = train_again(whole.folder, asked(), tmp_path / "again")
    assert (again.round, again.hash) == (1, whole.record.rounds[1].classifier_hash)
    with pytest.raises(UserError, match="round 3 trained nothing: its model is that of round 1"):
        train_again(whole.folder, asked(), tmp_path / "other", 3)
    with pytest.raises(UserError, match="round 3 trained nothing"):
        diagnose_fit(whole.folder, 3)
    assert diagnose_fit(whole.folder).round == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stop": {"attack": "best_of_n"}}, "'best_of_n' is held out, and rounds are to end by it"),
        ({"stop": {"attack": "random_rewrit"}}, "did you mean 'random_rewrite'"),
        ({"stop": {"attack": "random_rewrite", "patience": 0}}, "stop.patience"),
    ],
)
def test_rules_that_cannot_be_are_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        tiny("brackets", **{**CHANGES, **change})


def test_without_rounds_or_a_rule_nothing_is_added() -> None:
    assert tiny("brackets", **{**CHANGES, "rounds": 0}).last_round == 0
    assert tiny().last_round == tiny().rounds
    assert not [step for step in steps(tiny()) if step.may_end or step.name.endswith("validate")]


@given(st.lists(st.one_of(st.none(), st.integers(1, 50)), min_size=1, max_size=30))
def test_queries_to_failure_are_between_one_and_the_budget(first: list[int | None]) -> None:
    found = queries_to_failure(first, 50)
    assert 1 - 1e-9 <= found <= 50 + 1e-9
    harder = queries_to_failure([None, *first[1:]], 50)
    assert harder >= found - 1e-9
