"""What every judge owes its users: one row a judge, on a task whose truth is exact."""

import pytest

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.judges import judges
from holdfast.tasks.brackets import Brackets

JUDGES = ["oracle"]
"""Those of tasks with an oracle; `labels`, `carried`, `edits` and `people` have tests of their own."""


def test_every_registered_judge_has_a_row():
    assert judges.names() == sorted([*JUDGES, "carried", "edits", "labels", "people"])


@pytest.mark.parametrize("name", JUDGES)
def test_it_answers_in_order_and_alike_for_one_and_for_many(name):
    task = Brackets()
    judge = judges.get(name)(task)
    snippets = task.sample(50, Stream(1), "hard")
    assert isinstance(judge, Judge)
    assert judge.judge([]) == []
    assert judge.judge(snippets) == [judge.judge([snippet])[0] for snippet in snippets]
