"""What the actions of higher apps write down of what the two sides say, and whom it is told."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from django.utils.timezone import localdate

from luodi.casework.agreement import PartySide, Says, after
from luodi.casework.book import limits
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.accounts.queries import representatives_of
from luodi.web.cases.models import Statement
from luodi.web.cases.queries.agreements import disputes, last_ones, last_statement, may_read, subject_of
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.roles import Role
from luodi.web.core.words import both
from luodi.web.notices.making import make_notice


def state(
    about: str,
    row: Model,
    side: PartySide,
    says: Says,
    *,
    unit: Unit,
    company: Company,
    by: User | None,
    at: datetime,
    words: str = "",
    proposer: PartySide = PartySide.AGENCY,
) -> Statement:
    """Write down what a side says of a fact, inside the action that says it. A disagreement goes to the leaders of the
    unit. `proposer` is who settled it where neither side was asked then. Raises `NotNow` where it does not fit what was
    said last."""
    last = last_statement(about, row.pk)
    before = (PartySide(last.side), Says(last.says)) if last else _before_statements(says, proposer)
    after(before, side, says)
    waits = says in (Says.PROPOSE, Says.DISPUTE)
    due = calendar_of(unit).add_working_days(localdate(at), limits()["agreement"]) if waits else None
    made = Statement.objects.create(
        about=about,
        number=row.pk,
        unit=unit,
        company=company,
        side=side,
        says=says,
        words=words.strip(),
        by=by,
        at=at,
        due=due,
    )
    if says is Says.DISPUTE:
        _notify_leaders(made, "disputed", at)
    return made


def _before_statements(says: Says, proposer: PartySide) -> tuple[PartySide, Says] | None:
    """What one side settled before the other one was asked counts as its proposal."""
    return None if says is Says.PROPOSE else (proposer, Says.PROPOSE)


def remind_sides(at: datetime) -> int:
    """Who has not answered by the day is reminded once, and so are the leaders of a disagreement that nobody settled.
    How many notices."""
    over = last_ones(Statement.objects.filter(due__lt=localdate(at))).select_related("unit", "company")
    sent = sum(_remind(one, at) for one in over.filter(says=Says.PROPOSE))
    return sent + sum(_notify_leaders(one, "late", at) for one in disputes(over))


def _remind(one: Statement, at: datetime) -> int:
    return sum(
        make_notice("agreement_asked", person, one, "reminded", at=at, what=_called(one), due=_day(one))
        for person in _asked(one, at)
    )


def _asked(one: Statement, at: datetime) -> Iterable[User]:
    asked = subject_of(one).asked
    return asked(one, at) if asked is not None else representatives_of(one.company, on=localdate(at))


def _notify_leaders(one: Statement, reason: str, at: datetime) -> int:
    itself = Statement.objects.filter(pk=one.pk)
    people = [person for person in leaders_of(one.unit, at) if may_read(person, itself).exists()]
    return sum(
        make_notice("disagreement", person, one, reason, at=at, what=_called(one), due=_day(one)) for person in people
    )


def _called(one: Statement) -> dict[str, str]:
    return both(subject_of(one).words)


def _day(one: Statement) -> str:
    return one.due.isoformat() if one.due else ""


def leaders_of(unit: Unit, at: datetime) -> list[User]:
    """Those of the nearest unit, from this one upwards, that has any."""
    for key in reversed([int(part) for part in unit.path.strip("/").split("/")]):
        held = Membership.objects.in_force(localdate(at)).filter(unit_id=key, role=Role.LEADER, user__is_active=True)
        if people := {one.user for one in held.select_related("user")}:
            return sorted(people, key=lambda one: one.pk)
    return []
