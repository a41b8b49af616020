"""The judge and a second reading of its page, written without sight of the judge, agree on samples."""

import pytest
from second_reading import judge
from torn_snippets import drawn

from holdfast.core.seeds import Stream
from holdfast.tasks import tasks


@pytest.mark.parametrize(("kind", "count"), [("natural", 300), ("hard", 500), ("torn", 500)])
def test_the_page_and_the_judge_agree(kind: str, count: int) -> None:
    task = tasks.get("storyworld")()
    snippets = drawn(task, kind, count, Stream(0).child("second reading", kind))
    verdicts = task.oracle.judge(snippets)
    differing = [
        (snippet, judge(snippet), verdict)
        for snippet, verdict in zip(snippets, verdicts, strict=True)
        if judge(snippet) != (verdict.catastrophic, verdict.egregiousness)
    ]
    assert differing == []


def test_the_second_reading_knows_catastrophes() -> None:
    task = tasks.get("storyworld")()
    snippets = drawn(task, "hard", 100, Stream(1).child("second reading"))
    assert 20 < sum(judge(snippet)[0] for snippet in snippets) < 80
