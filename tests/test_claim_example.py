"""The claim that docs/evaluation.md shows is the one that its Python example writes."""

import re
from pathlib import Path

from holdfast.evaluation.claims import Claim

PAGE = Path(__file__).parents[1] / "docs/evaluation.md"


def test_the_claim_shown_is_what_the_example_writes(tmp_path, monkeypatch):
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    (example,) = [block for block in blocks if 'Path("claim.json")' in block]
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(PAGE), "exec"), {})
    written = Claim.from_json((tmp_path / "claim.json").read_text(encoding="utf-8"))
    shown = page.split("$ holdfast claim show claim.json\n")[1].split("\n\n")[0]
    assert shown.split() == str(written).split()
