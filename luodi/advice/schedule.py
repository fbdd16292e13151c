"""When each step can start and end, and which of them decide the whole: the critical path.

Offsets are whole working days from the day the plan starts; no calendar is known here. A limit in calendar days
depends on the day it starts from, so a caller who has such limits hands in `days_of`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

from luodi.errors import DuplicateKey, LuodiError, OutOfRange
from luodi.message import Message

_NOBODY: Final[frozenset[str]] = frozenset()


class CycleError(LuodiError):
    """Tasks that wait for each other, so that none of them can start."""

    code = "cycle"


@dataclass(frozen=True, slots=True)
class Task:
    """One step: `days` of work after every task of `needs` and the first of `any_of` have finished.

    With `runs_with` it is handed in together with another task: it takes no days and is done when that one is, or,
    if it needs others that take longer, when those are. Names of tasks that are not given do not count. A task that
    is not required never moves the end of the plan.
    """

    id: str
    days: int
    needs: frozenset[str]
    any_of: frozenset[str] = _NOBODY
    runs_with: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """Offsets in working days. `slack` is how late it may end without moving the end; None if it is not required.

    `after` names what it waited for: what it needs and, of its alternatives, the one that was first.
    """

    start: int
    finish: int
    slack: int | None
    critical: bool
    after: frozenset[str] = field(default=_NOBODY, compare=False)


DaysOf = Callable[[Task, int], int]


def schedule(tasks: Sequence[Task], days_of: DaysOf | None = None) -> dict[str, Slot]:
    """The slot of every task, in the order of `order`.

    `days_of(task, start)` gives the days of a task that starts at an offset; without it `task.days` holds. A task
    that a required one waits for is required too. Raises `CycleError`, and `DuplicateKey` or `OutOfRange` for an id
    given twice or negative days.
    """
    by_id = _by_id(tasks)
    early = _forward(by_id, days_of or _own_days)
    required = _required(by_id, early)
    late = _latest_finish(early, required)
    slots = {}
    for name in _in_order(early):
        run = early[name]
        slack = late[name] - run.finish if name in required else None
        slots[name] = Slot(run.start, run.finish, slack, slack == 0, run.after)
    return slots


def order(tasks: Sequence[Task], days_of: DaysOf | None = None) -> list[str]:
    """The ids so that nothing comes before what it waits for; by start, finish and id where that leaves a choice."""
    return _in_order(_forward(_by_id(tasks), days_of or _own_days))


def critical_path(slots: Mapping[str, Slot], tasks: Sequence[Task]) -> list[str]:
    """One longest chain of critical tasks from the start to the end; the smaller id where several are as long."""
    critical = {task.id: slots[task.id] for task in tasks if slots[task.id].critical}
    if not critical:
        return []
    awaited = {name for slot in critical.values() for name in slot.after}
    path = [min(critical.keys() - awaited)]
    while before := _decided_by(path[-1], critical):
        path.append(before)
    return path[::-1]


# ---- the passes


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    finish: int
    after: frozenset[str]


def _by_id(tasks: Iterable[Task]) -> dict[str, Task]:
    by_id: dict[str, Task] = {}
    for task in tasks:
        if task.id in by_id:
            raise DuplicateKey("advice.task-given-twice", task=task.id)
        by_id[task.id] = task
    return by_id


def _own_days(task: Task, start: int) -> int:
    return task.days


def _all_of(task: Task, given: Mapping[str, Task]) -> frozenset[str]:
    """The given tasks that must all have finished."""
    hosts = {task.runs_with} if task.runs_with is not None else set()
    return (task.needs | hosts) & given.keys()


def _forward(given: Mapping[str, Task], days_of: DaysOf) -> dict[str, _Run]:
    """Let the tasks finish one after another, in the order of their finish; what became possible starts at once."""
    done: dict[str, _Run] = {}
    waiting = {name: _Waiting(_all_of(task, given), task.any_of & given.keys()) for name, task in given.items()}
    awaiting = _awaiting(waiting)
    running: list[tuple[int, bool, str]] = []
    runs: dict[str, _Run] = {}

    def start(names: Iterable[str], at: int) -> None:
        for name in names:
            task = given[name]
            finish = at + _days(task, at, days_of)
            runs[name] = _Run(at, finish, waiting[name].after)
            heappush(running, (finish, not task.required, name))

    start([name for name, wait in waiting.items() if wait.is_over], 0)
    while running:
        finish, _, name = heappop(running)
        done[name] = runs[name]
        start([other for other in awaiting.get(name, ()) if waiting[other].hears_of(name)], finish)
    if len(done) < len(given):
        raise CycleError(_cycle({name: wait for name, wait in waiting.items() if name not in done}))
    return done


class _Waiting:
    """What one task still waits for."""

    def __init__(self, all_of: frozenset[str], any_of: frozenset[str]) -> None:
        self.missing = set(all_of)
        self.any_of = any_of
        self.after = all_of

    @property
    def is_over(self) -> bool:
        return not self.missing and not self.any_of

    def hears_of(self, done: str) -> bool:
        """Take note of a finished task; true if that was the last thing waited for."""
        was_over = self.is_over
        self.missing.discard(done)
        if done in self.any_of:
            self.after |= {done}
            self.any_of = _NOBODY
        return self.is_over and not was_over


def _awaiting(waiting: Mapping[str, _Waiting]) -> dict[str, list[str]]:
    """For each task, those that wait for it."""
    awaiting: dict[str, list[str]] = {}
    for name, wait in waiting.items():
        for awaited in wait.missing | wait.any_of:
            awaiting.setdefault(awaited, []).append(name)
    return awaiting


def _days(task: Task, start: int, days_of: DaysOf) -> int:
    if task.runs_with is not None:
        return 0
    days = days_of(task, start)
    if days < 0:
        raise OutOfRange("advice.task-cannot-take-days", task=task.id, days=days)
    return days


def _required(given: Mapping[str, Task], runs: Mapping[str, _Run]) -> set[str]:
    """The required tasks and all they wait for."""
    found: set[str] = set()
    ahead = [name for name, task in given.items() if task.required]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(runs[name].after)
    return found


def _latest_finish(runs: Mapping[str, _Run], required: set[str]) -> dict[str, int]:
    """The latest finish of each required task that leaves the end where it is; `runs` come in order of finish."""
    end = max((runs[name].finish for name in required), default=0)
    late = dict.fromkeys(required, end)
    for name in reversed([name for name in runs if name in required]):
        run = runs[name]
        latest_start = late[name] - (run.finish - run.start)
        for before in run.after:
            late[before] = min(late[before], latest_start)
    return late


def _in_order(runs: Mapping[str, _Run]) -> list[str]:
    """Topological order, by start, finish and id: that alone is not enough where tasks take no days."""
    missing = {name: set(run.after) for name, run in runs.items()}
    followers: dict[str, list[str]] = {}
    for name, run in runs.items():
        for before in run.after:
            followers.setdefault(before, []).append(name)
    ready = [(run.start, run.finish, name) for name, run in runs.items() if not run.after]
    heapify(ready)
    ordered = []
    while ready:
        name = heappop(ready)[2]
        ordered.append(name)
        for other in followers.get(name, ()):
            missing[other].discard(name)
            if not missing[other]:
                heappush(ready, (runs[other].start, runs[other].finish, other))
    return ordered


def _decided_by(name: str, critical: Mapping[str, Slot]) -> str | None:
    """The critical task whose finish let this one start, the smaller id of several; None at the beginning."""
    slot = critical[name]
    return min(
        (before for before in slot.after if before in critical and critical[before].finish == slot.start), default=None
    )


def _cycle(stuck: Mapping[str, _Waiting]) -> str:
    """ "a -> b -> a": follow what each waits for until one comes again."""
    path = [min(stuck)]
    while True:
        wait = stuck[path[-1]]
        before = min(wait.missing or wait.any_of)
        if before in path:
            break
        path.append(before)
    loop = path[path.index(before) :]
    first = loop.index(min(loop))
    loop = loop[first:] + loop[: first + 1]
    return Message("advice.these-steps-wait-each-other", loop=" -> ".join(loop))
