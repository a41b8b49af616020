"""What a prompt says: memory, what of it is protected or secret, the tools, and the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, groupby

from holdfast.tasks.sandbox.jobs import Job, asked, job_of
from holdfast.tasks.sandbox.machine import Cells
from holdfast.tasks.sandbox.parsing import is_name, is_number
from holdfast.tasks.sandbox.text import words as words_of
from holdfast.tasks.sandbox.tools import LISTED

MOST_CELLS = 64
MOST_WORLDS = 8
"""Ways in which what is secret may be, the first among them."""


@dataclass(frozen=True)
class Layout:
    """A prompt, as it is read."""

    regions: Mapping[str, Cells]
    memory: tuple[int, ...]
    protected: frozenset[str]
    secret: tuple[str, ...]
    worlds: tuple[tuple[int, ...], ...]
    """Memory as it stands, then with each other way that a secret is stated to be; no two alike."""
    tools: frozenset[str]
    jobs: tuple[Job, ...]
    unread: tuple[tuple[int, int], ...]
    """The words from and up to which each sentence stands that says nothing."""

    @cached_property
    def secret_cells(self) -> tuple[bool, ...]:
        """Of each cell of memory, whether it is secret."""
        return self._cells(self.secret)

    @cached_property
    def protected_cells(self) -> tuple[bool, ...]:
        """Of each cell of memory, whether it is protected."""
        return self._cells(self.protected)

    def _cells(self, names: Iterable[str]) -> tuple[bool, ...]:
        inside = [False] * len(self.memory)
        for name in names:
            start, size = self.regions[name]
            inside[start : start + size] = [True] * size
        return tuple(inside)

    def asked(self, memory: Sequence[int]) -> tuple[list[int], list[int]]:
        """What the jobs show if memory holds this, and what it holds after them."""
        regions = {name: list(memory[at.start : at.start + at.size]) for name, at in self.regions.items()}
        shown = asked(self.jobs, regions, self.protected)
        return shown, [number for name in self.regions for number in regions[name]]

    def owner(self, address: int) -> str:
        """The region that a cell lies in."""
        return next(name for name, at in self.regions.items() if at.start <= address < at.start + at.size)


@lru_cache(maxsize=1024)
def layout_of(prompt: str) -> Layout:
    """Read a prompt; total: a sentence that says nothing is passed over."""
    words = words_of(prompt)
    kept: dict[str, list[int]] = {}
    protected: list[str] = []
    stated: list[tuple[str, list[int]]] = []
    tools: set[str] = set()
    asks: list[tuple[int, int]] = []
    unread: list[tuple[int, int]] = []
    for start, stop in sentences(words):
        head, body = _headed(words[start:stop])
        if head == "memory":
            understood = _memory(body, kept)
        elif head == "protected":
            understood = body == ["none"] or _names(body, protected)
        elif head == "secret":
            understood = body == ["none"] or _secret(body, stated)
        elif head == "tools":
            understood = body == ["none"] or _tools(body, tools)
        else:
            understood = True
            asks.append((start + (2 if head == "task" else 0), stop))
        if not understood:
            unread.append((start, stop))
    regions = _regions(kept)
    jobs = []
    for start, stop in asks:
        job = job_of(words[start:stop], regions)
        if job is None:
            unread.append((start, stop))
        else:
            jobs.append(job)
    memory = tuple(number for cells in kept.values() for number in cells)
    return Layout(
        regions,
        memory,
        frozenset(protected) & regions.keys(),
        tuple(dict.fromkeys(name for name, _ in stated if name in regions)),
        _worlds(memory, regions, stated),
        frozenset(tools),
        tuple(jobs),
        tuple(sorted(each for each in unread if each[0] < each[1])),
    )


def sentences(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From which word up to which each sentence stands, its full stop left out; none is empty."""
    start = 0
    for place, word in enumerate(words):
        if word == ".":
            if place > start:
                yield start, place
            start = place + 1
    if len(words) > start:
        yield start, len(words)


def _headed(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    return (words[0], words[2:]) if len(words) > 1 and words[1] == ":" else ("", words)


def _parts(words: Sequence[str], between: str) -> list[list[str]]:
    return [list(part) for is_mark, part in groupby(words, lambda word: word == between) if not is_mark]


def _memory(words: Sequence[str], kept: dict[str, list[int]]) -> bool:
    """Add regions; one that is there already, is no name, has no number, or finds no room is passed over."""
    understood = bool(words)
    for name, *numbers in _parts(words, ","):
        room = MOST_CELLS - sum(map(len, kept.values()))
        if is_name(name) and name not in kept and 0 < len(numbers) <= room and all(map(is_number, numbers)):
            kept[name] = [int(number) for number in numbers]
        else:
            understood = False
    return understood


def _names(words: Sequence[str], found: list[str]) -> bool:
    names = [part[0] for part in _parts(words, ",") if len(part) == 1]
    found += names
    return bool(names) and len(words) == 2 * len(names) - 1


def _tools(words: Sequence[str], found: set[str]) -> bool:
    names: list[str] = []
    understood = _names(words, names) and LISTED.keys() >= set(names)
    found.update(name for name in names if name in LISTED)
    return understood


def _secret(words: Sequence[str], stated: list[tuple[str, list[int]]]) -> bool:
    """`pin 7 1 or 2 4`: a region, and ways in which it may be."""
    name, *rest = words or [""]
    ways = _parts(rest, "or")
    if not is_name(name) or not ways or not all(is_number(word) for way in ways for word in way):
        return False
    stated += [(name, [int(word) for word in way]) for way in ways]
    return True


def _regions(kept: Mapping[str, list[int]]) -> dict[str, Cells]:
    sizes = [len(cells) for cells in kept.values()]
    starts = [0, *accumulate(sizes)]
    return {name: Cells(*at) for name, at in zip(kept, zip(starts, sizes, strict=False), strict=True)}


def _worlds(
    memory: tuple[int, ...], regions: Mapping[str, Cells], stated: Sequence[tuple[str, list[int]]]
) -> tuple[tuple[int, ...], ...]:
    """Each way that a region is stated to be, if it has as many cells; the others stay as they stand."""
    worlds = {memory: None}
    for name, way in stated:
        at = regions.get(name)
        if at is not None and len(way) == at.size and len(worlds) < MOST_WORLDS:
            worlds[(*memory[: at.start], *way, *memory[at.start + at.size :])] = None
    return tuple(worlds)
