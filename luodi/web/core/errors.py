"""Why an action is refused, whatever app it belongs to. An app's own refusals stand with its actions."""

import errno
from collections.abc import Sequence

from django.db.models import Model

from luodi.errors import LuodiError
from luodi.files import CannotWrite
from luodi.web.core.record_names import record_name


class NotPermitted(LuodiError):
    """Somebody wants to do what their roles do not let them do."""

    code = "not-permitted"


class NotFound(LuodiError):
    """There is no such record, or none that this person may see: both are answered alike."""

    code = "not-found"


class StaleVersion(LuodiError):
    """Somebody changed the record after the form was made. `since` are the journal's entries that the form missed."""

    code = "moved-on"

    def __init__(self, record: Model, *, version: int = 0, since: Sequence[object] = ()) -> None:
        super().__init__("core.moved-on", what=record_name(record))
        self.version, self.since = version, since


class KeyReused(LuodiError):
    """A key that was sent with another action, for another record, or by another person."""

    code = "key-spent"

    def __init__(self) -> None:
        super().__init__("core.key-sent-with-another-act")


class OwnWork(LuodiError):
    """Somebody wants to check, verify or approve what they prepared."""

    code = "own-work"


def is_full(problem: BaseException | None) -> bool:
    """Whether the disk took nothing more: no fault of the site either."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    return isinstance(problem, CannotWrite) or (isinstance(problem, OSError) and problem.errno in full)
