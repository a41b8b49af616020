"""Whole campaigns: run, killed, resumed, told."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.campaign.compare import compare
from holdfast.campaign.config import RunConfig
from holdfast.campaign.history import list_runs, load_record
from holdfast.campaign.loop import Campaign
from holdfast.campaign.plan import steps
from holdfast.campaign.presets import preset
from holdfast.campaign.records import CampaignRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import side
from holdfast.campaign.stages.attack import candidates_table
from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.progress import Silent
from holdfast.core.snippet import Snippet
from holdfast.store.lock import RunLock
from holdfast.store.store import Store
from timeless import timeless
from tiny import tiny

CHILD = """
import sys
from pathlib import Path
from holdfast.campaign.config import resolve
from holdfast.campaign.loop import Campaign
import errno
import json
folder, config = Path(sys.argv[1]), resolve(json.loads(sys.argv[2]))
print("ready", flush=True)
Campaign(config, folder).run()
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CampaignRecord]:
    """An uninterrupted tiny campaign, and the folder it lies in."""
    folder = tmp_path_factory.mktemp("whole") / "trial"
    return folder, Campaign(tiny(), folder).run()


def kept(folder: Path) -> dict[str, object]:
    """All that the store holds of a run, but times."""
    store = Store(folder.parent)
    return {
        "steps": [
            (s.name, s.state, s.stream, s.input_hash, timeless(s.result)) for s in store.steps("trial")
        ],
        "artifacts": [(a.step, a.name, a.sha256) for a in store.artifacts("trial")],
        "examples": [
            (e.step, e.seed, e.split, e.prompt, e.completion, e.label, e.score, e.query)
            for e in store.examples("trial")
        ],
        "models": [(m.step, m.hash) for m in store.models("trial")],
        "costs": [(c.step, c.side, c.queries, c.forward_flops, c.judge_calls) for c in store.costs("trial")],
    }


def same(folder: Path, record: CampaignRecord, whole: tuple[Path, CampaignRecord]) -> None:
    assert timeless(record.model_dump()) == timeless(whole[1].model_dump())
    assert kept(folder) == kept(whole[0])


def test_the_record_is_whole_and_reads_back(whole: tuple[Path, CampaignRecord]) -> None:
    folder, record = whole
    assert CampaignRecord.model_validate_json(record.model_dump_json()) == record
    assert load_record("trial", folder.parent) == record
    assert str(folder.parent) not in record.model_dump_json(), "a record names no place on this machine"
    assert [r.index for r in record.rounds] == [0, 1, 2]
    assert record.finished
    assert record.generator is not None
    assert (folder.parent / record.generator.path).is_dir()
    for round_ in record.rounds:
        assert (folder.parent / round_.classifier_path / "model.safetensors").exists()
        assert [(a.attack, a.held_out) for a in round_.attacks] == [
            ("best_of_n", False),
            ("random_rewrite", False),
            ("genetic", True),
        ]
        assert round_.natural.prompts == (50 if round_.index == 1 else 80)
        assert round_.natural.failures.trials + round_.natural.refusals.events == round_.natural.prompts
        assert all(len(w.prompt_words) == len(w.prompt_saliency) for w in round_.worst)
        assert len({(w.prompt, w.completion) for w in round_.worst}) == len(round_.worst)
        assert all(w.score < round_.threshold for w in round_.worst)
        assert round_.evaluation_cost.forward_flops > 0
    assert record.rounds[0].pool is None
    assert record.rounds[2].pool is not None
    assert record.rounds[2].attack_cost.queries > 0
    assert len({r.classifier_hash for r in record.rounds}) == 3
    assert [f.dataset for f in record.rounds[2].fit] == [
        "clean-validation",
        "adversarial-train",
        "adversarial-validation",
    ]


def test_train_and_validation_share_no_seed(whole: tuple[Path, CampaignRecord]) -> None:
    store = Store(whole[0].parent)
    examples = store.examples("trial")
    seeds = {
        split: {e.seed for e in examples if e.split == split and e.seed}
        for split in ("train", "validation", "evaluation")
    }
    assert seeds["train"]
    assert seeds["evaluation"]
    assert not seeds["train"] & seeds["validation"]
    assert not (seeds["train"] | seeds["validation"]) & seeds["evaluation"]
    assert {e.label for e in examples if e.split == "train"} == {"catastrophic"}
    candidates = Samples.read(whole[0] / candidates_table(1, "random_rewrite"))
    assert set(candidates.catastrophic.tolist()) == {True, False}
    for path, split in (("clean-train", "train"), ("clean-validation", "validation")):
        clean = Samples.read(whole[0] / f"samples/{path}.parquet")
        assert {side(snippet) for snippet in clean.snippets} == {split}
    for round_ in whole[1].rounds:
        assert {side(Snippet(w.seed_prompt, w.seed_completion)) for w in round_.worst} <= {"evaluation"}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_killed_at_random_points_and_resumed_it_ends_the_same(
    tmp_path: Path, whole: tuple[Path, CampaignRecord], seed: int
) -> None:
    folder, draw = tmp_path / "trial", random.Random(seed)
    seconds = sum(step.seconds or 0.0 for step in Store(whole[0].parent).steps("trial"))
    for _ in range(2):
        kill_after(draw.uniform(0.05, 0.6) * seconds, folder, tiny())
    if folder.parent.joinpath("holdfast.db").exists() and list_runs(folder.parent):
        assert list_runs(folder.parent)[0].status in ("interrupted", "finished")
    same(folder, Campaign(tiny(), folder).run(), whole)
    assert not list(folder.rglob(".*")), "nothing half-written stays behind"


def kill_after(seconds: float, folder: Path, config: RunConfig) -> None:
    """Run the campaign in a process of its own, and kill it without warning."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), json.dumps(config.model_dump(mode="json"))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()


class Counting(Silent):
    """Counts the steps that were really done, and may interrupt one."""

    def __init__(self, interrupt_at: int | None = None) -> None:
        self.started: list[str] = []
        self.notes: list[str] = []
        self.weight: int | None = None
        self.moved = 0
        self._interrupt_at = interrupt_at

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        if weighed:
            self.weight = total
            return
        self.started.append(step)
        if len(self.started) == self._interrupt_at:
            raise KeyboardInterrupt

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        self.moved += amount if "steps_done" in figures else 0

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_ctrl_c_keeps_what_is_done_and_the_run_goes_on_later(
    tmp_path: Path, whole: tuple[Path, CampaignRecord]
) -> None:
    folder, progress = tmp_path / "trial", Counting(interrupt_at=6)
    with pytest.raises(KeyboardInterrupt):
        Campaign(tiny(), folder).run(progress)
    assert progress.weight == sum(step.weight for step in steps(tiny()))
    assert 0 < progress.moved < progress.weight
    assert list_runs(tmp_path)[0].status == "stopped"
    rest = Counting()
    same(folder, Campaign.resume(folder, rest), whole)
    assert [note.split(" ", 1)[1] for note in rest.notes] == [
        f"of {len(steps(tiny()))} steps were finished already"
    ]
    assert rest.weight == rest.moved == progress.weight - progress.moved


@pytest.fixture
def copied(tmp_path: Path, whole: tuple[Path, CampaignRecord]) -> Path:
    """A copy of the finished campaign, to be damaged."""
    shutil.copytree(whole[0].parent, tmp_path / "runs")
    return tmp_path / "runs" / "trial"


def test_a_finished_run_does_nothing_again(copied: Path, whole: tuple[Path, CampaignRecord]) -> None:
    progress = Counting()
    assert Campaign(tiny(), copied).run(progress) == whole[1]
    assert progress.started == []


def test_damaged_files_are_made_again_the_same(copied: Path, whole: tuple[Path, CampaignRecord]) -> None:
    (copied / "samples/natural.parquet").write_bytes(b"damaged")
    shutil.rmtree(copied / "models/classifier-01")
    progress = Counting()
    same(copied, Campaign.resume(copied, progress), whole)
    assert progress.started == ["data: natural completions", "round 1: train"]


def test_a_run_in_use_is_refused(copied: Path) -> None:
    with RunLock(copied), pytest.raises(UserError, match=f"in use by process {os.getpid()}"):
        Campaign.resume(copied)


def test_a_name_is_not_used_for_another_configuration(copied: Path) -> None:
    with pytest.raises(UserError, match="another configuration"):
        Campaign(tiny(seed=9), copied).run()


def test_names(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="letters, digits"):
        Campaign(tiny(), tmp_path / "no good")
    with pytest.raises(UserError, match="no runs in"):
        Campaign.resume(tmp_path / "none" / "trial")


def test_runs_are_told_and_compared(copied: Path, whole: tuple[Path, CampaignRecord]) -> None:
    (line,) = list_runs(copied.parent)
    assert (line.run, line.status, line.rounds, line.steps) == ("trial", "finished", 2, len(steps(tiny())))
    other = whole[1].model_copy(update={"run": "other", "config": {**whole[1].config, "seed": 4}})
    found = compare([whole[1], other])
    assert [(s.key, s.values) for s in found.settings] == [("seed", (0, 4))]
    assert [figures.run for figures in found.runs] == ["trial", "other"]
    assert [a.held_out for a in found.runs[0].attacks] == [False, False, True]
    with pytest.raises(UserError, match="at least two"):
        compare([whole[1]])


SMOKE = [
    # task, a phenomenon of its evaluation snippets
    ("storyworld", "negation"),
    ("password", "one_wrong"),
    ("word_length", "one_longer"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("task", "phenomenon"), SMOKE)
def test_the_smoke_preset_runs_to_its_end(task: str, phenomenon: str, tmp_path: Path) -> None:
    record = Campaign(preset(task, "smoke"), tmp_path / "smoke").run()
    assert len(record.rounds) == 3
    assert phenomenon in {p.phenomenon for p in record.rounds[0].phenomena}


def test_a_task_whose_adversary_writes_in_one_gap_goes_through_the_loop(tmp_path: Path) -> None:
    record = Campaign(tiny("word_length", rounds=1), tmp_path / "forms").run()
    assert len(record.rounds) == 2
    for failure in (worst for round_ in record.rounds for worst in round_.worst):
        assert failure.prompt == failure.seed_prompt
        assert failure.completion.endswith("answer:")


def test_a_full_disk_is_one_line_and_the_run_goes_on_later(
    tmp_path: Path, whole: tuple[Path, CampaignRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, columns: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    folder = tmp_path / "trial"
    with monkeypatch.context() as patched:
        patched.setattr("holdfast.campaign.step.write_table", full)
        with pytest.raises(HoldfastError, match=f"the disk that holds {folder} is full"):
            Campaign(tiny(), folder).run()
    assert list_runs(tmp_path)[0].status == "failed"
    assert not (folder / "samples").exists()
    same(folder, Campaign.resume(folder), whole)
