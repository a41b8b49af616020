"""A model whose scores are no numbers ends every command with one line and exit code 1."""

import shutil

import pytest
from safetensors.torch import load_file, save_file


@pytest.fixture(scope="module")
def broken(models, tmp_path_factory):
    """A classifier as a diverged training leaves it: every weight is NaN."""
    folder = tmp_path_factory.mktemp("broken") / "classifier"
    shutil.copytree(models / "classifier", folder)
    weights = load_file(folder / "model.safetensors")
    nothing = {name: weight * float("nan") for name, weight in weights.items()}
    save_file(nothing, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_it_is_one_line_that_names_the_model(holdfast, broken, models, tmp_path):
    attack = ["attack", "--task", "brackets", "--threshold", 0.5, "--classifier", broken, "--seeds", 3]
    commands = [
        ["score", "--classifier", broken, "--prompt", "((", "--completion", "))"],
        [*attack, "--attack", "random_rewrite", "--budget", "20q/seed", "--claims", tmp_path / "claims"],
        [*attack, "--attack", "greedy_rewrite", "--budget", "20q/seed"],
        ["evaluate", broken, "--task", "brackets", "--generator", models / "generator", "--threshold", 0.5,
         "--samples", 50, "--pool", 0, "--workers", 1, "--out", tmp_path / "out"],
    ]  # fmt: skip
    for command in commands:
        ended = holdfast(*command)
        assert ended.code == 1, (command, ended)
        *progress, told = ended.err.splitlines()
        assert told.startswith(f"holdfast: the classifier {broken} gives no number for ")
        assert not any(line.startswith(("holdfast:", "Traceback")) for line in progress)
        assert "success" not in ended.out
    assert not list(tmp_path.glob("claims/*"))
