"""What is usual for some kinds of servers; all that a configuration says itself goes before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

PresetName = Literal["openai_moderation", "vllm_classify", "tei_predict"]
"""OpenAI-compatible `/v1/moderations`; vLLM's `/classify`; `/predict` of Text Embeddings Inference."""

_PRESETS: Mapping[str, Mapping[str, Any]] = {
    "openai_moderation": {
        "url": "/v1/moderations",
        "body": {"input": "{text}", "model": "{model}"},
        "answer": {"kind": "labels", "path": "$.results[0].category_scores", "combine": "max"},
    },
    "vllm_classify": {
        "url": "/classify",
        "body": {"input": "{text}", "model": "{model}"},
        "answer": {"kind": "labels", "path": "$.data[0].probs"},
    },
    "tei_predict": {
        "url": "/predict",
        "body": {"inputs": "{text}"},
        "answer": {"kind": "labels", "path": "$"},
    },
}


def with_preset(given: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration's values over those of its preset; an address without a path gets the usual one.

    An `answer` of another kind than the preset's stands alone.
    """
    values = dict(given)
    usual = _PRESETS.get(values.get("preset") or "")
    if usual is None:  # an unknown name is refused with the others
        return values
    url = values.get("url")
    if isinstance(url, str) and urlsplit(url).path in ("", "/"):
        values["url"] = url.rstrip("/") + usual["url"]
    if values.get("body") is None:
        values["body"] = usual["body"]
    answer = values.get("answer", {})
    if isinstance(answer, Mapping) and answer.get("kind", usual["answer"]["kind"]) == usual["answer"]["kind"]:
        values["answer"] = {**usual["answer"], **answer}
    return values


assert set(_PRESETS) == set(get_args(PresetName))
