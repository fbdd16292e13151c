"""Signals: how an app tells or asks the apps above it without importing them.

The app that sends defines its signals in `signals.py`; an app that answers connects in `receivers.py`, which its
`apps.py` imports. Both are Django's own; `Question` only joins the answers.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.dispatch import Signal


class Question(Signal):
    """A signal whose receivers answer, each with several values."""

    def ask(self, **values: Any) -> Iterator[Any]:
        """The answers of all receivers, in the order of the apps. An error of a receiver goes to the caller."""
        for _, answers in cast("list[tuple[object, Iterable[Any]]]", self.send(None, **values)):
            yield from answers


#: What was done, for the journal, which answers with its entry: action, record, by, before, after, reason, at.
#: Sent in the transaction of the action, as its last step.
recorded = Question()
#: history(record, most) -> what was done to a record, the newest first.
history = Question()
#: memberships(user, on) -> roles of a person on a day: see `core.permissions.Membership`.
memberships = Question()
#: A notice that somebody is to get; `notices` answers whether it is a new one. See `core.notify`.
notice_wanted = Question()
#: notice_kinds() -> `NoticeKind`s of each app. See `core.notify`.
notice_kinds = Question()
