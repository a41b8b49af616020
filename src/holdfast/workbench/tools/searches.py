"""Searches that writers have started: who may have how many, who listens, and what was heard last."""

from __future__ import annotations

import asyncio
import os
import pickle
import secrets
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from holdfast.workbench.tools.attacking import attack_of, check_start
from holdfast.workbench.tools.conductor import Processes
from holdfast.workbench.tools.reading import seed_of, snippet_of
from holdfast.workbench.tools.searching import Anything, Assignment, Package
from holdfast.workbench.tools.shapes import SearchEnd, SearchRequest, SearchStep

if TYPE_CHECKING:
    from holdfast.attacks.target import Target
    from holdfast.workbench.bench import Workbench

MOST_AT_ONCE = max(1, min(4, os.cpu_count() or 1))
"""Searches that run at once; others wait for them."""

MOST_OF_ONE = 2
"""Searches that one writer may have."""

MOST = 32
"""Searches of all writers, those that wait too."""

UNHEARD = 5.0
"""Seconds without a listener after which a search is stopped: its page has gone."""

KEPT = 120.0
"""Seconds for which the end of a search can still be heard."""


class TooManySearchesError(Exception):
    """Raised where a writer, or all of them, have as many searches as may be."""


@dataclass(eq=False)
class Search:
    """A search of a writer; all but `stopping` belongs to the event loop."""

    owner: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    stopping: threading.Event = field(default_factory=threading.Event)
    step: SearchStep | None = None
    end: SearchEnd | None = None
    listeners: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, news: SearchStep | SearchEnd) -> None:
        """Remember the latest, and wake all who listen."""
        if isinstance(news, SearchEnd):
            self.end = news
        elif self.end is None:
            self.step = news
        self.changed.set()
        self.changed = asyncio.Event()

    async def events(self) -> AsyncIterator[SearchStep | SearchEnd]:
        """The latest step now and whenever there is another, and the end; a slow listener misses steps."""
        told: SearchStep | None = None
        while True:
            changed = self.changed
            if self.step is not None and self.step is not told:
                told = self.step
                yield told
            elif self.end is not None:
                yield self.end
                return
            else:
                await changed.wait()


class Searches:
    """The searches of a workbench; belongs to the event loop that it was started in."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._processes = Processes(MOST_AT_ONCE)
        self._threads = ThreadPoolExecutor(MOST, thread_name_prefix="search")
        self._known: dict[str, Search] = {}
        self._packed: tuple[Target, bool, Package] | None = None
        self._packing = threading.Lock()

    def start(self) -> None:
        """Belong to the running event loop."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Stop all searches and end their processes and streams."""
        for search in self._known.values():
            search.stopping.set()
            if search.end is None:
                search.hear(_stopped())
        self._processes.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def warm(self) -> None:
        """Have a process ready, for somebody has opened the page; costs nothing when there is one."""
        target, people = self._bench.served.target, self._bench.judged_by_people
        self._threads.submit(lambda: self._processes.warm(self._package(target, people)))

    def begin(self, owner: int, request: SearchRequest) -> Search:
        """Begin a search.

        Raises UserError for one that cannot be, and TooManySearchesError where there is no room.
        """
        active = [search for search in self._known.values() if search.end is None]
        if sum(search.owner == owner for search in active) >= MOST_OF_ONE:
            raise TooManySearchesError(f"you have {MOST_OF_ONE} searches already; stop one, or wait for it")
        if len(active) >= MOST:
            raise TooManySearchesError("too many searches run or wait; try again in a while")
        target, people = self._bench.served.target, self._bench.judged_by_people
        assignment = assignment_of(self._bench, request, target)
        search = Search(owner)
        self._known[search.id] = search
        self._threads.submit(self._run, search, assignment, target, people)
        self._loop.call_later(UNHEARD, self._unheard, search)
        return search

    def find(self, owner: int, id_: str) -> Search | None:
        """A search of that owner, while it runs and a while after."""
        search = self._known.get(id_)
        return search if search is not None and search.owner == owner else None

    async def listen(self, search: Search) -> AsyncIterator[SearchStep | SearchEnd]:
        """What a search tells; when the last listener goes away, the search ends soon."""
        search.listeners += 1
        try:
            async for news in search.events():
                yield news
        finally:
            search.listeners -= 1
            if search.end is None:
                self._loop.call_later(UNHEARD, self._unheard, search)

    def _unheard(self, search: Search) -> None:
        if search.listeners == 0:
            search.stopping.set()

    def _run(self, search: Search, assignment: Assignment, target: Target, people: bool) -> None:
        """Conduct a search from its beginning to its end, in a thread of its own."""
        try:
            package = self._package(target, people)
            end = self._processes.search(
                package, assignment, lambda step: self._hear(search, step), search.stopping
            )
        except Exception as error:
            end = SearchEnd(
                reason="error", message=f"the search failed: {error}", best=None, queries=0, seconds=0.0
            )
        self._hear(search, end or _stopped())

    def _hear(self, search: Search, news: SearchStep | SearchEnd) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._heard, search, news)

    def _heard(self, search: Search, news: SearchStep | SearchEnd) -> None:
        search.hear(news)
        if search.end is not None:
            self._loop.call_later(KEPT, self._known.pop, search.id, None)

    def _package(self, target: Target, people: bool) -> Package:
        """The target for other processes, with the judge that there is, and no memory of scores."""
        with self._packing:
            if self._packed is None or self._packed[:2] != (target, people):
                judge = Anything() if people else target.judge
                alone = replace(target.fresh(), judge=judge)
                package = Package(secrets.token_hex(8), pickle.dumps(alone))
                self._packed = target, people, package
            return self._packed[2]


def assignment_of(bench: Workbench, request: SearchRequest, target: Target) -> Assignment:
    """What a request asks a search to do; raises UserError for one that cannot be."""
    snippet, people = snippet_of(request), bench.judged_by_people
    check_start(replace(target, judge=Anything()) if people else target, snippet)
    objective = "lowest_score" if people else bench.settings.objective
    return Assignment(
        attack=attack_of(request, objective, target),
        snippet=snippet,
        queries=request.queries,
        one_step=request.kind == "step",
        judged=not people,
        seed=seed_of(request.seed),
        course=request.course,
    )


def _stopped() -> SearchEnd:
    return SearchEnd(reason="stopped", message="it was stopped", best=None, queries=0, seconds=0.0)
