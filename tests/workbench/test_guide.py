"""The guide (docs/workbench.md) leaves out no key, setting, tool condition, column or option of `serve`."""

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest

import holdfast.workbench
from holdfast.cli.serve import serve
from holdfast.workbench.manager.export import schema
from holdfast.workbench.settings import Condition, WorkbenchSettings

GUIDE = (Path(__file__).parents[2] / "docs" / "workbench.md").read_text()
PAGES = Path(holdfast.workbench.__file__).parent / "web" / "src"
NAMES = re.findall(
    r"^  (\w+): \{(?:\n    )?\s*name: \"([^\"]+)\"",
    (PAGES / "settings" / "words.ts").read_text(),
    re.MULTILINE,
)


def keys() -> list[str]:
    """The keys of the page's commands, as the guide writes them."""
    rows = re.findall(
        r'code: "(\w+)"(, alt: true)?(, control: true)?', (PAGES / "writing/commands.ts").read_text()
    )
    return [
        " ".join(
            filter(None, [control and "Ctrl", alt and "Alt", code.replace("Slash", "/").replace("Key", "")])
        )
        for code, alt, control in rows
    ]


def test_there_are_keys_to_look_for():
    assert {"Alt S", "Ctrl Enter", "Ctrl /"} <= set(keys())


@pytest.mark.parametrize("key", keys())
def test_every_key(key):
    assert f"`{key}`" in GUIDE


@pytest.mark.parametrize("column", [*schema().names, *schema().field("labels").type.value_type.names])
def test_every_column_of_the_export(column):
    assert f"`{column}`" in GUIDE


@pytest.mark.parametrize("field", sorted(WorkbenchSettings.model_fields))
def test_every_setting_by_the_name_that_its_page_gives_it(field):
    name = dict(NAMES)[field].split(",")[0].lower()
    assert f"| {name} |" in GUIDE


@pytest.mark.parametrize("condition", get_args(Condition))
def test_every_tool_condition(condition):
    assert re.search(rf"\b{condition}\b", GUIDE)


@pytest.mark.parametrize(
    "option", sorted(set(inspect.signature(serve).parameters) - {"run", "runs", "open_"})
)
def test_every_option_of_serve(option):
    assert "--" + option.replace("_", "-") in GUIDE
