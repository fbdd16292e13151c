"""One act on many rows: first what will and will not change, and why; then each through the room's own act.

    MANY = Many(objection, act)        # objection(user, row, wanted, at): a key of the words, "" where nothing objects
    MANY.foreseen(user, rows, wanted, at=at)
    MANY.do(user, rows, versions, wanted, key=key, at=at)

Rows have a `version`, and their actions take a key and a version (see `core.actions`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from django.db import transaction
from django.db.models import Model

from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.core.errors import NotPermitted

MOST: Final = 200
Row = TypeVar("Row", bound=Model)
Wanted = TypeVar("Wanted")


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """`why` is a key of the words: why the row stays as it is, "" where it changes."""

    row: Row
    why: str = ""


@dataclass(frozen=True)
class Many(Generic[Row, Wanted]):
    """`act(user, row, version, wanted, key, at)` gives the row as it is then."""

    objection: Callable[[User, Row, Wanted, datetime], str]
    act: Callable[[User, Row, int, Wanted, str, datetime], Row]

    def foreseen(self, user: User, rows: Iterable[Row], wanted: Wanted, *, at: datetime) -> list[Outcome[Row]]:
        """What would become of each, without doing it."""
        return [Outcome(row, self.objection(user, row, wanted, at)) for row in rows]

    def do(
        self, user: User, rows: Iterable[Row], versions: Mapping[int, int], wanted: Wanted, *, key: str, at: datetime
    ) -> list[Outcome[Row]]:
        """Each in a transaction of its own, by its version; one that moved on meanwhile stays as it is and is told.

        The same key again changes nothing twice.
        """
        return [self._done(user, row, versions[row.pk], wanted, key, at) for row in rows]

    def _done(self, user: User, row: Row, version: int, wanted: Wanted, key: str, at: datetime) -> Outcome[Row]:
        why = self.objection(user, row, wanted, at)
        if why and getattr(row, "version", None) == version:
            return Outcome(row, why)
        try:
            with transaction.atomic():
                return Outcome(self.act(user, row, version, wanted, f"{key}-{row.pk}", at))
        except NotPermitted:
            return Outcome(row, "not_permitted")
        except LuodiError as refused:
            return Outcome(row, "moved_on" if refused.code == "moved-on" else "not_now")


def pairs(texts: Iterable[str]) -> dict[str, int]:
    """The version by the name of each row, from what a page sends: `NAME:VERSION`; 200 at most."""
    found = (text.partition(":") for text in list(texts)[:MOST] if len(text) < 40)
    return {name: int(version) for name, _, version in found if version.isdecimal() and len(version) < 9}
