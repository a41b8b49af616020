"""Programs of sandbox turned into instructions of a stack machine, read from docs/tasks/sandbox.md alone.

`translate` reads words from left to right, one word ahead, and writes instructions in the order in which the
page says that things happen. Instructions are tuples: what to do, and with what. Jumps name a place in the
list.
"""

from __future__ import annotations

from typing import Any

from sandbox_prompt import is_name, is_number, words

Instruction = tuple[Any, ...]
DEEPEST = 24


class NoProgramError(Exception):
    """The words do not form a program."""


def translate(text: str) -> list[Instruction] | None:
    """The instructions, or nothing where the words are no program."""
    translator = Translator(words(text))
    try:
        translator.block()
        translator.expect("")
    except NoProgramError:
        return None
    return translator.out


class Translator:
    """The words yet to be read, the instructions so far, and how deep the present word stands."""

    def __init__(self, given: list[str]) -> None:
        self.words = [*given, "", ""]  # no word is empty: the end
        self.at = 0
        self.deep = 0
        self.out: list[Instruction] = []

    # Words.

    @property
    def word(self) -> str:
        """The next word."""
        return self.words[self.at]

    def take(self, *wanted: str) -> bool:
        """Pass over the next word if it is one of these."""
        if self.word not in wanted:
            return False
        self.at += 1
        return True

    def expect(self, wanted: str) -> None:
        """Pass over the next word, which must be this."""
        if self.word != wanted:
            raise NoProgramError
        self.at += wanted != ""

    def name(self) -> str:
        """Pass over a name."""
        found = self.word
        if not is_name(found):
            raise NoProgramError
        self.at += 1
        return found

    def down(self) -> None:
        """Enter something that counts for how deep a program is."""
        self.deep += 1
        if self.deep > DEEPEST:
            raise NoProgramError

    def up(self) -> None:
        """Leave it."""
        self.deep -= 1

    # Instructions.

    def emit(self, *instruction: Any) -> int:
        """Write an instruction; its place."""
        self.out.append(instruction)
        return len(self.out) - 1

    def aim(self, places: list[int]) -> None:
        """Let the jumps at these places lead to what is written next."""
        for place in places:
            self.out[place] = (*self.out[place][:-1], len(self.out))

    # Statements.

    def block(self) -> None:
        """`program` of the grammar."""
        self.down()
        while True:
            if self.word not in (";", "end", "else", ""):
                self.emit("step")
                self.statement()
            if not self.take(";"):
                break
        self.up()

    def statement(self) -> None:
        """One statement."""
        if self.take("for"):
            self.for_()
        elif self.take("if"):
            self.if_()
        elif self.take("show"):
            self.value()
            self.emit("show")
            while self.take(","):
                self.value()
                self.emit("show")
        else:
            name = self.name()
            if self.take("="):
                self.value()
                self.emit("bind", name)
            elif self.word == "(":
                self.call(name)
                self.emit("drop")
            else:
                self.store(name)

    def store(self, name: str) -> None:
        """`[value] = value`: the right side happens first, though it is written last."""
        self.expect("[")
        self.down()
        outside, self.out = self.out, []
        self.value()
        place, self.out = self.out, outside
        self.up()
        self.expect("]")
        self.expect("=")
        self.value()
        self.emit("look up", name)
        # `is`, `and` and `or` stand in tests alone, so no jump is within a value, and it may be moved.
        self.out += place
        self.emit("store")

    def for_(self) -> None:
        """A loop: the stack holds the number that comes next, and the last one."""
        name = self.name()
        self.expect("from")
        self.value()
        self.expect("to")
        self.value()
        self.emit("loop")
        turn = self.emit("turn", name, None)
        self.expect("do")
        self.block()
        self.expect("end")
        self.emit("jump", turn)
        self.aim([turn])

    def if_(self) -> None:
        """A branch."""
        self.test()
        no = self.emit("jump if not", None)
        self.expect("do")
        self.block()
        if self.take("else"):
            over = self.emit("jump", None)
            self.aim([no])
            self.block()
            self.aim([over])
        else:
            self.aim([no])
        self.expect("end")

    # Tests.

    def test(self) -> None:
        """Tests between `or`: the first that holds is enough."""
        self.both()
        out = []
        while self.take("or"):
            out.append(self.emit("keep if true", None))
            self.both()
        self.aim(out)

    def both(self) -> None:
        """Tests between `and`: the first that does not hold is enough."""
        self.single()
        out = []
        while self.take("and"):
            out.append(self.emit("keep if false", None))
            self.single()
        self.aim(out)

    def single(self) -> None:
        """One comparison, perhaps after `not`."""
        if self.take("not"):
            self.down()
            self.single()
            self.up()
            self.emit("not")
            return
        self.value()
        how = self.word
        if not self.take("is", "above", "below"):
            raise NoProgramError
        negated = how == "is" and self.take("not")
        self.value()
        self.emit(how)
        if negated:
            self.emit("not")

    # Values.

    def value(self) -> None:
        """Products with `+` and `-` between."""
        self.product()
        while (sign := self.word) and self.take("+", "-"):
            self.product()
            self.emit("work out", sign)

    def product(self) -> None:
        """Factors with `*`, `/` and `%` between."""
        self.factor()
        while (sign := self.word) and self.take("*", "/", "%"):
            self.factor()
            self.emit("work out", sign)

    def factor(self) -> None:
        """One factor."""
        word = self.word
        if is_number(word):
            self.at += 1
            self.emit("number", int(word))
        elif self.take("-"):
            self.down()
            self.factor()
            self.up()
            self.emit("minus")
        elif self.take("("):
            self.down()
            self.value()
            self.up()
            self.expect(")")
        elif self.take("["):
            self.emit("list", self.values("]"))
        else:
            name = self.name()
            if self.word == "(":
                self.call(name)
                self.emit("must give")
            elif self.take("["):
                self.emit("look up", name)
                self.down()
                self.value()
                self.up()
                self.expect("]")
                self.emit("fetch")
            else:
                self.emit("look up", name)

    def call(self, name: str) -> None:
        """What a tool is called with, then the tool."""
        self.expect("(")
        self.emit("call", name, self.values(")"))

    def values(self, closing: str) -> int:
        """Values with commas between, up to the closing bracket; how many. Empty brackets are not deep."""
        if self.take(closing):
            return 0
        self.down()
        self.value()
        count = 1
        while self.take(","):
            self.value()
            count += 1
        self.up()
        self.expect(closing)
        return count
