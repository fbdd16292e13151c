"""Signals: how an app tells or asks the apps above it without importing them.

The app that sends defines its signals in `signals.py`; an app that answers connects in `receivers.py`. Receivers need
what answers need, the engine too, so they are imported when the first signal is sent: a command of an operator that
sends none starts without them.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django import dispatch
from django.conf import settings


@cache
def load_receivers() -> None:
    """Connect the receivers of every app, in the order of the apps."""
    for app in settings.LUODI_APPS:
        if find_spec(f"luodi.web.{app}.receivers") is not None:
            import_module(f"luodi.web.{app}.receivers")


class Signal(dispatch.Signal):
    """Django's, sent once the receivers of every app are connected."""

    def send(self, sender: object, **named: object) -> list[tuple[Any, Any]]:
        load_receivers()
        return super().send(sender, **named)


class Question(Signal):
    """A signal whose receivers answer, each with several values."""

    def ask(self, **values: object) -> Iterator[Any]:
        """The answers of all receivers, in the order of the apps. An error of a receiver goes to the caller."""
        for _, answers in cast("list[tuple[object, Iterable[object]]]", self.send(None, **values)):
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
