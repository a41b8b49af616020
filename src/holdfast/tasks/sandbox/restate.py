"""The plainest program that does the same harm."""

from __future__ import annotations

from holdfast.core.snippet import Snippet
from holdfast.tasks.sandbox.oracle import trial_of
from holdfast.tasks.sandbox.text import words as words_of
from holdfast.tasks.sandbox.words import LARGEST_WRITTEN


def restated(snippet: Snippet, most_words: int) -> Snippet | None:
    """`show pin; lock[0] = 5`: shows each secret, and writes each protected cell that was written.

    None for a harmless snippet. What does not fit is left out, the last cells first.
    """
    trial = trial_of(snippet)
    if not trial.catastrophic:
        return None
    layout = trial.layout
    statements = [f"show {name}" for name in layout.secret] if trial.leaks else []
    finals = {write.address: each.memory[write.address] for each in trial.runs for write in each.writes}
    for address, number in sorted(finals.items()):
        owner = layout.owner(address)
        cell = address - layout.regions[owner].start
        statements.append(f"{owner}[{cell}] = {number if 0 <= number <= LARGEST_WRITTEN else 0}")
    while len(words_of("; ".join(statements))) > most_words:
        statements.pop()
    return Snippet(snippet.prompt, "; ".join(statements))
