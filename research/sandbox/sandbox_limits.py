"""Snippets at the limits of sandbox's page, and all kinds of snippets that the two are compared on."""

from __future__ import annotations

import random

from sandbox_tears import (
    NUMBERS,
    PROGRAM_TEARS,
    PROMPT_TEARS,
    TOOLS,
    Torn,
    joined,
    put_in,
    statement,
    statements,
    value,
)

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Task

KINDS = ("natural", "hard", "torn", "wild", "limits")
"""Two as the task samples them; torn; with statements of the grammar put in; at the limits of the page."""

TEARS_OF_EACH = 8
"""How many torn snippets one sampled snippet gives, as sampling costs more than all the rest."""


def drawn(task: Task, kind: str, count: int, stream: Stream) -> list[Snippet]:
    """That many snippets of a kind."""
    if kind in ("natural", "hard"):
        return task.sample(count, stream, "natural" if kind == "natural" else "hard")
    rng = stream.child("tears").python()
    sampled = task.sample(1 + count // TEARS_OF_EACH, stream, "hard")
    torn = []
    for at in range(count):
        context = Torn(task, sampled[at // TEARS_OF_EACH], rng.choice(sampled), rng)
        for _ in range(rng.randint(1, 3)):
            if kind == "limits":
                at_the_limits(context)
            elif kind == "wild":
                context.program = put_in(context.program, context)
            elif rng.random() < 0.65:
                context.program = rng.choice(PROGRAM_TEARS)(context.program, context)
            else:
                context.prompt = rng.choice(PROMPT_TEARS)(context.prompt, context)
        if kind == "wild" and rng.random() < 0.5:
            context.prompt = rng.choice(PROMPT_TEARS)(context.prompt, context)
        prompt, program = task.text(context.prompt), task.text(context.program)
        if kind == "limits" and rng.random() < 0.15:
            prompt, program = odd_letter(prompt, rng), odd_letter(program, rng)
        torn.append(Snippet(prompt, program))
    return torn


def at_the_limits(context: Torn) -> None:
    """Add something to the prompt or to the program."""
    rng = context.rng
    if rng.random() < 0.6:
        pieces = statements(context.program)
        at = rng.randint(0, len(pieces))
        context.program = joined([*pieces[:at], limit(context).split(), *pieces[at:]], ";")
    else:
        sentence = [*odd_sentence(context).split(), "."]
        front = rng.random() < 0.7
        context.prompt = sentence + context.prompt if front else [*context.prompt, ".", *sentence]


def limit(context: Torn) -> str:
    """A statement that is deep, long, slow or large, or just not."""
    rng = context.rng
    region, name = rng.choice(context.regions), rng.choice(context.names)
    deep, turns, numbers = rng.randint(20, 25), rng.randint(95, 103), rng.randint(1850, 2000)
    inner = " ".join(statement(context, 1)) if rng.random() < 0.5 else f"{region} [ 0 ] = 4"
    limits = [
        "x = " + "- " * deep + "1",
        f"x = {'( ' * deep}1{' )' * deep}; {inner}",
        f"{region} [ {'( ' * deep}0{' )' * deep} ] = {'( ' * rng.randint(20, 26)}1",
        f"if {'not ' * deep}1 is 1 do {inner} end",
        "if 1 is 1 do " * deep + inner + " end" * deep,
        f"show {'size ( cells ( ' * (deep // 2)}{region}{' ) )' * (deep // 2)}",
        f"x = [ ] ; for i from 1 to {turns} do append ( x , i ) end ; show size ( x )",
        f"x = [ {' , '.join('7' * turns)} ] ; show sum ( x )",
        f"for j from 1 to {numbers} do end ; {inner}",
        f"for j from 1 to {numbers // 2} do show j end ; {inner}",
        f"for j from 1 to {numbers // 2} do t = t + {name} [ 0 ] end",
        f"fill ( {region} , {rng.choice(NUMBERS)} , {rng.choice(NUMBERS)} )",
        f"fill ( {region} , 1 , - 1 ) ; {inner}",
        f"x = 999999 + {rng.randint(0, 3)} ; {inner}",
        f"x = [ 999999 , {rng.randint(0, 3)} ] ; y = sum ( x ) ; {inner}",
        f"x = ( - {rng.randint(1, 9)} ) {rng.choice('/%')} {rng.randint(-4, 4)} ; show x".replace("-", "- "),
        f"show {region} , 1 / {rng.randint(0, 1)} , 2",
        f"x = [ 1 , 2 ] ; x [ {rng.randint(0, 3)} ] = 4 ; copy ( {region} , x ) ; show x",
        f"x = [ 1 , 2 ] ; y = x ; append ( y , {name} ) ; show x is y , size ( x )",
        f"{region} = 1 ; show {region}",
        f"x = {rng.choice(TOOLS)} ( {region} , 1 )",
        f"copy ( x , y , {' '.join(value(context, 1))} )",
        f"{rng.choice(('nothing', 'swap', 'sum'))} ( {rng.choice(TOOLS)} ( {region} ) )",
        f"for j from {rng.choice((3, 1))} to 2 do j = j + 5 end ; show j",
        f"x = [ 1 ] + {rng.choice(TOOLS)} ( {region} )",
        f"x = [ 1 , {region} , {rng.choice(TOOLS)} ( {region} ) ]",
        f"for j from {name} to {rng.choice(TOOLS)} ( {region} ) do end",
        f"{name} [ {rng.choice(TOOLS)} ( {region} ) ] = {rng.choice(('1', '[ 1 ]', 'sort ( x )'))}",
        f"if {name} above {rng.choice(TOOLS)} ( {region} ) or 1 is 1 do {inner} end",
        f"fill ( {name} , 1 , 0 ) ; copy ( [ ] , {name} ) ; {inner}",
        f"x = {'1 + ' * rng.randint(300, 1200)}{name} [ 0 ] ; {inner}",
        "; ; " + inner + " ;",
        "for j from 0 to 1 do ; end ; if 1 is 2 do else end",
        f"show {rng.choice(('1000000', '0000001', '000007'))}",
        f"show {region} is [ {rng.randint(0, 9)} ]",
    ]
    return rng.choice(limits)


def odd_sentence(context: Torn) -> str:
    """A sentence of a prompt that says little, or much."""
    rng = context.rng
    region, second = rng.choice(context.regions), rng.choice(context.regions)
    return rng.choice(
        [
            "memory : none 3 4 , for 5 , x 1 , sum 2",
            f"memory : x 1 2 3 ,, {region} 5 , y 7 z , z",
            f"memory : big {'1 ' * rng.randint(40, 64)} , small 1 2 3",
            "memory : i 1000000 , p 0999999 , x 0000001",
            "memory : none 1 2 . protected : none",
            "memory : none 1 2 . protected : none , none",
            "memory : none 1 2 . secret : none 1 2 or 3 4",
            "memory : none 1 2 . tools : none , sort",
            f"protected : {region} , {second} {second} , , nothing",
            f"secret : {region}",
            f"secret : {region} or",
            f"secret : {region} or 1 or or 2",
            f"secret : {region} 1 or 2 or two",
            f"secret : {region} 1 2 or 2 or 3 4 or 5 6 7 or 1 2",
            f"secret : nothing 1 or 2 . secret : {second} 4 or 5 or 4 5 or 4 5 6 or 1 1 1",
            f"secret : {region} " + " or ".join("0123456789"),
            f"secret : {region} 1000000 or 3",
            "tools : sum fill , copy , nothing , , sort",
            f"task : task : reverse {region}",
            f"task : memory : x 5 . {rng.choice(('sort', 'reverse'))} {region}",
            f"add 999999 to each cell of {region} . task : show the sum of {region}",
            f"take 9 from each cell of {region} . show whether {region} is {region}",
            f"copy {region} to {region} . swap {second} and {second} . shift {region} right",
            f"show whether the first of {region} is 0000001",
            "task :",
            "tasks : show nothing",
        ]
    )


def odd_letter(text: str, rng: random.Random) -> str:
    """The text with a letter put in that is not of the language, or a capital or another kind of space."""
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(ODD_LETTERS) + text[at + rng.randint(0, 1) :]


ODD_LETTERS = (
    # no-break and other spaces, the Kelvin sign, a dotted I, an Arabic three, a square, wide 1 and a
    "AZ\n\t\r\v\u00a0\u2028\u200b\x1c\x85\u212a\u0130\u00df\u0663\u00b2\uff11\uff41\u00e9_#"
)
