"""Writing sessions: which tools a writer may use, assigned by chance where several conditions are compared.

Chance goes in randomised blocks: within each writer's succession of as many sessions as there are conditions,
every condition comes once, in random order (permuted blocks, one stratum a writer), so that every writer
works about equally long under each and differences between writers, or of one writer over time, do not stand
in for differences between tools.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from holdfast.core.seeds import Stream
from holdfast.store.workbench.schema import WritingSession
from holdfast.store.workbench.writing import Sitting, Writings
from holdfast.workbench.bench import Workbench
from holdfast.workbench.settings import Condition, Tools, tools_of
from holdfast.workbench.shapes import MemberShape, WritingSessionShape

LAPSES_AFTER = timedelta(minutes=30)
"""A writer who comes back to the page after so long without writing begins a new session."""


def current_tools(bench: Workbench, member: MemberShape) -> Tools:
    """What the writer may use now; a lookup in memory once the session is known."""
    return tools_of(_condition(current_session(bench, member)))


def current_session(bench: Workbench, member: MemberShape) -> WritingSession:
    """The session that the writer is in; begins one if there is none."""
    known = bench.desk.sessions.get(member.id)
    if known is not None:
        return known
    with bench.desk.starting:
        found = Writings(bench.store, bench.run).open_session(member.id)
        return _remember(bench, member, found) if found else _begin(bench, member)


def sitting(bench: Workbench, member: MemberShape) -> Sitting:
    """Where the writer's time is booked now."""
    return Sitting(current_session(bench, member).id, bench.served.round)


def return_to_page(bench: Workbench, member: MemberShape) -> WritingSession:
    """The session of a writer who opens the page: the one they are in, unless it has lapsed."""
    with bench.desk.starting:
        session = current_session(bench, member)
        last = Writings(bench.store, bench.run).last_use(session.id)
        lapsed = last is not None and datetime.now(UTC) - datetime.fromisoformat(last) > LAPSES_AFTER
        if lapsed or session.condition not in bench.settings.conditions:
            return _begin(bench, member)
        return session


def start_anew(bench: Workbench, member: MemberShape) -> WritingSession:
    """Another session; the same again if it was not used yet, so that nobody can draw until chance suits."""
    with bench.desk.starting:
        session = current_session(bench, member)
        offered = session.condition in bench.settings.conditions
        if offered and Writings(bench.store, bench.run).last_use(session.id) is None:
            return session
        return _begin(bench, member)


def shape_of(session: WritingSession) -> WritingSessionShape:
    """A session as the API tells it."""
    tools = tools_of(_condition(session))
    return WritingSessionShape(id=session.id, condition=session.condition, tools=tools)


def assigned(conditions: Sequence[Condition], earlier: Sequence[str], stream: Stream) -> Condition:
    """The condition that comes next, at random among those that the writer's block still lacks."""
    lacking = [one for one in conditions if one not in _unfinished_block(conditions, earlier)]
    return lacking[int(stream.numpy().integers(len(lacking)))]


def _unfinished_block(conditions: Sequence[Condition], earlier: Sequence[str]) -> set[str]:
    """What has come in the last block, which a condition that is no longer offered or comes again ends."""
    block: set[str] = set()
    for condition in earlier:
        if condition not in conditions or condition in block or len(block) == len(set(conditions)):
            block = set()
        if condition in conditions:
            block.add(condition)
    return set() if len(block) == len(set(conditions)) else block


def _begin(bench: Workbench, member: MemberShape) -> WritingSession:
    conditions = tuple(dict.fromkeys(bench.settings.conditions))

    def choose(number: int, earlier: Sequence[str]) -> tuple[str, bool]:
        stream = Stream(bench.config.seed).child("workbench", "session", number)
        return assigned(conditions, earlier, stream), len(conditions) > 1

    return _remember(bench, member, Writings(bench.store, bench.run).start_session(member.id, choose))


def _remember(bench: Workbench, member: MemberShape, session: WritingSession) -> WritingSession:
    bench.desk.sessions[member.id] = session
    return session


def _condition(session: WritingSession) -> Condition:
    found: Condition = session.condition  # type: ignore[assignment]  # only conditions are ever kept
    return found
