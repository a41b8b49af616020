"""What `holdfast serve` does: finds the run or makes one, opens its workbench, and tells where it is."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from holdfast.campaign.config import load_config
from holdfast.campaign.editions import usable_config
from holdfast.campaign.guard_runs import keep_guard
from holdfast.campaign.history import WORKBENCH_PRESET, open_store, runs_folder, trains_a_generator
from holdfast.campaign.loop import Campaign
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.campaign.presets import READY_TASK, preset
from holdfast.campaign.run_names import new_folder
from holdfast.cli.accounts import checked, new_password
from holdfast.cli.campaigns import carry_out_and_tell, place_of
from holdfast.cli.streams import has_terminal_input
from holdfast.core.errors import UserError
from holdfast.store.lock import RunLock
from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.hosts import Hosts
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.app import create_app
from holdfast.workbench.bench import Workbench
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.server import serve, take_port, url_of


@dataclass(frozen=True)
class Listening:
    """Where the server listens, how it may be called, and whether the browser is opened."""

    host: str
    port: int
    allow_host: tuple[str, ...]
    behind_proxy: bool
    open: bool | None


@dataclass(frozen=True)
class Place:
    """Which run is served, and where it lies; with a configuration the run is the guard that it names."""

    run: str | None
    runs: Path | None
    config: Path | None

    def open(self) -> tuple[Store, str | None]:
        """The store and the run's name, None where there is no run; raises UserError for an unknown one."""
        if self.config is not None:
            guard = load_config(self.config)
            store = open_store(self.runs or runs_folder())
            if guard.asks_people and self.run is not None:
                raise UserError(
                    f"people judge by this configuration, and their verdicts have a place of their own; leave"
                    f" out the name '{self.run}'"
                )
            return store, keep_guard(store, guard, self.run)
        folder, name = (
            (self.runs or runs_folder(), None) if self.run is None else place_of(self.run, self.runs)
        )
        store = open_store(folder, must_exist=name is not None)
        return store, _queue_of(store, name) if name else _newest(store)


def serve_run(place: Place, team: bool, changes: Mapping[str, Any], where: Listening) -> None:
    """Serve the workbench of a run until Ctrl-C; raises UserError where it cannot."""
    store, chosen = place.open()
    if team:
        _see_to_a_manager(store, place.runs)  # first of all: without one nobody could sign in
    with ExitStack() as held:
        if chosen is not None:
            held.enter_context(_alone(store, chosen))
        listening = held.enter_context(take_port(where.host, where.port))
        if chosen is None:
            chosen = _first_run(store.folder)
            held.enter_context(_alone(store, chosen))
        bench = open_workbench(store, chosen, team=team, changes=changes)
        app = create_app(bench, Hosts(where.host, listening.getsockname()[1], where.allow_host))
        told = _Told(app, bench, url_of(listening), where)
        serve(app, listening, behind_proxy=where.behind_proxy, ready=told.ready)
    print("the workbench is closed", flush=True)


def _alone(store: Store, run: str) -> RunLock:
    """The lock of a run's workbench, so that one server serves it; raises UserError without such a run."""
    return RunLock(store.run_folder(store.run(run).id) / "workbench", "the workbench in")


def _queue_of(store: Store, run: str) -> str:
    """The run to serve: for rounds of a guard that people judge it is the queue of their configuration."""
    row = store.run(run)
    config = usable_config(row)
    if row.preset == WORKBENCH_PRESET or not config.asks_people:
        return run
    return PeopleDesk(config, store).run


def _newest(store: Store) -> str | None:
    """The newest finished run that has a filter, which writers work against."""
    finished = (run.id for run in store.runs() if run.status == "finished")
    return next((run for run in finished if not trains_a_generator(store, run)), None)


def _first_run(folder: Path) -> str:
    print(
        f"there is no finished run in {folder} yet, so a model of {READY_TASK} is trained, in about a minute",
        flush=True,
    )
    config = preset(READY_TASK, "ready")
    campaign = Campaign(config, new_folder(config, folder))
    carry_out_and_tell(campaign, json=False)
    return campaign.run_id


def _see_to_a_manager(store: Store, runs: Path | None) -> None:
    """Make a team's first account, on a terminal; raises UserError saying how it is made elsewhere."""
    accounts = Accounts(store)
    if accounts.has_manager():
        return
    if not has_terminal_input():
        where = f" --runs {runs}" if runs else ""
        raise UserError(
            f"the team has no manager yet; add one first: holdfast accounts add NAME --role manager{where}"
        )
    print("The team has no manager yet. Choose the name and the password of the first account.")
    new = checked(input("name: ").strip(), "manager", new_password(stdin=False))
    accounts.add(new.name, new.role, hashed(new.password))


@dataclass(frozen=True)
class _Told:
    """What the terminal says of a server."""

    app: FastAPI
    bench: Workbench
    url: str
    where: Listening

    def ready(self) -> None:
        """Tell where the workbench is, and open the browser."""
        served, config = self.bench.served, self.bench.config
        print(
            f"{config.task_kind}, run {self.bench.run}, threshold {served.target.threshold:.4g}", flush=True
        )
        if not self.bench.team and self.where.host not in ("127.0.0.1", "::1", "localhost"):
            print("others can reach this server, and whoever has the link works as you; --team has accounts")
        self._link("open" if self.bench.team else "open (the link opens once)")
        print("Ctrl-C closes the workbench", flush=True)
        self.app.state.entry.on_link = lambda: self._link("the link was used; the next one")
        if self._opens():
            threading.Thread(target=webbrowser.open, args=(self._address(),), daemon=True).start()

    def _link(self, said: str) -> None:
        print(f"{said}: {self._address()}", flush=True)

    def _address(self) -> str:
        token = self.app.state.entry.token
        return f"{self.url}/" if token is None else f"{self.url}/?token={token}"

    def _opens(self) -> bool:
        """Without a screen, `webbrowser` would draw a text browser over the terminal."""
        if self.where.open is not None:
            return self.where.open
        screen = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
        return screen and sys.stdout.isatty()
