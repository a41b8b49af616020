"""A masked language model from the command line and from a configuration."""

import json

import pytest
import yaml

import planted_guard
import planted_masked
from guard_texts import rows, write


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A guard, a masked language model, and texts for them."""
    from transformers import AutoTokenizer

    place = tmp_path_factory.mktemp("here")
    planted_guard.save(place / "guard")
    tokenizer = AutoTokenizer.from_pretrained(place / "guard")
    planted_masked.save(place / "masked", tokenizer, planted_guard.KIND)
    write(place / "texts.csv", rows(24))
    return place


@pytest.fixture
def checked(here, holdfast, monkeypatch):
    """The configuration that `check` writes with some options, in the folder of all."""
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOLDFAST_CACHE", str(here / "cache"))

    def check(*options):
        data = [
            "--data",
            "texts.csv",
            "--text",
            "text",
            "--label",
            "label",
            "--bad",
            "hate",
            "--split",
            "split",
        ]
        ended = holdfast("check", "guard", *data, "--others-harmless", "--force", *options)
        assert ended.code == 0, ended.err
        return here / "holdfast.yaml"

    return check


ANYTHING = ("--policy", "presence", "--surround", "anything")


def test_check_writes_it_down_and_attack_uses_it(checked, holdfast):
    file = checked("--proposer", "masked", *ANYTHING)
    assert yaml.safe_load(file.read_text())["proposer"] == {"kind": "folder", "path": "masked"}
    ended = holdfast(
        "attack", "-c", file, "--budget", "20q/seed", "--seeds", 6, "--report", "found.html", "--json"
    )
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["attacks"][0]["spend"]["queries"] > 20
    assert "proposer of words</dt><dd>masked (" in file.with_name("found.html").read_text().replace(
        str(file.parent) + "/", ""
    )


REFUSED = [
    # options of attack, what the line says
    (("--proposer", "masked"), "whole sentences"),
    (("--proposer", "guard", "--judge", "labels"), "an encoder without a masked-LM head"),
    (("--proposer", "nowhere", "--judge", "labels"), "no model folder at nowhere"),
]


@pytest.mark.parametrize(("options", "line"), REFUSED)
def test_what_cannot_propose_is_refused_in_a_line(checked, holdfast, options, line):
    ended = holdfast("attack", "-c", checked(), "--budget", "5q/seed", "--seeds", 1, *options)
    assert ended.code == 2
    assert line in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_a_closed_vocabulary_has_no_use_for_one(holdfast, here):
    ended = holdfast(
        "attack", "--task", "brackets", "--classifier", here / "guard", "--proposer", here / "masked"
    )
    assert ended.code == 2
    assert "closed vocabulary" in ended.err
