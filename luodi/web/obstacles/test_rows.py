"""Rows for the matrix of access, of models that a random row would not fit."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from luodi.web.obstacles.models import Obstacle, PolicyIssue

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
_DAY: Final = date(2026, 1, 19)


def _obstacle(town: Any) -> Obstacle:
    return Obstacle.objects.create(
        company=town.ours, unit=town.here, kind="request", text="x", at=_AT, due=_DAY, changed=_AT
    )


def _issue(town: Any) -> PolicyIssue:
    return PolicyIssue.objects.create(title="x", text="x", unit=town.here, at=_AT, due=_DAY, changed=_AT)


ROWS: Final[dict[Any, Callable[[Any], Any]]] = {Obstacle: _obstacle, PolicyIssue: _issue}
