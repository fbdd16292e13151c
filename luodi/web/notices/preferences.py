"""How somebody wants to be told: kinds that they stopped, quiet hours, and one letter a day."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Union
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from luodi.web.accounts.models import User
from luodi.web.notices.models import Quiet, Stopped

if TYPE_CHECKING:
    from luodi.web.core.notify import Address

MORNING: Final = time(8)  # of the day's one letter, for whoever has no quiet hours that end


def of_reader(to: Union[User, "Address"]) -> Q:
    """The rows of a person, or of a bare address."""
    return Q(user=to) if isinstance(to, User) else Q(user=None, email=to.email)


def has_stopped(to: Union[User, "Address"], kind: str) -> bool:
    return Stopped.objects.filter(of_reader(to), kind=kind).exists()


def when(user: User, at: datetime, *, legal: bool) -> tuple[datetime, bool]:
    """When a letter made at `at` may go, and whether it goes in the day's one letter."""
    if legal:
        return at, False
    quiet = getattr(user, "quiet", None)
    if user.digest:
        return next_time(at, quiet.ends if quiet else MORNING, quiet.zone if quiet else settings.TIME_ZONE), True
    return after_quiet(quiet, at), False


def after_quiet(quiet: Quiet | None, at: datetime) -> datetime:
    """`at` itself, or the end of the quiet hours that it lies in: their first moment is quiet, their end is not."""
    if quiet is None:
        return at
    now = at.astimezone(ZoneInfo(quiet.zone)).time()
    over_midnight = quiet.ends < quiet.starts
    inside = (now >= quiet.starts or now < quiet.ends) if over_midnight else quiet.starts <= now < quiet.ends
    return next_time(at, quiet.ends, quiet.zone) if inside else at


def next_time(at: datetime, clock: time, zone: str) -> datetime:
    """The first moment after `at` at which clocks in `zone` show `clock`."""
    here = ZoneInfo(zone)
    day = at.astimezone(here).date()
    found = datetime.combine(day, clock, here)
    return found if found > at else datetime.combine(day + timedelta(days=1), clock, here)
