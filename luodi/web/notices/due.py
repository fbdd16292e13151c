"""What is due: looked for when books have changed or a day has passed, in the transaction that finds it out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from luodi.web.notices.models import Subscription
from luodi.web.notices.subjects import Subject
from luodi.web.notices.tell import Address, tell


def look_through(at: datetime, *, new_books: bool) -> int:
    """Make a letter due for everybody whose subject is not what they were last told; how many that are.

    With the books as they were, only what may change by the day is looked at. Call it in a transaction.
    """
    return sum(look(one, at) for one in _confirmed() if new_books or not subject_of(one).waits_for_books())


def _confirmed() -> Iterator[Subscription]:
    for key in list(Subscription.objects.exclude(confirmed=None).order_by("pk").values_list("pk", flat=True)):
        found = Subscription.objects.select_for_update().filter(pk=key).first()
        if found is not None:
            yield found


def look(one: Subscription, at: datetime) -> bool:
    """Whether the subject has changed so that its reader is told."""
    subject, before = subject_of(one), one.state
    now = dict(subject.state(timezone.localdate(at)))
    if now == before:
        return False
    lines = subject.difference(before, now, one.language)
    one.state = now
    one.changes += bool(lines)
    one.save(update_fields=["state", "changes"])
    if lines:
        make_due(one, f"change {one.changes}", "changed", at, difference="\n".join(lines))
    return bool(lines)


def make_due(one: Subscription, reason: str, words: str, at: datetime, **values: Any) -> None:
    """A notice to the address: of a change, or about the wish itself."""
    kind = "wish_changed" if words == "changed" else "wish"
    words = f"notices.letter_{words}"
    tell(kind, Address(one.email, one.language), one, reason, at=at, words=words, **values)


def subject_of(one: Subscription) -> Subject:
    return Subject(one.kind, one.subject)
