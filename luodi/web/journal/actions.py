"""Writing down: the one way in which an entry is made."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from luodi.web.core.context import channel, request_id
from luodi.web.core.permissions import Membership, memberships
from luodi.web.core.snapshots import plain, snapshot
from luodi.web.core.types import AnyUser, Json
from luodi.web.journal.chain import START, hash_of
from luodi.web.journal.models import Entry, ExportRecord, Head


@transaction.atomic
def write(
    act: str,
    row: models.Model,
    *,
    by: AnyUser = None,
    before: Json | None = None,
    after: Json | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Entry:
    """Add an entry on `row`: what it was before, what it is after. `by` is a user; none for a command or a visitor.

    Call it last in the transaction of the act: whoever adds an entry keeps others from adding one until the end.
    """
    [made] = _chained([_fields(act, row, by, before, after, reason, at)])
    return made


@transaction.atomic
def write_all(
    act: str, rows: Iterable[models.Model], *, by: AnyUser = None, reason: str = "", at: datetime | None = None
) -> int:
    """As `write` for each of these rows in their order, by what it is after; how many. Call it last, as `write`."""
    found = list(rows)
    if not found:
        return 0
    common = _fields(act, found[0], by, None, None, reason, at)
    return len(
        _chained({**common, "subject": str(row.pk), "kind": row._meta.label, "after": snapshot(row)} for row in found)
    )


def _fields(
    act: str, row: models.Model, by: AnyUser, before: Json | None, after: Json | None, reason: str, at: datetime | None
) -> Json:
    """The fields of an entry, but for its number."""
    role, unit = _role_and_unit(by)
    return {
        "at": at or timezone.now(),
        "actor": by.pk if by is not None else None,
        "role": role,
        "unit": unit,
        "act": act,
        "kind": row._meta.label,
        "subject": str(row.pk),
        "before": plain(before),
        "after": plain(after),
        "reason": plain(reason),
        "request": request_id(),
    }


def _chained(entries: Iterable[Json]) -> list[Entry]:
    """Entries at the end of the chain, which is ours from here until the transaction ends."""
    head = _locked_head()
    last, made = head.hash or START, []
    for number, one in enumerate(entries, head.number + 1):
        entry = Entry(number=number, **one, previous=last, hash=hash_of(last, {"number": number, **one}))
        made.append(entry)
        last = entry.hash
    Entry.objects.bulk_create(made)
    Head.objects.filter(pk=head.pk).update(number=head.number + len(made), hash=last)
    return made


@transaction.atomic
def record_export(
    rows: models.QuerySet[models.Model], form: str, *, by: AnyUser, asked: Json | None = None
) -> ExportRecord:
    """Write down that a list leaves the site. Call it with the very query that is exported, after `visible`."""
    record = ExportRecord(
        at=timezone.now(),
        actor=by.pk if by else None,
        kind=rows.model._meta.label,
        rows=rows.count(),
        form=form,
        asked=plain(asked or {}),
    )
    after = {"rows": record.rows, "form": form, "asked": record.asked}
    record.entry = write("export", rows.model(), by=by, after=after)
    record.save(force_insert=True)
    return record


def _locked_head() -> Head:
    """The end of the chain, ours until the transaction ends."""
    head = Head.objects.select_for_update().first()
    if head is None:
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get()
    return head


def _role_name(membership: Membership, person: int | None) -> str:
    """A role; one that is filled for somebody who is away names that person by number."""
    return str(membership.role) if membership.user_id == person else f"{membership.role}-for-{membership.user_id}"


def _role_and_unit(by: AnyUser) -> tuple[str, str]:
    if by is None:
        return channel(), ""
    found = memberships(by, timezone.localdate())
    roles = sorted({_role_name(one, by.pk) for one in found}) or ["none"]
    return " ".join(roles)[:200], " ".join(sorted({one.unit.path for one in found if one.unit}))[:400]
