"""One registered action on many records: first what will and will not change, and why; then each by itself.

BULK = Bulk({"assign": assign, "pause": set_health}, arguments, objection)
BULK.foreseen(user, rows, wanted, at=at)
BULK.do(user, rows, versions, wanted, key=key, at=at)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import may

MOST: Final = 200


class HasAct(Protocol):
    """What somebody wants: the name of an action, and what else its app knows of it."""

    @property
    def act(self) -> str: ...


Row = TypeVar("Row", bound=Model)
Wanted = TypeVar("Wanted", bound=HasAct)


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """`why` is a key of the words: why the row stays as it is, "" where it changes."""

    row: Row
    why: str = ""


@dataclass(frozen=True)
class Bulk(Generic[Row, Wanted]):
    """`actions` are those that can be done with many, by name; `arguments(wanted)` is what one is called with beside
    the row; `objection(user, row, wanted, at)` is a key of the words, "" where nothing objects to what may be done."""

    actions: Mapping[str, Action]
    arguments: Callable[[Wanted], Mapping[str, object]]
    objection: Callable[[AbstractBaseUser, Row, Wanted, datetime], str]

    def foreseen(
        self, user: AbstractBaseUser, rows: Iterable[Row], wanted: Wanted, *, at: datetime
    ) -> list[Outcome[Row]]:
        """What would become of each, without doing it."""
        return [Outcome(row, self._why_not(user, row, wanted, at)) for row in rows]

    def do(
        self,
        user: AbstractBaseUser,
        rows: Iterable[Row],
        versions: Mapping[int, int],
        wanted: Wanted,
        *,
        key: str,
        at: datetime,
    ) -> list[Outcome[Row]]:
        """Each in a transaction of its own, by its version; one that moved on meanwhile stays as it is and is told.

        The same key again changes nothing twice.
        """
        return [self._done(user, row, versions[row.pk], wanted, key, at) for row in rows]

    def _why_not(self, user: AbstractBaseUser, row: Row, wanted: Wanted, at: datetime) -> str:
        if not may(user, self.actions[wanted.act].permission, row, on=timezone.localdate(at)):
            return "not_permitted"
        return self.objection(user, row, wanted, at)

    def _done(
        self, user: AbstractBaseUser, row: Row, version: int, wanted: Wanted, key: str, at: datetime
    ) -> Outcome[Row]:
        why = self._why_not(user, row, wanted, at)
        if why and getattr(row, "version", None) == version:
            return Outcome(row, why)
        action, given = self.actions[wanted.act], self.arguments(wanted)
        try:
            made = action(row, by=user, at=at, key=f"{key}-{row.pk}", version=version, **given)
            return Outcome(made if isinstance(made, type(row)) else row)  # what was added to a row is not told
        except NotPermitted:
            return Outcome(row, "not_permitted")
        except LuodiError as refused:
            return Outcome(row, "moved_on" if refused.code == "moved-on" else "not_now")


def pairs(texts: Iterable[str]) -> dict[str, int]:
    """The version by the name of each row, from what a page sends: `NAME:VERSION`; 200 at most."""
    found = (text.partition(":") for text in list(texts)[:MOST] if len(text) < 40)
    return {name: int(version) for name, _, version in found if version.isdecimal() and len(version) < 9}
