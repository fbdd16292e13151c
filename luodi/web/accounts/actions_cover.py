"""Absence: an officer names who stands in for some days, and either of the two days can be brought forward."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.models import Cover, User
from luodi.web.core.notify import notify
from luodi.web.core.permissions import has_role, require
from luodi.web.core.roles import Role
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write

LONGEST: Final = timedelta(days=120)


@transaction.atomic
def name_stand_in(away: User, stand_in: User, *, starts: date, ends: date, on: date, by: User | None = None) -> Cover:
    """`stand_in` reaches what `away` reaches as an officer, from `starts` to before `ends`. The journal says both.

    Raises `BadInput` where one of the two is no officer, for days that are past, too many, or taken already.
    """
    for wrong, key in (
        (away.pk == stand_in.pk, "accounts.cover-oneself"),
        (ends <= starts or starts < on, "accounts.cover-days"),
        (ends - starts > LONGEST, "accounts.cover-long"),
        (not has_role(away, [Role.OFFICER], on=starts), "accounts.cover-away"),
        (not has_role(stand_in, [Role.OFFICER], on=starts), "accounts.cover-stand-in"),
        (_overlaps(away, starts, ends), "accounts.cover-taken"),
    ):
        if wrong:
            raise BadInput(key)
    cover = Cover.objects.create(away=away, stand_in=stand_in, starts=starts, ends=ends)
    if by is not None:
        require(by, "end", cover)  # whoever may end it may name it: the officer, or an administrator
    write("name_stand_in", cover, by=by, after=snapshot(cover))
    _tell(cover, "accounts.letter_stand_in")
    return cover


@transaction.atomic
def end_cover(cover: Cover, *, on: date, by: User | None = None) -> None:
    """It ends with the day before `on`; one that had not begun goes altogether."""
    cover = Cover.objects.select_for_update().get(pk=cover.pk)
    if by is not None:
        require(by, "end", cover)
    before = snapshot(cover)
    if cover.starts >= on:
        write("end_cover", cover, by=by, before=before)
        _tell(cover, "accounts.letter_no_stand_in")
        cover.delete()
        return
    if cover.ends > on:
        cover.ends = on
        cover.save(update_fields=["ends"])
        write("end_cover", cover, by=by, before=before, after=snapshot(cover))
        _tell(cover, "accounts.letter_stand_in")


def _tell(cover: Cover, words: str) -> None:
    """Whoever stands in hears for whom and until when, and again when that changes."""
    reason = f"cover {cover.pk} {words.rpartition('.')[2]} until {cover.ends}"
    days = {"starts": cover.starts.isoformat(), "last": (cover.ends - timedelta(days=1)).isoformat()}
    notify(
        "stand_in", cover.stand_in, cover.stand_in, reason, at=timezone.now(), words=words, away=str(cover.away), **days
    )


def _overlaps(away: User, starts: date, ends: date) -> bool:
    User.objects.select_for_update().get(pk=away.pk)  # two requests at once come one after the other
    return Cover.objects.filter(away=away, starts__lt=ends, ends__gt=starts).exists()
