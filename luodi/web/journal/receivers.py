"""The journal stores what the core says was done, and answers what was done to a record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.dispatch import Signal, receiver

from luodi.web.core.signals import history, recorded
from luodi.web.journal.actions import write
from luodi.web.journal.models import Entry


@receiver(recorded)
def store(sender: object, *, action: str, record: Model, signal: Signal, **values: Any) -> list[Entry]:
    return [write(action, record, **values)]


@receiver(history)
def entries_on(sender: object, *, record: Model, most: int, **_: object) -> Iterable[Entry]:
    found = Entry.objects.filter(kind=record._meta.label, subject=str(record.pk)).order_by("-number")
    return found[:most]
