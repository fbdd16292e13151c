"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date

from luodi.web.accounts.models import User
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.pages import url
from luodi.web.core.words import both, say
from luodi.web.mail import queries
from luodi.web.mail.models import Message


def day_rows(user: User, on: date, limit: int) -> list[DayRow]:
    """Mail of one's own cases that nobody has read, or that waits to be accepted."""
    return [_row(one) for one in queries.to_look_at(user, limit)]


def new_rows(user: User, on: date, limit: int) -> list[DayRow]:
    """Mail of no case, that comes to one's units."""
    return [_row(one) for one in queries.unassigned(user, limit)]


def _row(one: Message) -> DayRow:
    names = names_of(one.case.company if one.case else None)
    what = {lang: say(f"mail.day_{one.state}", lang, subject=one.subject or "–") for lang in ("zh", "en")}
    act, address = both(f"mail.day_{one.state}_act"), url("mail:message", one.pk)
    company = names.get("zh") or names.get("en") or one.sender_name or one.sender
    reference = one.case.reference if one.case else ""
    return DayRow("new", company, reference, what, both("mail.day_us"), act, address, names=names)
