"""Words to a program, or to nothing: what does not parse as a whole does not run at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.tasks.sandbox.language import (
    KEYWORDS,
    Assign,
    AssignAt,
    At,
    Block,
    Call,
    Compared,
    Expression,
    For,
    If,
    Joined,
    Made,
    Minus,
    Name,
    Not,
    Number,
    Program,
    Show,
    Statement,
    Sum,
    Test,
)

DEEPEST = 24
"""Blocks and brackets within each other."""

MOST_DIGITS = 6


class NotAProgram(Exception):  # noqa: N818 (a finding, not a fault of ours)
    """The words are no program; says why."""


def parsed(words: Sequence[str]) -> Program:
    """The program of some words; raises `NotAProgram`."""
    return _Parser(words).program()


def is_name(word: str) -> bool:
    """Whether a word may name a region or a value: letters, and no keyword of the language."""
    return word.isalpha() and word.isascii() and word not in KEYWORDS


def is_number(word: str) -> bool:
    """Whether a word is a number that may be written: up to six digits."""
    return word.isdigit() and word.isascii() and len(word) <= MOST_DIGITS


class _Parser:
    """Recursive descent, one word ahead; linear in the words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [*words, ""]
        self._at = 0
        self._depth = 0
        self._spans: list[tuple[int, int]] = []

    def program(self) -> Program:
        block = self._block()
        if self._next:
            raise NotAProgram(f"{self._next!r} stands where a statement should begin")
        return Program(block, self._spans)

    @property
    def _next(self) -> str:
        return self._words[self._at]

    def _take(self) -> str:
        word = self._words[self._at]
        if word:
            self._at += 1
        return word

    def _took(self, word: str) -> bool:
        if self._words[self._at] == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._took(word):
            raise NotAProgram(f"{word!r} is missing before {self._next or 'the end'!r}")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotAProgram(f"more than {DEEPEST} blocks and brackets stand within each other")

    def _name(self) -> str:
        word = self._take()
        if not is_name(word):
            raise NotAProgram(f"a name is missing before {word or 'the end'!r}")
        return word

    def _block(self) -> Block:
        self._deeper()
        statements = []
        while True:
            while self._took(";"):
                pass
            if self._next in _AFTER_BLOCK:
                break
            number, start = len(self._spans), self._at
            self._spans.append((start, start))
            statements.append((number, self._statement()))
            self._spans[number] = (start, self._at)
            if self._next not in _AFTER_STATEMENT:
                raise NotAProgram(f"';' is missing before {self._next!r}")
        self._depth -= 1
        return Block(statements)

    def _statement(self) -> Statement:
        if self._took("for"):
            return self._for()
        if self._took("if"):
            return self._if()
        if self._took("show"):
            return Show(self._several())
        name = self._name()
        if self._took("("):
            return self._call(name)
        if self._took("["):
            index = self._inside("]")
            self._expect("=")
            return AssignAt(name, index, self._expression())
        self._expect("=")
        return Assign(name, self._expression())

    def _for(self) -> For:
        name = self._name()
        self._expect("from")
        start = self._expression()
        self._expect("to")
        stop = self._expression()
        self._expect("do")
        block = self._block()
        self._expect("end")
        return For(name, start, stop, block)

    def _if(self) -> If:
        test = self._test()
        self._expect("do")
        then = self._block()
        otherwise = self._block() if self._took("else") else Block(())
        self._expect("end")
        return If(test, then, otherwise)

    def _test(self) -> Test:
        return self._joined("or", lambda: self._joined("and", self._single, until=False), until=True)

    def _joined(self, word: str, part: Callable[[], Test], *, until: bool) -> Test:
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(parts, until)

    def _single(self) -> Test:
        if self._took("not"):
            self._deeper()
            test = Not(self._single())
            self._depth -= 1
            return test
        left = self._expression()
        how = self._take()
        if how == "is" and self._took("not"):
            how = "is not"
        elif how not in _COMPARISONS:
            raise NotAProgram(f"a comparison is missing before {how or 'the end'!r}")
        return Compared(left, how, self._expression())

    def _several(self) -> list[Expression]:
        parts = [self._expression()]
        while self._took(","):
            parts.append(self._expression())
        return parts

    def _expression(self) -> Expression:
        return self._chain(_SUMS, self._product)

    def _product(self) -> Expression:
        return self._chain(_PRODUCTS, self._factor)

    def _chain(self, signs: frozenset[str], part: Callable[[], Expression]) -> Expression:
        first, rest = part(), []
        while self._next in signs:
            rest.append((self._take(), part()))
        return Sum(first, rest) if rest else first

    def _factor(self) -> Expression:
        word = self._take()
        if is_number(word):
            return Number(int(word))
        if word == "-":
            self._deeper()
            part = self._factor()
            self._depth -= 1
            return Minus(part)
        if word == "(":
            return self._inside(")")
        if word == "[":
            return Made(self._listed("]"))
        if not is_name(word):
            raise NotAProgram(f"a value is missing before {word or 'the end'!r}")
        if self._took("["):
            return At(word, self._inside("]"))
        if self._took("("):
            return self._call(word)
        return Name(word)

    def _call(self, name: str) -> Call:
        return Call(name, self._listed(")"))

    def _inside(self, closing: str) -> Expression:
        self._deeper()
        found = self._expression()
        self._expect(closing)
        self._depth -= 1
        return found

    def _listed(self, closing: str) -> list[Expression]:
        if self._took(closing):
            return []
        self._deeper()
        parts = self._several()
        self._expect(closing)
        self._depth -= 1
        return parts


_AFTER_BLOCK = frozenset(("", "end", "else"))
_AFTER_STATEMENT = frozenset(("", "end", "else", ";"))
_COMPARISONS = frozenset(("is", "above", "below"))
_SUMS = frozenset("+-")
_PRODUCTS = frozenset("*/%")
