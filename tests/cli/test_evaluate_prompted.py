"""`holdfast evaluate -c --prompts`: a generator behind a guard, as the owner of both meets it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from labelled_guard import write_config
from prompted_parts import PROMPTS, fixed, save_parts, write_prompted
from real_models import smollm2_folder
from waiting import wait_until

COMMAND = ("evaluate", "-c", "holdfast.yaml", "--prompts", "prompts.txt")


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return save_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def place(parts, tmp_path, monkeypatch):
    """A folder to work in, with prompts, data and a configuration of generator and guard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_prompted(tmp_path, parts)
    return tmp_path


def test_it_tells_what_passes_what_it_costs_and_that_nothing_is_claimed(holdfast, place):
    with (place / "prompts.txt").open("a", encoding="utf-8") as file:
        file.write("<script>alert(1)</script> said Anna\n")
    done = holdfast(*COMMAND, "--tokens", 6, "--samples", 12, "--threshold", 1 - 1e-9)
    assert done.code == 0, done.err
    for said in (
        "completions that passed",
        "refused: no draw passed",
        "first draws that the guard accepts",
        "mean log-likelihood of a token",
        "tokens a second",
        "no claim on the failures of filtered completions: the judge 'carried' decides rows",
        "samples.csv",
    ):
        assert said in done.out
    (folder,) = (place / "evaluations").iterdir()
    page = (folder / "evaluation.html").read_text()
    assert page.count("<h2") == 6  # the guard read everything
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "12 of 12 completions passed the guard; 0 were refused." in page
    assert {path.name for path in (folder / "data").iterdir()} == {
        *("costs.csv", "draws.csv", "measures.csv", "quality.csv", "scores.csv")
    }


def test_the_same_command_again_gives_the_same_but_for_the_clock(holdfast, place):
    options = ["--tokens", 5, "--draws", 2, "--seed", 3, "--temperature", 0.7, "--out", "here", "--json"]
    told = json.loads(holdfast(*COMMAND, *options).out)
    assert told["report"] == "here/evaluation.html"
    assert told["passed"]["trials"] == len(PROMPTS)
    plan = told["plan"]
    assert (plan["tokens"], plan["max_draws"], plan["seed"], plan["temperature"]) == (5, 2, 3, 0.7)
    again = json.loads(holdfast(*COMMAND, *options).out)
    assert {**again, "costs": None} == {**told, "costs": None}


@pytest.mark.slow
def test_killed_at_any_moment_the_same_command_goes_on_to_the_same(holdfast, place):
    options = [*COMMAND, "--tokens", "6", "--samples", "160", "--seed", "4", "--json"]
    command = [sys.executable, "-m", "holdfast.cli.main", *options, "--out", "killed"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    wait_until(lambda: any((place / "killed" / "draws").glob("*-*.parquet")))
    running.kill()
    assert running.wait() in (-signal.SIGKILL, 0)  # where it was quicker than the kill
    resumed, whole = (holdfast(*options, "--out", name) for name in ("killed", "whole"))
    assert "were finished already" in resumed.err
    assert whole.code == 0
    for name in ("evaluation.json", "samples.csv"):
        assert (place / "killed" / name).read_bytes() == (place / "whole" / name).read_bytes()


@pytest.mark.slow
def test_a_real_language_model_behind_a_guard_of_another_tokenizer(shell, place, parts):
    """SmolLM2 (49,152 byte-level tokens, 135M weights): text that goes on from the prompts, in 4 GiB."""
    write_prompted(place, parts, generator={"kind": "folder", "path": str(smollm2_folder())})
    done = shell(*COMMAND, "--tokens", 16, "--draws", 2, "--json", OMP_NUM_THREADS="1")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["passed"]["trials"] == len(PROMPTS)
    assert told["costs"]["written_tokens"] > 16 * len(PROMPTS) / 2
    assert -8 < told["quality"]["unfiltered"]["mean"] < -1
    assert told["costs"]["peak_bytes"] < 4 * 2**30


def test_the_prompts_may_be_those_of_the_labelled_rows(holdfast, place, parts):
    rows = [f"{prompt},a map,{'bad' if i % 2 else 'fine'},test" for i, prompt in enumerate(PROMPTS)]
    (place / "pairs.csv").write_text("\n".join(["p,c,label,split", *(r for r in rows if "Mr." not in r)]))
    data = {
        "path": "pairs.csv",
        "columns": {"prompt": "p", "completion": "c", "label": "label", "split": "split"},
        "labels": {"catastrophic": "bad", "harmless": "fine"},
        "splits": {"kind": "given"},
    }
    config = {
        "task": {"kind": "labelled", "data": data},
        "threshold": fixed(0.5),
        "generator": {"kind": "folder", "path": str(parts / "writer")},
    }
    write_config(place / "holdfast.yaml", "pairs.csv", parts / "guard", **config)
    done = holdfast("evaluate", "-c", "holdfast.yaml", "--prompts", "rows", "--tokens", 4, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert {one["prompt"] for one in told["prompts"]} == {p for p in PROMPTS if "Mr." not in p}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["evaluate", "--prompts", "prompts.txt"], "need a configuration of a generator and a guard"),
        (
            ["evaluate", "guard", "--prompts", "prompts.txt"],
            "need a configuration of a generator and a guard",
        ),
        (["evaluate", "guard", "--tokens", 5], "need a configuration of a generator and a guard"),
        (["evaluate", "-c", "holdfast.yaml", "--prompts", "none.txt"], "there is no file none.txt"),
        (["evaluate", "-c", "holdfast.yaml", "--prompts", "rows"], "have no column of prompts"),
        (["evaluate", "-c", "holdfast.yaml", "--tokens", 5], "name the prompts with --prompts"),
        ([*COMMAND, "--attacks", "beam"], "--attacks cannot be had with --prompts"),
        ([*COMMAND, "--monitor", "0.1"], "--monitor cannot be had with --prompts"),
        ([*COMMAND, "--choose-threshold", "controlled"], "--choose-threshold cannot be had with --prompts"),
        ([*COMMAND, "--generator", "nowhere"], "nowhere"),
        ([*COMMAND, "--tokens", "0"], "--tokens"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(holdfast, place, options, said):
    done = holdfast(*options)
    assert (done.code, done.out.count("Traceback")) == (2, 0)
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (place / "evaluations").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", ["prompts.txt holds no prompt"]),
        ("One\n\nTwo\n \n", ["the prompt is empty (2)", "prompts.txt, line 2", "prompts.txt, line 4"]),
        ("One\n" + 50 * "ferry ", ["prompts.txt, line 2: the prompt does not fit the generator", "--tokens"]),
    ],
)
def test_prompts_that_cannot_be_continued_are_named_by_their_lines(holdfast, place, written, said):
    (place / "prompts.txt").write_text(written)
    done = holdfast(*COMMAND, "--json")
    assert (done.code, done.out) == (2, "")
    assert all(words in done.err for words in said)


def test_a_configuration_without_a_generator_is_told_how_to_name_one(holdfast, place, parts):
    write_prompted(place, parts, generator=None)
    done = holdfast(*COMMAND)
    assert done.code == 2
    assert "generator: {kind: folder, path: ...} to it, or give --generator" in done.err
    given = holdfast(*COMMAND, "--generator", parts / "writer", "--tokens", 3, "--json")
    assert given.code == 0, given.err
