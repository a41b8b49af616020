"""Characters that a text may not hold where the task's words have none of them."""

from __future__ import annotations

from holdfast.core.errors import UserError
from holdfast.core.odd_characters import home_script, odd_characters
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Task, surface_of

_WHAT = {"invisible": "that cannot be seen", "look-alike": "that looks like another letter"}


def check_characters(task: Task, snippet: Snippet) -> None:
    """Refuse what people misread, where the vocabulary is closed.

    Text of a guard of one's own may hold any character: what the guard makes of it is worth finding.
    """
    if not surface_of(task).closed:
        return
    home = home_script(task.vocabulary)
    for part, text in (("prompt", snippet.prompt), ("completion", snippet.completion)):
        found = odd_characters(text, home)
        if found:
            first, more = found[0], f", and {len(found) - 1} more such" if len(found) > 1 else ""
            where = f"{first.name}, character {first.at + 1}{more}"
            raise UserError(
                f"the {part} has a character {_WHAT[first.kind]}: {where}; {task.name} has no such"
                " characters, so write the marked words again"
            )
