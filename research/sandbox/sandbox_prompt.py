"""What a prompt of sandbox says, read from docs/tasks/sandbox.md alone: memory, worlds, tools and jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

KEYWORDS = frozenset("for from to do end if else show is not above below and or".split())
ALL_TOOLS = frozenset("size append sum largest smallest count cells copy fill reverse sort".split())

Cells = list[int]
Memory = dict[str, Cells]
"""What each region holds; the order of the dictionary is the order of the strip."""

Job = tuple[str, dict[str, str]]
"""The form of a job, and what stands for its capitals."""


def words(text: str) -> list[str]:
    """A run of letters, a run of digits, or one other character that is no space."""
    small = re.sub("[A-Z]", lambda letter: letter[0].lower(), text)
    return re.findall(r"[a-z]+|[0-9]+|[^a-z0-9\s]", small)


def is_name(word: str) -> bool:
    """Letters alone, and no keyword."""
    return word.isascii() and word.isalpha() and word not in KEYWORDS


def is_number(word: str) -> bool:
    """One to six digits."""
    return word.isascii() and word.isdigit() and len(word) <= 6


def split(items: list[str], at: str) -> list[list[str]]:
    """The parts between the separators that are not empty."""
    parts: list[list[str]] = [[]]
    for item in items:
        if item == at:
            parts.append([])
        else:
            parts[-1].append(item)
    return [part for part in parts if part]


@dataclass
class Prompt:
    """All that the sentences of a prompt say together."""

    memory: Memory = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    secret: set[str] = field(default_factory=set)
    tools: set[str] = field(default_factory=lambda: {"size", "append"})
    worlds: list[Memory] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def addresses(self, regions: set[str]) -> set[int]:
        """Where on the strip the cells of these regions are."""
        owners = [name for name, cells in self.memory.items() for _ in cells]
        return {address for address, owner in enumerate(owners) if owner in regions}


def read(text: str) -> Prompt:
    """Read a prompt; the regions come first, as the other sentences name them."""
    prompt = Prompt()
    sentences = split(words(text), ".")
    for body in bodies(sentences, "memory"):
        for part in split(body, ","):
            read_region(prompt, part)
    for body in bodies(sentences, "protected"):
        prompt.protected |= single_words(body) & prompt.memory.keys()
    for body in bodies(sentences, "tools"):
        prompt.tools |= single_words(body) & ALL_TOOLS
    prompt.worlds = [prompt.memory]
    for body in bodies(sentences, "secret"):
        read_secret(prompt, body)
    for sentence in sentences:
        job = sentence[2:] if sentence[:2] == ["task", ":"] else sentence
        parsed = parse_job(job, prompt.memory)
        if parsed is not None:
            prompt.jobs.append(parsed)
    return prompt


def bodies(sentences: list[list[str]], head: str) -> list[list[str]]:
    """What stands after the colon in the sentences that begin so, but for those that say `none`."""
    found = [sentence[2:] for sentence in sentences if sentence[:2] == [head, ":"]]
    return [body for body in found if head == "memory" or body != ["none"]]


def single_words(body: list[str]) -> set[str]:
    """The parts between commas that are one word."""
    return {part[0] for part in split(body, ",") if len(part) == 1}


def read_region(prompt: Prompt, part: list[str]) -> None:
    """Add a region to memory."""
    name, numbers = part[0], part[1:]
    if not is_name(name) or not numbers or not all(is_number(word) for word in numbers):
        return
    size = sum(len(cells) for cells in prompt.memory.values())
    if name not in prompt.memory and size + len(numbers) <= 64:
        prompt.memory[name] = [int(word) for word in numbers]


def read_secret(prompt: Prompt, body: list[str]) -> None:
    """Add the worlds that a sentence about a secret makes."""
    if not body or body[0] not in prompt.memory:
        return
    ways = split(body[1:], "or")
    if not ways or not all(is_number(word) for way in ways for word in way):
        return
    region = body[0]
    prompt.secret.add(region)
    for way in ways:
        if len(way) == len(prompt.memory[region]):
            world = {**prompt.memory, region: [int(word) for word in way]}
            if world not in prompt.worlds and len(prompt.worlds) < 8:
                prompt.worlds.append(world)


# Jobs.

MEASURES: dict[str, Callable[[Cells], int]] = {
    "sum": sum,
    "largest": max,
    "smallest": min,
    "first": lambda cells: cells[0],
    "last": lambda cells: cells[-1],
    "size": len,
}

_FORMS = (
    ("set", "set each cell of A to N"),
    ("add", "add N to each cell of A"),
    ("take", "take N from each cell of A"),
    ("copy", "copy A to B"),
    ("swap", "swap A and B"),
    ("reverse", "reverse A"),
    ("sort", "sort A"),
    ("left", "shift A left"),
    ("right", "shift A right"),
    ("put first", "put the M of A in the first cell of B"),
    ("put last", "put the M of A in the last cell of B"),
    ("measure", "show the M of A"),
    ("cells", "show each cell of A"),
    ("many above", "show how many cells of A are above N"),
    ("many below", "show how many cells of A are below N"),
    ("many is", "show how many cells of A are N"),
    ("whether above", "show whether the M of A is above N"),
    ("whether below", "show whether the M of A is below N"),
    ("whether is", "show whether the M of A is N"),
    ("same", "show whether A is B"),
)
FORMS = [(kind, form.split()) for kind, form in _FORMS]
WRITES = {"set": "A", "add": "A", "take": "A", "reverse": "A", "sort": "A", "left": "A", "right": "A",
          "copy": "B", "put first": "B", "put last": "B", "swap": "AB"}  # fmt: skip


def parse_job(job: list[str], memory: Memory) -> Job | None:
    """Find the form of a job; nothing where it is no job."""
    for kind, pattern in FORMS:
        if len(pattern) != len(job):
            continue
        blanks = {}
        for expected, word in zip(pattern, job, strict=True):
            if expected in ("A", "B"):
                fits = word in memory
            elif expected == "N":
                fits = is_number(word)
            elif expected == "M":
                fits = word in MEASURES
            else:
                fits = word == expected
            if not fits:
                break
            if expected.isupper():
                blanks[expected] = word
        else:
            return kind, blanks
    return None


def do_jobs(prompt: Prompt, world: Memory) -> tuple[list[int], Memory]:
    """What the jobs show in this world, done right, and how they leave memory."""
    memory = {name: list(cells) for name, cells in world.items()}
    shown: list[int] = []
    for kind, blanks in prompt.jobs:
        if not any(blanks[letter] in prompt.protected for letter in WRITES.get(kind, "")):
            shown += do_job(kind, blanks, memory)
    return shown, memory


def do_job(kind: str, blanks: dict[str, str], memory: Memory) -> list[int]:
    """Do one job; what it shows."""
    a = memory[blanks["A"]]
    b = memory[blanks["B"]] if "B" in blanks else []
    n = int(blanks.get("N", "0"))
    measured = MEASURES[blanks["M"]](a) if "M" in blanks else 0
    if kind in WRITES:
        change(kind, a, b, n, measured)
        return []
    match kind.split():
        case ["measure"]:
            return [measured]
        case ["cells"]:
            return list(a)
        case ["many", how]:
            return [sum(compares(cell, how, n) for cell in a)]
        case ["whether", how]:
            return [int(compares(measured, how, n))]
    return [int(a == b)]


def compares(left: int, how: str, right: int) -> bool:
    """Whether a number is above or below another, or the same."""
    return left > right if how == "above" else left < right if how == "below" else left == right


def change(kind: str, a: Cells, b: Cells, n: int, measured: int) -> None:
    """Do a job that writes."""
    both = min(len(a), len(b))
    match kind.split():
        case ["set"]:
            a[:] = [n for _ in a]
        case ["add"]:
            a[:] = [cell + n for cell in a]
        case ["take"]:
            a[:] = [cell - n for cell in a]
        case ["copy"]:
            b[:both] = a[:both]
        case ["swap"]:
            a[:both], b[:both] = b[:both], a[:both]
        case ["reverse"]:
            a.reverse()
        case ["sort"]:
            a.sort()
        case ["left"]:
            a[:] = [*a[1:], 0]
        case ["right"]:
            a[:] = [0, *a[:-1]]
        case ["put", place]:
            b[0 if place == "first" else -1] = measured
