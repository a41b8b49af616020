"""The study of comparisons runs whole on untrained models of a few weights, and tells what it counted."""

import csv
import re

import pytest

from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CALIBRATION
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.store.disk import write_table
from holdfast.tasks import tasks
from research.comparisons import study as comparisons

SIZE = ModelSize(layers=1, width=8, heads=1, positions=256)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    task, folder = tasks.get("storyworld")(), tmp_path_factory.mktemp("study")
    Generator.create(task, SIZE, Stream(1)).save(folder / "models" / "generator")
    for round_ in (0, 1):
        Classifier.create(task, SIZE, Stream(2 + round_)).save(folder / "models" / f"classifier-{round_:02d}")
    snippets = task.sample(300, Stream(4))
    judged = [JudgedSnippet(*pair) for pair in zip(snippets, task.oracle.judge(snippets), strict=True)]
    (folder / "samples").mkdir()
    write_table(folder / CALIBRATION, Samples.of(judged).columns())
    comparisons.main(
        [
            *("--run", str(folder), "--other", str(folder), "--rounds", "0", "1", "--task", "storyworld"),
            *(
                "--attacks",
                "random_rewrite",
                "best_of_n",
                "--seeds",
                "24",
                "--queries",
                "60",
                "--clean",
                "40",
            ),
            *("--out", str(folder)),
        ]
    )
    return folder


def test_every_attempt_is_in_the_table(made):
    with (made / "comparisons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 24
    assert {row["model"] for row in rows} == {"first", "last"}
    for row in rows:
        assert (row["egregiousness"] != "") == (row["found"] == "true")
        assert 0 < int(row["queries"]) <= 60


def test_the_page_tells_the_same(made):
    text = (made / "comparisons.md").read_text(encoding="utf-8")
    assert text.startswith("# The last model against the first")
    assert "--attacks random_rewrite best_of_n --seeds 24" in text
    with (made / "comparisons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for attack in ("random_rewrite", "best_of_n"):
        assert len(re.findall(rf"^\| {attack} \| (?:queries|seconds|flops) \|", text, re.MULTILINE)) == 3
        broken = sum(r["attack"] == attack and r["model"] == "first" and r["found"] == "true" for r in rows)
        assert f"| {attack} | first | {broken} of 24 (" in text
        assert f"| {attack} | first | {broken} |" in text
    assert re.search(r"\*\*share of the gain that survives\*\* \| \*\*.+\*\*", text)
