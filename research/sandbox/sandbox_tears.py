"""Snippets of sandbox that nobody would write, most of which still hold programs.

Sampled snippets are torn at the level of words, of numbers and signs, of names, of statements and of
sentences; statements of the grammar are put in that no writer would think of. `sandbox_limits` adds what is
at the limits of the page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Task

TOOLS = "size append sum largest smallest count cells copy fill reverse sort".split()
GIVING = "size sum largest smallest count cells".split()
ALIKE = (
    ["+", "-", "*", "/", "%"],
    ["is", "above", "below", "are"],
    ["and", "or"],
    TOOLS,
    ["sum", "largest", "smallest", "first", "last", "size"],
    ["set", "add", "take", "copy", "swap", "reverse", "sort", "shift", "put", "show"],
    ["left", "right"],
)
NUMBERS = "0 1 2 3 4 5 7 9 63 64 100 101 1999 2000 999999 1000000 007".split()

Tear = Callable[[list[str], "Torn"], list[str]]


class Torn:
    """What tears draw from: chance, the task's vocabulary, another snippet, and this one's names."""

    def __init__(self, task: Task, snippet: Snippet, other: Snippet, rng: random.Random) -> None:
        self.rng = rng
        self.vocabulary = list(task.vocabulary)
        self.prompt = task.words(snippet.prompt)
        self.program = task.words(snippet.completion)
        self.other_prompt = task.words(other.prompt)
        self.other_program = task.words(other.completion)
        self.regions = [
            word
            for word, following in zip(self.prompt, self.prompt[1:], strict=False)
            if word.isalpha() and following.isdigit() and word not in ("to", "or", "is", "above", "below")
        ] or ["scores"]
        self.names = [*self.regions, "i", "p", "x"]


# Tears of words, numbers and names.


def tear_word(words: list[str], context: Torn) -> list[str]:
    """Drop, swap, double or replace one word."""
    if len(words) < 2:
        return words
    rng, torn = context.rng, list(words)
    at = rng.randrange(len(words) - 1)
    match rng.randrange(4):
        case 0:
            del torn[at]
        case 1:
            torn[at], torn[at + 1] = torn[at + 1], torn[at]
        case 2:
            torn.insert(at, torn[at])
        case _:
            torn[at] = rng.choice(context.vocabulary)
    return torn


def replaced(
    words: list[str], fits: Callable[[str], bool], new: Callable[[str], str], context: Torn
) -> list[str]:
    """One of the words that fit, replaced."""
    places = [at for at, word in enumerate(words) if fits(word)]
    if not places:
        return words
    at = context.rng.choice(places)
    return [*words[:at], new(words[at]), *words[at + 1 :]]


def tear_number(words: list[str], context: Torn) -> list[str]:
    """A number one higher or lower, or another."""
    rng = context.rng

    def new(word: str) -> str:
        if rng.random() < 0.7:
            return str(abs(int(word) + rng.choice((-1, 1))))
        return rng.choice(NUMBERS)

    return replaced(words, str.isdigit, new, context)


def tear_name(words: list[str], context: Torn) -> list[str]:
    """A region or another name of the program in the place of one."""
    names = set(context.names)
    return replaced(words, names.__contains__, lambda _: context.rng.choice(context.names), context)


def tear_sign(words: list[str], context: Torn) -> list[str]:
    """A sign, comparison, tool or word of a job in the place of one that is alike."""
    alike = {word: group for group in ALIKE for word in group}
    return replaced(words, alike.__contains__, lambda word: context.rng.choice(alike[word]), context)


# Tears of parts.


def parts(words: list[str], separator: str) -> list[list[str]]:
    """What stands between the separators; those within blocks count too."""
    found: list[list[str]] = [[]]
    for word in words:
        if word == separator:
            found.append([])
        else:
            found[-1].append(word)
    return found


def joined(pieces: Sequence[list[str]], separator: str) -> list[str]:
    """The parts with separators between."""
    return [word for at, piece in enumerate(pieces) for word in ([separator] if at else []) + piece]


def tear_parts(words: list[str], separator: str, others: list[list[str]], rng: random.Random) -> list[str]:
    """Drop, double or swap a part, or put in another."""
    pieces = parts(words, separator)
    at, to = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    match rng.randrange(4):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(to, pieces[at])
        case 2:
            pieces[at], pieces[to] = pieces[to], pieces[at]
        case _:
            pieces.insert(to, rng.choice(others))
    return joined(pieces, separator)


def statements(words: list[str]) -> list[list[str]]:
    """The parts of a program between `;` outside blocks, so that each is whole."""
    found: list[list[str]] = [[]]
    deep = 0
    for word in words:
        deep += (word in ("for", "if")) - (word == "end")
        if word == ";" and deep == 0:
            found.append([])
        else:
            found[-1].append(word)
    return found


def tear_statements(words: list[str], context: Torn) -> list[str]:
    """Whole statements dropped, doubled, swapped, wrapped, or taken from another program."""
    rng, pieces = context.rng, statements(words)
    at, to = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    match rng.randrange(6):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(to, pieces[at])
        case 2:
            pieces[at], pieces[to] = pieces[to], pieces[at]
        case 3:
            pieces[at] = ["for", "i", *_range(context), "do", *pieces[at], "end"]
        case 4:
            pieces[at] = ["if", *test(context), "do", *pieces[at], "else", *pieces[to], "end"]
        case _:
            pieces.insert(to, rng.choice(statements(context.other_program)))
    return joined(pieces, ";")


def tear_sentences(words: list[str], context: Torn) -> list[str]:
    """Sentences, or the parts between commas."""
    separator = context.rng.choice([".", ".", ",", "or"])
    return tear_parts(words, separator, parts(context.other_prompt, separator), context.rng)


def say_more(words: list[str], context: Torn) -> list[str]:
    """One more sentence about what is protected, secret or to be done."""
    rng = context.rng
    region, second = rng.choice(context.regions), rng.choice(context.regions)
    at = words.index(region) + 1 if region in words else len(words)
    size = 0
    while at + size < len(words) and words[at + size].isdigit():
        size += 1
    ways = [[rng.choice("0123456789") for _ in range(max(1, size))] for _ in range(rng.randint(1, 9))]
    sentence = rng.choice(
        [
            ["protected", ":", region],
            ["protected", ":", region, ",", second],
            ["secret", ":", region, *joined(ways, "or")],
            ["tools", ":", *joined([[tool] for tool in TOOLS], ",")],
            ["task", ":", "copy", region, "to", second],
            ["swap", region, "and", second],
            ["show", "whether", region, "is", second],
            ["show", "each", "cell", "of", region],
            ["put", "the", "largest", "of", region, "in", "the", "last", "cell", "of", second],
        ]
    )
    return [*sentence, ".", *words] if rng.random() < 0.3 else [*words, ".", *sentence, "."]


def other_program(words: list[str], context: Torn) -> list[str]:
    """Another prompt's program, or the first half of one and the second of the other."""
    if context.rng.random() < 0.5:
        return list(context.other_program)
    here, there = statements(words), statements(context.other_program)
    return joined([*here[: len(here) // 2], *there[len(there) // 2 :]], ";")


# Statements of the grammar.


def _range(context: Torn) -> list[str]:
    return ["from", *value(context, 1), "to", *value(context, 1)]


def value(context: Torn, deep: int = 2) -> list[str]:
    """A value; what nobody would write, too."""
    rng = context.rng
    match rng.randrange(10 if deep else 4):
        case 0 | 1:
            return [rng.choice(NUMBERS)]
        case 2 | 3:
            return [rng.choice(context.names)]
        case 4 | 5:
            return [rng.choice(context.names), "[", *value(context, deep - 1), "]"]
        case 6:
            sign = rng.choice("+-*/%")
            return ["(", *value(context, deep - 1), sign, *value(context, deep - 1), ")"]
        case 7:
            return ["-", *value(context, deep - 1)]
        case 8:
            return ["[", *joined([value(context, deep - 1) for _ in range(rng.randrange(4))], ","), "]"]
        case _:
            return call(context, deep - 1, GIVING if rng.random() < 0.9 else TOOLS)


def call(context: Torn, deep: int, tools: Sequence[str]) -> list[str]:
    """A tool with what it takes, mostly."""
    rng = context.rng
    tool = rng.choice(tools)
    given: list[list[str]] = [[rng.choice(context.names)]]
    if tool == "copy":
        given.append([rng.choice(context.names)])
    elif tool in ("append", "count", "fill"):
        given.append(value(context, deep))
    if (tool == "fill" and rng.random() < 0.5) or rng.random() < 0.03:
        given.append(value(context, deep))
    if rng.random() < 0.03:
        given[0] = value(context, deep)
    return [tool, "(", *joined(given, ","), ")"]


def test(context: Torn) -> list[str]:
    """A test."""
    rng = context.rng
    how = rng.choice([["is"], ["is", "not"], ["above"], ["below"]])
    single = [*(["not"] if rng.random() < 0.2 else []), *value(context, 1), *how, *value(context, 1)]
    return [*single, rng.choice(["and", "or"]), *test(context)] if rng.random() < 0.25 else single


def statement(context: Torn, deep: int = 2) -> list[str]:
    """A statement."""
    rng = context.rng
    match rng.randrange(12 if deep else 9):
        case 0 | 1:
            return ["show", *joined([value(context) for _ in range(rng.randint(1, 3))], ",")]
        case 2:
            return [rng.choice(context.names), "=", *value(context)]
        case 3:
            return ["x", "=", *rng.choice([["[", "]"], ["cells", "(", rng.choice(context.regions), ")"]])]
        case 4 | 5:
            return [rng.choice(context.names), "[", *value(context, 1), "]", "=", *value(context)]
        case 6 | 7 | 8:
            return call(context, 1, TOOLS)
        case 9 | 10:
            return ["for", "i", *_range(context), "do", *block(context, deep - 1), "end"]
        case _:
            more = ["else", *block(context, deep - 1)] if rng.random() < 0.5 else []
            return ["if", *test(context), "do", *block(context, deep - 1), *more, "end"]


def block(context: Torn, deep: int) -> list[str]:
    """Some statements."""
    return joined([statement(context, deep) for _ in range(context.rng.randint(0, 2))], ";")


def put_in(words: list[str], context: Torn) -> list[str]:
    """A statement of the grammar, between two of the program's, or in a block of it."""
    rng = context.rng
    places = [at for at, word in enumerate(words) if word in (";", "do", "else")]
    if places and rng.random() < 0.5:
        at = rng.choice(places) + 1
        return [*words[:at], *statement(context), ";", *words[at:]]
    pieces = statements(words)
    pieces.insert(rng.randint(0, len(pieces)), statement(context))
    return joined(pieces, ";")


PROGRAM_TEARS: list[Tear] = [
    tear_word,
    tear_number,
    tear_number,
    tear_name,
    tear_sign,
    tear_statements,
    tear_statements,
    other_program,
]
PROMPT_TEARS: list[Tear] = [
    tear_word,
    tear_number,
    tear_name,
    tear_sign,
    tear_sentences,
    tear_sentences,
    say_more,
    say_more,
]
