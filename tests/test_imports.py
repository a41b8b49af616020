"""Imports are late: what is heavy loads only where it is used."""

import subprocess
import sys

import pytest

import holdfast

HEAVY = (
    "torch",
    "transformers",
    "scipy",
    "sqlalchemy",
    "matplotlib",
    "pyarrow",
    "pandas",
    "alembic",
    "rich.progress",
    "fastapi",
    "uvicorn",
    "argon2",
)
CHEAP = [
    "import holdfast, holdfast.cli.main",
    "import holdfast.core.budget, holdfast.core.registry, holdfast.core.judge, holdfast.tasks.base",
    "import holdfast.tasks.labelled",
    "import holdfast; holdfast.task('storyworld'); holdfast.task('brackets'); holdfast.Budget",
    "from holdfast.cli.main import main; main(['--help'])",
    "from holdfast.cli.main import main; main(['tasks'])",
    "from holdfast.cli.main import main; main(['run', 'storyworld', '--show-config'])",
    "from holdfast.cli.main import main; main(['run', 'storyworld', '--config', 'nowhere.yaml'])",
    "from holdfast.cli.main import main; main(['attacks'])",
    "from holdfast.cli.main import main; main(['sample', '--task', 'storyworld', '-n', '2'])",
]


@pytest.mark.parametrize("code", CHEAP)
def test_nothing_heavy_is_loaded(code):
    told = f"{code}\nimport sys; print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


@pytest.mark.parametrize("name", holdfast.__all__)
def test_every_public_name_resolves(name):
    assert getattr(holdfast, name) is not None
    assert name in dir(holdfast)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Clasifier'"):
        _ = holdfast.Clasifier


def test_a_task_is_found_by_name():
    assert holdfast.task("brackets").name == "brackets"
    with pytest.raises(holdfast.UserError, match="did you mean 'brackets'"):
        holdfast.task("braket")
