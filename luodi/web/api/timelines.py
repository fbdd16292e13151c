"""The time line of a record for programs: the lines of its page, in both languages."""

from django.db.models import Model

from luodi.dates import parse_day
from luodi.web.accounts.models import User
from luodi.web.api.paging import Listing
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.timeline.queries import Asked, entries, lines_of
from luodi.web.timeline.wording import as_documents


def timeline_of(user: User, record: Model, kind: str, first: str, last: str) -> Listing[Entry]:
    """For officers and leaders who may see the record, as far as they may see what a line is about.

    Raises `BadDate` for a `first` or `last` that is no day."""
    if not has_role(user, {Role.OFFICER, Role.LEADER}):
        raise NotPermitted("api.officer-reads-timeline")
    days = {name: parse_day(text).isoformat() for name, text in (("first", first), ("last", last)) if text}
    found = entries(user, record, Asked(kind=kind, **days))
    return Listing(found, show_all=lambda rows: as_documents(lines_of(rows), record))
