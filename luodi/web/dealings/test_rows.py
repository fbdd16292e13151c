"""Rows for the matrix of access, of models that a random row would not fit."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from luodi.web.cases.test_rows import landing_case
from luodi.web.conftest import unit
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
_DAY: Final = date(2026, 1, 9)


def _hand_off(town: Any) -> HandOff:
    return HandOff.objects.create(case=landing_case(town), question="x", at=_AT)


def _referral(town: Any) -> Referral:
    """Of a case of another unit, which sees it too: see the tests of this app."""
    hand_off = _hand_off(town)
    type(hand_off.case).objects.filter(pk=hand_off.case_id).update(unit=unit("Sender"))
    return Referral.objects.create(hand_off=hand_off, unit=town.here, due=_DAY, sent=_DAY, changed=_AT)


def _of_case(model: Any, **more: Any) -> Callable[[Any], Any]:
    return lambda town: model.objects.create(case=landing_case(town), at=_AT, **more)


def _talk(town: Any) -> Interaction:
    return Interaction.objects.create(company=town.ours, unit=town.here, kind="call", day=_DAY, note="x", at=_AT)


def _task(town: Any) -> Task:
    return Task.objects.create(case=landing_case(town), what="x", owner=town.owner, due=_DAY, at=_AT, changed=_AT)


ROWS: Final[dict[Any, Callable[[Any], Any]]] = {
    HandOff: _hand_off,
    Referral: _referral,
    Promise: _of_case(Promise, what="x", changed=_AT),
    Proposition: _of_case(Proposition, title="x", text="x", changed=_AT),
    Interaction: _talk,
    Task: _task,
}
