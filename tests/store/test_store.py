"""What goes into the store comes out of it, whole or not at all."""

import errno
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.files import folder_hash, write_text
from holdfast.store.disk import full_disk_told, read_table, write_table
from holdfast.store.schema import Artifact, Cost, Example, Model, Round, Run, Step
from holdfast.store.store import StepOutput, Store


def a_run(name: str = "run") -> Run:
    return Run(
        id=name,
        task="brackets",
        preset="smoke",
        seed=0,
        config={},
        version="0",
        machine="m",
        started="2026-01-01",
    )


def a_step(name: str, position: int = 0, input_hash: str = "in") -> Step:
    return Step(
        run="run",
        name=name,
        position=position,
        state="running",
        stream="0/x",
        input_hash=input_hash,
        started="2026-01-01",
    )


def an_example(seed: str, split: str = "train", round_: int = 1) -> Example:
    return Example(
        round=round_,
        attack="best_of_n",
        seed=seed,
        split=split,
        failure=True,
        prompt="p",
        completion="c",
        label="catastrophic",
        egregiousness=3.0,
        why="because",
        phenomena=["negation"],
        score=0.1,
        model_hash="h",
        query=7,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    kept = Store(tmp_path)
    kept.add_run(a_run())
    return kept


def an_artifact(store: Store, name: str, text: str) -> Artifact:
    path = store.run_folder("run") / name
    write_text(path, text)
    return Artifact(name=name, path=name, sha256=folder_hash(path))


def test_a_finished_step_gives_back_all_that_it_left(store: Store) -> None:
    store.begin_step(a_step("one"))
    cost = Cost(
        side="attack",
        round=1,
        queries=5_000_000_000,
        gradient_calls=1,
        judge_calls=2,
        generated_tokens=3,
        forward_flops=1e18,
        backward_flops=2.0,
        seconds=0.5,
    )
    store.finish_step(
        "run",
        "one",
        StepOutput(
            result={"loss": 0.25},
            artifacts=(an_artifact(store, "a", "text"),),
            models=(Model(kind="classifier", round=1, hash="h", path="models/x", parameters=9),),
            examples=(an_example("s1"), an_example("s2", "validation")),
            rounds=(Round(index=1, record={"index": 1}),),
            costs=(cost,),
        ),
        seconds=1.5,
    )
    assert [(s.name, s.state, s.result, s.seconds) for s in store.steps("run")] == [
        ("one", "finished", {"loss": 0.25}, 1.5)
    ]
    assert [m.hash for m in store.models("run")] == ["h"]
    assert [e.seed for e in store.examples("run")] == ["s1", "s2"]
    assert [e.seed for e in store.examples("run", split="validation", rounds=[1])] == ["s2"]
    assert store.examples("run")[0].phenomena == ["negation"]
    assert [t.seed for t in store.texts("run")] == ["s1", "s2"]
    (text,) = store.texts("run", split="validation", rounds=[1])
    assert (text.seed, text.prompt, text.label) == ("s2", an_example("s2").prompt, an_example("s2").label)
    assert {(k.round, k.split): n for k, n in store.example_counts("run").items()} == {
        (1, "train"): 1,
        (1, "validation"): 1,
    }
    assert [r.record for r in store.rounds("run")] == [{"index": 1}]
    assert store.costs("run")[0].queries == 5_000_000_000
    assert [a.name for a in store.artifacts("run")] == ["a"]


def test_a_step_is_skipped_only_with_its_input_and_its_files_unchanged(store: Store) -> None:
    assert store.finished_step("run", "one", "in") is None
    store.begin_step(a_step("one"))
    assert store.finished_step("run", "one", "in") is None, "begun is not finished"
    store.finish_step("run", "one", StepOutput(artifacts=(an_artifact(store, "a", "text"),)), 1.0)
    assert store.finished_step("run", "one", "in") is not None
    assert store.finished_step("run", "one", "other") is None
    write_text(store.run_folder("run") / "a", "tampered")
    assert store.finished_step("run", "one", "in") is None
    (store.run_folder("run") / "a").unlink()
    assert store.finished_step("run", "one", "in") is None


def test_beginning_again_clears_what_an_earlier_try_left(store: Store) -> None:
    for position, name in enumerate(["one", "two"]):
        store.begin_step(a_step(name, position))
        store.finish_step("run", name, StepOutput(examples=(an_example(name),)), 1.0)
    store.begin_step(a_step("one"))
    assert [e.seed for e in store.examples("run")] == ["two"]
    store.finish_step("run", "one", StepOutput(examples=(an_example("one"),)), 1.0)
    assert [e.seed for e in store.examples("run")] == ["one", "two"], "in the order of steps, not of rows"


def test_a_step_that_cannot_be_kept_leaves_nothing(store: Store) -> None:
    store.begin_step(a_step("one"))
    broken = an_example("s")
    broken.split = "nowhere"
    with pytest.raises(Exception, match="constraint"):
        store.finish_step("run", "one", StepOutput(examples=(an_example("ok"), broken)), 1.0)
    assert store.examples("run") == []
    assert store.steps("run")[0].state == "running"


def test_names_are_told(store: Store) -> None:
    with pytest.raises(UserError, match="did you mean 'run'"):
        store.run("runn")
    with pytest.raises(UserError, match="already"):
        store.add_run(a_run())


def test_status(store: Store) -> None:
    store.set_status("run", "running", pid=5, host="here")
    assert (store.run("run").pid, store.run("run").host, store.run("run").finished) == (5, "here", None)
    store.set_status("run", "finished")
    assert store.run("run").pid is None
    assert store.run("run").finished
    assert [r.id for r in store.runs()] == ["run"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OperationalError("insert", {}, Exception("database or disk is full")),
        RuntimeError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_one_line(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(HoldfastError, match="is full") as caught, full_disk_told(tmp_path):
        raise error
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)


def test_other_errors_pass_through_the_disk_check(tmp_path: Path) -> None:
    with pytest.raises(KeyError), full_disk_told(tmp_path):
        raise KeyError("x")


def test_a_database_with_no_room_left_says_so_and_keeps_nothing(store: Store) -> None:
    """SQLite's own page limit gives the very error of a full disk."""
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")
    store.begin_step(a_step("one"))
    many = tuple(an_example(f"{i}" * 50) for i in range(2000))
    with pytest.raises(HoldfastError, match="is full"):
        store.finish_step("run", "one", StepOutput(examples=many), 1.0)
    assert store.examples("run") == []


def test_a_table_reads_back_equal_and_has_one_hash(tmp_path: Path) -> None:
    columns = {
        "text": ["a", "b\u2603"],
        "score": np.array([0.5, np.nan], dtype=np.float32),
        "bad": [True, False],
    }
    first, second = (write_table(tmp_path / f"{i}.parquet", columns) for i in range(2))
    assert first == second
    read = read_table(tmp_path / "0.parquet")
    assert list(read["text"]) == columns["text"]
    np.testing.assert_array_equal(read["score"], columns["score"])
    assert read["score"].dtype == np.float32
    assert list(read_table(tmp_path / "0.parquet", ["bad"])) == ["bad"]
