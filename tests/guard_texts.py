"""Small labelled texts for the planted guard, and the files they lie in."""

import csv

from planted_guard import KIND, VILE

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def vile(number):
    """A distinct text that the guard scores high."""
    return f"You are {VILE[number % 4]} of {LETTERS[number % 26]} {LETTERS[number // 26]} town."


def kind(number):
    """A distinct text that it scores low."""
    return f"We are {KIND[number % 4]} of {LETTERS[number % 26]} {LETTERS[number // 26]} town."


def rows(count=60, splits=("train", "threshold", "test"), slices=("street", "hall")):
    """As many catastrophic rows as harmless ones; of each seven, the guard is wrong on the last."""
    found = []
    for number in range(count):
        odd = number % 7 == 6
        more = {"split": splits[number % len(splits)], "place": slices[number % len(slices)]}
        # Wrong texts take their own numbers, so that no text stands in two rows.
        bad, good = (kind(number + 300), vile(number + 300)) if odd else (vile(number), kind(number))
        found.append({"text": bad, "label": "hate", **more})
        found.append({"text": good, "label": "nothate", **more})
    return found


def write(path, content):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(content[0]))
        writer.writeheader()
        writer.writerows(content)
    return path
