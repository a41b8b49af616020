"""The journal: scores and verdicts kept in a file, so that an attack that was stopped need not pay twice.

An attack is a function of its seed, so to resume it is to run it again: with a journal it retraces its steps
without the model, and without a judge that is dear, to where it was stopped, and goes on from there. Budgets
count a remembered score like any other.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from holdfast.attacks.target import Target
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge, SeededJudge
from holdfast.core.snippet import Label, Snippet, Tokens, Verdict
from holdfast.models.scoring import ScoringEngine


@contextmanager
def remembering(target: Target, path: Path) -> Iterator[Target]:
    """The target with a memory in a file, which is made when it is not there.

    Raises UserError when the file is of another classifier or judge, or is no journal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _File.open(path, _owner(target)) as file:
        scorer = RememberingEngine(target.scorer, file)
        judge = target.judge if _quick(target) else RememberingJudge(target.judge, file)
        yield replace(target.filtered_by(scorer), judge=judge)


def _quick(target: Target) -> bool:
    """Whether the judge is code, which answers sooner than the file."""
    return target.judge is target.task.oracle or isinstance(target.judge, SeededJudge)


def _owner(target: Target) -> dict[str, str]:
    return {
        "holdfast": "journal",
        "classifier": target.scorer.classifier.hash,
        "task": target.task.name,
        "judge": target.judge.name,
    }


class _File:
    """Records, one a line, each with its checksum; a line torn by a crash ends the file."""

    def __init__(self, file: IO[bytes], records: list[dict[str, Any]]) -> None:
        self._file = file
        self.records = records

    @classmethod
    @contextmanager
    def open(cls, path: Path, owner: dict[str, str]) -> Iterator[_File]:
        with open(path, "a+b") as file:
            file.seek(0)
            records, whole = _whole_records(file)
            if file.seek(0, os.SEEK_END) and not records:
                raise UserError(f"{path} is no journal of an attack; choose another file")
            if records and records[0] != owner:
                other = _difference(records[0], owner)
                raise UserError(f"{path} is the journal of another target ({other}); choose another file")
            file.truncate(whole)
            opened = cls(file, records[1:])
            if not records:
                opened.write(owner)
            yield opened

    def write(self, record: dict[str, Any]) -> None:
        """Add a record, and hand it to the system."""
        line = json.dumps(record, ensure_ascii=False).encode()
        self._file.write(b"%08x %s\n" % (zlib.crc32(line), line))
        self._file.flush()


def _whole_records(file: IO[bytes]) -> tuple[list[dict[str, Any]], int]:
    """The records up to the first that is torn, and where they end."""
    records, end = [], 0
    for line in file:
        checksum, _, content = line.rstrip(b"\n").partition(b" ")
        if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(content):
            break
        records.append(json.loads(content))
        end += len(line)
    return records, end


def _difference(found: dict[str, str], wanted: dict[str, str]) -> str:
    return ", ".join(f"{key} {found.get(key)}" for key in wanted if found.get(key) != wanted[key])


class RememberingEngine(ScoringEngine):
    """A scoring engine that looks for an exact score in the journal before it asks the model."""

    def __init__(self, engine: ScoringEngine, file: _File) -> None:
        super().__init__(engine.classifier, vetoes=engine.vetoes, limit=engine.limit)
        self._file = file
        self._known: dict[Tokens, float] = {}
        for record in file.records:
            for prompt, completion, log_odds in record.get("scores", ()):
                self._known[Tokens(tuple(prompt), tuple(completion))] = log_odds
        self.recalled = 0

    def _forward(self, tokens: Sequence[Tokens]) -> np.ndarray:
        new = [t for t in tokens if t not in self._known]
        self.recalled += len(tokens) - len(new)
        if new:
            values = super()._forward(new).tolist()
            self._known.update(zip(new, values, strict=True))
            self._file.write(
                {"scores": [[t.prompt, t.completion, x] for t, x in zip(new, values, strict=True)]}
            )
        return np.array([self._known[t] for t in tokens], dtype=np.float32)


class RememberingJudge:
    """A judge that looks for a verdict in the journal before it asks the one it stands for."""

    def __init__(self, judge: Judge, file: _File) -> None:
        self._judge = judge
        self._file = file
        self._known: dict[Snippet, Verdict] = {}
        for record in file.records:
            for prompt, completion, verdict in record.get("verdicts", ()):
                self._known[Snippet(prompt, completion)] = _verdict(verdict)

    @property
    def name(self) -> str:
        """The name of the judge that it stands for."""
        return self._judge.name

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet, remembered or new."""
        new = [snippet for snippet in dict.fromkeys(snippets) if snippet not in self._known]
        if new:
            verdicts = self._judge.judge(new)
            self._known.update(zip(new, verdicts, strict=True))
            rows = [[s.prompt, s.completion, _plain(v)] for s, v in zip(new, verdicts, strict=True)]
            self._file.write({"verdicts": rows})
        return [self._known[snippet] for snippet in snippets]


def _plain(verdict: Verdict) -> list[Any]:
    return [verdict.label.value, verdict.egregiousness, verdict.why, sorted(verdict.phenomena)]


def _verdict(plain: list[Any]) -> Verdict:
    label, egregiousness, why, phenomena = plain
    return Verdict(Label(label), egregiousness, why, frozenset(phenomena))
