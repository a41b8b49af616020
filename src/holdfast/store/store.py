"""The store: short transactions over the database of all runs, and where each run's files lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import Engine, Select, delete, func, insert, inspect, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from holdfast.core.errors import HoldfastError, UserError, unknown
from holdfast.core.files import folder_hash
from holdfast.store.database import connect, sqlite_url, upgrade
from holdfast.store.disk import full_disk_told
from holdfast.store.reading import reading_engine
from holdfast.store.schema import Artifact, Cost, Example, Model, Round, Run, Step

Split = Literal["train", "validation", "evaluation"]
Status = Literal["running", "stopped", "failed", "finished"]


@dataclass(frozen=True)
class StepOutput:
    """All that a step leaves in the database; its rows name no run or step, the store fills those in."""

    result: dict[str, Any] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    models: tuple[Model, ...] = ()
    examples: tuple[Example, ...] = ()
    rounds: tuple[Round, ...] = ()
    costs: tuple[Cost, ...] = ()


class ExampleText(NamedTuple):
    """An example without what only people look at; fields as in `schema.Example`."""

    round: int
    attack: str
    step: str
    seed: str | None
    prompt: str
    completion: str
    label: str
    egregiousness: float


class ExampleKind(NamedTuple):
    """What examples are counted by; fields as in `schema.Example`."""

    round: int
    split: str
    label: str
    failure: bool


class Store:
    """Everything that runs leave behind. Rows handed out are detached: plain values."""

    def __init__(self, folder: Path, url: str | None = None, *, read_only: bool = False) -> None:
        """`folder` holds a folder for each run; the database is `holdfast.db` in it unless `url` is given.

        Creates and migrates what is missing; a store that is `read_only` writes nothing at all, and refuses
        to. Raises UserError if the database cannot be opened.
        """
        self.folder = folder
        self.url = url or sqlite_url(folder / "holdfast.db")
        self._held = ExitStack()
        try:
            engine = self._opened(read_only and url is None)
        except DatabaseError as error:
            raise UserError(f"cannot open the database {self.url}: {error.orig}") from error
        self._engine = engine
        self._reader = sessionmaker(engine, expire_on_commit=False)
        self._writer = sessionmaker(
            engine.execution_options(sqlite_begin="BEGIN IMMEDIATE"), expire_on_commit=False
        )

    def _opened(self, read_only: bool) -> Engine:
        if read_only:
            return self._held.enter_context(reading_engine(self.folder / "holdfast.db"))
        with full_disk_told(self.folder):
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except (PermissionError, FileExistsError, NotADirectoryError) as error:
                raise UserError(f"cannot write into {self.folder}: {error.strerror}") from None
            engine = connect(self.url)
            upgrade(engine)
        return engine

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
        self._held.close()

    def reading(self) -> Session:
        """A session to read in, as a context manager."""
        return self._reader()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may change things; it waits for other writers, and is undone by an error."""
        with full_disk_told(self.folder), self._writer.begin() as session:
            yield session

    # --- runs

    def run_folder(self, run: str) -> Path:
        """Where the files of a run lie."""
        return self.folder / run

    def add_run(self, run: Run) -> None:
        """Begin a run; raises UserError if its name is taken."""
        try:
            with self.writing() as session:
                session.add(run)
        except IntegrityError:
            raise UserError(
                f"there is a run named '{run.id}' already; resume it, or choose another name"
            ) from None

    def set_status(
        self, run: str, status: Status, *, pid: int | None = None, host: str | None = None
    ) -> None:
        """Say how a run stands and which process works on it; the first `finished` also dates its end."""
        values: dict[str, Any] = {"status": status, "pid": pid, "host": host}
        with self.writing() as session:
            session.execute(update(Run).where(Run.id == run).values(values))
            if status == "finished":
                undated = (Run.id == run) & Run.finished.is_(None)
                session.execute(update(Run).where(undated).values(finished=now()))

    def run(self, run: str) -> Run:
        """The run of that name; raises UserError with the nearest name if there is none."""
        with self.reading() as session:
            found = session.get(Run, run)
            if found is None:
                raise unknown("run", run, session.scalars(select(Run.id)))
        return found

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        with self.reading() as session:
            return list(session.scalars(select(Run).order_by(Run.started.desc(), Run.id.desc())))

    # --- steps

    def begin_step(self, step: Step) -> None:
        """Note that a step has begun; whatever an earlier try left in the database goes."""
        with self.writing() as session:
            session.execute(delete(Step).where(Step.run == step.run, Step.name == step.name))
            session.add(step)

    def finish_step(self, run: str, name: str, output: StepOutput, seconds: float) -> None:
        """Keep what a step left and mark it finished, in one transaction."""
        rows: tuple[Artifact | Model | Round | Cost, ...]
        rows = (*output.artifacts, *output.models, *output.rounds, *output.costs)
        with self.writing() as session:
            done = session.get(Step, (run, name))
            if done is None:
                raise HoldfastError(f"step '{name}' of run '{run}' has not begun")
            done.state, done.finished, done.seconds, done.result = "finished", now(), seconds, output.result
            for row in (*rows, *output.examples):
                row.run, row.step = run, name
            session.add_all(rows)
            if output.examples:  # so many that the session's own way with each is too slow
                session.execute(insert(Example), [_plain(example) for example in output.examples])

    def leave_waiting(self, run: str, name: str, result: dict[str, Any]) -> None:
        """Keep what a step that has begun waits for."""
        with self.writing() as session:
            session.execute(update(Step).where(Step.run == run, Step.name == name).values(result=result))

    def left_waiting(self, run: str) -> Step | None:
        """The step of a run that waits for something, which its `result` names; None if none does."""
        query = select(Step).where(Step.run == run, Step.state == "running")
        with self.reading() as session:
            return next((step for step in session.scalars(query) if step.result is not None), None)

    def finished_step(self, run: str, name: str, input_hash: str) -> list[Artifact] | None:
        """The artifacts of a step that finished with that input, if its files are unchanged; else None."""
        with self.reading() as session:
            step = session.get(Step, (run, name))
            artifacts = list(
                session.scalars(
                    select(Artifact).where(Artifact.run == run, Artifact.step == name).order_by(Artifact.name)
                )
            )
        if step is None or step.state != "finished" or step.input_hash != input_hash:
            return None
        folder = self.run_folder(run)
        whole = all(
            (folder / a.path).exists() and folder_hash(folder / a.path) == a.sha256 for a in artifacts
        )
        return artifacts if whole else None

    def steps(self, run: str) -> list[Step]:
        """The steps of a run, in order."""
        with self.reading() as session:
            return list(session.scalars(select(Step).where(Step.run == run).order_by(Step.position)))

    def results(self, run: str) -> dict[str, dict[str, Any]]:
        """The small results of all finished steps of a run, by their names."""
        return {step.name: step.result or {} for step in self.steps(run) if step.state == "finished"}

    def result(self, run: str, step: str) -> dict[str, Any]:
        """The small results of a finished step; raises HoldfastError if it is not finished."""
        with self.reading() as session:
            found = session.get(Step, (run, step))
        if found is None or found.state != "finished" or found.result is None:
            raise HoldfastError(f"step '{step}' of run '{run}' is not finished")
        return found.result

    def artifacts(self, run: str) -> list[Artifact]:
        """The artifacts of a run, by step and name."""
        with self.reading() as session:
            return list(
                session.scalars(
                    select(Artifact).where(Artifact.run == run).order_by(Artifact.step, Artifact.name)
                )
            )

    # --- what steps leave

    def models(self, run: str) -> list[Model]:
        """The models of a run, by round."""
        with self.reading() as session:
            return list(
                session.scalars(select(Model).where(Model.run == run).order_by(Model.round, Model.kind))
            )

    def examples(
        self, run: str, *, split: Split | None = None, rounds: Sequence[int] | None = None
    ) -> list[Example]:
        """The examples of a run in the order they were kept, of one split or some rounds if given."""
        query = _in_order(select(Example), run, split, rounds)
        with self.reading() as session:
            return list(session.scalars(query))

    def texts(
        self, run: str, *, split: Split | None = None, rounds: Sequence[int] | None = None
    ) -> list[ExampleText]:
        """The same examples in the same order, what training needs of them alone: some six times as fast."""
        columns = select(*(getattr(Example, name) for name in ExampleText._fields))
        with self.reading() as session:
            return [ExampleText(*row) for row in session.execute(_in_order(columns, run, split, rounds))]

    def example_counts(self, run: str) -> Mapping[ExampleKind, int]:
        """How many examples of each kind a run has."""
        kind = [getattr(Example, name) for name in ExampleKind._fields]
        query = select(*kind, func.count()).where(Example.run == run).group_by(*kind)
        with self.reading() as session:
            return {ExampleKind(*row[:-1]): row[-1] for row in session.execute(query)}

    def rounds(self, run: str) -> list[Round]:
        """The finished rounds of a run, in order."""
        with self.reading() as session:
            return list(session.scalars(select(Round).where(Round.run == run).order_by(Round.index)))

    def costs(self, run: str) -> list[Cost]:
        """What each step of a run spent."""
        with self.reading() as session:
            return list(session.scalars(select(Cost).where(Cost.run == run).order_by(Cost.round, Cost.step)))


def _in_order(query: Select[Any], run: str, split: Split | None, rounds: Sequence[int] | None) -> Select[Any]:
    """The examples of a run, of one split or some rounds if given, in the order they were kept."""
    query = query.where(Example.run == run)
    if split is not None:
        query = query.where(Example.split == split)
    if rounds is not None:
        query = query.where(Example.round.in_(rounds))
    # By step and not by row alone: a redone step's rows are younger than those of the steps after it.
    ordered = query.join(Step, (Step.run == Example.run) & (Step.name == Example.step))
    return ordered.order_by(Step.position, Example.id)


def _plain(example: Example) -> dict[str, Any]:
    return {name: getattr(example, name) for name in _EXAMPLE_COLUMNS}


_EXAMPLE_COLUMNS = [c.key for c in inspect(Example).column_attrs if c.key != "id"]


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
