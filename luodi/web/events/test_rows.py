"""Rows for the matrix of access, of models that a random row would not fit."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from luodi.casework.events import EventKind, EventState
from luodi.web.events.models import Event, Invitation


def event(town: Any) -> Event:
    now, name = timezone.now(), f"EV-2026-{9000 + Event.objects.count()}"
    fields = {
        "kind": EventKind.FAIR,
        "title_zh": "展会",
        "title_en": "Fair",
        "place": "Hall",
        "state": EventState.DRAFT,
    }
    days = {"starts": now, "ends": now + timedelta(hours=1), "made": now, "changed": now}
    return Event.objects.create(reference=name, unit=town.here, host=town.owner, **fields, **days)


def invitation(town: Any) -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(event=event(town), name="Ada", company=town.ours, at=now, changed=now)


ROWS: Final = {Event: event, Invitation: invitation}
