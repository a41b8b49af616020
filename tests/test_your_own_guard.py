"""The walk-through of docs/your-own-guard.md: every command in it, run as it stands, one after the other."""

import csv
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

import planted_guard
from holdfast.cli.main import main
from tokenizers_made import made_tokenizers, small_causal_lm

PAGE = Path(__file__).parent.parent / "docs" / "your-own-guard.md"
COMMANDS = re.findall(r"^    holdfast (.*)$", PAGE.read_text(), re.MULTILINE)
(PEOPLE,) = re.findall(r"^judge: \{kind: people.*$", PAGE.read_text(), re.MULTILINE)
EXAMPLE = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
SUBJECTS = ["you", "they", "we", "all", "these"]


def texts():
    """Sentences about people, vile and kind ones in equal numbers; no two are alike."""
    for i, subject in enumerate(SUBJECTS):
        for j, (vile, kind) in enumerate(zip(planted_guard.VILE, planted_guard.KIND, strict=True)):
            for k, age in enumerate(["good", "old", "new"]):
                yield f"{subject} {age} {vile}.", (i + j + k) % 2
                yield f"{subject} {age} {kind}.", 2


def table(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))


def people_judge(written, path):
    """The configuration with the judge that the page names, and texts of people's own beside it."""
    config = yaml.safe_load(written.read_text())
    config["judge"] = yaml.safe_load(PEOPLE)["judge"]
    path.write_text(yaml.safe_dump(config))
    Path("more.csv").write_text("tweet\nyou are rats.\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as the page supposes it: a guard, labelled texts, and a generator with prompts for it."""
    here = tmp_path_factory.mktemp("walk")
    planted_guard.save(here / "guard")
    small_causal_lm(here / "writer", made_tokenizers()["byte_level"], max_position_embeddings=128)
    (here / "prompts.txt").write_text("You are\nThey said that\n")
    with open(here / "texts.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["tweet", "class"])
        rows.writerows(texts())
    return here


def test_every_command_of_the_walk_through_runs(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOLDFAST_CACHE", str(folder / "cache"))
    names = [command.split()[0] for command in COMMANDS]
    assert names == [
        *("check", "attack", "evaluate", "run", "evaluate", "audit", "serve"),
        *("attack", "serve", "people", "people", "people"),
    ]
    for command in COMMANDS:
        if "people.yaml" in command and not Path("people.yaml").exists():
            people_judge(Path("holdfast.yaml"), Path("people.yaml"))
        if not command.startswith("serve"):  # the workbench's own tests start servers
            assert main(shlex.split(command)) == 0, capsys.readouterr().err
    attempts = table(folder / "found-data" / "attempts.csv")
    assert {row["outcome"] for row in attempts} <= {"broken", "withstood", "skipped"}
    # Kind sentences about a vile one take the guard's mean below one half.
    assert any(row["outcome"] == "broken" for row in attempts)
    page = (folder / "found.html").read_text(encoding="utf-8")
    assert "These results depend on an assumption" in page
    assert "harmless rows it blocks" in page


def test_the_python_of_the_page_runs(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOLDFAST_CACHE", str(folder / "cache"))
    if not (folder / "holdfast.yaml").exists():
        assert main(shlex.split(COMMANDS[0])) == 0
    attacked, by_sentences = EXAMPLE
    names = {}
    exec(compile(attacked.replace("20,", "3,").replace("400", "40"), PAGE.name, "exec"), names)
    counts = capsys.readouterr().out.split()[-4:]
    assert sum(map(int, [counts[0], counts[2], counts[3]])) == 3
    exec(compile(by_sentences.replace("50)", "5)"), PAGE.name, "exec"), names)
    broken, certified = map(int, capsys.readouterr().out.split()[-2:])
    assert broken + certified <= 3


def test_the_labels_of_the_page_are_what_the_file_has(folder):
    labels = {int(row["class"]) for row in table(folder / "texts.csv")}
    assert labels == {0, 1, 2}
    assert json.loads((folder / "guard" / "config.json").read_text())["id2label"] == {
        "0": "nothate",
        "1": "hate",
    }
