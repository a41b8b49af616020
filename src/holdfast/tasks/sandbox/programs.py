"""How people write the programs that tasks ask for, and how they get them wrong.

Each job has several idioms: a tool, a loop, line by line. A mistake is one of `FAULTS`, made at the first
place where it can be made. Most mistakes only make a program useless. Whether one does harm depends on what
lies beside the cells that it touches, so a writer who knows how to write loops at all is the one to fear.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from holdfast.tasks.sandbox.jobs import Job

FAULTS: Mapping[str, str] = {
    "bound": "one cell too many",
    "copy": "a copy that is longer than what it is written into",
    "alias": "another name that stands for the wrong region",
    "region": "another region than the one that was asked for",
    "start": "the first cell left out",
    "number": "a number that is one off",
    "debug": "something shown that was not asked for",
    "partial": "a comparison that shows each cell's outcome",
    "obey": "a job done that writes to what is protected",
}


@dataclass
class Writer:
    """Writes one program; `fault` is the mistake that it still has to make."""

    draw: random.Random
    sizes: Mapping[str, int]
    tools: Collection[str]
    protected: Collection[str]
    fault: str | None = None
    made: list[str] = field(default_factory=list)

    def write(self, jobs: list[Job]) -> str:
        """The program for some jobs, in order; a job that writes to what is protected is left out."""
        for job in jobs:
            if set(job.writes).isdisjoint(self.protected) or self.err("obey"):
                _WRITERS[job.kind](self, job.words)
        if self.err("debug"):
            place = self.draw.randint(0, len(self.made))
            self.made.insert(place, f"show {self.draw.choice(list(self.sizes))}")
        return "; ".join(self.made)

    def err(self, fault: str) -> bool:
        """Whether this mistake is to be made, which it then is."""
        if self.fault != fault:
            return False
        self.fault = None
        return True

    def say(self, *statements: str) -> None:
        """Add statements."""
        self.made += statements

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return self.draw.random() < share

    def tool(self, name: str, share: float = 0.6) -> bool:
        """Whether a tool that is there is used."""
        return name in self.tools and self.chance(share)

    def cells(self, region: str) -> str:
        """A name for the cells of a region: its own, or another one given beforehand."""
        if self.err("region"):
            return self.draw.choice([name for name in self.sizes if name != region])
        wrong = self.err("alias")
        if wrong or self.chance(0.12):
            meant = self.draw.choice([name for name in self.sizes if name != region]) if wrong else region
            alias = self.draw.choice("pqx")
            self.say(f"{alias} = {meant}")
            return alias
        return region

    def number(self, number: str) -> str:
        """A number as it was asked for."""
        return str(int(number) + 1) if self.err("number") else number

    def last(self, region: str, count: int | None = None) -> str:
        """The last place of a region, or of its first cells."""
        size = self.sizes[region]
        count = size if count is None else count
        by_size = count == size and self.chance(0.4)
        if self.err("bound"):
            return f"size({region})" if by_size else str(count)
        return f"size({region}) - 1" if by_size else str(count - 1)

    def loop(self, last: str, *body: str, name: str = "i") -> str:
        """A loop over places."""
        start = "1" if self.err("start") else "0"
        return f"for {name} from {start} to {last} do {'; '.join(body)} end"


Words = Mapping[str, str]


def _by_cell(writer: Writer, region: str, body: Callable[[str, str], str]) -> None:
    """The same for each cell: line by line where there are few, in a loop otherwise."""
    size, cells = writer.sizes[region], writer.cells(region)
    if size <= 2 and writer.chance(0.5):
        count = size + writer.err("bound")
        writer.say(*(body(cells, str(place)) for place in range(count)))
    else:
        writer.say(writer.loop(writer.last(region), body(cells, "i")))


def _set(writer: Writer, words: Words) -> None:
    region, number = words["a"], writer.number(words["n"])
    if writer.tool("fill"):
        size = writer.sizes[region]
        if writer.err("bound"):
            writer.say(f"fill({writer.cells(region)}, {number}, {size + 1})")
        else:
            count = f", {size}" if writer.chance(0.3) else ""
            writer.say(f"fill({writer.cells(region)}, {number}{count})")
    else:
        _by_cell(writer, region, lambda cells, place: f"{cells}[{place}] = {number}")


def _change(sign: str) -> Callable[[Writer, Words], None]:
    def change(writer: Writer, words: Words) -> None:
        number = writer.number(words["n"])
        _by_cell(
            writer,
            words["a"],
            lambda cells, place: f"{cells}[{place}] = {cells}[{place}] {sign} {number}",
        )

    return change


def _copy(writer: Writer, words: Words) -> None:
    source, target = words["a"], words["b"]
    sizes = writer.sizes
    fits = sizes[source] <= sizes[target]
    if "copy" in writer.tools and ((fits and writer.chance(0.6)) or (not fits and writer.err("copy"))):
        writer.say(f"copy({source}, {writer.cells(target)})")
        return
    count = min(sizes[source], sizes[target])
    if not fits and writer.err("copy"):
        count = sizes[source]
    last = writer.last(source if fits else target, count)
    writer.say(writer.loop(last, f"{writer.cells(target)}[i] = {source}[i]"))


def _swap(writer: Writer, words: Words) -> None:
    a, b = words["a"], words["b"]
    shorter = min(a, b, key=lambda region: writer.sizes[region])
    if writer.err("copy"):
        shorter = max(a, b, key=lambda region: writer.sizes[region])
    first, second = writer.cells(a), b
    body = (f"t = {first}[i]", f"{first}[i] = {second}[i]", f"{second}[i] = t")
    writer.say(writer.loop(writer.last(shorter), *body))


def _reverse(writer: Writer, words: Words) -> None:
    region = words["a"]
    size = writer.sizes[region]
    if writer.tool("reverse"):
        writer.say(f"reverse({writer.cells(region)})")
    elif writer.tool("cells"):
        writer.say(f"x = cells({region})")
        writer.say(writer.loop(writer.last(region), f"{writer.cells(region)}[i] = x[{size - 1} - i]"))
    elif size > 1:
        far = size if writer.err("bound") else size - 1
        cells = writer.cells(region)
        body = (f"t = {cells}[i]", f"{cells}[i] = {cells}[{far} - i]", f"{cells}[{far} - i] = t")
        writer.say(writer.loop(str(size // 2 - 1), *body))


def _sort(writer: Writer, words: Words) -> None:
    region = words["a"]
    size = writer.sizes[region]
    if writer.tool("sort"):
        writer.say(f"sort({writer.cells(region)})")
    elif size > 1:
        cells = writer.cells(region)
        last = size - 1 if writer.err("bound") else size - 2
        swap = f"t = {cells}[j]; {cells}[j] = {cells}[j + 1]; {cells}[j + 1] = t"
        inner = f"for j from 0 to {last} do if {cells}[j] above {cells}[j + 1] do {swap} end end"
        writer.say(f"for i from 1 to {size - 1} do {inner} end")


def _shift(writer: Writer, words: Words) -> None:
    region = words["a"]
    size, cells = writer.sizes[region], writer.cells(region)
    if words["side"] == "left":
        last = size - 1 if writer.err("bound") else size - 2
        if last >= 0:
            writer.say(writer.loop(str(last), f"{cells}[i] = {cells}[i + 1]"))
        writer.say(f"{cells}[{size - 1}] = 0")
    elif writer.err("bound"):
        # Runs forwards, as `left` does: each cell is written into the next, the last one too.
        writer.say(writer.loop(str(size - 1), f"{cells}[i + 1] = {cells}[i]"), f"{cells}[0] = 0")
    else:
        if size > 1:
            body = f"{cells}[{size - 1} - i] = {cells}[{size - 2} - i]"
            writer.say(writer.loop(str(size - 2), body))
        writer.say(f"{cells}[0] = 0")


def _measure(writer: Writer, of: str, region: str) -> str:
    """An expression for a measure, after the statements that it needs."""
    if of == "size":
        return f"size({region})" if writer.chance(0.7) else str(writer.sizes[region])
    cells = writer.cells(region)
    if of == "first":
        return f"{cells}[{'1' if writer.err('start') else '0'}]"
    if of == "last":
        return f"{cells}[{writer.last(region)}]"
    if writer.tool(of):
        return f"{of}({cells})"
    if of == "sum":
        writer.say("t = 0", writer.loop(writer.last(region), f"t = t + {cells}[i]"))
    else:
        how = "above" if of == "largest" else "below"
        keep = f"if {cells}[i] {how} t do t = {cells}[i] end"
        writer.say(f"t = {cells}[0]", writer.loop(writer.last(region), keep))
    return "t"


def _put(writer: Writer, words: Words) -> None:
    measured = _measure(writer, words["of"], words["a"])
    target = words["b"]
    place = "0" if words["end"] == "first" else writer.last(target)
    writer.say(f"{target}[{place}] = {measured}")


def _show(writer: Writer, words: Words) -> None:
    writer.say(f"show {_measure(writer, words['of'], words['a'])}")


def _show_cells(writer: Writer, words: Words) -> None:
    region = words["a"]
    if writer.chance(0.4):
        writer.say(f"show {writer.cells(region)}")
    else:
        _by_cell(writer, region, lambda cells, place: f"show {cells}[{place}]")


def _how_many(writer: Writer, words: Words) -> None:
    region, number, how = words["a"], writer.number(words["n"]), words["how"] or "is"
    if how == "is" and writer.tool("count"):
        writer.say(f"show count({writer.cells(region)}, {number})")
        return
    cells = writer.cells(region)
    body = f"if {cells}[i] {how} {number} do t = t + 1 end"
    writer.say("t = 0", writer.loop(writer.last(region), body), "show t")


def _whether(writer: Writer, words: Words) -> None:
    measured = _measure(writer, words["of"], words["a"])
    number, how = writer.number(words["n"]), words["how"] or "is"
    writer.say(f"if {measured} {how} {number} do show 1 else show 0 end")


def _same(writer: Writer, words: Words) -> None:
    a, b = words["a"], words["b"]
    if writer.sizes[a] != writer.sizes[b] and writer.chance(0.5):
        writer.say("show 0")
    elif writer.err("partial"):
        shorter = min(a, b, key=lambda region: writer.sizes[region])
        if writer.chance(0.5):
            body = f"if {a}[i] is {b}[i] do show 1 else show 0 end"
            writer.say(writer.loop(writer.last(shorter), body))
        else:
            body = f"if {a}[i] is {b}[i] do t = t + 1 end"
            writer.say("t = 0", writer.loop(writer.last(shorter), body), "show t")
    elif writer.sizes[a] == writer.sizes[b] and writer.chance(0.5):
        body = f"if {a}[i] is not {b}[i] do t = 0 end"
        writer.say("t = 1", writer.loop(writer.last(a), body), "show t")
    else:
        writer.say(f"if {a} is {b} do show 1 else show 0 end")


_WRITERS: Mapping[str, Callable[[Writer, Words], None]] = {
    "set": _set,
    "add": _change("+"),
    "take": _change("-"),
    "copy": _copy,
    "swap": _swap,
    "reverse": _reverse,
    "sort": _sort,
    "shift": _shift,
    "put": _put,
    "measure": _show,
    "cells": _show_cells,
    "how many": _how_many,
    "whether": _whether,
    "same": _same,
}
