"""The workbench itself: what every call works with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from holdfast.campaign.config import RunConfig
from holdfast.store.store import Store
from holdfast.tasks.base import Task
from holdfast.workbench.bulletin import Bulletin, News
from holdfast.workbench.served import Served
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.writing.desk import Desk


@dataclass
class Workbench:
    """One run's filter, open to writers, reviewers and managers; a guard of one's own `trains` nothing.

    `served` changes when a live round ends, between two calls and never within one: a call takes it once.
    """

    store: Store
    run: str
    config: RunConfig
    team: bool
    settings: WorkbenchSettings
    trains: bool = True
    """Whether live rounds train the next model on what writers find."""
    bulletin: Bulletin = field(default_factory=Bulletin)
    desk: Desk = field(default_factory=Desk)
    _served: Served | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def served(self) -> Served:
        """The filter as it is now."""
        with self._lock:
            assert self._served is not None, "nothing is served yet"
            return self._served

    def serve(self, served: Served) -> None:
        """Serve another filter from the next call on, and tell every page."""
        with self._lock:
            changed, self._served = self._served is not None, served
        if changed:
            self.bulletin.post(News("model", served.shape.model_dump()))

    @property
    def task(self) -> Task:
        """The task of the run."""
        return self.served.target.task

    @property
    def judged_by_people(self) -> bool:
        """Whether verdicts come from reviewers, so that no oracle's may be shown."""
        return self.settings.judge == "people"
