"""What an attempt from one seed may edit: by the attack's rules, the task and the judge together."""

from __future__ import annotations

from dataclasses import replace

from holdfast.attacks.proposals.mask import Mask, Span, span_of
from holdfast.attacks.target import Target
from holdfast.core.errors import UserError
from holdfast.core.judge import SeededJudge
from holdfast.core.snippet import Snippet, Units
from holdfast.tasks.base import Confined, Passage, Stated


def mask_for(mask: Mask, target: Target, seed: Snippet, units: Units) -> Mask:
    """The rules' mask, and what the task and the judge want kept of this seed.

    Raises UserError where the rules name a side of kept passages, and the judge keeps none.
    """
    judge, task = target.judge, target.task
    if isinstance(task, Confined):
        start, stop = task.writable(seed)
        mask = replace(mask, ends=(start, len(units.completion) - stop))
    if isinstance(task, Stated):
        stated = [_positions(units, passage) for passage in task.frozen(seed)]
        mask = replace(mask, spans=(*mask.spans, *stated))
    passages = judge.kept(seed) if isinstance(judge, SeededJudge) else ()
    if mask.side != "anywhere" and not passages:
        raise UserError(
            f"the constraint 'place: {mask.side}' needs a judge that keeps a passage of each seed, as"
            f" 'carried' does; the judge here is '{judge.name}'"
        )
    kept = [span_of(target.surface, units, each) for each in passages]
    return replace(mask, spans=(*mask.spans, *kept))


def _positions(units: Units, passage: Passage) -> Span:
    offset = len(units.prompt) if passage.part == "completion" else 0
    return offset + passage.start, offset + passage.stop
