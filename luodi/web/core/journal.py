"""Writing down what was done. The app `journal` stores it; the core and the apps below it do so by a signal."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Model

from luodi.web.core.signals import history, recorded
from luodi.web.core.types import AnyUser


def write(
    action: str,
    record: Model,
    *,
    by: AnyUser = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """An entry on `record`. Call it last in the transaction: it holds up other entries until the end."""
    values = {"before": before, "after": after, "reason": reason, "at": at}
    if not list(recorded.ask(action=action, record=record, by=by, **values)):
        raise RuntimeError("no journal is installed: nothing may be done that nobody writes down")


def last_entries(record: Model, most: int) -> Sequence[object]:
    """The last entries on a record, the newest first."""
    return list(history.ask(record=record, most=max(most, 0)))
