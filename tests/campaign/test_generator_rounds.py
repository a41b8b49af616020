"""Whole runs of a generator with no filter: run, killed, resumed, counted, told."""

import json
from pathlib import Path

import numpy as np
import pytest

from holdfast.campaign.config import RunConfig, resolve, to_yaml
from holdfast.campaign.evaluate.subject import writer_of_run
from holdfast.campaign.generators.conclude import tuned_record
from holdfast.campaign.generators.drawing import attack_seeds, natural_snippets
from holdfast.campaign.generators.record import TunedRecord
from holdfast.campaign.history import campaign_record, load_attempts, open_store
from holdfast.campaign.ledger import rate_record
from holdfast.campaign.loop import Campaign
from holdfast.campaign.plan import steps
from holdfast.campaign.presets import preset
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import prompt_side
from holdfast.campaign.step import StepContext, stream_of
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.evaluation import Proportion
from holdfast.models.generator import Generator
from holdfast.report.tuned_page import tuned_page, write_tuned_report
from holdfast.report.tuned_rows import HEADER, ROUND_HEADER, cost_sentence, headline, round_rows, rows
from holdfast.tasks import tasks
from timeless import timeless
from tiny_generator import tiny_generator

CONFIG = {"rounds": 1, "tuning": {"defence": {"kind": "npo"}}}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TunedRecord]:
    """An uninterrupted tiny run, and the folder it lies in."""
    folder = tmp_path_factory.mktemp("whole") / "trial"
    return folder, carried_out(folder, tiny_generator(**CONFIG))


def carried_out(folder: Path, config: RunConfig) -> TunedRecord:
    Campaign(config, folder).carry_out()
    return tuned_record(open_store(folder.parent, read_only=True), folder.name)


def test_the_record_is_whole_and_reads_back(whole):
    folder, record = whole
    assert TunedRecord.model_validate_json(record.model_dump_json()) == record
    assert str(folder.parent) not in record.model_dump_json(), "a record names no place on this machine"
    assert [one.index for one in record.rounds] == [0, 1]
    assert record.control is not None
    assert record.finished
    for generator in (*(one.generator for one in record.rounds), record.control):
        assert (folder.parent / generator.path / "model.safetensors").exists()
        assert generator.written.catastrophes.trials == 20
        assert [(one.attack, one.held_out) for one in generator.attacks] == [
            ("random_rewrite", False),
            ("genetic", True),
        ]
        assert all(one.attacked_rate.count == one.success.trials for one in generator.attacks)
        assert len(generator.worst) <= 2
    assert record.rounds[0].generator.written.divergence == 0
    assert record.rounds[1].generator.written.divergence > 0
    assert len({one.generator.hash for one in record.rounds}) == 2


def test_each_round_learns_from_what_the_judge_decided(whole):
    learnt = [one.learnt for one in whole[1].rounds]
    assert learnt[0] is None
    assert all(one.harmless and one.catastrophes and one.untrained is None for one in learnt[1:])


def test_the_ledger_has_attack_defence_and_labels_apart(whole):
    for one in whole[1].rounds[1:]:
        assert 0 < one.attack_cost.queries <= 3 * 16
        assert one.attack_cost.backward_flops == 0
        assert one.training_cost.queries == 0
        assert one.training_cost.backward_flops > 0
        assert one.training_cost.judge_calls >= 150
        assert one.training_cost.generated_tokens > 0
        assert one.training_cost.word_labels == 0, "this defence does not read where the harm stands"
    assert whole[1].rounds[0].training_cost.backward_flops == 0


def test_the_control_takes_the_flops_of_the_defence(whole):
    """As near as whole steps come."""
    record = whole[1]
    spent = sum(one.training_cost.forward_flops + one.training_cost.backward_flops for one in record.rounds)
    control = record.control_cost.forward_flops + record.control_cost.backward_flops
    assert control == pytest.approx(spent, rel=0.5)


def test_no_prompt_is_trained_on_and_measured(whole):
    folder, _ = whole
    store = open_store(folder.parent, read_only=True)
    trained = {each.prompt for each in store.examples("trial", split="train")}
    assert trained
    context = StepContext(tiny_generator(**CONFIG), store, "trial", "any", Silent())
    for split in ("train", "evaluation"):
        found = [
            *natural_snippets(context, 30, split, Stream(1)),
            *attack_seeds(context, 5, split, Stream(1)),
        ]
        assert {prompt_side(snippet) for snippet in found} == {split}
    natural = Samples.read(folder / "samples/round-00-natural.parquet")
    assert {prompt_side(snippet) for snippet in natural.snippets} == {"evaluation"}


def test_every_generator_answers_the_same_prompts(whole):
    tables = [whole[0] / f"samples/{name}-natural.parquet" for name in ("round-00", "round-01", "control")]
    prompts = [[snippet.prompt for snippet in Samples.read(table).snippets] for table in tables]
    assert prompts[0] == prompts[1] == prompts[2]


@pytest.mark.parametrize(
    "step",
    [
        "round-01/train",
        pytest.param("round-01/attack/random_rewrite", marks=pytest.mark.slow),
        pytest.param("control/train", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_stopped_ends_like_one_that_was_not(whole, tmp_path, monkeypatch, step):
    """Stopped as the step is about to be kept: its model lies in the folder, and no row says so."""
    from holdfast.store.store import Store

    folder, finish = tmp_path / "trial", Store.finish_step

    def stopped(self, run, name, *rest):
        if name == step:
            raise KeyboardInterrupt
        return finish(self, run, name, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "finish_step", stopped)
        with pytest.raises(KeyboardInterrupt):
            carried_out(folder, tiny_generator(**CONFIG))
    record = carried_out(folder, tiny_generator(**CONFIG))
    assert timeless(record.model_dump()) == timeless(whole[1].model_dump())


def test_the_report_answers_whether_it_is_safer_and_what_it_cost(whole, tmp_path):
    record, attempts = whole[1], load_attempts("trial", whole[0].parent)
    assert sum(len(table["seed"]) for table in attempts) == 3 * 2 * 2, "each generator, attack and seed"
    page = write_tuned_report(record, tmp_path, attempts)
    assert page.read_text(encoding="utf-8") == tuned_page(record)
    assert "Is the generator safer, and what did it cost?" in tuned_page(record)
    assert headline(record).startswith("Catastrophes per completion after a round: on natural prompts")
    assert "The defence took" in cost_sentence(record)
    assert all(len(row) == len(HEADER) for row in rows(record))
    assert [row[0] for row in round_rows(record)] == ["0", "1", "control"]
    assert all(len(row) == len(ROUND_HEADER) for row in round_rows(record))
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        "attempts.csv",
        "generator.csv",
        "rounds.csv",
    }


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (50, 2, "It is safer in at least one measure, and in none clearly less safe."),
        (2, 50, "It is less safe in at least one measure."),
        (50, 49, "No measure tells the two apart."),
    ],
)
def test_a_change_is_named_only_where_limits_lie_apart(whole, before, after, says):
    first, last = (whole[1].rounds[place] for place in (0, 1))

    def failing(round_, events):
        rate = rate_record(Proportion(events, 1000))
        found = round_.generator.written.model_copy(update={"catastrophes": rate})
        generator = round_.generator.model_copy(update={"written": found, "attacks": ()})
        return round_.model_copy(update={"generator": generator})

    record = whole[1].model_copy(update={"rounds": (failing(first, before), failing(last, after))})
    assert headline(record).endswith(says)
    change = rows(record)[0][HEADER.index("change")]
    assert change == (
        "no clear change"
        if "No measure" in says
        else f"{(after - before) / 10:+.3g} points".replace("-", "−")
    )


def test_other_commands_find_the_generator_of_a_round(whole):
    runs = whole[0].parent
    first, last = writer_of_run(runs, "trial", None, 0), writer_of_run(runs, "trial", "brackets", None)
    task = tasks.get("brackets")()
    hashes = [Generator.load(one.generator, task).hash for one in (first, last)]
    assert hashes == [whole[1].rounds[place].generator.hash for place in (0, 1)]
    with pytest.raises(UserError, match="has no finished round 7"):
        writer_of_run(runs, "trial", None, 7)
    with pytest.raises(UserError, match="trained a generator with no filter"):
        campaign_record(open_store(runs, read_only=True), "trial")


def test_a_round_with_nothing_to_learn_from_leaves_the_generator(tmp_path):
    """Preference pairs need a prompt of which both kinds were drawn; one draw of each prompt gives none."""
    over = {"rounds": 1, "tuning": {"defence": "dpo", "completions": 1, "control": False}}
    config = tiny_generator(**over)
    config = resolve({**config.model_dump(), "attacks": [{**config.model_dump()["attacks"][0], "seeds": 2}]})
    record = carried_out(tmp_path / "trial", config)
    learnt, hashes = record.rounds[1].learnt, {one.generator.hash for one in record.rounds}
    assert (learnt.untrained is None) == (learnt.pairs > 0) == (len(hashes) == 2)


@pytest.mark.parametrize("task", ["sandbox", "storyworld"])
def test_its_presets_are_whole(task, tmp_path):
    for name in ("smoke", "demo", "full"):
        config = preset(task, name, "generator")
        assert config.system == "generator"
        assert config.classifier is None
        assert resolve(config.model_dump(mode="json")) == config
        assert len({step.name for step in steps(config)}) == len(steps(config))
    assert preset("sandbox", "smoke") == preset("sandbox", "smoke", "generator")
    assert preset("sandbox", "smoke", "filter").classifier is not None
    assert "tuning:" in to_yaml(config)


@pytest.mark.parametrize(
    ("over", "why"),
    [
        (
            {"classifier": preset("brackets", "smoke").model_dump()["classifier"]},
            "classifier is for a filter",
        ),
        ({"generator": None}, "needs a `generator`"),
        (
            {"attacks": [{"attack": "best_of_n", "seeds": 2, "queries_per_seed": 5}]},
            "writes completions itself",
        ),
        ({"judge": "people"}, "does not decide any text at once"),
        ({"tuning": {"defence": "npoo"}}, "did you mean 'npo'"),
        ({"system": "filter"}, "a filter needs a `classifier`"),
        ({"vetoes": [{"kind": "likelihood", "part": "completion"}]}, "vetoes is for a filter"),
    ],
)
def test_what_does_not_suit_a_generator_is_refused_before_anything_is_spent(over, why):
    with pytest.raises(UserError, match=why):
        resolve({**tiny_generator().model_dump(mode="json"), **over})


def test_harm_is_where_the_judge_says(tmp_path):
    from holdfast.campaign.generators.lesson import _harm

    task = tasks.get("sandbox")()
    config = tiny_generator("sandbox")
    context = StepContext(config, open_store(tmp_path), "trial", "any", Silent())
    drawn = task.sample(200, stream_of(config, "harm"), "hard")
    bad = [s for s, v in zip(drawn, task.oracle.judge(drawn), strict=True) if v.catastrophic]
    assert bad
    for snippet in bad:
        words = len(task.words(snippet.completion))
        spans = [p for p in task.explain(snippet).harm if p.part == "completion"]
        expected = np.zeros(words, dtype=bool)
        for span in spans:
            expected[span.start : span.stop] = True
        assert list(_harm(context, snippet, words)) == expected.tolist()
        assert 0 < expected.sum() <= words


def test_holdfast_run_sandbox_smoke(holdfast, tmp_path):
    """The documented command, from nothing to its report."""
    done = holdfast("run", "sandbox", "--preset", "smoke", "--runs", tmp_path, "--name", "trial", "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert [one["index"] for one in told["rounds"]] == [0, 1]
    assert (tmp_path / "trial" / "report.html").is_file()
    assert told["defence"] == "rejection_sampling"
