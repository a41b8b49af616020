"""The examples of `examples/gate`, and the limits in docs/gate.md, run as far as no CI system is needed."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from labelled_guard import rows, save_guard, write_config, write_rows

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "gate"
(SECTION,) = re.findall(r"^```yaml\n(gate:\n.*?)^```", (ROOT / "docs" / "gate.md").read_text(), re.M | re.S)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project as the examples suppose it; the limits are loose enough for the small guard."""
    here = tmp_path_factory.mktemp("project")
    save_guard(here / "guard")
    write_rows(here / "texts.csv", rows(each=(6, 6, 60)))
    limits = {"min_recall": 0.2, "max_false_alarms": 0.3}
    threshold = {"rule": "fixed", "at": 0.5}
    write_config(here / "holdfast.yaml", "texts.csv", "guard", threshold=threshold, gate=limits)
    return here


@pytest.fixture
def command(holdfast, project, monkeypatch):
    """Run one of the examples' commands in the project."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOLDFAST_CACHE", str(project / "cache"))

    def run(line):
        program, *arguments = shlex.split(line)
        assert program == "holdfast"
        return holdfast(*arguments)

    return run


def test_the_workflow_runs_the_gate_and_shows_its_summary(command, project):
    workflow = yaml.safe_load((EXAMPLES / "github-workflow.yaml").read_text())
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML 1.1 reads the key `on` as true
    (job,) = workflow["jobs"].values()
    steps = {step.get("name", step.get("uses", "")): step for step in job["steps"]}
    done = command(steps["Gate"]["run"])
    assert done.code == 0, done.err
    summary = project / "summary.md"
    subprocess.run(
        ["bash", "-e", "-c", steps["Summary"]["run"]], env={"GITHUB_STEP_SUMMARY": str(summary)}, check=True
    )
    assert "The guard passed" in summary.read_text()
    assert steps["Summary"]["if"] == "always()"
    kept = next(step for name, step in steps.items() if name.startswith("actions/upload-artifact"))
    for path in kept["with"]["path"].split():
        assert (project / path).is_file()
    cache = next(step for name, step in steps.items() if name.startswith("actions/cache"))
    assert job["env"]["HOLDFAST_CACHE"].endswith(cache["with"]["path"])


def test_the_hook_runs_the_gate_where_it_should(command):
    (repository,) = yaml.safe_load((EXAMPLES / "pre-commit-config.yaml").read_text())["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local"
    assert command(hook["entry"]).code == 0
    for changed in ("guard/model.safetensors", "texts.csv", "holdfast.yaml", "baseline.json"):
        assert re.search(hook["files"], changed)
    assert not re.search(hook["files"], "README.md")


def test_the_limits_in_the_documents_are_read(project):
    from holdfast.campaign.config import resolve, to_yaml

    values = yaml.safe_load((project / "holdfast.yaml").read_text()) | yaml.safe_load(SECTION)
    config = resolve(values)
    assert resolve(yaml.safe_load(to_yaml(config))) == config
    gate = config.gate
    assert [flip.seeds for flip in gate.max_flip_rate] == [200, 100]
    assert (gate.max_failure_rate.confidence, str(gate.no_worse_than.baseline)) == (0.99, "baseline.json")
