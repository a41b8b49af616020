"""An attack's call in words: `GreedyRewrite(beam=4)` is told as "greedy rewrite (beam 4)"."""

from __future__ import annotations

import ast
import re


def attack_words(call: str) -> str:
    """The call that makes an attack, as people say it; what is no call stays as it is."""
    made, comma, more = call.partition(", words by ")
    try:
        words = _told(ast.parse(made, mode="eval").body)
    except (SyntaxError, ValueError):
        words = made
    shortened = re.sub(r"\b([0-9a-f]{12})[0-9a-f]{52}\b", r"\1", more)
    return f"{words}{comma}{shortened}"


def _told(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            parts = [_told(each) for each in args]
            parts += [f"{(each.arg or '').replace('_', ' ')} {_told(each.value)}" for each in keywords]
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
            return f"{words} ({', '.join(parts)})" if parts else words
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return " and ".join(_told(each) for each in elements) or "none"
        case ast.Constant(value=bool(value)):
            return "yes" if value else "no"
        case ast.Constant(value=value):
            return "none" if value is None else str(value).replace("_", " ")
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"-{_told(operand)}"
        case _:
            raise ValueError("no call of an attack")
