"""What is told before it is late: authorisations that end soon, and duties that are due; then that a duty is late.

Each is told once for its last day: a renewal, or a duty that was met, has another one.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.book import limits, proof_kinds
from luodi.casework.stages import End
from luodi.web.cases import notices
from luodi.web.cases.models import Authorisation, Obligation
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.notices.queries import told_of

#: Working days are at most so many days of the calendar; what lies further off is not read.
_WEEKS: Final = 2
_HELD: Final = ("issued", "reinstated")


def remind(at: datetime) -> int:
    """How many authorisations and duties were told of; repeating it tells nobody again."""
    return sum(_told(kinds, row, reason, at, values) for kinds, row, reason, values in (*_permits(at), *_duties(at)))


_Row: TypeAlias = Authorisation | Obligation
_Tell: TypeAlias = Callable[..., None]
_Telling: TypeAlias = tuple[dict[str, _Tell], _Row, str, dict[str, object]]


def _permits(at: datetime) -> Iterator[_Telling]:
    on, window = localdate(at), limits()["expiring"]
    rows = Authorisation.objects.filter(state__in=_HELD, expires__range=(on, _far(on, window)), case__end=End.NONE)
    told = told_of("case_permit_ends", at - timedelta(days=_WEEKS * window))
    for row in rows.select_related("case__unit", "case__officer", "case__company").order_by("expires", "pk"):
        reason = f"ends {row.expires}"
        if (str(row.pk), reason) not in told and row.expires and row.expires <= _soon(row, on, window):
            kind = proof_kinds().get(row.kind)
            what = dict(kind.title) if kind else {"zh": row.kind, "en": row.kind}
            kinds: dict[str, _Tell] = {"case_permit_ends": notices.officer, "case_permit_renew": notices.company}
            yield kinds, row, reason, {"what": what, "due": row.expires.isoformat()}


def _duties(at: datetime) -> Iterator[_Telling]:
    on, window = localdate(at), limits()["duty"]
    rows = Obligation.objects.filter(due__lte=_far(on, window), case__end=End.NONE)
    told = told_of("case_duty_due", at - timedelta(days=400)) | told_of("case_duty_late", at - timedelta(days=4000))
    for row in rows.select_related("case__unit", "case__officer", "case__company").order_by("due", "pk"):
        assert row.due is not None  # by the query
        late = row.due < calendar_of(row.case.unit).working_day_up_to(on)
        reason = f"late since {row.due}" if late else f"due {row.due}"
        if (str(row.pk), reason) in told or row.due > _soon(row, on, window):
            continue
        kinds: dict[str, _Tell] = {
            "case_duty_due": notices.company,
            **({"case_duty_late": notices.officer} if late else {}),
        }
        yield kinds, row, reason, {"what": dict(row.title), "due": row.due.isoformat()}


def _far(on: date, window: int) -> date:
    return on + timedelta(days=_WEEKS * window + 14)


def _soon(row: _Row, on: date, window: int) -> date:
    return calendar_of(row.case.unit).add_working_days(on, window)


@transaction.atomic
def _told(kinds: dict[str, _Tell], row: _Row, reason: str, at: datetime, values: dict[str, object]) -> bool:
    for kind, tell in kinds.items():
        tell(row.case, kind, row, reason, at=at, **values)
    return True
