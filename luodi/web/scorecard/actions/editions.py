"""Freezing what stands on a day."""

from datetime import date, datetime

from django.db.models import Max
from django.utils.timezone import localdate

from luodi.errors import OutOfRange
from luodi.scorecard.editions import Edition
from luodi.web.accounts.models import Unit, User
from luodi.web.core.actions import Created, action
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions.moments import in_turn
from luodi.web.scorecard.models import FrozenEdition
from luodi.web.scorecard.queries.editions import Cut, document


@action("freeze", model=FrozenEdition, form=forms.Freeze, permission="freeze", creates=True)
def freeze(unit: Unit, day: date, *, actor: User, at: datetime) -> Created:
    """The next edition of a unit and those below it, as of the end of a day, or of this moment for today.

    Raises `OutOfRange` for a day to come, or before that of the edition before.
    """
    moment, fresh = in_turn(unit, at), Unit.objects.get(pk=unit.pk)  # in turn, so that no number comes twice
    last = FrozenEdition.objects.filter(unit=fresh).aggregate(number=Max("number"), day=Max("day"))
    if day > localdate(at):
        raise OutOfRange("scorecard.edition-day-come", at="day")
    if last["day"] is not None and day < last["day"]:
        raise OutOfRange("scorecard.edition-before", day=last["day"].isoformat(), at="day")
    number = (last["number"] or 0) + 1
    edition = Edition.of(document(Cut.now(fresh, number, day, moment)))
    made = FrozenEdition.objects.create(
        unit=fresh, number=number, day=day, content=edition.text, hash=edition.hash, by=actor, at=moment
    )
    return Created(made)
