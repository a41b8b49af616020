"""The workbench's speed as its writers feel it, over HTTP, on a real server.

Run: python benchmarks/workbench.py --run runs/demo

Copies the run, starts `holdfast serve --team` on the copy in a process of its own, signs in as so many
writers, and takes the time from sending a request to having its answer. Writers edit hard snippets of the
task one random word at a time, so that no score is in the cache.

- one writer, one request after the other: live scores, live scores with saliency, menus of 100 candidates;
- all writers at once, each at the pace of a person: an edit about every 300 ms, scored live with saliency,
  and a menu about every 3 s (both at exponential intervals), without waiting for answers;
- all writers at once, back to back: each asks again as soon as it is answered, every tenth time for a menu.

Client and server share the machine.
"""

import argparse
import asyncio
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.config import resolve
from holdfast.core.seeds import Stream
from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.access.passwords import hashed

PASSWORD = "a password for measuring"
EDIT_SECONDS, MENU_SECONDS = 0.3, 3.0
MENU_EVERY = 10


@contextmanager
def served(run: Path, writers: int):
    """The address of a server on a copy of the run, with that many accounts, and the run's task."""
    with tempfile.TemporaryDirectory() as temporary:
        runs = Path(temporary)
        shutil.copy(run.parent / "holdfast.db", runs)
        shutil.copytree(run, runs / run.name, ignore=shutil.ignore_patterns("lock"))
        store = Store(runs)
        task = build_task(resolve(store.run(run.name).config).task)
        password = hashed(PASSWORD)
        for number in range(writers):
            Accounts(store).add(f"writer {number}", "manager" if number == 0 else "writer", password)
        store.close()
        command = [sys.executable, "-m", "holdfast.cli.main", "serve", run.name, "--runs", str(runs)]
        server = subprocess.Popen(
            [*command, "--team", "--port", "0"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        try:
            said = ""
            for line in server.stdout:
                said += line
                if "Ctrl-C closes" in line:
                    break
            yield re.search(r"http://[^\s/]+", said)[0], server.pid, task
        finally:
            with suppress(ProcessLookupError):
                server.terminate()
            server.wait()


class Writer:
    """One writer's browser: a text that is edited, and the times of what was asked about it."""

    def __init__(self, client, task, snippet, stream):
        self.client = client
        self.task = task
        self.parts = {
            "prompt": task.words(snippet.prompt),
            "completion": task.words(snippet.completion),
        }
        self.random = stream.python()
        self.times = {}
        self.candidates = []

    async def sign_in(self, name):
        answer = await self.client.post("/api/session", json={"name": name, "password": PASSWORD})
        answer.raise_for_status()
        self.client.headers[CSRF_HEADER] = answer.json()["csrf"]

    def edit(self):
        """Exchange one word for a random one."""
        part, place = self.place()
        self.parts[part][place] = self.random.choice(self.task.vocabulary)

    def place(self):
        part = self.random.choice([part for part, words in self.parts.items() if words])
        return part, self.random.randrange(len(self.parts[part]))

    def text(self):
        return {part: self.task.text(words) for part, words in self.parts.items()}

    async def ask(self, kind, path, **body):
        begun = time.perf_counter()
        answer = await self.client.post(path, json={**self.text(), **body})
        self.times.setdefault(kind, []).append(time.perf_counter() - begun)
        answer.raise_for_status()
        return answer

    async def score(self, saliency, kind):
        self.edit()
        await self.ask(kind, "/api/score", saliency=saliency)

    async def menu(self, kind):
        part, index = self.place()
        answer = await self.ask(kind, "/api/menu", part=part, index=index)
        self.candidates.append(len(answer.json()["suggestions"]))


async def one_writer(writer, requests):
    for _ in range(requests // 10):  # to warm up
        await writer.score(True, "")
        await writer.menu("")
    for _ in range(requests):
        await writer.score(False, "live score")
        await writer.score(True, "live score with saliency")
        await writer.menu("menu")


async def at_a_pace(writer, seconds, kinds):
    """Edits and menus as a person makes them, for so long; answers are waited for at the end."""
    end, asked = time.perf_counter() + seconds, []

    async def every(mean, ask):
        await asyncio.sleep(writer.random.random() * mean)
        while time.perf_counter() < end:
            asked.append(asyncio.create_task(ask()))
            await asyncio.sleep(writer.random.expovariate(1 / mean))

    await asyncio.gather(
        every(EDIT_SECONDS, lambda: writer.score(True, kinds[0])),
        every(MENU_SECONDS, lambda: writer.menu(kinds[1])),
    )
    await asyncio.gather(*asked)


async def back_to_back(writer, seconds, kinds):
    end, number = time.perf_counter() + seconds, writer.random.randrange(MENU_EVERY)
    while time.perf_counter() < end:
        number += 1
        await (writer.score(True, kinds[0]) if number % MENU_EVERY else writer.menu(kinds[1]))


async def measure(address, pid, task, flags):
    """The times of each kind of request, and how busy the server was, by pattern."""
    stream = Stream(flags.seed).child("benchmark")
    snippets = task.sample(flags.writers, stream, "hard")
    # The server closes what has been idle for five seconds.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=3)
    writers = []
    for number, snippet in enumerate(snippets):
        # Head and body of a request are sent apart; browsers do not wait for the first to be acknowledged.
        at_once = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        transport = httpx2.AsyncHTTPTransport(limits=limits, socket_options=at_once)
        client = httpx2.AsyncClient(base_url=address, timeout=120, transport=transport)
        writers.append(Writer(client, task, snippet, stream.child(number)))
        await writers[-1].sign_in(f"writer {number}")
    patterns = {
        "one writer": lambda: one_writer(writers[0], flags.requests),
        f"{flags.writers} writers, at a pace": lambda: asyncio.gather(
            *(at_a_pace(w, flags.seconds, ("live score with saliency", "menu")) for w in writers)
        ),
        f"{flags.writers} writers, back to back": lambda: asyncio.gather(
            *(back_to_back(w, flags.seconds, ("live score with saliency", "menu")) for w in writers)
        ),
    }
    rows = []
    for pattern, run in patterns.items():
        begun, busy = time.perf_counter(), processor_seconds(pid)
        await run()
        wall = time.perf_counter() - begun
        share = (processor_seconds(pid) - busy) / wall
        times = {}
        for writer in writers:
            for kind, found in writer.times.items():
                times.setdefault(kind, []).extend(found)
            writer.times = {}
        rows += [(pattern, kind, np.array(found), wall, share) for kind, found in times.items() if kind]
    least = min(min(writer.candidates, default=10**6) for writer in writers)
    return rows, least


def processor_seconds(pid):
    """What the server has used, its threads together; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, required=True, help="the folder of a finished run")
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--requests", type=int, default=200, help="of each kind, of one writer")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each pattern of all writers")
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args()
    with served(flags.run.resolve(), flags.writers) as (address, pid, task):
        rows, least = asyncio.run(measure(address, pid, task, flags))
    print(f"{task.name}, {platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print(f"load average {os.getloadavg()[0]:.1f}; menus of {least} candidates at least\n")
    print("| pattern | request | count | p50 ms | p95 ms | p99 ms | requests/s | server's processors |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for pattern, kind, times, wall, share in rows:
        p50, p95, p99 = 1000 * np.quantile(times, [0.5, 0.95, 0.99])
        print(
            f"| {pattern} | {kind} | {len(times):,} | {p50:.1f} | {p95:.1f} | {p99:.1f} "
            f"| {len(times) / wall:.1f} | {share:.2f} |"
        )


if __name__ == "__main__":
    main()
