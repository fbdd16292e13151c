"""What can be done with a file of companies and with one of its rows, for its pages and for programs alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.shortcuts import get_object_or_404

from luodi.web.accounts.models import Company, User
from luodi.web.companies import deciding, importing
from luodi.web.companies.acting import locked, unchanged
from luodi.web.companies.models import ImportRun, InboundRecord, MatchDecision
from luodi.web.companies.tasks import decide_import, read_import
from luodi.web.core.permissions import require, visible

ON_RUN: Final = ("begin", "go_on", *deciding.BULK)
ON_RECORD: Final = ("confirm", "reject", "undo")
_State = InboundRecord.State


def possible(run: ImportRun, counts: Mapping[str, int]) -> list[str]:
    """The acts on a run as it stands; what stopped in the midst of its work goes on."""
    if run.state == ImportRun.State.MAPPING:
        return ["begin"]
    if run.is_at_work:
        return ["go_on"]
    return [act for act, state in deciding.BULK.items() if counts.get(state)]


def possible_on(record: InboundRecord) -> list[str]:
    if record.state in deciding.OPEN:
        return ["confirm", "reject"]
    if record.state == _State.REJECTED:
        return ["confirm"]
    return ["undo"] if record.state == _State.DONE else []


def act_on_run(
    run: ImportRun, act: str, mapping: Mapping[str, str], *, by: User, at: datetime, version: int | None = None
) -> None:
    """Name the columns and have it read; decide for many rows; or go on with what stopped. The work is for the queue.

    Raises `NotPermitted`, `StaleVersion`, and what `importing.begin` and `deciding.ask_bulk` raise.
    """
    require(by, "change", run)
    if version is not None:
        unchanged(locked(ImportRun, run.pk), version)
    if act == "begin":
        importing.begin(run, dict(mapping), by=by, at=at)
        read_import.enqueue(run.pk)
    elif act == "go_on" and not run.doing:
        read_import.enqueue(run.pk)
    else:
        if act != "go_on":
            deciding.ask_bulk(run, act, by=by, at=at)
        decide_import.enqueue(run.pk, by.pk)


def act_on_record(
    record: InboundRecord, act: str, company: int | None, *, by: User, at: datetime, reason: str = ""
) -> None:
    """It is about this company, about a new one (None), about none; or what was decided is taken back.

    Raises `Http404` for a company or a decision that is not there for them, `DecidedAlready`, `NotUndone`, `BadInput`.
    """
    require(by, "change", record.run)
    if act == "confirm":
        chosen = None if company is None else get_object_or_404(visible(by, Company.objects.all()), pk=company)
        deciding.confirm(record, chosen.pk if chosen else None, by=by, at=at)
    elif act == "reject":
        deciding.reject(record, by=by, at=at, reason=reason)
    else:
        done = get_object_or_404(MatchDecision, record=record, state=MatchDecision.State.CONFIRMED)
        deciding.undo(done, by=by, at=at, reason=reason)
