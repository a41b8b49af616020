"""A guard of labelled text in rounds: what it learns from, what stays apart; killed and resumed; refused."""

import csv
import json
import re

import pytest
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import planted_masked
from holdfast.campaign.config import load_config
from holdfast.campaign.diagnose_fit import diagnose_fit
from holdfast.campaign.hardening.attack import checking_table
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.hardening.matched import Matcher
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import guard_rounds
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.attack import candidates_table
from holdfast.campaign.study.runs import hardening_rows
from holdfast.campaign.train_one import run_config, train_again
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.report.hardening_page import hardening_page, marked
from holdfast.store.disk import read_table
from holdfast.tasks.labelled.task import LabelledTask
from labelled_guard import rows, save_guard, write_config, write_rows

SLOW = pytest.mark.slow
AFTER = "random_rewrite-after"
ROUNDS = {
    "rounds": 2,
    "attacks": [
        {
            "attack": {"kind": "random_rewrite", "constraints": {"place": "after"}},
            "seeds": 12,
            "queries_per_seed": 12,
        }
    ],
    "held_out": [{"kind": "random_rewrite", "constraints": {"place": "before"}}],
    "retraining": {
        "recipe": {"learning_rate": 1e-2, "batch_size": 16},
        "learning_rates": [1e-2, 1e30],
        "examples": 128,
        "steps": 8,
        "candidates": 30,
        "control": True,
    },
    "evaluation": {"attack_seeds": 8, "queries_per_seed": 12},
}


def texts(each=(16, 20, 24)):
    """Rows of all four splits."""
    validation = [{**row, "split": "validation"} for row in rows(seed=1, each=(14, 0, 0))]
    made = rows(each=each)
    known = {row["text"] for row in made}
    return [*made, *(row for row in validation if row["text"] not in known)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = tmp_path_factory.mktemp("hardening")
    patch = pytest.MonkeyPatch()
    patch.setenv("HOLDFAST_CACHE", str(made / "cache"))
    save_guard(made / "guard")
    write_rows(made / "texts.csv", texts())
    yield made
    patch.undo()


def configured(place, name="rounds", data="texts.csv", **changes):
    return load_config(write_config(place / f"{name}.yaml", data, "guard", **{**ROUNDS, **changes}))


def carried_out(place, name, config, progress=None):
    campaign = Campaign(config, place / "runs" / name)
    campaign.carry_out(progress or Silent())
    return hardening_record(open_store(place / "runs"), name)


@pytest.fixture(scope="module")
def record(place):
    return carried_out(place, "whole", configured(place))


@pytest.fixture(scope="module")
def run(place, record):
    return place / "runs" / "whole"


def sentences_of(text):
    """The rows are one sentence each, so that a rewrite holds its seed's as it stands."""
    return re.findall(r"[a-z][^.]*\.", text)


def test_it_measures_the_guard_as_it_came_after_each_round_and_a_control(record):
    assert [one.index for one in record.rounds] == [0, 1, 2]
    assert record.control is not None
    for guard in (*(one.guard for one in record.rounds), record.control):
        assert [(a.attack, a.place, a.held_out) for a in guard.attacks] == [
            (AFTER, "after", False),
            ("random_rewrite-before", "before", True),
        ]
        assert all(a.broken + a.withstood + a.skipped == a.planned == 8 for a in guard.attacks)
    assert len({one.guard.hash for one in record.rounds} | {record.control.hash}) == 4
    assert record.rounds[0].pool is None
    assert all(one.learning_rate == 1e-2 for one in record.rounds[1:]), "the other diverges"


def test_each_rewrite_that_is_trained_on_has_a_harmless_text_made_likewise(run, place):
    task = LabelledTask(configured(place).task["data"])
    labels = {row["text"]: row["label"] for row in texts()}
    train = {row["text"] for row in texts() if row["split"] == "train"}
    for round_ in (1, 2):
        samples = Samples.read(run / candidates_table(round_, AFTER))
        bad = samples.catastrophic
        assert bad.any()
        assert bad.sum() == (~bad).sum()
        for snippet, catastrophic in zip(samples.snippets, bad.tolist(), strict=True):
            first, *after = sentences_of(snippet.completion)
            assert first in train, "the passage stands first, since attacks may write after it alone"
            assert labels[first] == ("bad" if catastrophic else "fine")
            assert set(after) <= set(task.harmless_sentences) | {first}
        around = [sentences_of(snippet.completion)[1:] for snippet in samples.snippets]
        count = len(around) // 2
        assert around[:count] == around[count:], "what stands after it is the same, pair by pair"


def test_what_checks_a_guard_is_never_trained_on(run, place):
    store = open_store(place / "runs")
    seeds = {
        split: {row["text"] for row in texts() if row["split"] == split} for split in ("train", "validation")
    }
    for split, own in seeds.items():
        found = store.texts("whole", split=split, rounds=[1, 2])
        assert found
        assert all(own & set(sentences_of(each.completion)) for each in found)
    checked = read_table(run / checking_table(1, AFTER), ["seed"])["seed"]
    assert set(checked.tolist()) <= seeds["validation"]


def test_without_matched_negatives_it_learns_from_catastrophes_alone(place):
    retraining = {**ROUNDS["retraining"], "matched_negatives": False, "control": False, "learning_rates": []}
    found = carried_out(place, "bare", configured(place, "bare", rounds=1, retraining=retraining))
    assert found.rounds[1].pool.negatives == 0
    assert found.rounds[1].pool.positives
    assert found.control is None


class StoppedError(Exception):
    pass


class StopsAt(Silent):
    """Ends the run, as a kill does, at the start of its nth piece of work."""

    def __init__(self, count):
        self.left = count

    def start(self, *told, **more):
        self.left -= 1
        if self.left < 0:
            raise StoppedError


def told(record):
    """All that a run says but for the clock, its name, and where it lies."""
    plain = record.model_dump(mode="json", exclude={"run", "started", "finished", "config"})
    return re.sub(r'"seconds": [0-9.e+-]+', "", json.dumps(plain))


@pytest.mark.parametrize("count", [pytest.param(3, marks=SLOW), 9, pytest.param(16, marks=SLOW)])
def test_stopped_anywhere_and_resumed_it_comes_to_the_same(place, record, count):
    name = f"stopped-{count}"
    with pytest.raises(StoppedError):
        carried_out(place, name, configured(place), StopsAt(count))
    Campaign.begun(place / "runs" / name).carry_out(Silent())
    assert told(hardening_record(open_store(place / "runs"), name)) == told(record)


REFUSED = [
    # what is changed, what the error says
    ({"judge": {"kind": "labels"}}, "rounds need one that decides rewrites"),
    (
        {"attacks": [{**ROUNDS["attacks"][0], "attack": "random_rewrite"}]},
        "both trained against and held out",
    ),
    ({"rounds": 1, "attacks": [], "held_out": []}, "rounds need at least one attack"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_run_is_refused(place, changes, said):
    with pytest.raises(UserError, match=said):
        carried_out(place, "refused", configured(place, "refused", **changes))


def test_a_split_without_rows_is_named(place):
    write_rows(place / "few.csv", rows(each=(12, 10, 10)))
    with pytest.raises(UserError, match="the split 'validation' has no catastrophic rows"):
        carried_out(place, "few", configured(place, "few", "few.csv"))


def test_data_that_changed_since_the_run_began_are_refused(place):
    write_rows(place / "moving.csv", texts())
    with pytest.raises(StoppedError):
        carried_out(place, "moving", configured(place, "moving", "moving.csv"), StopsAt(4))
    write_rows(place / "moving.csv", texts()[:-1])
    with pytest.raises(UserError, match="not what this run began with"):
        Campaign.begun(place / "runs" / "moving").carry_out(Silent())


def test_harmless_rows_are_taken_in_turn(place):
    task = LabelledTask(configured(place).task["data"])
    matcher = Matcher(task, judges.get("carried")(task), "train", Stream(3))
    harmless = task.rows.snippets(task.distinct("train", "harmless"))
    seed = next(
        Snippet("", row["text"]) for row in texts() if (row["split"], row["label"]) == ("train", "bad")
    )
    made = matcher.of([(seed, seed)] * (2 * len(harmless)))
    assert sorted(one.snippet.completion for one in made) == sorted(2 * [s.completion for s in harmless])


def test_what_a_judges_model_costs_for_harmless_texts_is_counted(place, record, tmp_path):
    task = LabelledTask(configured(place).task["data"])
    tokenizer = Classifier.load(place / "guard").tokenizer
    tokenizer.add_special_tokens({"mask_token": "[MASK]"})
    masked = planted_masked.save(tmp_path / "masked", tokenizer, ["tea", "book"])
    judge = judges.get("edits")(task, model=str(masked))
    matcher = Matcher(task, judge, "train", Stream(3))
    seed = next(
        Snippet("", row["text"]) for row in texts() if (row["split"], row["label"]) == ("train", "bad")
    )
    assert all(matcher.of([(seed, seed)] * 3))
    assert matcher.spend.judge_flops == judge._exchanges._model.spend.forward_flops > 0
    plain = Matcher(task, judges.get("carried")(task), "train", Stream(3))
    assert all(plain.of([(seed, seed)] * 3))
    assert plain.spend.judge_flops == 0
    assert "The judge also runs a model" not in hardening_page(record)
    last = record.rounds[-1]
    paid = last.model_copy(update={"attack_cost": last.attack_cost.model_copy(update={"judge_flops": 2e9})})
    page = hardening_page(record.model_copy(update={"rounds": (*record.rounds[:-1], paid)}))
    assert re.search(r"The judge also runs a model, which no column includes: 2\S* \w+ in the attacks", page)


def test_what_a_configuration_leaves_out_suits_its_judge():
    def places(values):
        found = guard_rounds(values)
        trained = {str(each["attack"]) for each in found["attacks"]}
        return trained, {str(each) for each in found["held_out"]}

    for judge in (None, "carried", {"kind": "edits", "table": "t.json"}, "people"):
        trained, held_out = places({"judge": judge} if judge else {})
        assert trained
        assert held_out
        assert not trained & held_out
    assert "attacks" not in guard_rounds({"attacks": []})
    few, many = (guard_rounds({"judge": judge})["attacks"] for judge in ("people", "carried"))
    assert sum(each["seeds"] for each in few) < sum(each["seeds"] for each in many)


def test_the_page_tells_gain_over_blocking_and_telltale_together_and_escapes(record, place):
    page = hardening_page(record)
    assert page == hardening_page(record)
    answer = re.search(r'class="headline">(.*?)<table', page, re.S)[1]
    for said in ("seeds that the guard stops", "Harmless texts blocked", "telltale"):
        assert said in answer
    assert "<script" not in page


MARKED = [
    # the seed, the failure, its pieces with what is new in brackets
    ("They burn.", "A tea. They burn. A lamp.", "[A tea. ]They burn.[ A lamp.]"),
    ("They burn.", "They burn.", "They burn."),
    ("they all burn it", "they all scorch it", "they all [scorch ]it "),
]


@pytest.mark.parametrize(("seed", "text", "pieces"), MARKED)
def test_what_an_attack_wrote_is_marked(seed, text, pieces):
    found = [f"[{p.text}]" if p.changed else p.text for p in marked(seed, text)]
    assert "".join(found) == pieces


def test_on_the_command_line(holdfast, place, record, monkeypatch):
    monkeypatch.chdir(place)
    done = holdfast("resume", "runs/whole")
    assert done.code == 0, done.err
    for said in (
        "median queries, random_rewrite-before (held out)",
        "harmless texts blocked",
        "control",
        "report:",
    ):
        assert said in done.out
    assert (place / "runs" / "whole" / "report.html").is_file()
    with (place / "runs" / "whole" / "figures" / "attempts.csv").open(encoding="utf-8", newline="") as file:
        attempts = list(csv.DictReader(file))
    assert {row["guard"] for row in attempts} == {"round-00", "round-01", "round-02", "control"}
    assert len(attempts) == 4 * 2 * 8
    assert json.loads(holdfast("report", "runs/whole", "--json").out)["rounds"][2]["index"] == 2
    listed = holdfast("runs", "list")
    assert "whole" in listed.out
    refused = holdfast("runs", "compare", "whole", "bare")
    assert refused.code == 2
    assert "hardened a guard of labelled text" in refused.err
    shown = holdfast("run", "-c", "rounds.yaml", "--rounds", 1, "--show-config", "--json")
    assert json.loads(shown.out)["rounds"] == 1
    hardened = Classifier.load(
        place / "runs/whole/models/classifier-02", format=GuardFormat(bad=("catastrophic",))
    )
    assert hardened.hash == record.rounds[2].guard.hash


def test_an_encoder_without_a_head_is_fine_tuned_into_a_guard(place):
    whole = AutoModelForSequenceClassification.from_pretrained(place / "guard")
    whole.base_model.save_pretrained(place / "encoder")
    AutoTokenizer.from_pretrained(place / "guard").save_pretrained(place / "encoder")
    tuning = {"learning_rates": [1e-2, 1e30], "steps": [4, 8], "recipe": {"batch_size": 8}}
    headless = {"kind": "folder", "path": str(place / "encoder")}
    only = {"rounds": 0, "attacks": [], "held_out": []}
    with pytest.raises(UserError, match=r"without a classification head.*`fine_tune:`"):
        carried_out(place, "headless", configured(place, "headless", classifier=headless, **only))
    config = configured(place, "tuned", classifier={**headless, "fine_tune": tuning}, **only)
    found = [carried_out(place, name, config) for name in ("tuned", "tuned-again")]
    assert found[0].rounds[0].guard.hash == found[1].rounds[0].guard.hash
    assert found[0].rounds[0].learning_rate == 1e-2
    guard = Classifier.load(place / "runs" / "tuned" / "models" / "classifier-00")
    assert guard.labels.bad_names == ("catastrophic",)
    assert guard.hash == found[0].rounds[0].guard.hash


def test_a_guard_that_reads_in_windows_is_trained_on_what_fits_one(place):
    """Which window of a long text is the bad one nobody knows: what is too long is left out, and counted."""
    config = configured(place, "windows", rounds=1)
    start = config.classifier.model_copy(update={"overflow": "window", "positions": 16})
    record = carried_out(place, "windows", config.model_copy(update={"classifier": start}))
    pool = record.rounds[1].pool
    assert pool.left_out > 0
    assert pool.positives
    assert pool.negatives


def test_a_study_a_training_and_a_diagnosis_take_a_hardened_run(place, record, tmp_path):
    told = list(hardening_rows(record))
    ends = {(row["model"], row["measure"], row["of"]) for row in told}
    attacks = {attack.attack for attack in record.rounds[-1].guard.attacks}
    assert {(end, "attack success", each) for end in ("first", "last") for each in attacks} <= ends
    assert {("last", "recall", ""), ("all", "FLOPs", "training")} <= ends
    run = place / "runs" / record.run
    again = train_again(run, run_config(run), tmp_path / "guard")
    assert again.hash == record.rounds[-1].guard.hash
    found = diagnose_fit(run)
    assert {source.source for source in found.sources} == {"clean", "random_rewrite-after"}
    assert found.validation is not None
