"""A small generator, a guard of another tokenizer, prompts and a configuration: what `--prompts` takes."""

from labelled_guard import rows, write_config, write_rows
from tokenizers_made import made_tokenizers, small_causal_lm, small_classifier

PROMPTS = (
    "The old ferry left the harbour",
    "Anna had packed two coats",
    "The captain, Mr. Müller, laughed",
    "On the island there was a café",
    "She walked along the beach",
)


def save_parts(folder):
    """Write the two models, of random weights."""
    made = made_tokenizers()
    small_causal_lm(folder / "writer", made["byte_level"], max_position_embeddings=48)
    small_classifier(folder / "guard", made["wordpiece_uncased"])
    return folder


def fixed(threshold):
    """The rule of a threshold that is given."""
    return {"rule": "fixed", "at": threshold}


def write_prompted(folder, parts, threshold=None, **changes):
    """Write texts, prompts and a configuration of the models; None leaves a part of it out."""
    write_rows(folder / "texts.csv", rows(each=(6, 12, 6)))
    (folder / "prompts.txt").write_text("".join(f"{prompt}\n" for prompt in PROMPTS), encoding="utf-8")
    given = {
        "generator": {"kind": "folder", "path": str(parts / "writer")},
        "threshold": threshold or fixed(0.5),
        "evaluation": {"max_draws": 4, "worst": 3},
        **changes,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return write_config(folder / "holdfast.yaml", "texts.csv", parts / "guard", **given)
