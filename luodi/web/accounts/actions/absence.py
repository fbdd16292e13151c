"""Absence: an officer names who stands in for some days, and either of the two days can be brought forward."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.forms.own import StandIn
from luodi.web.accounts.models import Cover, User
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.notify import notify
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role

LONGEST: Final = timedelta(days=120)


@action(
    "name_stand_in",
    model=Cover,
    form=StandIn,
    permission="end",  # whoever may end it may name it: the officer, or an administrator
    creates=True,
    locks=lambda away, *_, **__: [away],  # two requests at once come one after the other
)
def name_stand_in(away: User, stand_in: User, starts: date, ends: date, *, at: datetime) -> Created:
    """`stand_in` may do what `away` may do as an officer, from `starts` to before `ends`. The journal names both.

    Raises `BadInput` where one of the two is no officer, for days that are past, too many, or taken already.
    """
    taken = Cover.objects.filter(away=away, starts__lt=ends, ends__gt=starts)
    for wrong, key in (
        (away.pk == stand_in.pk, "accounts.cover-oneself"),
        (ends <= starts or starts < timezone.localdate(at), "accounts.cover-days"),
        (ends - starts > LONGEST, "accounts.cover-long"),
        (not has_role(away, [Role.OFFICER], on=starts), "accounts.cover-away"),
        (not has_role(stand_in, [Role.OFFICER], on=starts), "accounts.cover-stand-in"),
        (taken.exists(), "accounts.cover-taken"),
    ):
        if wrong:
            raise BadInput(key)
    cover = Cover.objects.create(away=away, stand_in=stand_in, starts=starts, ends=ends)
    return Created(cover, notify=lambda row: _notify(row, row.ends, "stand_in", at))


@action("end_cover", model=Cover, form=ActionForm, permission="end")
def end_cover(cover: Cover, on: date | None = None, *, at: datetime) -> Changed | Deleted | Unchanged:
    """It ends with the day before `on`, today if left out; one that had not begun goes altogether."""
    day = on or timezone.localdate(at)
    if cover.starts >= day:
        _notify(cover, cover.ends, "no_stand_in", at)
        return Deleted()
    if cover.ends <= day:
        return Unchanged()
    return Changed({"ends": day}, notify=lambda row: _notify(row, day, "stand_in", at))


def _notify(cover: Cover, ends: date, letter: str, at: datetime) -> None:
    """Whoever stands in hears for whom and until when, and again when that changes."""
    reason = f"cover {cover.pk} letter_{letter} until {ends}"
    days = {"starts": cover.starts.isoformat(), "last": (ends - timedelta(days=1)).isoformat()}
    words = f"accounts.letter_{letter}"
    notify("stand_in", cover.stand_in, cover.stand_in, reason, at=at, words=words, away=str(cover.away), **days)
