"""How far a file has come, and what can be done with it."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Count, QuerySet

from luodi.web.imports.models import FileRow, FileRun

Row = TypeVar("Row", bound=FileRow)


def counted(rows: QuerySet[Row]) -> dict[str, int]:
    """How many rows of a file are in which state, by an index of that file alone."""
    return dict(rows.order_by().values_list("state").annotate(number=Count("pk")))


def progress(run: FileRun, counts: Mapping[str, int]) -> tuple[int, int]:
    """How many rows of how many the step that is under way has done; (0, 0) where that is not known yet."""
    if run.state == FileRun.State.READING:
        return run.read, run.rows
    waiting = counts.get(FileRow.State.WAITING, 0)
    if run.state == FileRun.State.COMPARING or waiting:
        whole = run.read - run.skipped
        return whole - waiting, whole
    left = counts.get(run.doing, 0)  # a decision for many is called as the state of its rows
    done = counts.get(FileRow.State.DONE, 0)
    return done, done + left


def possible(run: FileRun, counts: Mapping[str, int], many: Mapping[str, str]) -> list[str]:
    """The actions on a run as it stands; what stopped in the midst of its work goes on. `many` are the decisions for
    many rows, with the state of the rows that each is for."""
    if run.state == FileRun.State.MAPPING:
        return ["begin"]
    if run.is_at_work:
        return ["go_on"]
    return [what for what, state in many.items() if counts.get(state)]
