"""Editions of tasks: what a record of an earlier one means where a later one is installed.

A task whose rules were replaced under the same name says which edition it is by a class attribute `edition`;
one without it is in its first.
"""

from __future__ import annotations

from holdfast.tasks import tasks

FIRST = 1
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def edition_of(task: object) -> int:
    """The edition of a task, or of the class that makes it."""
    return int(getattr(task, "edition", FIRST))


def installed_edition(name: str) -> int:
    """The edition of a task as it is installed here; raises UserError if there is no such task."""
    return edition_of(tasks.get(name))


def ordinal(edition: int) -> str:
    """An edition in words, such as `first`."""
    return _ORDINALS[edition - 1] if 0 < edition <= len(_ORDINALS) else f"{edition}th"


def other_edition(name: str, edition: int) -> str | None:
    """Says that a record was made on another edition than is installed; None where it was not.

    `first edition of storyworld, and this Holdfast has the second`: what follows "made on the". A task that
    is not installed has no edition here, so nothing is said of it.
    """
    if name not in tasks or edition == installed_edition(name):
        return None
    return (
        f"{ordinal(edition)} edition of {name}, and this Holdfast has the {ordinal(installed_edition(name))}"
    )
