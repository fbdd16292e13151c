"""The steps by which a file of any kind is read, compared and decided; an app says what is its own.

Each step is a chunk in a transaction of its own, which says how far it came, so that a run that was killed goes on
where it stood and does nothing twice.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import ClassVar, Final, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from luodi.company_files import tables
from luodi.company_files.likeness import Alike, Called, Register
from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.core.actions import Action, Changed, Unchanged, action
from luodi.web.core.error_words import stored
from luodi.web.core.forms import ActionForm
from luodi.web.imports import forms
from luodi.web.imports.models import FileRow, FileRun

READ_AT_ONCE: Final = 2_000
#: Rows decided in one transaction. Others wait to write while it lasts, so it is a fraction of a second.
DECIDED_AT_ONCE: Final = 500
_TURN: Final = 0.11  # seconds
_FEW: Final = 10_000  # rows
_UNREAD: Final = ("raw", "problem")  # of a row, where only what it says is looked at
State, RowState = FileRun.State, FileRow.State
Progress = Callable[[str, int], None]
Run = TypeVar("Run", bound=FileRun)
Row = TypeVar("Row", bound=FileRow)
Position = tuple[str, int, int]


def silent(_: str, __: int) -> None:
    """Nobody watches."""


def position(run: FileRun) -> Position:
    """How far a run has come."""
    return run.state, run.read, run.compared


class AtItAlready(LuodiError):
    """Another process has gone on with this file: this one leaves it to it, so that nothing is done twice."""

    code = "at-work"


@dataclass(frozen=True)
class Named:
    """By what a row is compared: its names, its country, and numbers that settle it."""

    names: Sequence[Called]
    country: str = ""
    numbers: Sequence[tuple[str, str]] = field(default=())


class ImportKind(Generic[Run, Row]):
    """One kind of file. Making one registers its actions. A subclass says how a row is read and compared, and what is
    done with those that a person has decided on."""

    run: type[Run]
    row: type[Row]
    #: Decisions for many rows, with the state of the rows that each is for.
    many: ClassVar[Mapping[str, str]] = {"new": RowState.NEW}
    #: Rows decided in one transaction, where each asks for more than a few statements.
    at_once: ClassVar[int] = DECIDED_AT_ONCE
    #: Fields of a row that are not read where only what it says is looked at.
    unread: ClassVar[tuple[str, ...]] = _UNREAD

    def __init__(self) -> None:
        self.advance = action("advance", model=self.run, entries=["go_on_with_file"])(_advance)
        self.fail = action("fail", model=self.run)(_fail)
        self.read_rows = action("read_rows", model=self.run)(self._read_rows)
        self.compare_rows = action("compare_rows", model=self.run)(self._compare_rows)
        self.compare_again = action("compare_again", model=self.run)(self._compare_again)
        self.decide_rows = action("decide_rows", model=self.run)(self._decide_rows)
        self.finish = action("finish", model=self.run, entries=["decided_rows"])(_finish)
        self.on_run: Mapping[str, Action] = {
            "begin": action(
                "begin",
                model=self.run,
                form=forms.Begin,
                permission="change",
                around=self._columns,
                fits=lambda run: run.state == State.MAPPING,
            )(self._begin),
            "go_on": action(
                "go_on",
                model=self.run,
                form=ActionForm,
                permission="change",
                entries=["begin"],
                fits=lambda run: run.is_at_work,
            )(_go_on),
            **{what: self._for_many(what) for what in self.many},
        }

    # ---- what an app says

    def content(self, run: Run) -> bytes:
        """The file as it came."""
        raise NotImplementedError

    def cells(self, run: Run) -> Iterator[tables.RawRow]:
        """Its rows. Raises `BadInput` for a file that cannot be read at all."""
        return tables.rows(self.content(run), run.form, run.name)

    def checked_mapping(self, mapping: Mapping[str, str], columns: list[str]) -> dict[str, str]:
        """Column to what it says, of those that the file has. Raises `UnknownValue`, `BadInput`."""
        raise NotImplementedError

    def remember(self, run: Run, mapping: Mapping[str, str]) -> None:
        """Keep the mapping for the next files of the source."""

    def made(self, run: Run, row: tables.RawRow) -> Row:
        """The row to be stored, skipped with its problem where it cannot be used."""
        raise NotImplementedError

    def register(self, run: Run, wanted: frozenset[str] | None) -> Register:
        """What there is, as rows are compared with it. `wanted`: as in `Register`."""
        raise NotImplementedError

    def named(self, row: Row) -> Named:
        raise NotImplementedError

    def proposal(self, row: Row, alike: Alike) -> Model:
        """To be stored: what a row may be about."""
        raise NotImplementedError

    def carry_out(self, run: Run, what: str, chunk: list[Row], person: User | None, at: datetime) -> None:
        """What a person has decided for these rows."""
        raise NotImplementedError

    def done_reading(self, run: Run) -> Mapping[str, object]:
        """What else changes of a run once its rows are stored."""
        return {}

    # ---- reading

    def work(self, pk: int, progress: Progress = silent) -> Run:
        """Bring a run to where a person decides. Called again, it goes on; one that has come so far is left alone."""
        run = self.run._default_manager.get(pk=pk)
        try:
            if run.state == State.READING:
                run = self._read(run, progress)
            if run.state == State.COMPARING:
                self.compare(run, progress)
        except AtItAlready:  # no failure: the other process brings it there, and the page shows how far it is
            pass
        except LuodiError as problem:
            self.fail(run, stored(problem), by=None, at=timezone.now())
        run.refresh_from_db()
        return run

    def _read(self, run: Run, progress: Progress) -> Run:
        if not run.rows:
            run = self._moved_to(run, rows=sum(1 for _ in self.cells(run)))
        rest = itertools.islice(self.cells(run), run.read, None)
        while chunk := list(itertools.islice(rest, READ_AT_ONCE)):
            made = [self.made(run, row) for row in chunk]
            run = self.read_rows(run, made, position(run), by=None, at=timezone.now())
            progress("read", run.read)
        return self._moved_to(run, state=State.COMPARING, **self.done_reading(run))

    def _moved_to(self, run: Run, **values: object) -> Run:
        done: Run = self.advance(run, values, position(run), by=None, at=timezone.now())
        return done

    def _read_rows(self, run: Run, made: Sequence[Row], since: Position) -> Changed | Unchanged:
        """Keep the next rows of the file."""
        _must_stand(run, since)
        self.row._default_manager.bulk_create(made, batch_size=READ_AT_ONCE)
        skipped = sum(one.state == RowState.SKIPPED for one in made)
        return _moved_on(run, read=run.read + len(made), skipped=run.skipped + skipped)

    @contextmanager
    def _columns(self, run: Run, *_: object, **__: object) -> Iterator[list[str]]:
        yield self.preview(run)[0]

    def preview(self, run: Run) -> tuple[list[str], list[tables.RawRow]]:
        """The columns and the first rows."""
        return tables.first_of(self.cells(run), run.name)

    def _begin(self, run: Run, mapping: Mapping[str, str], *, prepared: list[str]) -> Changed | Unchanged:
        """Say which column says what, for this file and the next ones of its source, and have it read.

        Raises `UnknownValue` or `BadInput` for a mapping that cannot be. A run that was begun already stays as it is.
        """
        kept = self.checked_mapping(mapping, prepared)
        if run.state != State.MAPPING:
            return Unchanged()
        self.remember(run, kept)
        return Changed({"mapping": kept, "state": State.READING})

    # ---- comparing

    def compare(self, run: Run, progress: Progress = silent) -> None:
        """Propose for every row that waits what it may be about. Rows of the same file are compared too: the second of
        two that are alike waits for the first."""
        register, done = self.register(run, self._pairs_asked(run)), 0
        twins: Register = Register()
        for row in self._rows(run).filter(pk__lte=run.compared, state=RowState.NEW).iterator():
            _add(twins, row.pk, self.named(row))
        while chunk := list(self._waiting(run).order_by("pk")[:READ_AT_ONCE]):
            proposals = [one for row in chunk for one in self._proposed(row, register, twins)]
            run = self.compare_rows(run, chunk, proposals, position(run), by=None, at=timezone.now())
            done += len(chunk)
            progress("compared", done)
        self._moved_to(run, state=State.DECIDING)

    def _rows(self, run: Run) -> QuerySet[Row]:
        return self.row._default_manager.filter(run=run)

    def _waiting(self, run: Run) -> QuerySet[Row]:
        return self._rows(run).filter(state=RowState.WAITING).defer(*self.unread)

    def _pairs_asked(self, run: Run) -> frozenset[str] | None:
        """The pairs of the names that wait, where they are few: the register of all is then made faster."""
        waiting = self._waiting(run)
        if waiting.count() > _FEW:
            return None
        return frozenset(pair for row in waiting.iterator() for name in self.named(row).names for pair in name.pairs)

    def _proposed(self, row: Row, register: Register, twins: Register) -> Iterable[Model]:
        named = self.named(row)
        found = register.alike(named.names, named.country, named.numbers)
        if found:
            row.state = RowState.NUMBER if len(found) == 1 and found[0].by_number else RowState.ALIKE
            return [self.proposal(row, one) for one in found]
        same = twins.alike(named.names, named.country, named.numbers)
        if same:
            row.state, row.twin_id = RowState.TWIN, same[0].company
            return []
        row.state = RowState.NEW
        _add(twins, row.pk, named)
        return []

    def _compare_rows(
        self, run: Run, chunk: Sequence[Row], proposals: Sequence[Model], since: Position
    ) -> Changed | Unchanged:
        """Keep what the next rows may be about."""
        _must_stand(run, since)
        if proposals:
            type(proposals[0])._default_manager.bulk_create(proposals, batch_size=READ_AT_ONCE)
        self._keep_states(chunk)
        return _moved_on(run, compared=chunk[-1].pk)

    def _keep_states(self, chunk: Sequence[Row]) -> None:
        """Keep where each row came to: by state, and a twin, which has a row of its own to wait for, past the ORM: it
        would make one statement that names all of them, many times as slow."""
        twins = [(str(RowState.TWIN), row.twin_id, row.pk) for row in chunk if row.twin_id is not None]
        if twins:
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"UPDATE {self.row._meta.db_table} SET state = %s, twin_id = %s WHERE id = %s", twins
                )
        for state in (RowState.NUMBER, RowState.ALIKE, RowState.NEW):
            keys = [row.pk for row in chunk if row.state == state]
            self.row._default_manager.filter(pk__in=keys).update(state=state, twin=None)

    def _compare_again(self, run: Run) -> Changed:
        """Rows that waited for another one of the file wait to be compared with what came of it."""
        rows = self._rows(run).filter(state=RowState.TWIN).update(state=RowState.WAITING, twin=None)
        return Changed({"version": run.version}, details={"rows": rows})

    # ---- deciding for many rows

    def _for_many(self, what: str) -> Action:
        register = action(what, model=self.run, form=ActionForm, permission="change", entries=["decide_all"])
        return register(partial(_decide_all, what=what))

    def decide_many(self, pk: int, *, by: User | None, at: datetime, progress: Progress = silent) -> int:
        """What somebody has decided for many rows, a chunk at a time; how many. Killed in between, it goes on."""
        run = self.run._default_manager.get(pk=pk)
        if run.doing not in self.many:
            return 0
        what, done = run.doing, 0
        try:
            while keys := self._next(run, what):
                run = self.decide_rows(run, what, keys, by, by=None, at=at)
                done += len(keys)
                progress("decided", done)
                _let_others_write()
            if what == "new":
                self.compare(self.compare_again(run, by=None, at=at), progress)
            self.finish(run, what, by=None, at=at)
        except AtItAlready:  # no failure: the other process decides the rest
            pass
        except LuodiError as problem:  # such as of a person who works here no more
            self.fail(run, stored(problem), by=None, at=timezone.now())
        return done

    def _next(self, run: Run, what: str) -> list[int]:
        """The keys of the next rows."""
        found = self._rows(run).filter(state=self.many[what]).order_by("pk")
        return list(found.values_list("pk", flat=True)[: min(self.at_once, DECIDED_AT_ONCE)])

    def _decide_rows(self, run: Run, what: str, rows: Sequence[int], person: User | None, *, at: datetime) -> Changed:
        """What a person has decided for many, carried out for these: no other process or person can meanwhile."""
        _must_do(run, what)
        locked = self.row._default_manager.select_for_update(of=("self",)).filter(pk__in=rows, state=self.many[what])
        chunk = list(locked.defer(*self.unread).order_by("pk"))
        if chunk:
            self.carry_out(run, what, chunk, person, at)
        return Changed({"version": run.version}, details={"what": what, "rows": len(chunk)})


# ---- the steps that are the same for every kind; the version is for what people decide


def _must_stand(run: FileRun, since: Position) -> None:
    """Raises `AtItAlready` where another process has come further than this one."""
    if position(run) != since:
        raise AtItAlready("companies.at-work")


def _must_do(run: FileRun, what: str) -> None:
    """Raises `AtItAlready` where another process has done it to the end."""
    if run.doing != what:
        raise AtItAlready("companies.at-work")


def _moved_on(run: FileRun, **values: object) -> Changed | Unchanged:
    changed = any(getattr(run, name) != value for name, value in values.items())
    return Changed({**values, "version": run.version}) if changed else Unchanged()


def _advance(run: FileRun, values: Mapping[str, object], since: Position) -> Changed | Unchanged:
    """Say how far the run is: how many rows it has, or what comes next."""
    _must_stand(run, since)
    return _moved_on(run, **values)


def _fail(run: FileRun, problem: str) -> Changed | Unchanged:
    return _moved_on(run, state=State.FAILED, problem=problem, doing="")


def _go_on(run: FileRun) -> Unchanged:
    """Nothing of it changes: the queue is asked once more for work that stopped."""
    return Unchanged()


def _decide_all(run: FileRun, what: str) -> Changed:
    """Decide for every row of a state. Raises `AtItAlready` while something is being done with the file."""
    if run.state != State.DECIDING or run.doing:
        raise AtItAlready("companies.at-work")
    return Changed({"doing": what}, details={"what": what})


def _finish(run: FileRun, what: str) -> Changed:
    """Nothing of a decision for many is left to do."""
    _must_do(run, what)
    return Changed({"doing": "", "version": run.version})


def _add(register: Register, key: int, named: Named) -> None:
    register.add(key, named.names, named.country, named.numbers)


def _let_others_write() -> None:
    """SQLite has no queue: whoever waits for the lock asks again every tenth of a second, and would find it taken by
    the next rows each time, until it gives up."""
    if connection.vendor == "sqlite":
        time.sleep(_TURN)
