"""The journal stores what the core says was done, and answers what was done to a record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.dispatch import receiver

from luodi.web.core.signals import history, recorded
from luodi.web.journal.actions import write
from luodi.web.journal.models import Entry


@receiver(recorded)
def store(sender: Any, *, action: str, record: Model, signal: Any, **values: Any) -> list[Entry]:
    return [write(action, record, **values)]


@receiver(history)
def entries_on(sender: Any, *, record: Model, most: int, **_: object) -> Iterable[Entry]:
    found = Entry.objects.filter(kind=record._meta.label, subject=str(record.pk)).order_by("-number")
    return found[:most]
