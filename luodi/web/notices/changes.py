"""What is due: looked for when books have changed or a day has passed, in the transaction that finds it out."""

from datetime import date, datetime

from django.utils import timezone

from luodi.web.core.notify import Address
from luodi.web.notices.making import make_notice
from luodi.web.notices.models import Subscription
from luodi.web.notices.subjects import State, Subject, subject

#: The state of a subject on a day, by the fingerprint of the subject.
States = dict[str, State]


def states_on(day: date, *, new_books: bool) -> States:
    """What everything that people asked for is on a day; with the books as they were, what may change by the day."""
    asked = Subscription.objects.exclude(confirmed=None).values_list("fingerprint", "kind", "subject")
    found: States = {}
    for fingerprint, kind, name in asked.iterator():
        one = subject(kind, name)
        if fingerprint not in found and (new_books or not one.has_fixed_day):
            found[fingerprint] = dict(one.state(day))
    return found


def look_through(at: datetime, *, new_books: bool, states: States) -> int:
    """Make a notice due for everybody whose subject is not what they were last told; how many that are.

    With the books as they were, only what may change by the day is looked at. `states` are known already. Call it in a
    transaction.
    """
    return sum(_look_at(key, at, new_books, states) for key in _confirmed())


def _confirmed() -> list[int]:
    return list(Subscription.objects.exclude(confirmed=None).order_by("pk").values_list("pk", flat=True))


def _look_at(key: int, at: datetime, new_books: bool, states: States) -> bool:
    one = Subscription.objects.filter(pk=key).first()
    if one is None or states.get(one.fingerprint) == one.state:
        return False
    if not new_books and subject_of(one).has_fixed_day:
        return False
    one = Subscription.objects.select_for_update().filter(pk=key).first()
    return one is not None and look(one, at, states.get(one.fingerprint))


def look(one: Subscription, at: datetime, state: State | None = None) -> bool:
    """Whether the subject has changed so that its reader is told. `state` is what it is now, where that is known."""
    about, before = subject_of(one), one.state
    now = dict(about.state(timezone.localdate(at))) if state is None else state
    if now == before:
        return False
    lines = list(about.difference(before, now, one.language))
    one.state = now
    one.changes += bool(lines)
    one.save(update_fields=["state", "changes"])
    if lines:
        make_due(one, f"change {one.changes}", "changed", at, difference="\n".join(lines))
    return bool(lines)


def make_due(one: Subscription, reason: str, words: str, at: datetime, **values: object) -> None:
    """A notice to the address: of a change, or about the wish itself."""
    kind = "wish_changed" if words == "changed" else "wish"
    words = f"notices.letter_{words}"
    make_notice(kind, Address(one.email, one.language), one, reason, at=at, words=words, **values)


def subject_of(one: Subscription) -> Subject:
    return subject(one.kind, one.subject)
